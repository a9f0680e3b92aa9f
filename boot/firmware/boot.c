/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the first instructions and the firmware proper.
 */
#include "boot/firmware/boot.h"

#include <stdint.h>

#include "arch/arm/panic.h"
#include "hal/entropy.h"
#include "hal/qemu_virt/board.h"

/* This function never returns, and so need not notice that the guard changes under it. */
__attribute__((no_stack_protector)) _Noreturn void firmware_boot(void)
{
    uint8_t random[sizeof(__stack_chk_guard)];
    uintptr_t guard = 0;

    /* Without entropy the guard keeps its default; hal_system_start() then reports the device. */
    if (board_entropy_start() && hal_entropy_read(random, sizeof(random))) {
        for (size_t i = 0; i < sizeof(random); i++) {
            guard = guard << 8 | random[i];
        }
        __stack_chk_guard = guard & ~(uintptr_t)0xFF; /* A zero byte stops string functions. */
    }
    firmware_main();
}
