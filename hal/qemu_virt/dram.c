/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 DRAM: the last memory node, reached through windows of 2 MiB, because it can be larger than
 * the address space.
 */
#include "hal/dram.h"

#include "arch/arm/cp15.h"
#include "arch/arm/mmu.h"
#include "arch/arm/panic.h"
#include "hal/qemu_virt/board.h"

static uint64_t dram_bytes;

/** The block that was reached last, from the start of DRAM, and where it is; NULL: none yet. */
static uint64_t reached;
static uint8_t *window;

bool board_dram_start(void)
{
    return board_dram_size(&dram_bytes);
}

uint64_t hal_dram_bytes(void)
{
    return dram_bytes;
}

static void check_range(uint64_t offset, size_t length)
{
    if (offset > dram_bytes || length > dram_bytes - offset) {
        panic_stop("DRAM access out of range");
    }
}

/** @return how many of @p length bytes at @p offset lie in one block */
static size_t in_block(uint64_t offset, size_t length)
{
    size_t left = MMU_BLOCK_BYTES - (size_t)(offset % MMU_BLOCK_BYTES);

    return length < left ? length : left;
}

_Static_assert(BOARD_DRAM % MMU_BLOCK_BYTES == 0, "offsets and addresses have the same blocks");

/** @return where the byte at @p offset is: valid to the end of its block, until the next call */
static void *at(uint64_t offset)
{
    const uint64_t block = offset - offset % MMU_BLOCK_BYTES;

    if (window == NULL || block != reached) {
        window = mmu_window(BOARD_DRAM + block); /* Called by nobody else. */
        reached = block;
    }
    return window + (offset - block);
}

void hal_dram_read(uint64_t offset, void *buffer, size_t length)
{
    uint8_t *bytes = buffer;

    check_range(offset, length);
    while (length > 0) {
        size_t part = in_block(offset, length);

        board_copy(bytes, at(offset), part);
        bytes += part;
        offset += part;
        length -= part;
    }
}

void hal_dram_write(uint64_t offset, const void *buffer, size_t length)
{
    const uint8_t *bytes = buffer;

    check_range(offset, length);
    while (length > 0) {
        size_t part = in_block(offset, length);

        board_copy(at(offset), bytes, part);
        bytes += part;
        offset += part;
        length -= part;
    }
    barrier_dsb();
}

/** @return where the word at @p offset is now, until the next call */
static uint64_t *word_at(uint64_t offset)
{
    check_range(offset, sizeof(uint64_t));
    if (offset % sizeof(uint64_t) != 0) {
        panic_stop("DRAM word not aligned");
    }
    return at(offset);
}

uint64_t hal_dram_load(uint64_t offset)
{
    uint64_t value = __atomic_load_n(word_at(offset), __ATOMIC_SEQ_CST);

    barrier_dsb();
    return value;
}

void hal_dram_store(uint64_t offset, uint64_t value)
{
    barrier_dsb();
    __atomic_store_n(word_at(offset), value, __ATOMIC_SEQ_CST);
    barrier_dsb();
}

bool hal_dram_replace(uint64_t offset, uint64_t *expected, uint64_t value)
{
    bool written;

    barrier_dsb();
    written = __atomic_compare_exchange_n(word_at(offset), expected, value, false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST);
    barrier_dsb();
    return written;
}

uint64_t hal_dram_exchange(uint64_t offset, uint64_t value)
{
    uint64_t found;

    barrier_dsb();
    /* LDREXD and STREXD again only when another has changed the word between these two. */
    found = __atomic_exchange_n(word_at(offset), value, __ATOMIC_SEQ_CST);
    barrier_dsb();
    return found;
}
