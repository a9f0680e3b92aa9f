/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integrity values of VMSA pages (section 10.2), in a table in the TMR that the CPU shares: it takes
 * an entry on VMRUN, checks the page, and writes a new value on #VMEXIT. Layout in abi/vmsa_table.h,
 * the protocol between the two in docs/fabric.md: an entry that a core runs is not touched, one that
 * a command works on is locked, and after every write the table is true for whoever reads it.
 */
#ifndef FIRMWARE_GUEST_VMSA_H
#define FIRMWARE_GUEST_VMSA_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/guest/vmsa_value.h"
#include "firmware/hostmem.h"

/**
 * Takes the TMR: announces it to the memory controller, then empties the table, in this order, so
 * that nothing which x86 software wrote is left.
 *
 * @return false when hostmem refuses; the TMR is then nobody's
 */
CRYPTO_CHECKED bool vmsa_start(const struct hostmem_range *tmr);

/** Gives the TMR back, if there is one. The table is wiped first: it tells about guests. */
void vmsa_stop(void);

/**
 * Makes a page a VMSA, or changes what it must be. It is locked: the caller writes the page, and then
 * calls vmsa_unlock.
 *
 * @param handle     of the guest it belongs to; another guest's claim to the page ends
 * @param plaintext  SEV_VMSA_BYTES
 * @return SUCCESS; INVALID_ADDRESS when the page is a VMSA that a core runs; RESOURCE_LIMIT when the
 *         table has no room for it; HWERROR_PLATFORM when there is none, or it is not as the
 *         firmware left it
 */
CRYPTO_CHECKED enum sev_status vmsa_record(uint32_t handle, uint64_t paddr,
                                           const uint8_t *plaintext);

/**
 * A page that vmsa_record has locked is no VMSA: it could not be written.
 *
 * @return false when hostmem refuses
 */
CRYPTO_CHECKED bool vmsa_forget(uint32_t handle, uint64_t paddr);

/** Whether the page is a VMSA of the guest. */
CRYPTO_CHECKED bool vmsa_is_known(uint32_t handle, uint64_t paddr);

/** Whether the page is a VMSA, whoever's. */
CRYPTO_CHECKED bool vmsa_is_anyones(uint64_t paddr);

/** Whether the page is a VMSA of the guest that no core runs, and unchanged. */
CRYPTO_CHECKED bool vmsa_is_intact(uint32_t handle, uint64_t paddr, const uint8_t *plaintext);

/**
 * Keeps a VMSA of the guest from being run until vmsa_unlock or vmsa_swap_out.
 *
 * @param[out] value  what the page must be
 * @return SUCCESS; else it is not locked: INVALID_ADDRESS when it is no VMSA of the guest, or a core
 *         runs it; HWERROR_PLATFORM when the table is not as the firmware left it
 */
CRYPTO_CHECKED enum sev_status vmsa_lock(uint32_t handle, uint64_t paddr, struct vmsa_value *value);

/** As vmsa_lock, but only a VMSA that is unchanged. */
CRYPTO_CHECKED bool vmsa_lock_intact(uint32_t handle, uint64_t paddr, const uint8_t *plaintext);

/**
 * Ends vmsa_lock, vmsa_record, vmsa_move or vmsa_swap_in.
 *
 * @param value  what the page must be from now on; NULL = as before
 * @return false when hostmem refuses
 */
CRYPTO_CHECKED bool vmsa_unlock(uint32_t handle, uint64_t paddr, const struct vmsa_value *value);

/**
 * Keeps a page from being run, if it is a VMSA of whatever guest, until vmsa_release.
 *
 * @return SUCCESS, also when it is none; INVALID_ADDRESS when a core runs it; HWERROR_PLATFORM when
 *         the table is not as the firmware left it
 */
CRYPTO_CHECKED enum sev_status vmsa_hold(uint64_t paddr);

/** Ends vmsa_hold. @return false when hostmem refuses */
CRYPTO_CHECKED bool vmsa_release(uint64_t paddr);

/**
 * A VMSA of the guest that is locked is copied: it is one at its new place from now on, locked until
 * the caller has written the page there, and not at the old one.
 *
 * @return as vmsa_record; unless SUCCESS, it is locked where it was
 */
CRYPTO_CHECKED enum sev_status vmsa_move(uint32_t handle, uint64_t from, uint64_t to,
                                         const uint8_t *plaintext);

/**
 * A VMSA that is locked is swapped out from now on.
 *
 * @param ticket  a number that the guest uses once
 * @return false when hostmem refuses
 */
CRYPTO_CHECKED bool vmsa_swap_out(uint32_t handle, uint64_t paddr, uint64_t ticket);

/**
 * Whether a page with this ticket is swapped out, and has not come back: an older copy of a VMSA is
 * not accepted.
 */
CRYPTO_CHECKED bool vmsa_is_swapped_out(uint32_t handle, uint64_t ticket);

/**
 * The page with this ticket, which is swapped out, comes back to @p paddr: locked until the caller
 * has written the page.
 *
 * @return as vmsa_record; unless SUCCESS, it is swapped out as before
 */
CRYPTO_CHECKED enum sev_status vmsa_swap_in(uint32_t handle, uint64_t ticket, uint64_t paddr,
                                            const uint8_t *plaintext);

/** Takes all pages of a guest out of the table. */
void vmsa_forget_guest(uint32_t handle);

#endif
