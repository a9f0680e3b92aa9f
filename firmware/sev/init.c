/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT (section 4.1): loads or creates the platform's identity, turns SEV-ES on when asked to, and
 * takes the platform from UNINIT to INIT. Persistent data is in flash.
 *
 *   SUCCESS                 the platform is initialised
 *   INVALID_PLATFORM_STATE  not UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM; with ES: TMR_PADDR is not 1 MiB aligned
 *                           or not in DRAM, or the parameters are in the TMR
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_PARAM           a reserved bit of OPTIONS is set
 *   INVALID_CONFIG          the fabric describes an impossible machine
 *   INVALID_LENGTH          ES and TMR_LENGTH is below 1 MiB, or not a multiple of 4 KiB
 *   SECURE_DATA_INVALID     persistent data is damaged; it has been erased, the next INIT succeeds
 *   HWERROR_PLATFORM        flash or the random generator failed
 */
#include "firmware/guest/guests.h"
#include "firmware/sev/row.h"

static enum sev_status check(struct command *command)
{
    const struct sev_init *parameters = (const struct sev_init *)command->parameters;

    return platform_check_options(parameters->options);
}

static enum sev_status handle(struct command *command)
{
    const struct sev_init *parameters = (const struct sev_init *)command->parameters;

    return guests_init(command, parameters->options);
}

const struct command_row sev_init_row = {
    ROW_COMMAND(INIT, "4.1"),
    ROW_PARAMETERS(sev_init),
    .platform_states = COMMAND_PLATFORM_ONLY(UNINIT),
    .buffers = {ROW_TMR(sev_init)},
    .statuses = INIT_STATUSES,
    .check = check,
    .handle = handle,
};
