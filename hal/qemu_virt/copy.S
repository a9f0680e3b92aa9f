/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board_copy(destination, source, length): each byte is read once and written once, in order.
 */
    .syntax unified
    .arm

    .section .text.board_copy, "ax", %progbits
    .global board_copy
    .type board_copy, %function
board_copy:
    subs    r2, r2, #64
    blo     2f
1:  vld1.8  {d0-d3}, [r1]!
    vld1.8  {d4-d7}, [r1]!
    vst1.8  {d0-d3}, [r0]!
    vst1.8  {d4-d7}, [r0]!
    subs    r2, r2, #64
    bhs     1b
2:  adds    r2, r2, #64 - 8
    blt     4f
3:  vld1.8  {d0}, [r1]!
    vst1.8  {d0}, [r0]!
    subs    r2, r2, #8
    bge     3b
4:  adds    r2, r2, #8
    bxeq    lr
5:  ldrb    r3, [r1], #1
    strb    r3, [r0], #1
    subs    r2, r2, #1
    bne     5b
    bx      lr
    .size board_copy, . - board_copy
