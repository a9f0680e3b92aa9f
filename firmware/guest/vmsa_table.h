/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single entries of the VMSA table in the TMR (abi/vmsa_table.h), and the index that goes with it.
 * Each function leaves the table true for a CPU that searches it at the same time.
 */
#ifndef FIRMWARE_GUEST_VMSA_TABLE_H
#define FIRMWARE_GUEST_VMSA_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/secret.h"
#include "firmware/guest/vmsa_index.h"
#include "firmware/guest/vmsa_value.h"
#include "firmware/hostmem.h"

/** Takes the TMR, announces it, and empties table and index. @return as vmsa_start */
CRYPTO_CHECKED bool vmsa_table_start(const struct hostmem_range *tmr);

/** Empties the table and gives the TMR back, if there is one. */
void vmsa_table_stop(void);

bool vmsa_table_is_there(void);

/** What came of vmsa_table_lock. */
enum vmsa_lock {
    VMSA_LOCK_TAKEN,
    VMSA_LOCK_RUNNING, /**< A core runs the VMSA. */
    VMSA_LOCK_BROKEN,  /**< The TMR is gone, or somebody has written there. */
};

/** Locks a page's entry, unless a core runs the page: USED -> LOCKED. */
CRYPTO_CHECKED enum vmsa_lock vmsa_table_lock(uint32_t entry);

/** Reads the value of an entry that is locked. @return false when hostmem refuses */
CRYPTO_CHECKED bool vmsa_table_read_value(uint32_t entry, struct vmsa_value *value);

/** Writes the value of an entry that is locked or vacant. @return false when hostmem refuses */
CRYPTO_CHECKED bool vmsa_table_write_value(uint32_t entry, const struct vmsa_value *value);

/** Ends vmsa_table_lock, _add or _give: LOCKED -> USED. @return false when hostmem refuses */
CRYPTO_CHECKED bool vmsa_table_unlock(uint32_t entry);

/**
 * Makes a vacant entry a page's, which is locked: nobody finds it before it is whole.
 *
 * @return false when hostmem refuses
 */
CRYPTO_CHECKED bool vmsa_table_add(uint32_t entry, uint32_t handle, uint64_t paddr,
                                   const struct vmsa_value *value);

/**
 * Gives a page's entry, which is locked and stays so, to a guest with a new value.
 *
 * @return false when hostmem refuses
 */
CRYPTO_CHECKED bool vmsa_table_give(uint32_t entry, uint32_t handle,
                                    const struct vmsa_value *value);

/** Turns a page's entry, which is locked, into a ticket's. @return false when hostmem refuses */
CRYPTO_CHECKED bool vmsa_table_swap_out(uint32_t entry, uint64_t ticket);

/** Gives up an entry that is locked, or a ticket's. @return false when hostmem refuses */
CRYPTO_CHECKED bool vmsa_table_remove(uint32_t entry);

/**
 * Gives up the entry of a page of a guest that ends, whether a core runs it or not.
 *
 * @return false when hostmem refuses
 */
CRYPTO_CHECKED bool vmsa_table_abandon(uint32_t entry);

/** Makes entries vacant that cores have given up since their guests ended. */
void vmsa_table_reclaim(void);

#endif
