/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines and guests of the emulator's tests (stage.h).
 */
#include "tests/emulator/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/machine.h"

#define MIB 0x100000ull
#define GUEST_MIB 4u

struct stage_settings stage_settings;

static struct trace no_trace;
static struct emulator *on[2];

static struct emulator *open_machine(unsigned chip, const struct fabric_options *fabric,
                                     uint32_t memory_mib, uint32_t cache_pages)
{
    struct emulator *emulator = calloc(1, sizeof *emulator);
    struct board_options options = board_default_options;
    assert_non_null(emulator);
    options.hosted = stage_settings.hosted;
    options.memory_mib = memory_mib;
    if (fabric != NULL) {
        options.fabric_options = *fabric;
    }
    *emulator = (struct emulator){.name = "",
                                  .directory = stage_settings.chips[chip],
                                  .quiet = true,
                                  .cache_pages = cache_pages,
                                  .board = BOARD_CLOSED,
                                  .trace = &no_trace};
    on[chip] = emulator;
    assert_int_equal(emulator_power_on(emulator, &options), BOARD_OK);
    return emulator;
}

struct emulator *stage_open(unsigned chip, const struct fabric_options *fabric, uint32_t memory_mib)
{
    return open_machine(chip, fabric, memory_mib, X86_CACHE_PAGES_DEFAULT);
}

struct emulator *stage_open_small(unsigned chip)
{
    return open_machine(chip, NULL, 0, X86_CACHE_PAGES_MIN);
}

void stage_close(struct emulator *emulator)
{
    assert_true(emulator_finish(emulator));
    assert_true(emulator_power_off(emulator));
    for (size_t i = 0; i < sizeof on / sizeof on[0]; i++) {
        on[i] = on[i] == emulator ? NULL : on[i];
    }
    free(emulator);
}

int stage_clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof on / sizeof on[0]; i++) {
        if (on[i] != NULL) {
            assert_true(emulator_power_off(on[i]));
            free(on[i]);
            on[i] = NULL;
        }
    }
    return 0;
}

struct vm_options stage_options(const char *guest, uint32_t flags)
{
    static char path[PATH_MAX]; /* Until the next one. */
    (void)snprintf(path, sizeof path, "%s/%s.bin", stage_settings.guests, guest);
    return (struct vm_options){.path = path,
                               .name = guest,
                               .vcpus = 1,
                               .memory_bytes = GUEST_MIB * MIB,
                               .flags = flags,
                               .policy = VM_ANY_POLICY};
}

struct vm *stage_launch(struct emulator *emulator, const struct vm_options *options)
{
    struct vm *vm = calloc(1, sizeof *vm);
    assert_non_null(vm);
    assert_true(vm_launch(vm, emulator, options));
    return vm;
}

static void run_to(struct vm *vm, enum vm_stop wanted)
{
    const enum vm_stop stop = vm_run(vm, STAGE_SECONDS);
    if (stop != wanted || (stop == VM_ENDED && vm->devices.verdict != 0)) {
        print_message("%s\n%s\n", vm->problem != NULL ? vm->problem : "", vm->devices.text);
    }
    assert_int_equal(stop, wanted);
}

void stage_run_to_pause(struct vm *vm)
{
    run_to(vm, VM_PAUSED);
}

void stage_run_to_end(struct vm *vm)
{
    run_to(vm, VM_ENDED);
    assert_int_equal(vm->devices.verdict, 0);
}

void stage_end(struct vm *vm)
{
    assert_true(vm_end(vm));
    free(vm);
}

void stage_identify(struct emulator *emulator, struct sev_target *target)
{
    char reason[BOARD_MESSAGE_BYTES] = "";
    memset(target, 0, sizeof *target);
    assert_true(machine_identify(&emulator->board, emulator->directory, target, reason));
}
