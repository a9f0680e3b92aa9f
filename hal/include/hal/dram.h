/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 DRAM as the board reaches it: by copies through a moving window, never mapped as a whole.
 * Only firmware/hostmem.c may call this, and for the entries of the reverse map table, by which hostmem
 * judges, firmware/rmp.c and firmware/rmp_entry.c (make audit sees to it); firmware/fabric.c asks for the
 * size. Offsets count from the start of the DRAM file.
 */
#ifndef HAL_DRAM_H
#define HAL_DRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @return size of x86 DRAM in bytes */
uint64_t hal_dram_bytes(void);

/**
 * Copies from DRAM; each byte is read once.
 *
 * @param offset       offset + length <= hal_dram_bytes()
 * @param[out] buffer  @p length bytes
 */
void hal_dram_read(uint64_t offset, void *buffer, size_t length);

/**
 * Copies to DRAM.
 *
 * @param offset      offset + length <= hal_dram_bytes()
 * @param[in] buffer  @p length bytes
 */
void hal_dram_write(uint64_t offset, const void *buffer, size_t length);

/**
 * Reads a 64-bit word in one step, before any later access to DRAM, fabric or mailbox.
 *
 * @param offset  multiple of 8; offset + 8 <= hal_dram_bytes()
 * @return the word, which others may write at any time
 */
uint64_t hal_dram_load(uint64_t offset);

/**
 * Writes a 64-bit word in one step, after all earlier accesses and before all later ones.
 *
 * @param offset  as above
 * @param value   nobody ever sees a part of it
 */
void hal_dram_store(uint64_t offset, uint64_t value);

/**
 * Writes a 64-bit word only if it holds what is expected: one atomic step among all who write it,
 * after all earlier accesses and before all later ones.
 *
 * @param offset            as above
 * @param[in,out] expected  what the word must hold; afterwards what it held
 * @param value             what it holds then
 * @return whether the value was written; if not, nothing was
 */
bool hal_dram_replace(uint64_t offset, uint64_t *expected, uint64_t value)
    __attribute__((warn_unused_result));

/**
 * Writes a 64-bit word whatever it holds, in one atomic step like hal_dram_replace().
 *
 * @param offset  as above
 * @param value   what it holds then
 * @return what it held
 */
uint64_t hal_dram_exchange(uint64_t offset, uint64_t value) __attribute__((warn_unused_result));

#endif
