/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replacing the running firmware (section 12, SNP 10.2): what DOWNLOAD_FIRMWARE and
 * SNP_DOWNLOAD_FIRMWARE_EX have in common.
 */
#ifndef FIRMWARE_REPLACE_H
#define FIRMWARE_REPLACE_H

#include <stdbool.h>

#include "firmware/command.h"

/** Statuses of both commands, but for those of states and parameters. */
#define REPLACE_STATUSES                                                                           \
    (COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_ADDRESS) |  \
     COMMAND_STATUS(INVALID_PAGE_STATE) | COMMAND_STATUS(SHUTDOWN_REQUIRED) |                      \
     COMMAND_STATUS(UNSUPPORTED) | COMMAND_STATUS(BAD_SIGNATURE) | COMMAND_STATUS(BAD_SVN) |       \
     COMMAND_STATUS(BAD_VERSION) | COMMAND_STATUS(HWERROR_PLATFORM))

/**
 * Judges a file, hands over what the next firmware needs, and enters it. Nothing has changed when this
 * returns; the next firmware answers the command, with SUCCESS unless it could not commit.
 *
 * @param range   of the file, UPDATE_MAXIMUM_BYTES at most
 * @param commit  the next firmware makes itself the floor (firmware/platform/commit.h)
 * @return SHUTDOWN_REQUIRED while one of the two platforms is not UNINIT or an RMP is in force: no other
 *         firmware would know what it protects; BAD_VERSION when the version is below the committed one;
 *         UNSUPPORTED, BAD_SIGNATURE, BAD_SVN, HWERROR_PLATFORM as update_check(), or UNSUPPORTED when
 *         the board cannot replace its firmware; as hostmem_copy_in()
 */
CRYPTO_CHECKED enum sev_status replace_firmware(const struct hostmem_range *range, bool commit);

#endif
