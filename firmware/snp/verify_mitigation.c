/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_VERIFY_MITIGATION (SNP 2.16): which mitigations this firmware can look for (STATUS), and whether
 * they are in force (VERIFY): then reports say so. There is one, bit 0, which is always in force: a
 * hypervisor can try the command with it. None takes a source, so SRC is not looked at.
 *
 *   SUCCESS             with DST_PADDR_EN, DST holds struct snp_mitigation
 *   INVALID_LENGTH      LENGTH is below 40h
 *   INVALID_ADDRESS     the parameters or DST are not in DRAM or not aligned, or they overlap
 *   INVALID_PARAM       a reserved bit is set, SUBCOMMAND is unknown; or VERIFY of a bit that is not
 *                       supported: no bit is verified then, and DST says so in FAILURE_STATUS
 *   INVALID_PAGE_STATE  DST is neither Firmware nor Default, or the parameters are not readable
 */
#include "firmware/platform/snp.h"
#include "firmware/snp/row.h"

#define DST_BUFFER 0u
#define SUPPORTED 1ull
#define FAILURE_UNSUPPORTED 1u

static const struct snp_verify_mitigation *parameters_of(const struct command *command)
{
    return (const struct snp_verify_mitigation *)command->parameters;
}

static enum sev_status check(struct command *command)
{
    const struct snp_verify_mitigation *parameters = parameters_of(command);
    uint8_t reserved = 0;

    for (uint32_t i = 0; i < sizeof parameters->reserved_28; i++) {
        reserved |= parameters->reserved_28[i];
    }
    return parameters->subcommand <= SNP_MITIGATION_VERIFY && parameters->reserved_06 == 0 &&
                   (parameters->flags &
                    ~(SNP_MITIGATION_DST_PADDR_EN | SNP_MITIGATION_SRC_PADDR_EN)) == 0 &&
                   parameters->reserved_14 == 0 && reserved == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct hostmem_range *range = &command->data[DST_BUFFER].range;
    const bool verifies = parameters_of(command)->subcommand == SNP_MITIGATION_VERIFY;
    const uint64_t vector = verifies ? parameters_of(command)->vector : 0;
    const bool fails = (vector & ~SUPPORTED) != 0;
    struct snp_mitigation answer = {
        .supported = SUPPORTED,
        .failure_status = fails ? FAILURE_UNSUPPORTED : 0,
    };
    enum sev_status status = SEV_STATUS_SUCCESS;

    if (!fails) {
        snp_add_mitigations(vector);
    }
    answer.verified = snp_mitigations();
    if (range->length != 0) {
        status = hostmem_copy_out(range, 0, &answer, sizeof answer);
    }
    return status == SEV_STATUS_SUCCESS && fails ? SEV_STATUS_INVALID_PARAM : status;
}

const struct command_row snp_verify_mitigation_row = {
    ROW_COMMAND(VERIFY_MITIGATION, "2.16"),
    ROW_PARAMETERS(snp_verify_mitigation),
    ROW_SNP_ANY,
    .has_length = true,
    .buffers = {{
        .name = "DST",
        .direction = COMMAND_REGION_WRITE,
        .rule = COMMAND_LENGTH_FIXED,
        .paddr_offset = offsetof(struct snp_verify_mitigation, dst_paddr),
        .length = sizeof(struct snp_mitigation),
        .alignment = 8,
        .present = {.mask = SNP_MITIGATION_DST_PADDR_EN,
                    .value = SNP_MITIGATION_DST_PADDR_EN,
                    .offset = offsetof(struct snp_verify_mitigation, flags)},
    }},
    .statuses = PARAMETER_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_PARAM),
    .check = check,
    .handle = handle,
};
