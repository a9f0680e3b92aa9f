/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SEV-SNP guest: what its context page stands for (SNP 4.1). Only the firmware ever sees this; in
 * DRAM it is sealed (context.h).
 */
#ifndef FIRMWARE_SNP_GUEST_GUEST_H
#define FIRMWARE_SNP_GUEST_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_data.h"
#include "abi/snp_launch.h"
#include "abi/snp_state.h"

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

#endif
