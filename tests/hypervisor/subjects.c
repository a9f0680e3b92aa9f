/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Valid requests (subjects.h).
 */
#include "tests/hypervisor/subjects.h"

#include <string.h>

uint64_t subject_firmware_page(enum subject_page index)
{
    hypervisor_give(hypervisor_page(index));
    return hypervisor_page(index);
}

static const struct subject *find_in(const struct subject *subjects, uint32_t id)
{
    for (; subjects->prepare != NULL; subjects++) {
        if (subjects->id == id) {
            return subjects;
        }
    }
    return NULL;
}

const struct subject *subject_find(uint32_t id)
{
    static const struct subject *const files[] = {platform_subjects, launch_subjects,
                                                  page_subjects};
    const struct subject *subject = NULL;

    for (size_t i = 0; subject == NULL && i < sizeof files / sizeof files[0]; i++) {
        subject = find_in(files[i], id);
    }
    return subject;
}

void request_make(struct request *request, const struct row *row)
{
    *request = (struct request){.row = row, .subject = subject_find(row->id)};
    if (request->subject == NULL) {
        fail_msg("%s: no valid request; see tests/hypervisor/subjects_*.c", row->name);
    }
    hypervisor_to(request->subject->state);
    request->subject->prepare(request->parameters);
}

int request_issue(const struct request *request)
{
    struct request copy = *request;

    return suite_run(copy.row->id, copy.parameters, copy.row->size);
}

enum sev_status request_success(const struct request *request)
{
    return request->subject->board_only && !program_settings.emulated ? SEV_STATUS_UNSUPPORTED
                                                                      : SEV_STATUS_SUCCESS;
}

bool request_has(const struct request *request, const struct row_buffer *buffer)
{
    uint32_t field;

    memcpy(&field, &request->parameters[buffer->present_offset], sizeof field);
    return (field & buffer->present_mask) == buffer->present_value;
}

uint64_t request_address(const struct request *request, uint32_t offset)
{
    uint64_t paddr;

    memcpy(&paddr, &request->parameters[offset], sizeof paddr);
    return paddr;
}

void request_set_address(struct request *request, uint32_t offset, uint64_t paddr)
{
    memcpy(&request->parameters[offset], &paddr, sizeof paddr);
}
