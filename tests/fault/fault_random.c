/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random generator that fails (fault_random.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/fault/fault_random.h"
#include "tests/unit/firmware_board.h"

#define REQUESTS_MAX 400u
#define READS_MAX 16u
#define SECRET_REQUESTS 30u /* A command that makes a secret fails there, whatever is due later. */

/** @return whether the command has met the failure */
static bool meets(fault_run *run, const void *subject, const struct fault_point *point,
                  enum sev_status expected)
{
    const enum sev_status status = run(subject, point);

    if (status != SEV_STATUS_SUCCESS && status != expected) {
        fail_msg("request %u, read %u: status %xh", point->requests, point->reads,
                 (unsigned int)status);
    }
    return status != SEV_STATUS_SUCCESS;
}

void fault_random_everywhere(fault_run *run, const void *subject, enum sev_status expected)
{
    struct fault_point secret = {.requests = BOARD_RANDOM_REQUESTS, .reads = 0};
    struct fault_point due = {.requests = 0, .reads = 0};
    bool failed;

    while (meets(run, subject, &secret, expected)) {
        secret.reads++;
        assert_true(secret.reads < READS_MAX);
    }
    do {
        failed = meets(run, subject, &due, expected);
        due.requests += due.requests < 8 ? 1 : 11; /* The first ones all, then samples. */
        assert_true(due.requests < REQUESTS_MAX);
    } while (failed && (secret.reads == 0 || due.requests < SECRET_REQUESTS));
    assert_true(secret.reads > 0 || due.requests > 1); /* It needs random numbers at all. */
}
