/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving a running board another firmware, step by step.
 */
#ifndef HOST_CMD_LOADING_H
#define HOST_CMD_LOADING_H

#include <stdbool.h>
#include <stdint.h>

#include "host/lib/board.h"
#include "host/provision/files.h"

/** How the firmware is to be loaded. */
struct load_order {
    const char *directory; /**< The chip's. */
    const char *path;      /**< The file's. */
    uint64_t paddr;        /**< Of x86 memory to borrow, or STAGING_ANYWHERE. */
    bool shutdown;         /**< Both platforms are shut down first. */
    bool commit;           /**< By SNP_DOWNLOAD_FIRMWARE_EX with COMMIT. */
    bool force;            /**< Also when another client holds the mailbox. */
};

/**
 * Loads a firmware, and prints which one ran and which runs. Whatever becomes of it, signals included,
 * x86 memory then holds what it held before.
 *
 * @param board  open
 * @param file   as the chip's firmware takes it
 * @return BOARD_OK, or with a message: BOARD_FAILED when memory cannot be borrowed or a command fails,
 *         BOARD_NOT_ANSWERING
 */
enum board_result load_firmware(struct board *board, const struct provision_bytes *file,
                                const struct load_order *order) __attribute__((warn_unused_result));

#endif
