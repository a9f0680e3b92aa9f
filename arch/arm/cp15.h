/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system control registers that the board code reads and writes, and barriers (Arm ARM for
 * ARMv7-A and ARMv7-R, B3.17 and B4.1).
 */
#ifndef ARCH_ARM_CP15_H
#define ARCH_ARM_CP15_H

#include <stdint.h>

/** Defines cp15_read_NAME(), which reads one 32-bit register. */
#define CP15_READ(name, crn, op1, crm, op2)                                                        \
    static inline uint32_t cp15_read_##name(void)                                                  \
    {                                                                                              \
        uint32_t value;                                                                            \
        __asm__ volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 : "=r"(value));        \
        return value;                                                                              \
    }

/** Defines cp15_write_NAME(value), which writes one 32-bit register. */
#define CP15_WRITE(name, crn, op1, crm, op2)                                                       \
    static inline void cp15_write_##name(uint32_t value)                                           \
    {                                                                                              \
        __asm__ volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2                        \
                         :                                                                         \
                         : "r"(value)                                                              \
                         : "memory");                                                              \
    }

CP15_READ(sctlr, c1, 0, c0, 0)      /* system control */
CP15_READ(id_isar5, c0, 0, c2, 5)   /* instruction set attributes 5 */
CP15_READ(dfsr, c5, 0, c0, 0)       /* data fault status */
CP15_READ(ifsr, c5, 0, c0, 1)       /* instruction fault status */
CP15_READ(dfar, c6, 0, c0, 0)       /* data fault address */
CP15_READ(ifar, c6, 0, c0, 2)       /* instruction fault address */
CP15_READ(cntfrq, c14, 0, c0, 0)    /* timer frequency in Hz */
CP15_WRITE(sctlr, c1, 0, c0, 0)     /* system control */
CP15_WRITE(ttbcr, c2, 0, c0, 2)     /* translation table control */
CP15_WRITE(mair0, c10, 0, c2, 0)    /* memory attributes 0..3 */
CP15_WRITE(tlbiall, c8, 0, c7, 0)   /* forget all translations */
CP15_WRITE(tlbimva, c8, 0, c7, 1)   /* forget the translation of one address */
CP15_WRITE(iciallu, c7, 0, c5, 0)   /* invalidate the instruction cache */
CP15_WRITE(bpiall, c7, 0, c5, 6)    /* invalidate the branch predictor */
CP15_WRITE(cntp_ctl, c14, 0, c2, 1) /* physical timer control */
CP15_WRITE(cntv_ctl, c14, 0, c3, 1) /* virtual timer control */

/** Writes the 64-bit address of the translation table. */
static inline void cp15_write_ttbr0(uint64_t value)
{
    __asm__ volatile("mcrr p15, 0, %Q0, %R0, c2" : : "r"(value) : "memory");
}

/** @return ticks of the system counter */
static inline uint64_t cp15_read_cntpct(void)
{
    uint64_t value;
    __asm__ volatile("isb\n\tmrrc p15, 0, %Q0, %R0, c14" : "=r"(value) : : "memory");
    return value;
}

/** Sets the tick at which the physical timer fires. */
static inline void cp15_write_cntp_cval(uint64_t value)
{
    __asm__ volatile("mcrr p15, 2, %Q0, %R0, c14" : : "r"(value) : "memory");
}

/** Virtual timer compare value. */
static inline void cp15_write_cntv_cval(uint64_t value)
{
    __asm__ volatile("mcrr p15, 3, %Q0, %R0, c14" : : "r"(value) : "memory");
}

static inline void barrier_dsb(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

static inline void barrier_isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}

/** Sleeps until an interrupt is pending, masked or not. */
static inline void wait_for_interrupt(void)
{
    __asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

#endif
