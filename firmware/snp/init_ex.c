/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_INIT_EX (SNP 2.1): puts the RMP in force, in a new state with INIT_RMP, and takes the SEV-SNP
 * platform from UNINIT to INIT. The pages of a list become the hypervisor's for ever. All ASIDs wait for
 * WBINVD and DF_FLUSH then.
 *
 *   SUCCESS                    the platform is initialised
 *   INVALID_PLATFORM_STATE     not UNINIT
 *   INVALID_PARAM              reserved bits are set; the list does not fit in its page, or has more
 *                              pages than the RMP; or with CIPHERTEXT_HIDING_EN: MAX_SNP_ASID is 0 or
 *                              not below the first SEV ASID
 *   UNSUPPORTED                TIO_EN
 *   INVALID_ADDRESS            the parameters or LIST_PADDR are not in DRAM, or not 4 KiB aligned; a
 *                              range is not; or the TMR of INIT is not 2 MiB aligned
 *   INVALID_CONFIG             a core is not set up for SNP, the cores do not agree, the RMP cannot
 *                              be where they say, or an SEV guest exists
 *   RMP_INIT_REQUIRED          without INIT_RMP: no RMP has been initialised there since the reset
 *   INVALID_PAGE_STATE         a page of the list is the firmware's or a guest's; or without INIT_RMP: one
 *                              of TMR, NV block or rings is neither the host's nor the firmware's
 *   RMP_INITIALIZATION_FAILED  a core keeps a region of the RMP in force locked, or of the new one; none
 *                              is in force any more
 *   HWERROR_PLATFORM           the random generator failed
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/start.h"

#define LIST_BUFFER 0u
#define KNOWN_FLAGS                                                                                \
    (SNP_INIT_RMP | SNP_INIT_LIST_PADDR_EN | SNP_INIT_RAPL_DIS | SNP_INIT_CIPHERTEXT_HIDING_EN |   \
     SNP_INIT_TIO_EN)

static enum sev_status check(struct command *command)
{
    const struct snp_init_ex *parameters = (const struct snp_init_ex *)command->parameters;
    uint32_t reserved = (parameters->flags & ~KNOWN_FLAGS) | parameters->reserved_04;

    for (size_t i = 0; i < sizeof parameters->reserved_12; i++) {
        reserved |= parameters->reserved_12[i];
    }
    if (reserved != 0) {
        return SEV_STATUS_INVALID_PARAM;
    }
    return (parameters->flags & SNP_INIT_TIO_EN) != 0 ? SEV_STATUS_UNSUPPORTED : SEV_STATUS_SUCCESS;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_init_ex *parameters = (const struct snp_init_ex *)command->parameters;
    const struct snp_options options = {
        .clear_rmp = (parameters->flags & SNP_INIT_RMP) != 0,
        .rapl_disabled = (parameters->flags & SNP_INIT_RAPL_DIS) != 0,
        .hides_ciphertext = (parameters->flags & SNP_INIT_CIPHERTEXT_HIDING_EN) != 0,
        .max_asid = parameters->max_snp_asid,
    };
    struct snp_ranges ranges = {.count = 0};

    if (command->data[LIST_BUFFER].range.length != 0) {
        const enum sev_status status = hv_fixed_parse(command->data[LIST_BUFFER].bytes, &ranges);

        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
    }
    return snp_begin(&options, &ranges);
}

const struct command_row snp_init_ex_row = {
    ROW_COMMAND(INIT_EX, "2.1"),
    ROW_PARAMETERS(snp_init_ex),
    ROW_SNP_UNINIT,
    .buffers = {{
        .name = "LIST",
        .direction = COMMAND_IN,
        .rule = COMMAND_LENGTH_FIXED,
        .paddr_offset = offsetof(struct snp_init_ex, list_paddr),
        .length = SNP_PAGE_BYTES,
        .alignment = SNP_PAGE_BYTES,
        .present = {SNP_INIT_LIST_PADDR_EN, SNP_INIT_LIST_PADDR_EN,
                    offsetof(struct snp_init_ex, flags)},
    }},
    .statuses = INIT_STATUSES | COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(UNSUPPORTED) |
                COMMAND_STATUS(RMP_INIT_REQUIRED) | COMMAND_STATUS(INVALID_PAGE_STATE),
    .check = check,
    .handle = handle,
};
