/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configfs-tsm: a report of what was written (tsm.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/sev_status.h"
#include "abi/snp_message.h"
#include "host/exec/certificates.h"
#include "host/exec/tsm.h"

#define VMPL_MAX 3ul
#define TEXT_BYTES 32

/* Reads what the program wrote. @return its length; one more than MAXIMUM when it is longer */
static size_t read_written(int file, void *bytes, size_t maximum)
{
    uint8_t more;
    const ssize_t length = file >= 0 ? pread(file, bytes, maximum, 0) : 0;
    const bool longer = length == (ssize_t)maximum && pread(file, &more, 1, length) == 1;
    return length > 0 ? (size_t)length + (longer ? 1 : 0) : 0;
}

/* @return false when it is no number of a VMPL */
static bool read_level(const struct exec_tsm *tsm, const struct tsm_entry *entry, uint32_t *level)
{
    char text[TEXT_BYTES] = "";
    char *end = NULL;
    *level = 0;
    if (entry->privlevel < 0) {
        return true;
    }
    if (read_written(entry->privlevel, text, sizeof text - 1) >= sizeof text) {
        return false;
    }
    const unsigned long value = strtoul(text, &end, 0);
    *level = (uint32_t)value;
    return end != text && (*end == '\0' || strcmp(end, "\n") == 0) && value >= tsm->floor &&
           value <= VMPL_MAX;
}

static bool keep(struct provision_bytes *bytes, const void *data, size_t length)
{
    provision_bytes_free(bytes);
    *bytes = (struct provision_bytes){0};
    if (length == 0) {
        return true;
    }
    bytes->data = malloc(length);
    if (bytes->data == NULL) {
        return false;
    }
    memcpy(bytes->data, data, length);
    bytes->length = length;
    return true;
}

/* Without the header of the message's answer. */
static int keep_report(struct tsm_entry *entry, const struct sev_guest_report *report)
{
    struct snp_report_response response;
    memcpy(&response, report->response, sizeof response);
    if (response.status == SEV_STATUS_INVALID_PARAM || response.status == SEV_STATUS_INVALID_KEY) {
        return -EINVAL;
    }
    if (response.status != SEV_STATUS_SUCCESS) {
        return -ENXIO;
    }
    return keep(&entry->outblob, &response.report, sizeof response.report) ? 0 : -ENOMEM;
}

/* What has been written, as a message asks for it. */
static bool read_request(const struct exec_tsm *tsm, const struct tsm_entry *entry,
                         struct snp_report_request *request)
{
    uint32_t level = 0;
    *request = (struct snp_report_request){0};
    if (read_written(entry->inblob, request->report_data, sizeof request->report_data) !=
            TSM_INBLOB_BYTES ||
        !read_level(tsm, entry, &level)) {
        return false;
    }
    request->vmpl = level;
    return true;
}

int tsm_answer(struct exec_tsm *tsm, struct tsm_entry *entry)
{
    struct sev_guest_report report = {.pages = PSP_SEV_BLOB_MAX / CERTIFICATE_TABLE_PAGE};
    struct snp_report_request request;
    if (!read_request(tsm, entry, &request)) {
        return -EINVAL;
    }
    memcpy(report.request, &request, sizeof report.request);
    if (entry->outblob.length != 0 && entry->answered == entry->generation &&
        memcmp(entry->asked, report.request, sizeof entry->asked) == 0) {
        return 0;
    }
    /* What answered something else is no answer to this, whatever comes of it. */
    provision_bytes_free(&entry->outblob);
    provision_bytes_free(&entry->auxblob);
    int result = exec_sev_guest_report(tsm->guest, 1, &report);
    if (result == 0) {
        result = keep_report(entry, &report);
    }
    if (result == 0 &&
        !keep(&entry->auxblob, tsm->guest->certificates.data, tsm->guest->certificates.length)) {
        provision_bytes_free(&entry->outblob);
        result = -ENOMEM;
    }
    entry->answered = entry->generation;
    memcpy(entry->asked, report.request, sizeof entry->asked);
    return result;
}
