/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One valid request per command of SEV-SNP: what every.c starts from and then spoils. A command that is
 * new in the firmware's table needs an entry in subjects*.c, or the suite fails.
 */
#ifndef TESTS_HYPERVISOR_SUBJECTS_H
#define TESTS_HYPERVISOR_SUBJECTS_H

#include "tests/hypervisor/hypervisor.h"

struct subject {
    uint32_t id;
    enum snp_platform_state state; /**< In which the command succeeds. */
    bool board_only;               /**< A Linux process answers UNSUPPORTED instead of SUCCESS. */
    bool once;                     /**< Repeated, it does not succeed. */
    /** With the platform in STATE: makes the pages, and fills in the parameters, which are zero. */
    void (*prepare)(void *parameters);
};

#define SUBJECT_ASID 1u

/** Pages of requests; every.c has those behind. */
enum subject_page {
    GCTX_PAGE,
    OUTPUT_PAGE,
    INPUT_PAGE,
    SECRETS_PAGE,
    GUEST_PAGE,
    OTHER_PAGE,
    METADATA_PAGE,
    SUBJECT_PAGES,
};

/* The subjects of one file each; the last has no PREPARE. */
extern const struct subject platform_subjects[];
extern const struct subject launch_subjects[];
extern const struct subject page_subjects[];

/** Gives page @p index to the firmware. @return its address */
uint64_t subject_firmware_page(enum subject_page index);

/** A request that is being tried. */
struct request {
    const struct row *row;
    const struct subject *subject;
    _Alignas(8) uint8_t parameters[ROW_PARAMETERS_MAX];
};

/** @return the subject of a command, or NULL */
const struct subject *subject_find(uint32_t id);

/** Brings the platform into a state in which the command succeeds, and fills in the request. */
void request_make(struct request *request, const struct row *row);

/** @return the command's status; a copy of the parameters is used */
int request_issue(const struct request *request);

/** @return what a valid request is answered with */
enum sev_status request_success(const struct request *request);

/** @return whether the request has a buffer */
bool request_has(const struct request *request, const struct row_buffer *buffer);

uint64_t request_address(const struct request *request, uint32_t offset);
void request_set_address(struct request *request, uint32_t offset, uint64_t paddr);

#endif
