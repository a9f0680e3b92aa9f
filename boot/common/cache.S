/*
 * Data cache maintenance, for code that is about to turn the caches off.
 */
#define CACHE_LINE 32 /* The smallest one of the supported CPUs: some lines are cleaned twice. */

    .syntax unified
    .arm

/* Cleans and invalidates the data cache for the mapped addresses [r0, r1). Uses no stack. */
    .section .text.boot_clean_cache, "ax", %progbits
    .global boot_clean_cache
    .type boot_clean_cache, %function
boot_clean_cache:
    cmp     r0, r1
    mcrlo   p15, 0, r0, c7, c14, 1  /* DCCIMVAC */
    addlo   r0, r0, #CACHE_LINE
    blo     boot_clean_cache
    dsb
    bx      lr
    .size boot_clean_cache, . - boot_clean_cache
