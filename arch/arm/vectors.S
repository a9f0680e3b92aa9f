/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exception vectors, for all modes. Each saves what it interrupted on its mode's own stack and goes
 * to fault_report(); none returns.
 */
#include "arch/arm/fault.h"

    .syntax unified
    .arm

#define MODE_MASK 0x1F
#define MODE_USER 0x10
#define MODE_SYSTEM 0x1F
#define INTERRUPTS_MASKED 0xC0

    .section .vectors, "ax", %progbits
    .balign 32
    .global exception_vectors
    .type exception_vectors, %object
exception_vectors:
    b       vector_reset
    b       vector_undefined
    b       vector_call
    b       vector_prefetch
    b       vector_data
    b       vector_hypervisor
    b       vector_irq
    b       vector_fiq
    .size exception_vectors, . - exception_vectors

    .macro vector name, kind
    .type vector_\name, %function
vector_\name:
    sub     sp, sp, #FAULT_FRAME_BYTES
    stm     sp, {r0-r12}
    mov     r0, #\kind
    b       vector_common
    .size vector_\name, . - vector_\name
    .endm

    vector  reset, FAULT_RESET
    vector  undefined, FAULT_UNDEFINED
    vector  call, FAULT_CALL
    vector  prefetch, FAULT_PREFETCH
    vector  data, FAULT_DATA
    vector  hypervisor, FAULT_HYPERVISOR
    vector  irq, FAULT_IRQ
    vector  fiq, FAULT_FIQ

/* r0 = kind, sp = frame with r0-r12 saved */
    .type vector_common, %function
vector_common:
    str     r0, [sp, #FAULT_FRAME_KIND]
    str     lr, [sp, #FAULT_FRAME_PC]
    mrs     r1, spsr
    str     r1, [sp, #FAULT_FRAME_SPSR]
    mov     r4, sp

    /* A visit to the interrupted mode, for its stack pointer and link register. */
    mrs     r2, cpsr
    and     r3, r1, #MODE_MASK
    cmp     r3, #MODE_USER
    moveq   r3, #MODE_SYSTEM
    orr     r3, r3, #INTERRUPTS_MASKED
    msr     cpsr_c, r3
    mov     r5, sp
    mov     r6, lr
    msr     cpsr_c, r2
    str     r5, [r4, #FAULT_FRAME_SP]
    str     r6, [r4, #FAULT_FRAME_LR]

    mov     r0, r4
    bl      fault_report
1:  wfi
    b       1b
    .size vector_common, . - vector_common
