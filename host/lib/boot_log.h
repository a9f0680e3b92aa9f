/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the lines of a board's log mean.
 */
#ifndef HOST_LIB_BOOT_LOG_H
#define HOST_LIB_BOOT_LOG_H

#include "host/lib/board.h"

/** @return BOARD_REFUSED or BOARD_STOPPED when the line says why a board serves no more; else BOARD_OK */
enum board_result boot_log_meaning(const char *line);

#endif
