/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of the host under its own key (SME): it outlives guests that come and go, and not a reset.
 */
#include <string.h>

#include "host/x86/access.h"
#include "tests/emulator/stage.h"

static const char text[] = "what the host keeps under its own key";

static void memory_outlives_guests_and_no_reset(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    char seen[sizeof text];
    assert_true(emulator_prepare(emulator, false));
    const uint64_t page = dram_allocate(&emulator->board.dram, 0, DRAM_PAGE_BYTES, 0);
    const uint64_t encrypted = page | emulator->x86.c_bit;
    assert_true(emulator_write(emulator, encrypted, text, sizeof text));
    x86_cache_flush(emulator->x86.cache);
    for (uint32_t i = 0; i < 3; i++) {
        const struct vm_options options = stage_options("hello", GUEST_SEV);
        struct vm *vm = stage_launch(emulator, &options);
        stage_run_to_end(vm);
        stage_end(vm);
    }
    emulator_read(emulator, encrypted, seen, sizeof seen);
    assert_string_equal(seen, text);
    emulator_read(emulator, page, seen, sizeof seen);
    assert_memory_not_equal(seen, text, sizeof text);
    assert_true(emulator_finish(emulator));
    x86_machine_reset(&emulator->x86);
    assert_int_equal(board_reset(&emulator->board, BOARD_READY_TIMEOUT_MS), BOARD_OK);
    fabric_core_at(emulator->board.fabric_file.bytes, 0)->syscfg |= SYSCFG_MEMORY_ENCRYPTION;
    emulator_read(emulator, encrypted, seen, sizeof seen);
    assert_memory_not_equal(seen, text, sizeof text);
    stage_close(emulator);
}

const struct CMUnitTest stage_host_tests[] = {
    STAGE_TEST(memory_outlives_guests_and_no_reset),
};
const size_t stage_host_count = sizeof stage_host_tests / sizeof stage_host_tests[0];
