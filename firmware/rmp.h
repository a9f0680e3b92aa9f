/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table (SNP 3): what each page of x86 memory is and whose. It lies in DRAM, where
 * the processor's instructions change it too, so every change is made under the region's lock, and
 * only to an entry that is still what it was seen as (docs/rmp.md). Nothing here knows a guest: an
 * owner is an ASID.
 */
#ifndef FIRMWARE_RMP_H
#define FIRMWARE_RMP_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/rmp_page.h"

/** What a command wants a page to be. */
struct rmp_expectation {
    uint16_t states; /**< RMP_STATE bits; 0 = the table is not asked. */
    uint8_t size;    /**< enum rmp_size */
    uint32_t asid;   /**< 0 = any. */
};

/** Where the table lies. */
struct rmp_place {
    uint64_t base;
    uint64_t end; /**< Address of its last byte. */
};

/** @return pages that a table there has entries for */
uint64_t rmp_pages_covered(const struct rmp_place *place);

/** Whether a table can be there: wholly in one range of DRAM, and covering itself. */
CRYPTO_CHECKED bool rmp_is_possible(const struct rmp_place *place);

/**
 * Puts a table in force that x86 software cannot write any more.
 *
 * @param place      rmp_is_possible()
 * @param make_anew  every page becomes the host's, but the table's own, which are the firmware's
 * @return SUCCESS; RMP_INIT_REQUIRED when MAKE_ANEW is false and this table is not in force already;
 *         RMP_INITIALIZATION_FAILED when the table cannot be written
 */
CRYPTO_CHECKED enum sev_status rmp_start(const struct rmp_place *place, bool make_anew);

/**
 * Waits for whoever changes the table in force at this moment: with the table no longer announced as
 * enforced, nobody begins, and afterwards nobody writes it any more.
 *
 * @return false when a region stays locked
 */
CRYPTO_CHECKED bool rmp_settle(void);

/** The platform leaves INIT: commands no longer ask the table, which stays in force. */
void rmp_pause(void);

/** The table is out of force: whatever it said is void. */
void rmp_stop(void);

/** Whether commands ask the table: from SNP_INIT to SNP_SHUTDOWN. */
bool rmp_is_asked(void);

/** Whether a table is in force: from the first SNP_INIT until SNP is switched off. */
bool rmp_is_in_force(void);

/** @return where the table in force lies */
const struct rmp_place *rmp_place(void);

/** Whether the table in force is the one there. */
bool rmp_is_in_force_at(const struct rmp_place *place);

/** Whether a page has an entry. Without a table in force none has. */
bool rmp_covers(uint64_t paddr);

/** Looks a page up. A page of 2 MiB is found by each address in it; its GPA is the whole page's. */
void rmp_look_up(uint64_t paddr, struct rmp_page *page);

/**
 * Compares a page with what is wanted, size first, then state, then owner.
 *
 * @return SUCCESS, INVALID_PAGE_SIZE, INVALID_PAGE_STATE or INVALID_PAGE_OWNER
 */
CRYPTO_CHECKED enum sev_status rmp_compare(const struct rmp_page *page,
                                           const struct rmp_expectation *expectation);

/**
 * Changes a page's entry if it still is what it was seen as: one step among all who change it.
 *
 * @param paddr   of the page's first byte
 * @param seen    by rmp_look_up()
 * @param wanted  of the same size
 * @return SUCCESS; INVALID_PAGE_STATE when the entry has changed, or somebody keeps it locked
 */
CRYPTO_CHECKED enum sev_status rmp_replace(uint64_t paddr, const struct rmp_page *seen,
                                           const struct rmp_page *wanted);

/**
 * Makes a page of the host's HV-fixed in a table that is being made: nobody but the firmware writes it,
 * so that no lock is needed, and a list of millions of pages takes a tenth of the time.
 *
 * @param paddr  of a page that is covered
 * @return false when the page is something else already: it stays that
 */
CRYPTO_CHECKED bool rmp_fix_new(uint64_t paddr);

/**
 * Keeps a page as it is until rmp_release(), if it is as wanted: instructions find it in use.
 *
 * @return SUCCESS; else as rmp_compare(), and nothing is kept
 */
CRYPTO_CHECKED enum sev_status rmp_hold(uint64_t paddr, const struct rmp_expectation *expectation);

/** Ends rmp_hold(). */
void rmp_release(uint64_t paddr);

/**
 * Makes one page of 2 MiB of 512 pages of 4 KiB (SNP 2.17, PAGE_UNSMASH).
 *
 * @param paddr  2 MiB aligned
 * @return SUCCESS; INVALID_PAGE_SIZE when it is one page already; INVALID_PAGE_STATE unless all are a
 *         guest's and immutable, with rising GPAs from a multiple of 2 MiB and everything else alike;
 *         INVALID_PAGE_OWNER when they are not all of one guest
 */
CRYPTO_CHECKED enum sev_status rmp_unsmash(uint64_t paddr);

/** @return pages of 4 KiB that are assigned to an ASID */
uint64_t rmp_pages_of(uint32_t asid);

#endif
