/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instructions that read and change the reverse map table (SNP 3.5), for programs that emulate
 * x86 hardware. Registers are as the program has them; result and carry go to EAX and CF.
 *
 * Every change is one step for other cores and for the firmware. When somebody keeps an entry
 * locked, or the firmware is just making the table, the result is RMP_FAIL_INUSE. docs/rmp.md says
 * what a program must do before and after.
 */
#ifndef HOST_X86_RMP_INSTRUCTIONS_H
#define HOST_X86_RMP_INSTRUCTIONS_H

#include "host/x86/rmp.h"

/* Registers of PVALIDATE, RMPADJUST and RMPQUERY. */
#define X86_RMP_RCX_2M (1ull << 0)        /**< Size of the page, else 4 KiB. */
#define X86_RMP_RDX_VALIDATED (1ull << 0) /**< PVALIDATE */
#define X86_RMP_RDX_VMPL 0xFFull          /**< RMPADJUST, RMPQUERY: the VMPL that is meant. */
#define X86_RMP_RDX_PERMISSIONS_SHIFT 8u
#define X86_RMP_RDX_PERMISSIONS (0xFFull << X86_RMP_RDX_PERMISSIONS_SHIFT)
#define X86_RMP_RDX_VMSA (1ull << 16)

/**
 * RMPUPDATE: gives a page to somebody, or back to the host. The host's.
 *
 * @param core   index in the fabric's table of cores
 * @param spa    RAX
 * @param state  copy of the 16 bytes at RCX
 * @return #UD when the core has no SNP_EN; or
 *         RMP_FAIL_INPUT       an address or size is not aligned, or a field is out of range; the page
 *                              has no entry; an unassigned page with ASID or IMMUTABLE; a page of ASID
 *                              0 with a GPA
 *         RMP_FAIL_PERMISSION  the page, or one in the 2 MiB, is immutable
 *         RMP_FAIL_INUSE       see above; or a core runs the VMSA that is there
 *         RMP_FAIL_OVERLAP     it would be part of a page of 2 MiB, or cover assigned pages of 4 KiB
 *         RMP_SUCCESS
 */
struct x86_rmp_outcome x86_rmpupdate(const struct x86_rmp *rmp, uint32_t core, uint64_t spa,
                                     const struct rmpupdate_state *state);

/**
 * PSMASH: makes 512 pages of 4 KiB of one of 2 MiB. The host's.
 *
 * @param spa  RAX
 * @return #UD when the core has no SNP_EN; RMP_FAIL_INPUT when the address is not aligned, or there is
 *         no assigned page of 2 MiB; RMP_FAIL_PERMISSION when it is immutable; RMP_FAIL_INUSE;
 *         RMP_SUCCESS
 */
struct x86_rmp_outcome x86_psmash(const struct x86_rmp *rmp, uint32_t core, uint64_t spa);

/**
 * RMPREAD: tells what the host may know of a page. The host's.
 *
 * @param spa         RAX
 * @param[out] state  for the 16 bytes at RCX, with RMP_SUCCESS; of a page of 2 MiB with the GPA of
 *                    the 4 KiB that were asked for
 * @return #UD when the core has no SNP_EN; RMP_FAIL_INPUT when the address is not aligned or the page
 *         has no entry; RMP_FAIL_INUSE; RMP_SUCCESS
 */
struct x86_rmp_outcome x86_rmpread(const struct x86_rmp *rmp, uint32_t core, uint64_t spa,
                                   struct rmpread_state *state);

/*
 * What needs no page table: a program calls these before it walks any, and goes on when the outcome
 * is X86_RMP_EVENT_NONE with RMP_SUCCESS. The instructions below look again.
 */
struct x86_rmp_outcome x86_pvalidate_operands(const struct x86_rmp_guest *guest, uint64_t rax,
                                              uint64_t rcx);
struct x86_rmp_outcome x86_rmpadjust_operands(const struct x86_rmp_guest *guest, uint64_t rax,
                                              uint64_t rcx, uint64_t rdx);
struct x86_rmp_outcome x86_rmpquery_operands(const struct x86_rmp_guest *guest, uint64_t rax,
                                             uint64_t rdx);

/**
 * PVALIDATE: the guest takes a page, or gives it up.
 *
 * @param rax  the guest's virtual address
 * @param rcx  bit 0: 2 MiB
 * @param rdx  bit 0: validated
 * @return #GP unless CPL and VMPL are 0;
 *         #NPF when the page is not the guest's or immutable, and when the host must change its size:
 *         SIZEM is set when 4 KiB of a page of 2 MiB are wanted, or are all that is mapped;
 *         RMP_FAIL_INPUT when the address is not aligned; RMP_FAIL_SIZEMISMATCH when 2 MiB are wanted
 *         of smaller pages; RMP_FAIL_INUSE;
 *         RMP_SUCCESS, with CARRY when the page was in that state before
 */
struct x86_rmp_outcome x86_pvalidate(const struct x86_rmp *rmp, const struct x86_rmp_guest *guest,
                                     uint64_t rax, uint64_t rcx, uint64_t rdx);

/**
 * RMPADJUST: a VMPL says what a lesser one may do with a page, and VMPL 0 which page is a VMSA.
 *
 * @param rax  the guest's virtual address
 * @param rcx  bit 0: 2 MiB
 * @param rdx  bits 7:0 the lesser VMPL, 15:8 its permissions, 16 whether the page is a VMSA
 * @return #GP unless CPL is 0; #NPF as PVALIDATE; #VC when the page is not validated;
 *         RMP_FAIL_INPUT       the address is not aligned, a bit is reserved, there is no such VMPL; a
 *                              VMSA of 2 MiB
 *         RMP_FAIL_PERMISSION  the VMPL that is meant is not a lesser one; a VMSA is not VMPL 0's to
 *                              make; a permission that the current VMPL has not
 *         RMP_FAIL_SIZEMISMATCH as PVALIDATE
 *         RMP_FAIL_INUSE       see above; or a core runs the VMSA
 *         RMP_SUCCESS
 */
struct x86_rmp_outcome x86_rmpadjust(const struct x86_rmp *rmp, const struct x86_rmp_guest *guest,
                                     uint64_t rax, uint64_t rcx, uint64_t rdx);

/** What RMPQUERY gives with RMP_SUCCESS. */
struct x86_rmpquery_answer {
    uint64_t rcx; /**< X86_RMP_RCX_2M */
    uint64_t rdx; /**< As RMPADJUST takes it. */
};

/**
 * RMPQUERY: tells a VMPL its own or a lesser one's permissions.
 *
 * @param rax          the guest's virtual address
 * @param rdx          bits 7:0 the VMPL that is meant
 * @param[out] answer  set with RMP_SUCCESS
 * @return #GP unless CPL is 0; #NPF when the page is not the guest's or immutable, or is mapped with
 *         another size; #VC when it is not validated; RMP_FAIL_INPUT when the address is not aligned, a
 *         bit is reserved or there is no such VMPL; RMP_FAIL_PERMISSION when it is a greater one;
 *         RMP_FAIL_INUSE; RMP_SUCCESS
 */
struct x86_rmp_outcome x86_rmpquery(const struct x86_rmp *rmp, const struct x86_rmp_guest *guest,
                                    uint64_t rax, uint64_t rdx, struct x86_rmpquery_answer *answer);

#endif
