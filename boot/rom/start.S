/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot ROM's first instructions: a clean secure RAM, own data and stacks, the MMU, then C.
 */
#include "boot/common/start.inc"

    .syntax unified
    .arm

/* The only thing in the first page, which the MMU then takes away. */
    .section .reset, "ax", %progbits
    .global rom_reset
    .type rom_reset, %function
rom_reset:
    b       rom_start
    .size rom_reset, . - rom_reset

    .section .start, "ax", %progbits
    .type rom_start, %function
rom_start:
    start_cpu
    mrc     p15, 0, r0, c0, c0, 5   /* MPIDR: one CPU does the work */
    tst     r0, #0xFF
    bne     park

    /* What a former run left in secure RAM does not survive a reset. Zeroes our bss, too. */
    ldr     r0, =__secure_ram_start
    ldr     r1, =__secure_ram_end
    start_clear

    ldr     r0, =__data_start
    ldr     r1, =__data_end
    ldr     r2, =__data_load
copy_data:
    cmp     r0, r1
    ldrlo   r3, [r2], #4
    strlo   r3, [r0], #4
    blo     copy_data

    start_stacks
    bl      rom_map
    bl      rom_main
park:
    wfi
    b       park
    .size rom_start, . - rom_start
    .ltorg
