/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions. None is expected: interrupts are never enabled, so that every exception is a fault
 * and ends the run.
 */
#ifndef ARCH_ARM_FAULT_H
#define ARCH_ARM_FAULT_H

/* Offsets in struct fault_frame and values of its member KIND, for arch/arm/vectors.S. */
#define FAULT_FRAME_SP 52
#define FAULT_FRAME_LR 56
#define FAULT_FRAME_PC 60
#define FAULT_FRAME_SPSR 64
#define FAULT_FRAME_KIND 68
#define FAULT_FRAME_BYTES 72

#define FAULT_RESET 0
#define FAULT_UNDEFINED 1
#define FAULT_CALL 2
#define FAULT_PREFETCH 3
#define FAULT_DATA 4
#define FAULT_HYPERVISOR 5
#define FAULT_IRQ 6
#define FAULT_FIQ 7

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

/** What an exception vector saves: the state of the code that it interrupted. */
struct fault_frame {
    uint32_t r[13];
    uint32_t sp;
    uint32_t lr;
    uint32_t pc; /**< The exception's link register: some bytes after the instruction. */
    uint32_t spsr;
    uint32_t kind; /**< FAULT_*. */
};

/** Whether r0..r12 are printed: not where they can hold secrets. Set by what is linked. */
extern const bool fault_prints_registers;

/** Prints what happened and turns the board off; called by the exception vectors. */
_Noreturn void fault_report(const struct fault_frame *frame);

#endif
#endif
