/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What guests with SEV-ES and SEV-SNP do: the guest-hypervisor communication block (GHCB), requests of the
 * hypervisor by it, the instructions of the reverse map table, messages to the firmware.
 */
#ifndef TESTS_GUESTS_LIB_SNP_H
#define TESTS_GUESTS_LIB_SNP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* PVALIDATE, 4 KiB. */
struct guest_rmp_result {
    uint32_t result;
    bool carry;
};
static inline struct guest_rmp_result guest_pvalidate(uint64_t address, bool validate)
{
    struct guest_rmp_result outcome;
    __asm__ volatile(".byte 0xF2, 0x0F, 0x01, 0xFF"
                     : "=a"(outcome.result), "=@ccc"(outcome.carry)
                     : "a"(address), "c"(0), "d"((uint64_t)validate)
                     : "memory");
    return outcome;
}

/** RMPADJUST, 4 KiB. @param attributes  as RDX has them */
static inline uint32_t guest_rmpadjust(uint64_t address, uint64_t attributes)
{
    uint32_t result;
    __asm__ volatile(".byte 0xF3, 0x0F, 0x01, 0xFE"
                     : "=a"(result)
                     : "a"(address), "c"(0), "d"(attributes)
                     : "memory", "cc");
    return result;
}

/**
 * A request by GHCB.
 *
 * @param code   exit code
 * @param info1, info2  its EXITINFO1 and 2
 * @param[in,out] rax   and the other registers that go with it
 * @return false: the hypervisor says that it went wrong
 */
struct guest_ghcb_registers {
    uint64_t rax, rbx, rcx, rdx;
    uint64_t info2; /**< Out: SW_EXITINFO2. */
};
bool guest_ghcb(uint64_t code, uint64_t info1, uint64_t info2,
                struct guest_ghcb_registers *registers);

/** A request by the GHCB's MSR alone. @return the answer in it */
uint64_t guest_ghcb_msr(uint64_t request);

/** The page's shared buffer of 7F0h bytes, for MMIO. */
void *guest_ghcb_buffer(void);

/** How many #VC this guest has handled by exit code; see vc.c. */
uint64_t guest_vc_count(uint64_t code);

#endif
