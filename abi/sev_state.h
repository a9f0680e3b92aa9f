/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Platform states, guest states and the guest policy of the SEV firmware API.
 */
#ifndef ABI_SEV_STATE_H
#define ABI_SEV_STATE_H

#include <stdint.h>

#include "abi/snp_state.h"

/** API version of a chip without SEV-SNP; the others have SNP_API_MAJOR and SNP_API_MINOR. It enters
 *  the launch measurement. */
#define SEV_API_MAJOR 0u
#define SEV_API_MINOR 24u
/** Build of the firmware, on every chip; enters the launch measurement, too. */
#ifndef SEV_BUILD /* Another number can be given to the compiler: make SEV_BUILD=2. */
#define SEV_BUILD 1u
#endif

/** PLATFORM_STATUS.STATE. */
enum sev_platform_state {
    SEV_PLATFORM_UNINIT = 0,  /**< After reset and after SHUTDOWN. */
    SEV_PLATFORM_INIT = 1,    /**< Initialised, no guest context exists. */
    SEV_PLATFORM_WORKING = 2, /**< At least one guest context exists. */
};

/** GUEST_STATUS.STATE. */
enum sev_guest_state {
    SEV_GUEST_UNINIT = 0,  /**< No context; never reported. */
    SEV_GUEST_LUPDATE = 1, /**< Plaintext is being imported and measured. */
    SEV_GUEST_LSECRET = 2, /**< Measured; secrets may be injected. */
    SEV_GUEST_RUNNING = 3, /**< Launched, or fully received. */
    SEV_GUEST_SUPDATE = 4, /**< Being sent. */
    SEV_GUEST_RUPDATE = 5, /**< Being received. */
    SEV_GUEST_SENT = 6,    /**< Sent; may only be deactivated and decommissioned. */
};

#define SEV_HANDLE_INVALID 0u
#define SEV_ASID_HOST 0u

/* Guest policy, a u32 that is fixed at *_START and travels with the guest. */
#define SEV_POLICY_NODBG (1u << 0)  /**< No DBG_DECRYPT, no DBG_ENCRYPT. */
#define SEV_POLICY_NOKS (1u << 1)   /**< The key may not be shared with another guest. */
#define SEV_POLICY_ES (1u << 2)     /**< SEV-ES is required. */
#define SEV_POLICY_NOSEND (1u << 3) /**< The guest never leaves this platform. */
#define SEV_POLICY_DOMAIN (1u << 4) /**< Send only to a platform with the same OCA. */
#define SEV_POLICY_SEV (1u << 5)    /**< Send only to a genuine SEV platform. */
/* Bits 15:6 are reserved: kept as they are given, and not looked at. */

/** Minimum firmware API version that the policy asks for. */
#define SEV_POLICY_API_MAJOR(policy) (((uint32_t)(policy) >> 16) & 0xFFu)
#define SEV_POLICY_API_MINOR(policy) (((uint32_t)(policy) >> 24) & 0xFFu)

#endif
