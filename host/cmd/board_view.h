/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What 'virtasp status' and 'virtasp info' both print of a board.
 */
#ifndef HOST_CMD_BOARD_VIEW_H
#define HOST_CMD_BOARD_VIEW_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "host/lib/status.h"

/** Files and sockets of a running board, in the order in which they are printed. */
struct board_view_file {
    const char *label;   /**< In words, and as a member of a JSON object. */
    char path[PATH_MAX]; /**< Absolute; links are followed. */
};

#define BOARD_VIEW_FILES 5u

/** @param[out] files  @return how many there are, at most BOARD_VIEW_FILES */
size_t board_view_files(const char *directory, struct board_view_file files[BOARD_VIEW_FILES]);

/** Prints "INDENTATION"files": {...}" and a line end. */
void board_view_print_files(const char *directory, const char *indentation);

/** Prints "INDENTATION"platform": {...}," and a line end. */
void board_view_print_platform(const struct fabric_status *block, const char *indentation);

/** @return whether the chip has SEV-SNP: whether its firmware serves the commands */
bool board_view_has_snp(const struct fabric_status *block);

/** Prints "INDENTATION"snp": {...}," and a line end; null in place of the object without SEV-SNP. */
void board_view_print_snp(const struct fabric_status *block, const char *indentation);

/** Prints the two members "engine" and "chip_id", each with a comma and a line end. */
void board_view_print_chip(const struct fabric_status *block, const char *indentation);

/** @param[out] text  the engine's name, terminated */
void board_view_engine(const struct fabric_status *block, char text[sizeof block->engine + 1]);

/** @return "self" or "external" */
const char *board_view_owner(const struct fabric_status *block);

#endif
