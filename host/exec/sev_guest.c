/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev-guest (sev_guest.h).
 */
#include "host/exec/sev_guest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "host/exec/certificates.h"
#include "host/exec/memory.h"
#include "host/lib/status.h"

#define ERROR_AT_FIRST 0xFFu /* What a program sees of a request that got nowhere. */

/*
 * A message. The same sequence number never goes with another message under the same key: after a
 * failure the key is disabled, and nothing is asked any more.
 */
static int ask(struct sev_guest *device, enum snp_message_type type, uint8_t version,
               const void *request, size_t request_bytes, uint8_t response[SNP_MESSAGE_PAYLOAD_MAX],
               uint32_t *fw_error)
{
    *fw_error = 0;
    if (device->disabled) {
        return -ENOTTY;
    }
    const int result =
        exec_guest_ask(device->guest, type, version, request, request_bytes, response, fw_error);
    device->disabled = result != 0;
    return result;
}

bool exec_sev_guest_follow(struct sev_guest *device, struct provision_error *error)
{
    struct fabric_status status;
    const struct exec_machine *machine = device->guest->machine;
    if (machine->board.fabric_file.bytes == NULL ||
        status_copy(machine->board.fabric_file.bytes, STATUS_TIMEOUT_MS, &status) !=
            STATUS_SERVING) {
        return provision_fail(error, "the board does not say which firmware runs");
    }
    if (device->certificates.length != 0 && device->tcb == status.tcb_reported) {
        return true;
    }
    provision_bytes_free(&device->certificates);
    device->tcb = status.tcb_reported;
    return exec_certificates_make(machine->directory, status.chip_id, status.tcb_reported,
                                  &device->certificates, error);
}

int exec_sev_guest_report(struct sev_guest *device, uint8_t version,
                          struct sev_guest_report *report)
{
    struct provision_error error;
    if (device->follows) {
        (void)exec_sev_guest_follow(device, &error);
    }
    const size_t length = device->certificates.length;
    const uint32_t needed =
        (uint32_t)((length + CERTIFICATE_TABLE_PAGE - 1) / CERTIFICATE_TABLE_PAGE);
    /* With too little room the hypervisor does not hand the message on; the driver sends it once more
     * without asking for certificates, so that its sequence number is used up. */
    const int result = ask(device, SNP_MESSAGE_REPORT, version, report->request,
                           sizeof report->request, report->response, &report->fw_error);
    if (result == 0 && report->pages < needed) {
        report->pages = needed;
        report->fw_error = 0;
        report->vmm_error = SEV_GUEST_VMM_ERROR_INVALID_LENGTH;
        return -EIO;
    }
    return result;
}

/* A request that the driver hands on as it is, and the answer to it. */
struct exchange {
    enum snp_message_type type;
    size_t request_bytes;
    size_t response_bytes;
};

static const struct exchange report_exchange = {SNP_MESSAGE_REPORT, SEV_GUEST_REPORT_REQUEST_BYTES,
                                                SEV_GUEST_REPORT_RESPONSE_BYTES};
static const struct exchange key_exchange = {SNP_MESSAGE_KEY, SEV_GUEST_KEY_REQUEST_BYTES,
                                             SEV_GUEST_KEY_RESPONSE_BYTES};

static int hand_on(struct sev_guest *device, const struct exec_call *call,
                   struct sev_guest_request *input, const struct exchange *exchange)
{
    uint8_t request[SEV_GUEST_REPORT_REQUEST_BYTES];
    uint8_t response[SNP_MESSAGE_PAYLOAD_MAX];
    uint32_t fw_error = 0;
    _Static_assert(SEV_GUEST_KEY_REQUEST_BYTES <= sizeof request, "room for both");
    if (input->request == 0 || input->response == 0) {
        return -EINVAL;
    }
    if (exec_memory_read(call, input->request, request, exchange->request_bytes) != 0) {
        return -EFAULT;
    }
    int result = ask(device, exchange->type, input->message_version, request,
                     exchange->request_bytes, response, &fw_error);
    input->fw_error = fw_error;
    input->vmm_error = 0;
    if (result == 0) {
        result = exec_memory_write(call, input->response, response, exchange->response_bytes);
    }
    OPENSSL_cleanse(response, sizeof response); /* It may be a key. */
    return result;
}

/* Copies certificates, and zeros behind them, to a program that wants them. */
static int deliver_certificates(const struct sev_guest *device, const struct exec_call *call,
                                const struct sev_guest_extended_request *request)
{
    uint8_t certificates[PSP_SEV_BLOB_MAX] = {0};
    const size_t length = device->certificates.length;
    if (length != 0) {
        memcpy(certificates, device->certificates.data,
               length < sizeof certificates ? length : sizeof certificates);
    }
    return exec_memory_write(call, request->certificates, certificates, request->length);
}

static int get_extended_report(struct sev_guest *device, const struct exec_call *call,
                               struct sev_guest_request *input)
{
    struct sev_guest_extended_request request;
    struct sev_guest_report report = {0};
    if (input->request == 0 || input->response == 0) {
        return -EINVAL;
    }
    if (exec_memory_read(call, input->request, &request, sizeof request) != 0) {
        return -EFAULT;
    }
    if (request.length != 0 && request.certificates != 0) {
        if (request.length > PSP_SEV_BLOB_MAX || request.length % CERTIFICATE_TABLE_PAGE != 0) {
            return -EINVAL;
        }
        report.pages = request.length / CERTIFICATE_TABLE_PAGE;
    }
    const bool wanted = report.pages != 0;
    memcpy(report.request, request.report, sizeof report.request);
    int result = exec_sev_guest_report(device, input->message_version, &report);
    input->fw_error = report.fw_error;
    input->vmm_error = report.vmm_error;
    if (report.vmm_error == SEV_GUEST_VMM_ERROR_INVALID_LENGTH) {
        request.length = report.pages * CERTIFICATE_TABLE_PAGE;
        if (exec_memory_write(call, input->request, &request, sizeof request) != 0) {
            result = -EFAULT;
        }
    }
    if (result == 0 && wanted) {
        result = deliver_certificates(device, call, &request);
    }
    return result != 0 ? result
                       : exec_memory_write(call, input->response, report.response,
                                           SEV_GUEST_REPORT_RESPONSE_BYTES);
}

static int serve(struct sev_guest *device, const struct exec_call *call, uint32_t number,
                 struct sev_guest_request *input)
{
    switch (number) {
    case SEV_GUEST_GET_REPORT:
        return hand_on(device, call, input, &report_exchange);
    case SEV_GUEST_GET_DERIVED_KEY:
        return hand_on(device, call, input, &key_exchange);
    case SEV_GUEST_GET_EXT_REPORT:
        return get_extended_report(device, call, input);
    default:
        return -ENOTTY;
    }
}

int exec_sev_guest_ioctl(struct sev_guest *device, const struct exec_call *call, uint32_t number,
                         uint64_t argument)
{
    struct sev_guest_request input;
    if (exec_memory_read(call, argument, &input, sizeof input) != 0) {
        return -EFAULT;
    }
    input.fw_error = ERROR_AT_FIRST;
    input.vmm_error = 0;
    if (input.message_version == 0) {
        return -EINVAL;
    }
    const int result = serve(device, call, number, &input);
    /* Errors alone are told: a program that succeeds, or whose key is disabled, finds what it had
     * passed. */
    if ((input.fw_error != 0 || input.vmm_error != 0) &&
        exec_memory_write(call, argument, &input, sizeof input) != 0) {
        return -EFAULT;
    }
    return result;
}
