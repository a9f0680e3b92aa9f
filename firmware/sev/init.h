/*
 * What INIT and INIT_EX have in common (section 4.1).
 */
#ifndef FIRMWARE_SEV_INIT_H
#define FIRMWARE_SEV_INIT_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "firmware/platform/platform.h"

/**
 * Checks OPTIONS and, with ES, the TMR.
 *
 * @param tmr_paddr     C-bit ignored; not looked at without ES, nor @p tmr_length
 * @param[out] options  ES and the TMR; the NV block is left alone
 * @return SUCCESS; INVALID_PARAM for reserved options; INVALID_CONFIG when the machine has no ES
 *         ASIDs; INVALID_LENGTH or INVALID_ADDRESS for the TMR
 */
CRYPTO_CHECKED enum sev_status sev_init_options(uint32_t init_options, uint64_t tmr_paddr,
                                                uint32_t tmr_length,
                                                struct platform_options *options);

#endif
