/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform context (section 3.4): state, configuration, owner, identity in force, and the memory
 * the host lent to the firmware.
 */
#ifndef FIRMWARE_PLATFORM_PLATFORM_H
#define FIRMWARE_PLATFORM_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "firmware/hostmem.h"
#include "firmware/platform/identity.h"

/**
 * Platform state after reset: UNINIT. The owner is read from flash, where it can be read; owner and NV
 * block are those of the firmware before where this one has replaced it.
 *
 * @param security_version  of the running image
 */
void platform_start(uint32_t security_version);

/** @return security version of the running image */
uint32_t platform_security_version(void);

/**
 * Adds what platform_start() takes to the hand-over.
 *
 * @return false when there is no room for it
 */
CRYPTO_CHECKED bool platform_hand_over(void);

/** @return UNINIT, INIT or WORKING; the last two differ in whether a guest exists */
enum sev_platform_state platform_state(void);

/** Says how many guests exist now; whoever makes and ends guests tells. */
void platform_set_guests(uint32_t count);

/** @return whether SEV-ES is on (CONFIG.ES) */
bool platform_es_enabled(void);

/** @return enum identity_owner, in UNINIT as far as persistent data can be read */
uint32_t platform_owner(void);

/** @return the identity in force; only between INIT and SHUTDOWN */
const struct identity *platform_identity(void);

/**
 * Checks OPTIONS of INIT and INIT_EX.
 *
 * @return SUCCESS, or INVALID_PARAM for reserved bits
 */
CRYPTO_CHECKED enum sev_status platform_check_options(uint32_t init_options);

/** What INIT and INIT_EX ask for, checked. */
struct platform_options {
    bool es;
    struct hostmem_range tmr;      /**< Absent (length 0) without ES. Not the platform's to take. */
    struct hostmem_range nv_block; /**< Absent for INIT: flash holds the data. */
};

/**
 * Loads or creates the identity and takes the NV block: UNINIT -> INIT.
 *
 * @return SUCCESS; SECURE_DATA_INVALID when persistent data is damaged: it has been erased;
 *         HWERROR_PLATFORM when the medium or the random generator fails
 */
CRYPTO_CHECKED enum sev_status platform_init(const struct platform_options *options);

/** Wipes the identity and gives the NV block back: -> UNINIT. The caller has ended all guests. */
void platform_shutdown(void);

/**
 * Erases persistent data, in flash and in the NV block of the last INIT_EX.
 *
 * @return SUCCESS; INVALID_PAGE_STATE when SEV-SNP is on and pages of the block are not the firmware's:
 *         nothing has changed; HWERROR_PLATFORM when the medium fails
 */
CRYPTO_CHECKED enum sev_status platform_reset(void);

/**
 * Persists a new identity and puts it in force; on failure the old one stays.
 *
 * @return SUCCESS, or HWERROR_PLATFORM when the medium fails
 */
CRYPTO_CHECKED enum sev_status platform_replace_identity(const struct identity *identity);

/**
 * A private copy of the identity in force, for a command to change and hand to
 * platform_replace_identity. There is one; it is wiped by platform_release_draft.
 */
struct identity *platform_draft(void);

/** Wipes the draft. */
void platform_release_draft(void);

#endif
