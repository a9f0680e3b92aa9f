/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The family of SEV-SNP commands (family.h).
 */
#include "firmware/snp_guest/family.h"

#include "firmware/fabric.h"
#include "firmware/snp_guest/context.h"

/** The address of the guest's context page, without C-bit. */
static uint64_t context_address(const struct command *command)
{
    return command_get_u64(command, command->row->guest_offset) & ~fabric_c_bit_mask();
}

enum sev_status snp_check_context_address(uint64_t paddr)
{
    const struct hostmem_access access = {.direction = HOSTMEM_READ, .alignment = RMP_PAGE_BYTES};
    struct hostmem_range range;

    return hostmem_resolve(paddr, RMP_PAGE_BYTES, &access, &range);
}

static enum sev_status check_address(struct command *command)
{
    return snp_check_context_address(context_address(command));
}

static enum sev_status find_guest(struct command *command)
{
    const enum sev_status status = snp_context_open(context_address(command), &command->snp_guest);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return (command->row->guest_states & COMMAND_STATE(command->snp_guest->state)) == 0
               ? SEV_STATUS_INVALID_GUEST_STATE
               : SEV_STATUS_SUCCESS;
}

static bool is_active(const struct command *command)
{
    return command->snp_guest->asid != 0;
}

static uint32_t asid(const struct command *command)
{
    return command->snp_guest == NULL ? 0 : command->snp_guest->asid;
}

const struct command_family snp_family = {
    .directory = "snp",
    .prefix = "SNP_",
    .steps = {COMMAND_STEP_LENGTHS, COMMAND_STEP_ADDRESSES, COMMAND_STEP_OWN, COMMAND_STEP_GUEST,
              COMMAND_STEP_ACTIVE, COMMAND_STEP_POLICY, COMMAND_STEP_PAGES},
    .check_address = check_address,
    .find_guest = find_guest,
    .is_active = is_active,
    .asid = asid,
};
