/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev-guest: reports, plain and with certificates. Leaves report.bin, ark.der, ask.der and vcek.der
 * in the current directory for the verifier.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/exec/client/guest.h"

#define HEADER_BYTES 32u
#define REPORT_BYTES 0x4A0u
#define REPORT_DATA_OFFSET 0x50u
#define VMPL_OFFSET 0x30u
#define ENTRY_BYTES 24u
#define PAGE 4096u

/* struct snp_guest_request_ioctl: headers before Linux 6.1.20 call the last member otherwise. */
struct request {
    uint8_t message_version;
    uint64_t request;
    uint64_t response;
    uint64_t exitinfo2;
};
_Static_assert(sizeof(struct request) == sizeof(struct snp_guest_request_ioctl), "Linux's layout");

static struct snp_report_resp answer;

int client_ask(int file, unsigned long number, uint8_t version, const void *request,
               const void *response, uint64_t *exitinfo2)
{
    struct request input = {.message_version = version,
                            .request = (uintptr_t)request,
                            .response = (uintptr_t)response,
                            .exitinfo2 = CLIENT_EXITINFO};
    const int result = ioctl(file, number, &input) == 0 ? 0 : errno;
    if (exitinfo2 != NULL) {
        *exitinfo2 = input.exitinfo2;
    }
    return result;
}

uint32_t client_status(const void *response)
{
    uint32_t status;
    memcpy(&status, response, sizeof status);
    return status;
}

/* The lowest VMPL that the system may ask for: VIRTASP_TEST_VMPL, or 0. */
static uint32_t own_vmpl(void)
{
    const char *text = getenv("VIRTASP_TEST_VMPL");
    return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

static void a_report_is_given(void)
{
    struct snp_report_req request = {.vmpl = own_vmpl()};
    uint64_t exitinfo2 = 0;
    uint32_t number;
    const int file = client_open_guest();
    memcpy(request.user_data, "what the owner wants to see", 28);
    memset(&answer, 0xEE, sizeof answer);
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, &request, &answer, &exitinfo2) == 0);
    EXPECT(exitinfo2 == CLIENT_EXITINFO); /* Linux copies it back only when it is not 0. */
    EXPECT(client_status(answer.data) == 0);
    memcpy(&number, answer.data + 4, sizeof number);
    EXPECT(number == REPORT_BYTES);
    const uint8_t *report = answer.data + HEADER_BYTES;
    EXPECT(memcmp(report + REPORT_DATA_OFFSET, request.user_data, sizeof request.user_data) == 0);
    memcpy(&number, report + VMPL_OFFSET, sizeof number);
    EXPECT(number == own_vmpl());
    EXPECT(answer.data[sizeof answer.data - 1] == 0);
    client_save("report.bin", report, REPORT_BYTES);
    (void)close(file);
}

static void what_is_wrong_is_in_the_answer(void)
{
    const struct snp_report_req beyond = {.vmpl = 4};
    struct snp_report_req reserved = {.vmpl = own_vmpl()};
    const int file = client_open_guest();
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, &beyond, &answer, NULL) == 0);
    EXPECT(client_status(answer.data) == CLIENT_INVALID_PARAM);
    reserved.rsvd[27] = 1;
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, &reserved, &answer, NULL) == 0);
    EXPECT(client_status(answer.data) == CLIENT_INVALID_PARAM);
    if (own_vmpl() > 0) {
        const struct snp_report_req below = {.vmpl = own_vmpl() - 1};
        EXPECT(client_ask(file, SNP_GET_REPORT, 1, &below, &answer, NULL) == 0);
        EXPECT(client_status(answer.data) == CLIENT_INVALID_PARAM);
    }
    (void)close(file);
}

static void bad_requests_are_refused(void)
{
    const struct snp_report_req request = {.vmpl = own_vmpl()};
    uint64_t exitinfo2 = 0;
    const int file = client_open_guest();
    EXPECT(ioctl(file, SNP_GET_REPORT, NULL) != 0 && errno == EFAULT);
    EXPECT(ioctl(file, SNP_GET_REPORT, client_bad_address()) != 0 && errno == EFAULT);
    EXPECT(client_ask(file, SNP_GET_REPORT, 0, &request, &answer, &exitinfo2) == EINVAL);
    EXPECT(exitinfo2 == CLIENT_EXITINFO);
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, NULL, &answer, &exitinfo2) == EINVAL);
    EXPECT(exitinfo2 == CLIENT_NO_ANSWER);
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, &request, NULL, NULL) == EINVAL);
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, client_bad_address(), &answer, NULL) == EFAULT);
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, &request, client_bad_address(), NULL) == EFAULT);
    EXPECT(client_ask(file, _IO('S', 3), 1, &request, &answer, &exitinfo2) == ENOTTY);
    EXPECT(exitinfo2 == CLIENT_NO_ANSWER);
    EXPECT(client_ask(file, SEV_ISSUE_CMD, 1, &request, &answer, NULL) == ENOTTY);
    (void)close(file);
}

