/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's first instructions, entered by the boot ROM with the MMU off: own stacks and data,
 * then C. Must be the first bytes of the image.
 */
#include "boot/common/start.inc"

    .syntax unified
    .arm

    .section .start, "ax", %progbits
    .global firmware_entry
    .type firmware_entry, %function
firmware_entry:
    start_cpu
    ldr     r0, =__bss_start
    ldr     r1, =__bss_end
    start_clear
    start_stacks
    bl      firmware_map
    bl      firmware_boot
1:  wfi
    b       1b
    .ltorg
    .size firmware_entry, . - firmware_entry
