/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board that has ended leaves behind.
 */
#ifndef HOST_LIB_DEAD_BOARD_H
#define HOST_LIB_DEAD_BOARD_H

/**
 * Takes the keys that a dead board left out of the chip's run/fabric, once; does nothing while a board
 * runs, or when none ever did. Boards that board_start() started leave none; one that was started by
 * hand may. Whoever finds no board running calls this. What is no fabric stays as it is, and so does
 * a fabric that another board uses now.
 *
 * @param directory  the chip's
 */
void dead_board_forget_keys(const char *directory);

/**
 * Removes the name of a fabric without keys if it is a link: the file elsewhere may become another
 * board's, and is no concern of this chip any more. Makes only calls that are safe between fork()
 * and exec.
 *
 * @param path  run/fabric of the chip
 */
void dead_board_leave_fabric(const char *path);

/**
 * Removes a socket to which nobody listens, as a killed board leaves it. If its name is a link, the
 * link goes as well, also one to nothing. What is no socket, or is served, stays. Makes only calls
 * that are safe between fork() and exec.
 *
 * @param path  at most 107 bytes, or it stays
 */
void dead_board_remove_socket(const char *path);

#endif
