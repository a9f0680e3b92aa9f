/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash bank 0, looked at before a board is started with it.
 */
#ifndef HOST_LIB_FLASH_BANK_H
#define HOST_LIB_FLASH_BANK_H

#include "host/lib/board.h"

/**
 * Whether a file can be what a board boots from. Whether its image is good is for the boot ROM to say.
 *
 * @return BOARD_OK; BOARD_FAILED, with a message, when it has another size than a bank, no boot ROM at
 *         its start, or no firmware image where that looks for one
 */
enum board_result flash_bank_check(struct board *board, const char *path)
    __attribute__((warn_unused_result));

/** As flash_bank_check(), but for the size alone. */
enum board_result flash_bank_check_size(struct board *board, const char *path)
    __attribute__((warn_unused_result));

#endif