static int ask_extended(int file, struct snp_ext_report_req *request, void *certificates,
                        uint32_t length, uint64_t *exitinfo2)
{
    *request = (struct snp_ext_report_req){.data = {.vmpl = own_vmpl()},
                                           .certs_address = (uintptr_t)certificates,
                                           .certs_len = length};
    return client_ask(file, SNP_GET_EXT_REPORT, 1, request, &answer, exitinfo2);
}

/* Saves the certificate that has a GUID which starts with that. */
static bool save_certificate(const uint8_t *table, size_t size, const char *start, const char *name)
{
    for (const uint8_t *entry = table; entry[0] != 0; entry += ENTRY_BYTES) {
        uint32_t place[2];
        memcpy(place, entry + 16, sizeof place);
        if (memcmp(entry, start, 4) == 0 && place[0] <= size && place[1] <= size - place[0]) {
            client_save(name, table + place[0], place[1]);
            return true;
        }
    }
    return false;
}

static void certificates_come_with_a_report(void)
{
    static uint8_t table[4 * PAGE];
    struct snp_ext_report_req request;
    uint64_t exitinfo2 = 0;
    const int file = client_open_guest();
    EXPECT(ask_extended(file, &request, NULL, 0, &exitinfo2) == EIO);
    EXPECT(exitinfo2 == CLIENT_VMM_INVALID_LENGTH && request.certs_len == 2 * PAGE);
    EXPECT(ask_extended(file, &request, table, PAGE, &exitinfo2) == EIO);
    EXPECT(exitinfo2 == CLIENT_VMM_INVALID_LENGTH && request.certs_len == 2 * PAGE);
    memset(table, 0xEE, sizeof table);
    EXPECT(ask_extended(file, &request, table, 2 * PAGE, &exitinfo2) == 0);
    EXPECT(exitinfo2 == CLIENT_EXITINFO && client_status(answer.data) == 0);
    EXPECT(table[2 * PAGE - 1] == 0 && table[2 * PAGE] == 0xEE);
    EXPECT(save_certificate(table, 2 * PAGE, "\xc0\xb4\x06\xa4", "ark.der"));
    EXPECT(save_certificate(table, 2 * PAGE, "\x4a\xb7\xb3\x79", "ask.der"));
    EXPECT(save_certificate(table, 2 * PAGE, "\x63\xda\x75\x8d", "vcek.der"));
    (void)close(file);
}

static void bad_lengths_are_refused(void)
{
    static uint8_t table[5 * PAGE];
    struct snp_ext_report_req request;
    uint64_t exitinfo2 = 0;
    const int file = client_open_guest();
    EXPECT(ask_extended(file, &request, table, PAGE + 1, &exitinfo2) == EINVAL);
    EXPECT(exitinfo2 == CLIENT_NO_ANSWER && request.certs_len == PAGE + 1);
    EXPECT(ask_extended(file, &request, table, 5 * PAGE, NULL) == EINVAL);
    EXPECT(ask_extended(file, &request, client_bad_address(), 4 * PAGE, NULL) == EFAULT);
    EXPECT(client_ask(file, SNP_GET_EXT_REPORT, 1, client_bad_address(), &answer, NULL) == EFAULT);
    EXPECT(client_ask(file, SNP_GET_EXT_REPORT, 1, NULL, &answer, NULL) == EINVAL);
    (void)close(file);
}

const struct client_test client_report_tests[] = {
    {"SNP_GET_REPORT", a_report_is_given},
    {"what is wrong in a message is said in its answer", what_is_wrong_is_in_the_answer},
    {"bad requests are refused", bad_requests_are_refused},
    {"SNP_GET_EXT_REPORT", certificates_come_with_a_report},
    {"bad lengths of certificates are refused", bad_lengths_are_refused},
    {NULL, NULL},
};
