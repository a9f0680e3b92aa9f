/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A piece of x86 memory that a command borrows from whoever uses it: it holds again what it held
 * before, byte for byte, when it is given back. What SEV-SNP's reverse map table keeps from x86
 * software is not borrowed.
 */
#ifndef HOST_CMD_STAGING_H
#define HOST_CMD_STAGING_H

#include <stddef.h>
#include <stdint.h>

#include "host/lib/board.h"

struct staging {
    uint64_t paddr; /**< First byte, a multiple of 4 KiB. */
    size_t length;  /**< Bytes, whole pages. */
    uint8_t *memory;
    uint8_t *old; /**< What stood there; NULL = nothing is borrowed. */
};

/** Borrows the highest memory that holds nothing but zeros. */
#define STAGING_ANYWHERE UINT64_MAX

/** Nothing is borrowed: giving it back does nothing. */
#define STAGING_NONE                                                                               \
    {                                                                                              \
        .old = NULL                                                                                \
    }

/**
 * Borrows memory. Nothing is written into it yet.
 *
 * @param board         open
 * @param paddr         where, a multiple of 4 KiB; or STAGING_ANYWHERE
 * @param length        bytes, rounded up to whole pages
 * @param[out] staging  give it back with staging_return(), on every way out
 * @return BOARD_OK; BOARD_FAILED, with a message, when there is no such memory, the firmware or a guest
 *         of SEV-SNP holds it, or the disk has no room for it
 */
enum board_result staging_borrow(struct board *board, uint64_t paddr, size_t length,
                                 struct staging *staging) __attribute__((warn_unused_result));

/** Puts back what stood there. */
void staging_return(struct staging *staging);

#endif
