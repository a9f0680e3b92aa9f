/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the running firmware to another one, without a reset. The last steps run from a page outside
 * of everything that is overwritten, with the MMU off.
 *
 * void firmware_replace(const void *body, uint32_t bytes, uint32_t entry, void *trampoline)
 * @p bytes is a multiple of 4; @p trampoline holds a copy of firmware_trampoline.
 */
#include "boot/common/leave.inc"

    .syntax unified
    .arm

    .section .text.firmware_replace, "ax", %progbits
    .global firmware_replace
    .type firmware_replace, %function
firmware_replace:
    mov     r6, r0
    mov     r7, r1
    mov     r8, r2
    mov     r9, r3

    /* What is in the caches only must be in RAM, and nothing of it may come down later. */
    ldr     r0, =__firmware_start
    ldr     r1, =__bss_end
    bl      cache_clean
    ldr     r0, =__stack_svc_start
    ldr     r1, =__stack_svc_end
    bl      cache_clean
    ldr     r0, =__bulk_start
    ldr     r1, =__bulk_end
    bl      cache_clean
    ldr     r0, =__handover_records /* And the hand-over page behind them. */
    ldr     r1, =__handover_page
    add     r1, r1, #0x1000
    bl      cache_clean

    leave_mmu r4, r5
    ldr     r4, =__firmware_start
    ldr     r5, =__handover_records
    mov     r0, r6
    mov     r1, r7
    mov     r2, r8
    bx      r9
    .ltorg
    .size firmware_replace, . - firmware_replace

/* r0 body, r1 bytes, r2 entry, r4 where it goes, r5 end of what the old firmware may have used. */
    .global firmware_trampoline
    .type firmware_trampoline, %function
firmware_trampoline:
    add     r1, r4, r1
copy:
    ldr     r6, [r0], #4
    str     r6, [r4], #4
    cmp     r4, r1
    blo     copy
    mov     r6, #0
clear:
    str     r6, [r4], #4
    cmp     r4, r5
    blo     clear
    dsb
    mcr     p15, 0, r6, c7, c5, 0   /* ICIALLU */
    dsb
    isb
    mov     r12, r2
    .irp    reg, q0, q1, q2, q3
    vmov.i32 \reg, #0
    .endr
    leave_to_r12
    .size firmware_trampoline, . - firmware_trampoline
    .global firmware_trampoline_end
firmware_trampoline_end:
