/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP on the machine: what BIOS and driver do to turn it on and off.
 */
#ifndef HOST_EXEC_SNP_PLATFORM_H
#define HOST_EXEC_SNP_PLATFORM_H

#include "host/exec/machine.h"

/**
 * Sets the cores up, makes a reverse map table, and puts it in force. What another program has left
 * set up ends. SEV-SNP is off.
 *
 * @param[out] error  see exec_machine_command()
 * @return 0; -ENODEV: the chip has no SEV-SNP; -ENOMEM: there is no room for a table; -EIO, -ETIMEDOUT
 */
int exec_snp_start(struct exec_machine *machine, uint32_t *error)
    __attribute__((warn_unused_result));

/** Turns it off; the table is not in force any more. Parameters and results as above. */
int exec_snp_stop(struct exec_machine *machine, uint32_t *error);

#endif
