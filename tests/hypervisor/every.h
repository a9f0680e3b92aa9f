/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds for every command of SEV-SNP, by the firmware's table: a valid request succeeds, and one
 * that is wrong in one respect is answered with that respect's status and changes nothing. What the
 * files every*.c share.
 */
#ifndef TESTS_HYPERVISOR_EVERY_H
#define TESTS_HYPERVISOR_EVERY_H

#include "tests/hypervisor/subjects.h"

#define EVERY_NO_ADDRESS 0xFFFFFFFFFFFFF000ull
#define EVERY_STATES 11u

/** All states of a page. */
extern const enum x86_rmp_state every_states[EVERY_STATES];

#define EVERY_STATE(name) (1u << X86_RMP_##name)
#define EVERY_READABLE                                                                             \
    (EVERY_STATE(DEFAULT) | EVERY_STATE(HYPERVISOR) | EVERY_STATE(HV_FIXED) |                      \
     EVERY_STATE(FIRMWARE) | EVERY_STATE(RECLAIM))
#define EVERY_OUTPUT (EVERY_STATE(DEFAULT) | EVERY_STATE(FIRMWARE))

/** @return a page in a state, other than those of requests */
uint64_t every_page_in(enum x86_rmp_state state);

/** Fails the test, with the command's name, unless a command returned the status. */
void every_expect(const struct row *row, int status, enum sev_status expected, const char *what);

/** Issues a request that must fail, and change nothing. */
void every_refused(const struct request *request, enum sev_status expected, const char *what);

/** The same of a command whose parameters are there already. @param paddr  where they are */
void every_refused_at(const struct row *row, uint64_t paddr, enum sev_status expected,
                      const char *what);

/** @return whether SNP is on when the request is made, so that pages are looked at */
bool every_is_on(const struct request *request);

#endif
