/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The beginning and end of the SEV-SNP platform (start.h).
 */
#include "firmware/snp_guest/start.h"

#include "firmware/fabric.h"
#include "firmware/guest/asid.h"
#include "firmware/hostmem.h"
#include "firmware/platform/flush.h"
#include "firmware/platform/platform.h"
#include "firmware/snp_guest/guests.h"
#include "firmware/snp_guest/hv_fixed.h"

/** The TMR of an earlier INIT becomes Firmware: whole regions of it (SNP 2.1, check 13). */
static enum sev_status check_tmr(void)
{
    struct hostmem_range tmr;

    return hostmem_held_by(HOSTMEM_TMR, &tmr) &&
                   (tmr.paddr % RMP_REGION_BYTES != 0 || tmr.length % RMP_REGION_BYTES != 0)
               ? SEV_STATUS_INVALID_ADDRESS
               : SEV_STATUS_SUCCESS;
}

/** Ciphertext hiding needs ASIDs of SEV-ES on both sides of MAX_SNP_ASID. */
static enum sev_status check_hiding(const struct snp_options *options)
{
    return options->hides_ciphertext &&
                   (options->max_asid == 0 || options->max_asid >= fabric_config()->min_sev_asid)
               ? SEV_STATUS_INVALID_PARAM
               : SEV_STATUS_SUCCESS;
}

/** Everything that can be refused without having changed anything, in the order of SNP 2.1. */
static enum sev_status check(const struct snp_options *options, const struct snp_ranges *ranges,
                             struct rmp_place *place)
{
    enum sev_status status = snp_find_place(place);

    if (status == SEV_STATUS_SUCCESS && platform_state() == SEV_PLATFORM_WORKING) {
        status = SEV_STATUS_INVALID_CONFIG;
    }
    if (status == SEV_STATUS_SUCCESS && !options->clear_rmp && !rmp_is_in_force_at(place)) {
        status = SEV_STATUS_RMP_INIT_REQUIRED;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = hv_fixed_check(ranges, place, options->clear_rmp);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_hiding(options);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_tmr();
    }
    return status == SEV_STATUS_SUCCESS && !options->clear_rmp ? hostmem_check_held() : status;
}

enum sev_status snp_begin(const struct snp_options *options, const struct snp_ranges *ranges)
{
    struct rmp_place place;
    enum sev_status status = check(options, ranges, &place);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!snp_guests_start()) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    status = snp_start(options, &place);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (hv_fixed_set(ranges, options->clear_rmp) != SEV_STATUS_SUCCESS) {
        snp_stop();
        snp_leave_x86();
        return SEV_STATUS_RMP_INITIALIZATION_FAILED;
    }
    snp_enforce(); /* Not before: no core gives away what is to be HV-fixed. */
    return SEV_STATUS_SUCCESS;
}

enum sev_status snp_end(void)
{
    if (platform_snp_state() == SNP_PLATFORM_UNINIT) {
        return SEV_STATUS_SUCCESS;
    }
    if (!flush_wbinvd_done()) {
        return SEV_STATUS_WBINVD_REQUIRED;
    }
    if (asid_flush_is_pending()) {
        return SEV_STATUS_DFFLUSH_REQUIRED;
    }
    snp_guests_stop();
    snp_stop();
    return SEV_STATUS_SUCCESS;
}
