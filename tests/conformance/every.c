/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One test per command and aspect (every.h).
 */
#include "tests/conformance/every.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/conformance/groups.h"

static const struct aspect aspects[] = {
    {"succeeds", applies_to_all, every_success},
    {"wrong platform state", refuses_platform_state, every_platform_state},
    {"wrong guest state", refuses_guest_state, every_guest_state},
    {"no such guest", names_guest, every_guest_handle},
    {"inactive guest", needs_active, every_inactive},
    {"wrong lengths", has_length, every_length_refused},
    {"length query", has_query, every_length_query},
    {"more room than needed", has_query, every_length_longer},
    {"wrong addresses of the parameters", has_parameters, every_parameters_address},
    {"wrong addresses of buffers", has_buffers, every_buffer_address},
    {"unusual but legal addresses", has_parameters, every_legal_address},
    {"overlaps", has_written_buffer, every_overlap},
    {"memory that the firmware holds", can_run_with_es, every_held_memory},
    {"two faults at a time", has_parameters, every_pair},
    {"encrypted host memory", has_parameters, every_encrypted},
};

#define ASPECTS (sizeof aspects / sizeof aspects[0])
#define NAME_MAX_BYTES 96u

void every_group(struct test_group *group)
{
    struct CMUnitTest *tests = calloc(row_count * ASPECTS, sizeof *tests);
    char(*names)[NAME_MAX_BYTES] = calloc(row_count * ASPECTS, sizeof *names);
    size_t count = 0;

    if (tests == NULL || names == NULL) {
        (void)fprintf(stderr, "conformance: no memory\n");
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; j < ASPECTS; j++) {
            if (aspects[j].applies(&rows[i])) {
                (void)snprintf(names[count], sizeof names[count], "%s: %s", rows[i].name,
                               aspects[j].name);
                tests[count] = (struct CMUnitTest){
                    .name = names[count],
                    .test_func = aspects[j].test,
                    .initial_state = &rows[i],
                };
                count++;
            }
        }
    }
    *group = (struct test_group){"every", tests, count};
}
