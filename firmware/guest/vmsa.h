/*
 * Integrity values of VMSA pages (section 10.2), in a table in the TMR that the CPU shares: it writes
 * a value on #VMEXIT and checks it on VMRUN. Layout in abi/vmsa_table.h and docs/fabric.md.
 */
#ifndef FIRMWARE_GUEST_VMSA_H
#define FIRMWARE_GUEST_VMSA_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/hostmem.h"

/** Takes the TMR and empties the table. @return false when hostmem refuses */
CRYPTO_CHECKED bool vmsa_start(const struct hostmem_range *tmr);

/** Forgets the TMR. Its contents are wiped first: they tell about guests. */
void vmsa_stop(void);

/**
 * Records the value of a VMSA page, new or changed.
 *
 * @param handle     of the guest it belongs to
 * @param paddr      of the page
 * @param plaintext  SEV_VMSA_BYTES
 * @return SUCCESS; RESOURCE_LIMIT when the table is full; HWERROR_PLATFORM when the TMR is gone
 */
CRYPTO_CHECKED enum sev_status vmsa_record(uint32_t handle, uint64_t paddr,
                                           const uint8_t *plaintext);

/** Whether the page is a VMSA of the guest. */
CRYPTO_CHECKED bool vmsa_is_known(uint32_t handle, uint64_t paddr);

/** Whether the page is a VMSA of the guest, and unchanged. */
CRYPTO_CHECKED bool vmsa_is_intact(uint32_t handle, uint64_t paddr, const uint8_t *plaintext);

/**
 * A VMSA page of the guest has another address from now on; its value stays what it was, so that a
 * page which was tampered with does not become intact by moving.
 *
 * @return false when hostmem refuses, or nothing is known of @p from
 */
CRYPTO_CHECKED bool vmsa_move(uint32_t handle, uint64_t from, uint64_t to);

/**
 * A VMSA page of the guest is swapped out.
 *
 * @param ticket  a number that the guest uses once
 * @return as vmsa_move
 */
CRYPTO_CHECKED bool vmsa_swap_out(uint32_t handle, uint64_t paddr, uint64_t ticket);

/**
 * Whether a page with this ticket is swapped out, and has not come back: an older copy of a VMSA is
 * not accepted.
 */
CRYPTO_CHECKED bool vmsa_is_swapped_out(uint32_t handle, uint64_t ticket);

/**
 * The page with this ticket is back, at @p paddr, with the value it had.
 *
 * @return as vmsa_move
 */
CRYPTO_CHECKED bool vmsa_swap_in(uint32_t handle, uint64_t ticket, uint64_t paddr);

/** Takes all pages of a guest out of the table. */
void vmsa_forget_guest(uint32_t handle);

#endif
