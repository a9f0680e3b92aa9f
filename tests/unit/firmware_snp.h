/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP on the Linux board, for unit tests: a Milan chip in a machine that is set up for SNP, the
 * RMP seen from the x86 side, and what a hypervisor does with pages.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_H
#define TESTS_UNIT_FIRMWARE_SNP_H

#include "abi/snp_command_id.h"
#include "abi/snp_commands.h"
#include "abi/snp_data.h"
#include "abi/snp_rmp.h"
#include "abi/snp_state.h"
#include "firmware/rmp_page.h"

#include "tests/unit/firmware_board.h"

#define SNP_RMP_BASE 0x03000000ull                 /**< The table, which covers all of DRAM. */
#define SNP_RMP_END (SNP_RMP_BASE + 0x100000u - 1) /**< 1 MiB: 252 MiB are covered. */
#define SNP_ASID 1u
#define SNP_PAGE(n) (0x00400000ull + 0x1000ull * (n))     /**< Pages for tests, n = 0..511. */
#define SNP_REGION(n) (0x00800000ull + 0x200000ull * (n)) /**< Regions of 2 MiB, n = 0..7. */

/** Setup: a Milan chip, its cores set up for SNP, SEV-SNP not yet initialised. */
int snp_boot(void **state);

/** Setup: snp_boot(), SNP_INIT_EX with INIT_RMP, WBINVD and SNP_DF_FLUSH. */
int snp_boot_init(void **state);

/** @return the description of the machine, and what its first core says, to be changed in place */
struct fabric_config *snp_machine(void);
struct fabric_core *snp_core(uint32_t core);

/** @return the entry of the page that an address lies in */
struct rmp_entry *snp_entry(uint64_t paddr);

/** @return the state of a page of 4 KiB, or of the page of 2 MiB around it */
enum rmp_state snp_state(uint64_t paddr);

/** Makes a page what a test needs, as if RMPUPDATE and the firmware had done it. */
void snp_set(uint64_t paddr, const struct rmp_page *page);

/** Makes a page a Firmware page, or a Hypervisor page. */
void snp_give(uint64_t paddr);
void snp_take(uint64_t paddr);

/** Makes a page a Pre-Guest page of an ASID. */
void snp_assign(uint64_t paddr, uint32_t asid, uint64_t gpa);

/** A command whose parameters are one address. */
enum sev_status snp_order(uint32_t id, uint64_t paddr);

/** SNP_INIT_EX. */
enum sev_status snp_init_ex(uint32_t flags);

/** Makes a guest with its context in a page, which becomes a Firmware page first. */
enum sev_status snp_create(uint64_t gctx);

#endif
