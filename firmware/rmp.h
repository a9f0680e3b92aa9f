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
#include "abi/snp_rmp.h"
#include "crypto/secret.h"

#define RMP_VMPLS 4u
#define RMP_PAGE_BYTES 0x1000u
#define RMP_REGION_BYTES 0x200000u

/** States of a page (SNP 3.4). */
enum rmp_state {
    RMP_NO_STATE = 0, /**< An entry that is none of the others, or that somebody keeps locked. */
    RMP_DEFAULT,      /**< Not covered by the table. */
    RMP_HYPERVISOR,
    RMP_HV_FIXED,
    RMP_FIRMWARE,
    RMP_RECLAIM,
    RMP_CONTEXT,
    RMP_METADATA,
    RMP_PRE_GUEST,
    RMP_PRE_SWAP,
    RMP_GUEST_INVALID,
    RMP_GUEST_VALID,
};

/* Sets of states. */
#define RMP_STATE(name) ((uint16_t)(1u << RMP_##name))
#define RMP_STATES_ANY ((uint16_t)0xFFFFu)

/** Sizes of a page. */
enum rmp_size {
    RMP_ANY_SIZE = 0,
    RMP_4K,
    RMP_2M_PAGE,
};

/** What the table says of a page. */
struct rmp_page {
    enum rmp_state state;
    enum rmp_size size;
    bool vmsa; /**< Of a guest's page. */
    uint8_t permissions[RMP_VMPLS];
    uint32_t asid; /**< 0 = no guest's. */
    uint64_t gpa;  /**< Of the page; of a Metadata page: the address of the guest's context. */
};

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

/**
 * Puts a table in force that x86 software cannot write any more.
 *
 * @param clear  whether it is made anew: every page the host's, but its own, which are the firmware's
 * @return SUCCESS; RMP_INIT_REQUIRED when CLEAR is false and this table is not in force already;
 *         INVALID_CONFIG when it is not wholly in one range of DRAM, or does not cover itself
 */
CRYPTO_CHECKED enum sev_status rmp_start(const struct rmp_place *place, bool clear);

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
