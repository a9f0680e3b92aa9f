/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMRUN and #VMEXIT of guests with SEV, SEV-ES and SEV-SNP: what the core checks before it enters,
 * and the registers in the VMSA. Without SEV they check next to nothing, and have no VMSA.
 */
#ifndef HOST_X86_VMRUN_H
#define HOST_X86_VMRUN_H

#include <stdbool.h>
#include <stdint.h>

#include "host/x86/guest.h"
#include "host/x86/machine.h"

/* Exit codes. */
#define X86_VMEXIT_NPF 0x400u
#define X86_VMEXIT_VMGEXIT 0x403u
#define X86_VMEXIT_INVALID UINT64_MAX
#define X86_VMEXIT_BUSY (UINT64_MAX - 1)

/** What VMRUN takes from a VMCB. */
struct x86_vmcb {
    uint64_t paddr;     /**< Of the VMCB, which #VMEXIT writes; without the C-bit. */
    uint32_t asid;      /**< 058h */
    bool nested_paging; /**< 090h bit 0 */
    bool sev;           /**< 090h bit 1 */
    bool sev_es;        /**< 090h bit 2 */
    uint64_t ncr3;      /**< 0B0h, with the host's C-bit */
    uint64_t vmsa;      /**< 108h, without the C-bit, if SEV_ES */
};

enum x86_vmrun_result {
    X86_VMRUN_OK = 0,
    X86_VMRUN_NO_CORE,       /**< The fabric has no such core. */
    X86_VMRUN_VMCB,          /**< The VMCB's page is not the host's to write. */
    X86_VMRUN_ASID,          /**< ASID 0; with SEV one that there is not, or not for this kind. */
    X86_VMRUN_NO_ENCRYPTION, /**< SEV, and SYSCFG of the core has encryption off. */
    X86_VMRUN_NESTED_PAGING, /**< SEV without nested paging, or SEV-ES without SEV. */
    X86_VMRUN_NO_KEY,       /**< No guest has been activated with that ASID, or none is any more. */
    X86_VMRUN_CORE,         /**< ACTIVATE_EX has not let this core run that ASID. */
    X86_VMRUN_VMSA,         /**< No VMSA of this guest is there, or no memory. */
    X86_VMRUN_VMSA_CHANGED, /**< It is not what was saved last. */
    X86_VMRUN_VMSA_BUSY,    /**< A core runs it, or a command works on it. */
    X86_VMRUN_FEATURES,     /**< SEV_FEATURES that the cores have not, or not in such a page. */
    X86_VMRUN_VMPL,         /**< There is no such VMPL, or SYSCFG has not VMPL_EN. */
};

/**
 * VMRUN: checks, and with SEV-ES takes the VMSA for the core.
 *
 * @param core          index in the fabric's table; it is in no guest
 * @param[out] guest    for page walks, until x86_vmexit(); set with X86_VMRUN_OK
 * @param[out] vmsa     SEV_VMSA_BYTES: the registers of a guest with SEV-ES, 0 unless the result is
 *                      X86_VMRUN_OK. NULL is possible for guests without
 * @return X86_VMRUN_OK; otherwise the core stays in the host, with x86_vmrun_exit_code()
 */
enum x86_vmrun_result x86_vmrun(struct x86_machine *machine, uint32_t core,
                                const struct x86_vmcb *vmcb, struct x86_guest *guest, uint8_t *vmsa)
    __attribute__((warn_unused_result));

/**
 * #VMEXIT: saves the registers of a guest with SEV-ES and gives its VMSA up. Its lines stay cached.
 *
 * @param guest  from x86_vmrun(); not to be used afterwards
 * @param vmsa   SEV_VMSA_BYTES; NULL for guests without SEV-ES
 * @return false when the guest has ended meanwhile, or its memory has: nothing is saved
 */
bool x86_vmexit(struct x86_machine *machine, const struct x86_guest *guest, const uint8_t *vmsa);

/** @return EXITCODE of a VMRUN that was refused */
uint64_t x86_vmrun_exit_code(enum x86_vmrun_result result);

/** @return the result in words */
const char *x86_vmrun_result_text(enum x86_vmrun_result result);

#endif
