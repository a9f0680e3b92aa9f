/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the boot ROM to the firmware: as after a reset, with one thing more in RAM.
 */
#include "boot/common/leave.inc"
#include "boot/common/start.inc"
#include "boot/rom/rom.h"

    .syntax unified
    .arm

    .section .text.rom_enter_firmware, "ax", %progbits
    .global rom_enter_firmware
    .type rom_enter_firmware, %function
rom_enter_firmware:
    /* Once more, so that falling into this function by a fault does not help. */
    ldr     r2, =ROM_ENTER_PROOF
    cmp     r1, r2
stop:
    bne     stop
    cmp     r1, r2
    bne     stop
    mov     r12, r0

    /* The body, and our own data, must be in RAM and nowhere else when the caches go off. */
    ldr     r0, =__firmware_start
    ldr     r1, =__firmware_body_end
    bl      cache_clean
    ldr     r0, =__handover_page
    add     r1, r0, #0x1000
    bl      cache_clean
    ldr     r0, =__data_start
    ldr     r1, =__bss_end
    bl      cache_clean
    ldr     r0, =__stack_svc_start
    ldr     r1, =__stack_svc_end
    bl      cache_clean

    leave_mmu r0, r1

    ldr     r0, =__rom_ram_start
    ldr     r1, =__secure_ram_end
    start_clear                     /* q0 to q3 are zero now. */
    dsb

    leave_to_r12
    .ltorg
    .size rom_enter_firmware, . - rom_enter_firmware
