/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All guests together: their beginning at INIT and their end at SHUTDOWN (sections 4.1, 4.2).
 */
#ifndef FIRMWARE_GUEST_GUESTS_H
#define FIRMWARE_GUEST_GUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/secret.h"
#include "firmware/command.h"
#include "firmware/platform/platform.h"

/* Order of the buffers in the rows of INIT and INIT_EX; the first of them has no NV block. */
#define GUESTS_TMR_BUFFER 0u
#define GUESTS_NV_BUFFER 1u

/**
 * INIT and INIT_EX: platform_init(), then guests_start().
 *
 * @param init_options  checked
 * @return as platform_init(); HWERROR_PLATFORM too when hostmem refuses the TMR
 */
CRYPTO_CHECKED enum sev_status guests_init(const struct command *command, uint32_t init_options);

/**
 * INIT: every ASID waits for DF_FLUSH, every core owes a WBINVD, and with SEV-ES the VMSA table
 * starts empty.
 *
 * @param tmr  checked; absent (length 0) without ES
 * @return false when hostmem refuses the TMR; it is then nobody's
 */
CRYPTO_CHECKED bool guests_start(const struct hostmem_range *tmr);

/**
 * SHUTDOWN: ends every guest, wipes the VMSA table and gives the TMR back. Only when no key, core
 * set or TMR is left in the fabric is it noted which WBINVDs have been executed.
 */
void guests_stop(void);

#endif
