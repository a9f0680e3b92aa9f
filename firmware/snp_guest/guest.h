/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SEV-SNP guest: what its context page stands for (SNP 4.1). Only the firmware ever sees this; in
 * DRAM it is sealed (context.h).
 */
#ifndef FIRMWARE_SNP_GUEST_GUEST_H
#define FIRMWARE_SNP_GUEST_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "abi/snp_data.h"
#include "abi/snp_launch.h"
#include "abi/snp_state.h"
#include "crypto/secret.h"
#include "firmware/fabric.h"

#define SNP_VEK_BYTES 16u

/** A migration agent as its guests name it: where its context is, and which one that was. */
struct snp_agent {
    uint64_t paddr; /**< 0 = none. */
    uint64_t id;
};

struct snp_guest {
    uint64_t id;    /**< No guest has had it since the reset. */
    uint64_t paddr; /**< Of its context page. */
    uint8_t state;  /**< enum snp_guest_state */
    bool has_imi;   /**< Started with IMI_EN. */
    bool has_vmrk;
    bool has_id_block;
    bool has_author_key;
    bool vcek_disabled;
    uint32_t asid; /**< 0 = not bound. */
    uint64_t policy;
    struct snp_agent agent;
    uint8_t vek[SNP_VEK_BYTES];
    uint8_t vmpck[SNP_VMPCKS][SNP_KEY_BYTES];
    uint64_t message_count[SNP_VMPCKS];
    uint8_t oek[SNP_KEY_BYTES]; /**< Seals pages that are swapped out. */
    uint64_t oek_count;         /**< Nonces used with OEK. */
    uint8_t vmrk[SNP_KEY_BYTES];
    uint8_t digest[SNP_DIGEST_BYTES]; /**< LD */
    uint8_t imd[SNP_DIGEST_BYTES];    /**< Of the pages of the incoming migration image. */
    uint8_t report_id[32];
    uint8_t report_id_ma[32];
    uint8_t host_data[32];
    struct snp_id_block id_block; /**< 0 without. */
    uint8_t id_key_digest[SNP_DIGEST_BYTES];
    uint8_t author_key_digest[SNP_DIGEST_BYTES];
    struct snp_mdata_entry root_mdata;
    uint8_t gosvw[16];
    uint32_t desired_tsc_khz;
    uint64_t tsc_scale;
    uint64_t tsc_offset;
    uint64_t launch_tcb;
    uint64_t launch_mitigations;
};

/**
 * Binds a guest to an ASID, and loads its key (SNP 2.7); if it has this ASID already, more cores may
 * run it.
 *
 * @param cores  that may run it
 * @return SUCCESS; ACTIVE when it has another ASID; INVALID_ASID, ASID_OWNED, WBINVD_REQUIRED or
 *         DFFLUSH_REQUIRED; INVALID_CONFIG when pages are still assigned to the ASID
 */
CRYPTO_CHECKED enum sev_status snp_guest_activate(struct snp_guest *guest, uint32_t asid,
                                                  const struct fabric_core_set *cores);

/** Ends a guest: its ASID, keys and context are gone; its page is the firmware's. */
void snp_guest_destroy(struct snp_guest *guest);

/** SNP_INIT: no guests, and every ASID waits for a flush. @return false without random numbers */
CRYPTO_CHECKED bool snp_guests_start(void);

/** SNP_SHUTDOWN: ends every guest. */
void snp_guests_stop(void);

/** @return how many contexts there are */
uint32_t snp_guest_count(void);

#endif
