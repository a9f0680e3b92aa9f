/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SEV-SNP platform (SNP 1.3, 2.1, 10): its state, what SNP_INIT and SNP_CONFIG have set, and the
 * reverse map table it puts in force.
 */
#ifndef FIRMWARE_PLATFORM_SNP_H
#define FIRMWARE_PLATFORM_SNP_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "abi/snp_state.h"
#include "crypto/secret.h"
#include "firmware/rmp.h"

/** What SNP_INIT_EX asks for, checked. */
struct snp_options {
    bool clear_rmp;        /**< INIT_RMP */
    bool rapl_disabled;    /**< RAPL_DIS */
    bool hides_ciphertext; /**< CIPHERTEXT_HIDING_EN */
    uint32_t max_asid;     /**< MAX_SNP_ASID, with HIDES_CIPHERTEXT */
};

/** What is set from SNP_INIT to SNP_SHUTDOWN. */
struct snp_settings {
    struct snp_options options;
    uint64_t reported_tcb; /**< Of SNP_CONFIG; 0 = the committed one. */
    bool mask_chip_id;
    bool mask_chip_key;
};

/** After a reset: UNINIT, and no RMP is in force. */
void snp_power_on(void);

/** @return UNINIT or INIT */
enum snp_platform_state platform_snp_state(void);

/** @return REPORTED_TCB: what SNP_CONFIG has set, or the committed one */
uint64_t snp_reported_tcb(void);

/** @return what is set; writable for SNP_CONFIG */
struct snp_settings *snp_settings(void);

/** @return CURRENT_MIT_VECTOR: the mitigations that are in force, a bit each; none after a reset */
uint64_t snp_mitigations(void);

/** @return whether an RMP has been initialised since the reset, and is still in force */
bool snp_rmp_is_initialised(void);

/**
 * Looks at the cores' MSRs (SNP 2.1, checks 3 to 7): SNP on, memory encryption on, no VM_HSAVE_PA, and
 * one place for the RMP, where it can be.
 *
 * @param[out] place  of the RMP
 * @return SUCCESS or INVALID_CONFIG
 */
CRYPTO_CHECKED enum sev_status snp_find_place(struct rmp_place *place);

/**
 * Makes the RMP and takes the platform to INIT. Nobody but the firmware writes the table from before
 * its first byte is changed; a new one is obeyed when it is whole, from snp_enforce() on.
 *
 * @param place  by snp_find_place(): what was checked is what is done, whatever the cores say now
 * @return SUCCESS; RMP_INIT_REQUIRED or RMP_INITIALIZATION_FAILED: the platform stays UNINIT
 */
CRYPTO_CHECKED enum sev_status snp_start(const struct snp_options *options,
                                         const struct rmp_place *place);

/** The table is whole: cores and devices obey it, and instructions change it, from now on. */
void snp_enforce(void);

/** Takes the platform to UNINIT; the RMP stays in force. The caller has ended all guests. */
void snp_stop(void);

/** Adds mitigations that were found to be in force (SNP 2.16). */
void snp_add_mitigations(uint64_t verified);

/** Switches SNP off in the x86 side: no RMP is in force any more. */
void snp_leave_x86(void);

#endif
