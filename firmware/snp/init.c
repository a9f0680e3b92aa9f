/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_INIT (SNP 2.1): as SNP_INIT_EX with INIT_RMP and nothing else.
 *
 *   SUCCESS                    the platform is initialised, the RMP is new and in force
 *   INVALID_PLATFORM_STATE     not UNINIT
 *   INVALID_CONFIG             a core is not set up for SNP, the cores do not agree, the RMP cannot
 *                              be where they say, or an SEV guest exists
 *   INVALID_ADDRESS            the TMR of INIT is not 2 MiB aligned
 *   RMP_INITIALIZATION_FAILED  a core keeps a region of the RMP in force locked, or of the new one; none
 *                              is in force any more
 *   HWERROR_PLATFORM           the random generator failed
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/start.h"

static enum sev_status handle(struct command *command)
{
    const struct snp_options options = {.clear_rmp = true};

    const struct snp_ranges none = {.count = 0};

    (void)command;
    return snp_begin(&options, &none);
}

const struct command_row snp_init_row = {
    ROW_COMMAND(INIT, "2.1"),
    ROW_SNP_UNINIT,
    .statuses = INIT_STATUSES,
    .handle = handle,
};
