/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests of SEV-SNP, launched by a hypervisor, and what runs in them: it reads its own memory.
 */
#ifndef TESTS_HYPERVISOR_GUEST_H
#define TESTS_HYPERVISOR_GUEST_H

#include "abi/snp_launch.h"
#include "tests/hypervisor/hypervisor.h"

#define GUEST_POLICY (SNP_POLICY_ONE | SNP_POLICY_SMT)

/** SNP_LAUNCH_START in a page of the hypervisor. @return the context's address */
uint64_t guest_start(uint64_t paddr, uint64_t policy);

/** SNP_ACTIVATE, after WBINVD and SNP_DF_FLUSH. */
void guest_activate(uint64_t gctx, uint32_t asid);

/** guest_start() with GUEST_POLICY and guest_activate(). @return the context's address */
uint64_t guest_launch(uint64_t paddr, uint32_t asid);

/** Gives a page to a guest that is being launched, which finds it at its own address, and launches it. */
void guest_add(uint64_t gctx, uint32_t asid, uint64_t paddr, enum snp_page_type type);

/** Makes a page a Pre-Guest page of the guest, which finds it at GPA. */
void guest_give(uint32_t asid, uint64_t paddr, uint64_t gpa);

/** SNP_LAUNCH_FINISH without an ID block. */
void guest_finish(uint64_t gctx);

/** A guest in a state. @return the context's address */
uint64_t guest_in(enum snp_guest_state state, bool active, uint64_t paddr, uint32_t asid);

/** What the guest finds in its memory; @p length a multiple of 16. */
void guest_read(uint32_t asid, uint64_t paddr, void *bytes, size_t length);

/** SNP_GUEST_STATUS. */
struct snp_guest_status_page guest_status_of(uint64_t gctx);

#endif
