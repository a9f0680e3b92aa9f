/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_FINISH (SNP 2.11): ends a launch, if it is what the ID block expects. Without
 * ID_BLOCK_EN the addresses of ID block and ID authentication are not looked at.
 *
 *   SUCCESS                 the guest is in RUNNING
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, ID_BLOCK_PADDR, ID_AUTH_PADDR or GCTX_PADDR are not in
 *                           DRAM, or GCTX_PADDR is not 4 KiB aligned
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     not LAUNCH
 *   INACTIVE                the guest has no ASID
 *   INVALID_PAGE_STATE      the parameters, the ID block or its authentication are not readable
 *   INVALID_PARAM           reserved bits are set, AUTH_KEY_EN without ID_BLOCK_EN; version,
 *                           algorithm or curve is not the one there is, or what is reserved in the
 *                           ID authentication or its keys is not 0
 *   BAD_SIGNATURE           the ID block is not signed with the ID key; or with AUTH_KEY_EN: the ID
 *                           key not with the author key
 *   BAD_MEASUREMENT         the launch digest is not the ID block's
 *   POLICY_FAILURE          the guest's policy is not the ID block's
 */
#include <string.h>

#include "firmware/snp/row.h"
#include "firmware/snp_guest/id_block.h"

#define ID_BLOCK_BUFFER 0u
#define ID_AUTH_BUFFER 1u
#define KNOWN_FLAGS (SNP_FINISH_ID_BLOCK_EN | SNP_FINISH_AUTH_KEY_EN | SNP_FINISH_VCEK_DIS)

/** Check 3, which the specification puts behind those of the guest. */
static enum sev_status check_flags(struct command *command)
{
    const uint64_t flags = ((const struct snp_launch_finish *)command->parameters)->flags;

    return (flags & ~KNOWN_FLAGS) == 0 &&
                   ((flags & SNP_FINISH_AUTH_KEY_EN) == 0 || (flags & SNP_FINISH_ID_BLOCK_EN) != 0)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_launch_finish *parameters =
        (const struct snp_launch_finish *)command->parameters;
    struct snp_guest *guest = command->snp_guest;
    const struct id_block id = {
        .block = (const struct snp_id_block *)command->data[ID_BLOCK_BUFFER].bytes,
        .auth = (const struct snp_id_auth *)command->data[ID_AUTH_BUFFER].bytes,
        .has_author = (parameters->flags & SNP_FINISH_AUTH_KEY_EN) != 0,
    };

    if ((parameters->flags & SNP_FINISH_ID_BLOCK_EN) != 0) {
        const enum sev_status status = id_block_check(&id, guest);

        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
        id_block_store(&id, guest);
    }
    memcpy(guest->host_data, parameters->host_data, sizeof guest->host_data);
    guest->vcek_disabled = (parameters->flags & SNP_FINISH_VCEK_DIS) != 0;
    guest->state = SNP_GUEST_RUNNING;
    return SEV_STATUS_SUCCESS;
}

/** A buffer that is there with ID_BLOCK_EN alone. It may stand anywhere. */
#define ID_BUFFER(label, field, type)                                                              \
    {                                                                                              \
        .name = (label), .direction = COMMAND_IN, .rule = COMMAND_LENGTH_FIXED,                    \
        .paddr_offset = offsetof(struct snp_launch_finish, field), .length = sizeof(struct type),  \
        .alignment = 1,                                                                            \
        .present = {SNP_FINISH_ID_BLOCK_EN, SNP_FINISH_ID_BLOCK_EN,                                \
                    offsetof(struct snp_launch_finish, flags)},                                    \
    }

const struct command_row snp_launch_finish_row = {
    ROW_COMMAND(LAUNCH_FINISH, "2.11"),
    ROW_PARAMETERS(snp_launch_finish),
    ROW_GUEST(snp_launch_finish, gctx_paddr, SNP_GUEST_STATES_LAUNCH),
    .needs_active = true,
    .buffers = {ID_BUFFER("ID_BLOCK", id_block_paddr, snp_id_block),
                ID_BUFFER("ID_AUTH", id_auth_paddr, snp_id_auth)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_PARAM) |
                COMMAND_STATUS(BAD_SIGNATURE) | COMMAND_STATUS(BAD_MEASUREMENT) |
                COMMAND_STATUS(POLICY_FAILURE),
    .policy = check_flags,
    .handle = handle,
};
