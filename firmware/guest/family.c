/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The family of SEV and SEV-ES commands (family.h).
 */
#include "firmware/guest/family.h"

#include "firmware/guest/guest.h"

static enum sev_status find_guest(struct command *command)
{
    command->guest = guest_find(command_get_u32(command, command->row->guest_offset));
    if (command->guest == NULL) {
        return SEV_STATUS_INVALID_GUEST;
    }
    return (command->row->guest_states & COMMAND_STATE(command->guest->state)) == 0
               ? SEV_STATUS_INVALID_GUEST_STATE
               : SEV_STATUS_SUCCESS;
}

static bool is_active(const struct command *command)
{
    return guest_is_active(command->guest);
}

const struct command_family sev_family = {
    .directory = "sev",
    .prefix = "",
    .steps = {COMMAND_STEP_GUEST, COMMAND_STEP_OWN, COMMAND_STEP_QUERIES, COMMAND_STEP_ACTIVE,
              COMMAND_STEP_LENGTHS, COMMAND_STEP_ADDRESSES, COMMAND_STEP_PAGES},
    .find_guest = find_guest,
    .is_active = is_active,
};
