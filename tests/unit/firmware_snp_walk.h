/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random walks through what instructions and SEV-SNP's commands do to pages, each step compared with a
 * model (firmware_snp_model.h), for a unit test.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_WALK_H
#define TESTS_UNIT_FIRMWARE_SNP_WALK_H

#include "tests/common/random.h"
#include "tests/unit/firmware_snp_model.h"
#include "tests/unit/firmware_snp_pages.h"

#define WALK_BASE SNP_REGION(0) /**< Of the model's page 0. */
#define WALK_GCTX(guest) SNP_PAGE(guest)
#define WALK_LIST SNP_PAGE(8)
#define WALK_AWAY SNP_PAGE(9) /**< Firmware pages that take ciphertext. */
#define WALK_AWAY_LARGE SNP_REGION(5)
#define WALK_BRINGS SNP_PAGE(10) /**< Pages of the host that bring it back. */
#define WALK_BRINGS_LARGE SNP_REGION(6)

extern struct model walk_model;
extern struct random_state walk_dice;
extern unsigned walk_step;
extern unsigned walk_successes[0x100]; /**< Of each command, by the last byte of its id. */

uint64_t walk_spa_of(size_t page);
size_t walk_base_of(size_t page);
bool walk_chance(uint32_t percent);

/** @return one of few pages, so that what is done meets what was done; most often the first of 2 MiB */
size_t walk_some_page(void);

/** @return a page in one of some states, if a few looks find one */
size_t walk_page_in(unsigned states);

/** @return the size of a page, or another */
bool walk_size_of(size_t page);

enum rmp_result walk_end_of(enum rmp_model_end end);

/** Compares how a command ended. */
void walk_ended(uint32_t id, enum sev_status actual, enum sev_status expected);

/* Steps: each returns a page that it was about. */
size_t walk_update(void);       /**< RMPUPDATE */
size_t walk_smash(void);        /**< PSMASH */
size_t walk_use(void);          /**< The guest validates a page, adjusts it, or writes to it. */
size_t walk_unsmash(void);      /**< SNP_PAGE_UNSMASH */
size_t walk_address(void);      /**< A command whose only parameter is an address. */
size_t walk_fix(void);          /**< SNP_PAGE_SET_STATE, in one region: HV-fixed pages stay. */
size_t walk_clear_region(void); /**< All pages of a region that can be are the host's again. */
size_t walk_md_init(void);
size_t walk_move(void);
size_t walk_swap_out(void);
size_t walk_swap_in(void);

#endif
