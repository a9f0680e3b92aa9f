/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A piece of x86 memory that a command borrows (staging.h). What stood there is kept as it lies in
 * DRAM: the host's key may be another one when it is put back.
 */
#include "host/cmd/staging.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "host/x86/rmp_access.h"

#define LOWEST_PADDR 0x100000u /* firmware tables and devices of a PC lie below */

/* Whether x86 software may write all pages: none is SEV-SNP's, its table's least of all. */
static bool may_write(const struct board *board, uint64_t paddr, size_t length)
{
    struct x86_rmp rmp;
    bool may = true;
    x86_rmp_attach(&rmp, board->fabric_file.bytes, &board->dram);
    for (uint64_t at = paddr; may && at < paddr + length; at += DRAM_PAGE_BYTES) {
        may = x86_rmp_host_may_write(&rmp, at, false);
    }
    return may;
}

static bool holds_something(const struct board *board, uint64_t paddr)
{
    static const uint8_t zeros[DRAM_PAGE_BYTES];
    const uint8_t *page = dram_pointer(&board->dram, paddr, DRAM_PAGE_BYTES);
    return memcmp(page, zeros, sizeof zeros) != 0 || !may_write(board, paddr, DRAM_PAGE_BYTES) ||
           memory_controller_check(&board->memory, paddr, DRAM_PAGE_BYTES) != MEMORY_CONTROLLER_OK;
}

/* @return the highest place of LENGTH bytes in the range that hold nothing, or 0 */
static uint64_t find_empty_in(const struct board *board, const struct fabric_range *range,
                              size_t length)
{
    const uint64_t mask = ~(uint64_t)(DRAM_PAGE_BYTES - 1);
    const uint64_t lowest =
        range->base > LOWEST_PADDR ? (range->base + ~mask) & mask : LOWEST_PADDR;
    uint64_t end = (range->base + range->length) & mask; /* of the place */
    uint64_t paddr = end;                                /* what lies from here to END is empty */
    while (end - paddr < length) {
        if (paddr < lowest + DRAM_PAGE_BYTES) {
            return 0;
        }
        paddr -= DRAM_PAGE_BYTES;
        if (holds_something(board, paddr)) {
            end = paddr;
        }
    }
    return paddr;
}

static uint64_t find_empty(const struct board *board, size_t length)
{
    uint64_t best = 0;
    for (uint32_t i = 0; i < board->dram.range_count; i++) {
        const uint64_t found = find_empty_in(board, &board->dram.ranges[i], length);
        best = found > best ? found : best;
    }
    return best;
}

static enum board_result check(struct board *board, uint64_t paddr, size_t length)
{
    const unsigned long long first = paddr;
    if (paddr % DRAM_PAGE_BYTES != 0) {
        return board_fail(board, BOARD_BAD_USAGE, "%#llx is not a multiple of 4096", first);
    }
    const enum memory_controller_result result =
        memory_controller_check(&board->memory, paddr, length);
    if (result != MEMORY_CONTROLLER_OK) {
        return board_fail(board, BOARD_FAILED, "%zu bytes at %#llx: %s", length, first,
                          memory_controller_result_text(result));
    }
    return may_write(board, paddr, length)
               ? BOARD_OK
               : board_fail(board, BOARD_FAILED,
                            "%zu bytes at %#llx: SEV-SNP's reverse map table keeps them from x86 "
                            "software",
                            length, first);
}

enum board_result staging_borrow(struct board *board, uint64_t paddr, size_t length,
                                 struct staging *staging)
{
    *staging = (struct staging)STAGING_NONE;
    length = (length + DRAM_PAGE_BYTES - 1) & ~(size_t)(DRAM_PAGE_BYTES - 1);
    if (paddr == STAGING_ANYWHERE) {
        paddr = find_empty(board, length);
        if (paddr == 0) {
            return board_fail(board, BOARD_FAILED,
                              "no %zu bytes of x86 memory are empty: say with --at where they may "
                              "be borrowed",
                              length);
        }
    }
    enum board_result result = check(board, paddr, length);
    if (result != BOARD_OK) {
        return result;
    }
    uint8_t *memory = dram_pointer(&board->dram, paddr, length);
    /* A file with holes could run out of disk in the middle of what is written. */
    const int error =
        posix_fallocate(board->dram_file.descriptor, memory - board->dram.bytes, (off_t)length);
    if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
        return board_fail(board, BOARD_FAILED, "x86 memory: %s", strerror(error));
    }
    uint8_t *old = malloc(length);
    if (old == NULL) {
        return board_fail(board, BOARD_FAILED, "out of memory");
    }
    memcpy(old, memory, length);
    *staging = (struct staging){.paddr = paddr, .length = length, .memory = memory, .old = old};
    return BOARD_OK;
}

void staging_return(struct staging *staging)
{
    if (staging->old != NULL) {
        memcpy(staging->memory, staging->old, staging->length);
        free(staging->old);
    }
    *staging = (struct staging)STAGING_NONE;
}
