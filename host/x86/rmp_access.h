/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reverse map table allows (SNP 3.7): accesses of host, guests and devices, and VMRUN. A
 * check refuses while nobody can tell which table is in force; and an access of a guest, when its
 * page's entry stays locked for too long: the host finds nothing amiss and lets the guest try again.
 */
#ifndef HOST_X86_RMP_ACCESS_H
#define HOST_X86_RMP_ACCESS_H

#include "host/x86/rmp.h"

enum x86_rmp_access {
    X86_RMP_READ,
    X86_RMP_WRITE,
    X86_RMP_FETCH,
};

/**
 * Whether the processor or a device writes a page for the host: DMA, and the pages that VMRUN writes,
 * such as VMCB, AVIC backing page and host save area. The program raises what fits: an RMP fault
 * event of the IOMMU, VMEXIT_INVALID, #GP.
 *
 * @param spa    in the page, without the C-bit
 * @param large  through a mapping of 2 MiB or more: no page of the region may be assigned
 */
bool x86_rmp_host_may_write(const struct x86_rmp *rmp, uint64_t spa, bool large);

/**
 * Checks an access of the host's software. Reads and fetches are free.
 *
 * @param spa    in the page, without the C-bit; an access to two pages is two accesses
 * @param large  the page table maps it with 2 MiB or more
 * @param user   CPL 3
 * @return X86_RMP_EVENT_NONE or #PF
 */
struct x86_rmp_outcome x86_rmp_check_host(const struct x86_rmp *rmp, enum x86_rmp_access access,
                                          uint64_t spa, bool large, bool user);

/**
 * Checks that a page walk of the host may set Accessed or Dirty. For the nested page table's entries
 * x86_rmp_host_may_write() says so, and what is raised is #NPF.
 *
 * @param spa     of the page table's entry
 * @param access  that the walk is for
 * @return X86_RMP_EVENT_NONE or #PF
 */
struct x86_rmp_outcome x86_rmp_check_host_walk(const struct x86_rmp *rmp,
                                               enum x86_rmp_access access, uint64_t spa, bool user);

/**
 * Checks an access of an SNP guest, after both page walks. Fetches have the C-bit whatever the page
 * table says.
 *
 * @return X86_RMP_EVENT_NONE, #NPF or #VC
 */
struct x86_rmp_outcome x86_rmp_check_guest(const struct x86_rmp *rmp,
                                           const struct x86_rmp_guest *guest,
                                           enum x86_rmp_access access);

/**
 * Checks an access to a guest's page table by its page walk, which has the C-bit and is a
 * supervisor's.
 *
 * @param guest   GPA, SPA and NESTED_LARGE are those of the page table's page
 * @param access  X86_RMP_READ; X86_RMP_WRITE to set Accessed or Dirty
 * @return X86_RMP_EVENT_NONE, #NPF or #VC
 */
struct x86_rmp_outcome x86_rmp_check_guest_walk(const struct x86_rmp *rmp,
                                                const struct x86_rmp_guest *guest,
                                                enum x86_rmp_access access);

enum x86_rmp_vmrun {
    X86_RMP_VMRUN_OK = 0,
    X86_RMP_VMRUN_INVALID, /**< VMEXIT_INVALID (-1): the page is no VMSA of the guest. */
    X86_RMP_VMRUN_BUSY,    /**< VMEXIT_VMSA_BUSY (-2): another core runs it. */
};

/**
 * VMRUN of an SNP guest: takes its VMSA for a core, until x86_rmp_vmexit(). So long
 * RMPUPDATE and RMPADJUST find the page in use.
 *
 * @param core  below FABRIC_CORES_MAX; it runs no VMSA
 * @param asid  of the guest
 * @param spa   of the VMSA page, 4 KiB aligned
 */
enum x86_rmp_vmrun x86_rmp_vmrun(struct x86_rmp *rmp, uint32_t core, uint32_t asid, uint64_t spa)
    __attribute__((warn_unused_result));

/**
 * Whether the page that a core runs is a VMSA of the guest still: the firmware may have taken the table
 * out of force. It does not wait for a lock.
 */
bool x86_rmp_keeps_vmsa(const struct x86_rmp *rmp, uint32_t asid, uint64_t spa);

/** #VMEXIT, after the registers have been saved: the core gives its VMSA up. */
void x86_rmp_vmexit(struct x86_rmp *rmp, uint32_t core);

#endif
