/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MSRs of memory encryption. Those of cores live in the fabric, where the firmware sees them.
 */
#ifndef HOST_X86_MSR_H
#define HOST_X86_MSR_H

#include <stdint.h>

#include "host/x86/guest.h"
#include "host/x86/machine.h"

#define X86_MSR_SYSCFG 0xC0010010u
#define X86_MSR_HWCR 0xC0010015u
#define X86_MSR_VM_HSAVE_PA 0xC0010117u
#define X86_MSR_VM_PAGE_FLUSH 0xC001011Eu
#define X86_MSR_SEV_STATUS 0xC0010131u
#define X86_MSR_RMP_BASE 0xC0010132u
#define X86_MSR_RMP_END 0xC0010133u
#define X86_MSR_RMP_CFG 0xC0010136u

enum x86_msr_result {
    X86_MSR_DONE = 0,
    X86_MSR_OTHER, /**< None of these: the emulator's own business. */
    X86_MSR_GP,    /**< #GP(0) */
    /** VM_PAGE_FLUSH: translate bits 63:12 as a read of the host, then x86_vm_page_flush(). */
    X86_MSR_FLUSH,
};

/**
 * RDMSR.
 *
 * @param core        index in the fabric's table
 * @param guest       that executes it, if its host lets it; NULL outside of guests
 * @param[out] value  set with X86_MSR_DONE
 * @return X86_MSR_GP: not readable, not a guest's to read, or no such core
 */
enum x86_msr_result x86_rdmsr(const struct x86_machine *machine, uint32_t core,
                              const struct x86_guest *guest, uint32_t msr, uint64_t *value)
    __attribute__((warn_unused_result));

/**
 * WRMSR.
 *
 * @return X86_MSR_GP, and nothing is changed:
 *         a guest's, or no such core; SEV_STATUS;
 *         SYSCFG       with SNP_EN or VMPL_EN on a machine without SEV-SNP. While SNP_EN is set, it,
 *                      VMPL_EN, MFDM and encryption stay as they are, whatever is written
 *         VM_HSAVE_PA  not page-aligned, above the addresses there are, or not the host's to write
 *         RMP_BASE     not aligned to 8 KiB, or above the addresses there are; with SNP_EN set, or on
 *                      a machine without SEV-SNP
 *         RMP_END      likewise, but that bits 12:0 become ones
 *         RMP_CFG      not 0: there is no segmented table
 *         VM_PAGE_FLUSH  with an ASID that is not a guest's
 */
enum x86_msr_result x86_wrmsr(struct x86_machine *machine, uint32_t core,
                              const struct x86_guest *guest, uint32_t msr, uint64_t value)
    __attribute__((warn_unused_result));

#endif
