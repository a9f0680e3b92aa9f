/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random programs of a host and three guests: reads, writes, fetches, C-bit flips, remapping, flushes,
 * changes of keys and ASIDs, DMA, work of the firmware, changes of the reverse map table; each step
 * compared with models of memory and table (x86_program.h). VIRTASP_LONG=1 makes it long; VIRTASP_SEED
 * runs one program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/host/x86_program.h"

#define PROGRAMS 1000u
#define PROGRAMS_LONG 20000u
#define STEPS 100u

static void run(uint64_t seed)
{
    program_start(seed);
    for (unsigned step = 0; step < STEPS; step++) {
        program_step();
    }
    program_end();
}

static void random_programs_do_what_the_models_do(void **state)
{
    const char *seed = getenv("VIRTASP_SEED");
    const unsigned programs = getenv("VIRTASP_LONG") != NULL ? PROGRAMS_LONG : PROGRAMS;
    uint64_t *current = *state;
    if (seed != NULL) {
        *current = strtoull(seed, NULL, 0);
        run(*current);
        return;
    }
    for (*current = 1; *current <= programs; (*current)++) {
        run(*current);
    }
    *current = 0;
}

static int tell_seed(void **state)
{
    const uint64_t *current = *state;
    if (*current != 0) {
        print_message("VIRTASP_SEED=%llu\n", (unsigned long long)*current);
    }
    return 0;
}

int main(void)
{
    uint64_t current = 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(random_programs_do_what_the_models_do, NULL,
                                                 tell_seed, &current),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
