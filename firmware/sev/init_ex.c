/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT_EX (section 4.1): as INIT, with persistent data in a 32 KiB block of host memory. The block is
 * the firmware's until SHUTDOWN; commands that change the identity rewrite it before they complete.
 *
 *   SUCCESS                 the platform is initialised
 *   INVALID_PLATFORM_STATE  not UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM; with ES: TMR_PADDR is not 1 MiB aligned
 *                           or not in DRAM; NV_PADDR is not 4 KiB aligned or not in DRAM; the TMR,
 *                           the NV block and the parameters overlap
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_LENGTH          LENGTH is not 24h; with ES: TMR_LENGTH is below 1 MiB, or not a
 *                           multiple of 4 KiB; NV_LENGTH is not 8000h
 *   INVALID_PARAM           a reserved bit of OPTIONS is set
 *   INVALID_CONFIG          the fabric describes an impossible machine
 *   SECURE_DATA_INVALID     the block is damaged; it has been erased, the next INIT_EX succeeds
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "firmware/guest/guests.h"
#include "firmware/sev/row.h"

static enum sev_status check(struct command *command)
{
    const struct sev_init_ex *parameters = (const struct sev_init_ex *)command->parameters;

    if (parameters->length != sizeof *parameters) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    return platform_check_options(parameters->options);
}

static enum sev_status handle(struct command *command)
{
    const struct sev_init_ex *parameters = (const struct sev_init_ex *)command->parameters;

    return guests_init(command, parameters->options);
}

const struct command_row sev_init_ex_row = {
    ROW_COMMAND(INIT_EX, "4.1"),
    ROW_PARAMETERS(sev_init_ex),
    .platform_states = COMMAND_PLATFORM_ONLY(UNINIT),
    .buffers = {ROW_TMR(sev_init_ex), ROW_BUFFER("NV", sev_init_ex, nv, REGION_READ_WRITE, EXACT,
                                                 SEV_NV_BYTES, SEV_NV_ALIGNMENT)},
    .statuses = INIT_STATUSES,
    .check = check,
    .handle = handle,
};
