/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines and guests of the emulator's tests. Each test has machines of its own.
 */
#ifndef TESTS_EMULATOR_STAGE_H
#define TESTS_EMULATOR_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/emulator/vm_move.h"
#include "host/emulator/vm_run.h"

#define STAGE_SECONDS 60u

/** What the command line says. */
struct stage_settings {
    const char *chips[2];
    const char *hosted; /**< NULL: QEMU. */
    const char *guests; /**< Directory of their images. */
};
extern struct stage_settings stage_settings;

/** A machine that is on. The options of its fabric are those of the default, unless given. */
struct emulator *stage_open(unsigned chip, const struct fabric_options *fabric,
                            uint32_t memory_mib);
void stage_close(struct emulator *emulator);

/** One with the smallest caches there are. */
struct emulator *stage_open_small(unsigned chip);

/** Options for a guest of tests/guests. @param flags  GUEST_SEV and others */
struct vm_options stage_options(const char *guest, uint32_t flags);

/** Launches a guest, which must succeed. */
struct vm *stage_launch(struct emulator *emulator, const struct vm_options *options);

/** Lets it run to its next pause, or to a good verdict, which the test requires. */
void stage_run_to_pause(struct vm *vm);
void stage_run_to_end(struct vm *vm);

/** Ends it. */
void stage_end(struct vm *vm);

/** A platform as whoever sends a guest there knows it. */
void stage_identify(struct emulator *emulator, struct sev_target *target);

/** Stops the machines that a test that failed has left on. */
int stage_clean(void **state);
#define STAGE_TEST(function) cmocka_unit_test_teardown(function, stage_clean)

/* The tests (test_*.c). */
extern const struct CMUnitTest stage_decode_tests[];
extern const size_t stage_decode_count;
extern const struct CMUnitTest stage_vmrun_tests[];
extern const size_t stage_vmrun_count;
extern const struct CMUnitTest stage_life_tests[];
extern const size_t stage_life_count;
extern const struct CMUnitTest stage_host_tests[];
extern const size_t stage_host_count;
extern const struct CMUnitTest stage_report_tests[];
extern const size_t stage_report_count;

#endif
