/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data cache maintenance, for code that is about to turn the caches off.
 */
#define CACHE_LINE 32 /* The smallest one of the supported CPUs: some lines are cleaned twice. */

    .syntax unified
    .arm

/* Cleans and invalidates the data cache for the mapped addresses [r0, r1). Uses no stack. */
    .section .text.cache_clean, "ax", %progbits
    .global cache_clean
    .type cache_clean, %function
cache_clean:
    cmp     r0, r1
    mcrlo   p15, 0, r0, c7, c14, 1  /* DCCIMVAC */
    addlo   r0, r0, #CACHE_LINE
    blo     cache_clean
    dsb
    bx      lr
    .size cache_clean, . - cache_clean
