/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board that has ended leaves behind.
 */
#ifndef HOST_LIB_DEAD_BOARD_H
#define HOST_LIB_DEAD_BOARD_H

/**
 * Takes the keys that a dead board left out of the chip's run/fabric; does nothing while a board runs,
 * or when none ever did. Boards that board_start() started leave none; one that was started by hand
 * may. Whoever finds no board running calls this.
 *
 * @param directory  the chip's
 */
void dead_board_forget_keys(const char *directory);

#endif
