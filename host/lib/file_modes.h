/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a board that other users of the machine may open: new ones are made for their owner alone
 * (0600), but one that was there before keeps its mode, whatever the board writes into it.
 */
#ifndef HOST_LIB_FILE_MODES_H
#define HOST_LIB_FILE_MODES_H

#include <limits.h>

#define FILE_MODES_TEXT_BYTES (PATH_MAX + 160)

/** Takes one warning: a line without its end. */
typedef void file_modes_say(void *context, const char *text);

/**
 * Warns of each file in or behind run/, and of the chip's own, that others may read or write and
 * should not.
 *
 * @param directory  the chip's
 * @param say        is called for each such file, with its name, its mode and what is in it
 */
void file_modes_warn(const char *directory, file_modes_say *say, void *context);

#endif
