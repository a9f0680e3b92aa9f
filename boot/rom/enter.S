/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the boot ROM to the firmware: as after a reset, with one thing more in RAM.
 */
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

    mrc     p15, 0, r0, c1, c0, 0
    ldr     r1, =0x00181805         /* UWXN, WXN, I, Z, C, M */
    bic     r0, r0, r1
    mcr     p15, 0, r0, c1, c0, 0
    isb
    mov     r0, #0
    mcr     p15, 0, r0, c8, c7, 0   /* TLBIALL */
    mcr     p15, 0, r0, c7, c5, 0   /* ICIALLU */
    mcr     p15, 0, r0, c7, c5, 6   /* BPIALL */
    dsb
    isb

    ldr     r0, =__rom_ram_start
    ldr     r1, =__secure_ram_end
    start_clear
    dsb

    .irp    reg, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15
    vmov.i32 \reg, #0
    .endr
    .irp    reg, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, sp, lr
    mov     \reg, #0
    .endr
    bx      r12
    .ltorg
    .size rom_enter_firmware, . - rom_enter_firmware
