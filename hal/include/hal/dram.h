/*
 * x86 DRAM as the board reaches it: by copies through a moving window, never mapped as a whole.
 * Only firmware/hostmem.c may call this; offsets count from the start of the DRAM file.
 */
#ifndef HAL_DRAM_H
#define HAL_DRAM_H

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

#endif
