/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of SEV-SNP guests on the Linux board, for unit tests: what the processor does to them is done by
 * host/x86, as an emulator's would. Functions that make something fail the test when they cannot.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_PAGES_H
#define TESTS_UNIT_FIRMWARE_SNP_PAGES_H

#include "firmware/snp_guest/guest.h"
#include "host/x86/rmp_instructions.h"

#include "tests/unit/firmware_snp.h"

/** Setup: snp_boot_init(), and cores that execute instructions. */
int pages_boot(void **state);

/** Lets cores execute instructions on the board as it is. */
void pages_attach(void);

/** @return the table as the cores see it */
struct x86_rmp *pages_rmp(void);

/** RMPUPDATE. */
enum rmp_result pages_update(uint64_t paddr, const struct rmpupdate_state *state);

/** A page of the host becomes a Firmware page. */
void pages_give(uint64_t paddr, bool large);

/** A page becomes the host's. */
void pages_take(uint64_t paddr, bool large);

/** A page of the host's becomes a guest's. */
struct pages_place {
    uint64_t paddr;
    uint64_t gpa;
    uint32_t asid;
    bool large;
};
void pages_make_pre_guest(const struct pages_place *place);
void pages_make_guest_invalid(const struct pages_place *place);
void pages_make_guest_valid(const struct pages_place *place);

/** RMPUPDATE with IMMUTABLE of a guest's page: Pre-Swap or Pre-Guest. */
void pages_freeze(const struct pages_place *place);

/** RMPADJUST by VMPL 0: what VMPL 1 may do with a Guest-Valid page, and whether it is a VMSA. */
void pages_adjust(const struct pages_place *place, uint8_t permissions, bool vmsa);

/** @return what the cores find of a page */
struct x86_rmp_page pages_look(uint64_t paddr);

/** @return the state as the cores see it */
enum x86_rmp_state pages_state(uint64_t paddr);

/** Makes a guest in LAUNCH that is bound to an ASID, with keys, its context in a page of the host's. */
void pages_make_guest(uint64_t gctx, uint32_t asid, uint64_t policy);

/** @return the guest whose context is there; valid until two other contexts were opened */
struct snp_guest *pages_guest(uint64_t gctx);

/** Counters and SUBPAGES are what the entries say. */
void pages_check_counts(void);

#endif
