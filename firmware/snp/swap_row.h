/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SNP_PAGE_SWAP_OUT and SNP_PAGE_SWAP_IN have in common: parameters, buffers, checks.
 */
#ifndef FIRMWARE_SNP_SWAP_ROW_H
#define FIRMWARE_SNP_SWAP_ROW_H

#include "firmware/snp/row.h"
#include "firmware/snp_guest/page.h"

#define SWAP_SIZE_BIT 1u
#define SWAP_TYPE_BITS 6u

/** Bit of FLAGS that is set for a Metadata page alone. */
#define SWAP_METADATA_BIT 2u

/** When a buffer is there: FLAGS has VALUE in the bits of MASK. */
#define SWAP_IF(mask, value)                                                                       \
    {                                                                                              \
        (mask), (value), offsetof(struct snp_page_swap, flags)                                     \
    }

/**
 * A page of 4 KiB or 2 MiB, as bit 0 of FLAGS says, in one of some states; 0 = readable. It is there
 * when FLAGS has VALUE in the bits of MASK.
 */
#define SWAP_PAGE(label, field, use, states, guests, mask, value)                                  \
    {                                                                                              \
        .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_PAGE,                  \
        .paddr_offset = offsetof(struct snp_page_swap, field),                                     \
        .length_offset = offsetof(struct snp_page_swap, flags),                                    \
        .alignment = COMMAND_ALIGNED_TO_LENGTH, .page_states = (states), .owned = (guests),        \
        .ignores_c_bit = ((states)&RMP_STATE(DEFAULT)) == 0 && (states) != 0,                      \
        .present = SWAP_IF(mask, value),                                                           \
    }

/** The entry, unless it is the one in the guest's context. */
#define SWAP_ENTRY                                                                                 \
    {                                                                                              \
        .name = "MDATA", .direction = COMMAND_REGION_READ_WRITE, .rule = COMMAND_LENGTH_FIXED,     \
        .paddr_offset = offsetof(struct snp_page_swap, mdata_paddr),                               \
        .length = sizeof(struct snp_mdata_entry), .alignment = sizeof(struct snp_mdata_entry),     \
        .page_states = RMP_STATE(METADATA), .ignores_c_bit = true,                                 \
        .present = SWAP_IF(SNP_SWAP_ROOT_MDATA_EN, 0),                                             \
    }

#define SWAP_STATUSES                                                                              \
    (GUEST_STATUSES | COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(INACTIVE) |                   \
     COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INVALID_PAGE_SIZE) |                          \
     COMMAND_STATUS(INVALID_PAGE_OWNER) | COMMAND_STATUS(INVALID_MDATA_ENTRY))

/** @return SUCCESS, or INVALID_PARAM when FLAGS has bits that are not allowed, or type 3 */
static inline enum sev_status swap_check_flags(uint64_t flags, uint64_t allowed)
{
    return (flags & ~(allowed | SWAP_SIZE_BIT | SWAP_TYPE_BITS | SNP_SWAP_ROOT_MDATA_EN)) == 0 &&
                   SNP_SWAP_PAGE_TYPE(flags) <= SNP_SWAP_VMSA
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

/** The guest's policy, and the size of what is never 2 MiB. */
static inline enum sev_status swap_check_policy(struct command *command)
{
    const uint64_t flags = command_get_u64(command, offsetof(struct snp_page_swap, flags));
    const enum sev_status status = page_check_policy(command->snp_guest);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return (flags & SWAP_SIZE_BIT) != 0 && SNP_SWAP_PAGE_TYPE(flags) != SNP_SWAP_DATA
               ? SEV_STATUS_INVALID_PAGE_SIZE
               : SEV_STATUS_SUCCESS;
}

/** The page of two buffers, one of which is there. */
static inline struct hostmem_range swap_either(const struct command *command, uint32_t a,
                                               uint32_t b)
{
    return command->data[a].range.length != 0 ? command->data[a].range : command->data[b].range;
}

#endif
