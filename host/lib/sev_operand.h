/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands point to: it goes through the board's scratch memory, one page-aligned place for
 * each operand. sev_exchange.c and sev_migration.c share this.
 */
#ifndef HOST_LIB_SEV_OPERAND_H
#define HOST_LIB_SEV_OPERAND_H

#include <stddef.h>
#include <stdint.h>

#include "host/lib/board.h"

/** Places, SEV_PACKET_MAX apart. */
enum sev_operand {
    SEV_OPERAND_FIRST,
    SEV_OPERAND_SECOND,
    SEV_OPERAND_THIRD,
    SEV_OPERAND_FOURTH,
};

/** @return the physical address of a place */
uint64_t sev_operand_paddr(const struct board *board, enum sev_operand place);

/** Copies an operand to its place. @return 0, or MAILBOX_ERROR when memory is not accessible */
int sev_operand_put(struct board *board, enum sev_operand place, const void *data, size_t length)
    __attribute__((warn_unused_result));

/**
 * Copies an operand from its place, if the command succeeded.
 *
 * @param status  of the command
 * @return @p status, or MAILBOX_ERROR when memory is not accessible
 */
int sev_operand_get(struct board *board, int status, enum sev_operand place, void *data,
                    size_t length) __attribute__((warn_unused_result));

#endif
