/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page of x86 memory is, as the reverse map table says (SNP 3.4).
 */
#ifndef FIRMWARE_RMP_PAGE_H
#define FIRMWARE_RMP_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_rmp.h"

#define RMP_VMPLS 4u
#define RMP_PAGE_BYTES 0x1000u
#define RMP_REGION_BYTES 0x200000u

/** States of a page (SNP 3.4). */
enum rmp_state {
    RMP_NO_STATE = 0, /**< An entry that is none of the others, or that somebody keeps locked. */
    RMP_DEFAULT,      /**< Not covered by the table. */
    RMP_HYPERVISOR,
    RMP_HV_FIXED,
    RMP_FIRMWARE,
    RMP_RECLAIM,
    RMP_CONTEXT,
    RMP_METADATA,
    RMP_PRE_GUEST,
    RMP_PRE_SWAP,
    RMP_GUEST_INVALID,
    RMP_GUEST_VALID,
};

/* Sets of states. */
#define RMP_STATE(name) ((uint16_t)(1u << RMP_##name))
#define RMP_STATES_ANY ((uint16_t)0xFFFFu)

/** Sizes of a page. */
enum rmp_size {
    RMP_ANY_SIZE = 0,
    RMP_4K,
    RMP_2M_PAGE,
};

/** What the table says of a page. */
struct rmp_page {
    enum rmp_state state;
    enum rmp_size size;
    bool vmsa; /**< Of a guest's page. */
    uint8_t permissions[RMP_VMPLS];
    uint32_t asid;  /**< 0 = no guest's. */
    uint64_t gpa;   /**< Of the page; of a Metadata page: the address of the guest's context. */
    uint64_t guest; /**< Of a Metadata page: the guest's number, in place of permissions. */
};

#endif
