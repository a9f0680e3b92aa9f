/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One valid request per command: what the generic tests (every_*.c) start from and then spoil. A
 * command that is new in the firmware's table needs an entry in requests.c, or the suite fails.
 */
#ifndef TESTS_CONFORMANCE_REQUESTS_H
#define TESTS_CONFORMANCE_REQUESTS_H

#include "tests/conformance/rows.h"
#include "tests/conformance/states.h"

struct request {
    const struct row *row;
    _Alignas(8) uint8_t parameters[ROW_PARAMETERS_MAX];
    enum sev_status success; /**< What request_run() returns: SUCCESS, if the board can do it. */
    bool repeatable; /**< The same request gives the same answer again, and changes nothing. */
    bool anchored;   /**< What the GUEST buffer holds cannot be moved as ciphertext. */
};

/** Brings the platform into a state in which the command succeeds, and fills in the request. */
void request_prepare(struct request *request, const struct row *row);

/** @return the command's status */
int request_run(struct request *request);
#define assert_request_succeeds(request) assert_status_is(request_run(request), (request)->success)

/** snapshot_refuse() of the request; AFTER as there. */
void request_refused(struct request *request, const void *after, enum sev_status expected,
                     const char *file, int line);
#define assert_request_refused(request, expected)                                                  \
    request_refused((request), NULL, SEV_STATUS_##expected, __FILE__, __LINE__)

uint32_t request_get_u32(const struct request *request, uint32_t offset);
uint64_t request_get_u64(const struct request *request, uint32_t offset);
void request_set_u32(struct request *request, uint32_t offset, uint32_t value);
void request_set_u64(struct request *request, uint32_t offset, uint64_t value);

/** @return whether the parameters have the buffer */
bool request_has_buffer(const struct request *request, const struct row_buffer *buffer);

/** @return the least length that a query accepts, and else writes back */
uint32_t request_needed_bytes(const struct request *request, const struct row_buffer *buffer);

/** @return bytes of memory that the command touches of one of its buffers; 0 = it is absent */
uint32_t request_buffer_bytes(const struct request *request, const struct row_buffer *buffer);

/** @return the alignment that the buffer needs */
uint32_t request_alignment(const struct request *request, const struct row_buffer *buffer);

/** @return length of the request's guest buffer */
uint32_t request_guest_length(const struct request *request);

/** Moves a buffer and what it holds to another address. */
void request_move(struct request *request, const struct row_buffer *buffer, uint64_t paddr);

#endif
