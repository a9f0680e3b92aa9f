/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configfs-tsm, /sys/kernel/config/tsm, as Linux has it in an SEV-SNP guest: a directory below report/
 * is a request for a report, its files are what goes in and comes out. Directories are real ones, in a
 * place of their own; files are made when they are opened.
 */
#ifndef HOST_EXEC_TSM_H
#define HOST_EXEC_TSM_H

#include <stdbool.h>
#include <stdint.h>

#include "host/exec/files.h"
#include "host/exec/tsm_request.h"
#include "host/provision/error.h"

/**
 * Makes the directories, run/tsm.
 *
 * @param chip   directory of the chip
 * @param guest  whose reports they are
 * @param floor  its VMPL
 */
bool exec_tsm_make(struct exec_tsm *tsm, const char *chip, struct sev_guest *guest, uint32_t floor,
                   struct provision_error *error) __attribute__((warn_unused_result));

/** Removes them. */
void exec_tsm_remove(struct exec_tsm *tsm);

/** Answers a call whose path is of this. */
void exec_tsm_serve(struct exec_tsm *tsm, const struct exec_call *call,
                    const struct exec_file_call *file);

/** Makes the report of what was written. @return 0 or a negative error number */
int tsm_answer(struct exec_tsm *tsm, struct tsm_entry *entry) __attribute__((warn_unused_result));

#endif
