/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files and the socket that a user gives to a board, looked at before anything is changed: what
 * is not fit for its purpose is refused, and stays as it is.
 */
#ifndef HOST_LIB_BOARD_PLACES_H
#define HOST_LIB_BOARD_PLACES_H

#include "host/lib/board.h"
#include "host/lib/board_options.h"

/** One of them, as it was found. */
struct board_place {
    char path[PATH_MAX]; /**< Absolute; empty when the user gave none, and run/ has it. */
    bool exists;
    uint64_t bytes; /**< Size of a file that exists. */
    dev_t device;   /**< Which file it is, by whatever name. */
    ino_t inode;
};

struct board_places {
    struct board_place mailbox;
    struct board_place fabric;
    struct board_place dram;
    struct board_place doorbell;
    uint32_t memory_mib; /**< Of x86 DRAM. */
};

/**
 * Checks what OPTIONS names. Changes nothing.
 *
 * @param board        its DIRECTORY is set; MESSAGE is set on failure
 * @param[out] places  all of it is written
 * @return BOARD_OK; BOARD_FAILED when something is there that cannot be used as it is: no regular
 *         file, one of another size, one that may not be read and written, the same one twice, one
 *         that is a chip's or lies in the run/ of one, a fabric's file that
 *         board_place_check_fabric() refuses, or, for the doorbell, anything but a socket to which
 *         nobody listens; BOARD_BAD_USAGE when the size of the memory makes no sense or is not
 *         that of the file
 */
enum board_result board_places_find(struct board *board, const struct board_options *options,
                                    struct board_places *places)
    __attribute__((warn_unused_result));

/**
 * Looks at one file, which need not exist.
 *
 * @param name        as the user gave it
 * @param[out] place  all of it is written
 * @return BOARD_OK, or BOARD_FAILED: no regular file, not to be read and written, not to be made, or
 *         in the board's own run/
 */
enum board_result board_place_file(struct board *board, const char *name, struct board_place *place)
    __attribute__((warn_unused_result));

/** The same for a socket that is going to be made; one that nobody listens to may be there. */
enum board_result board_place_socket(struct board *board, const char *name,
                                     struct board_place *place) __attribute__((warn_unused_result));

/**
 * Looks into a fabric that exists.
 *
 * @param places  of the fabric and the memory, whose size is known
 * @return BOARD_OK: nobody has configured it yet, or the firmware can use the configuration;
 *         BOARD_FAILED: it holds something else, or describes a machine that cannot be, or more DRAM
 *         than there is
 */
enum board_result board_place_check_fabric(struct board *board, const struct board_options *options,
                                           const struct board_places *places)
    __attribute__((warn_unused_result));

#endif
