/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk, which does DMA.
 */
#ifndef TESTS_GUESTS_LIB_DISK_H
#define TESTS_GUESTS_LIB_DISK_H

#include "tests/guests/lib/guest.h"

/** Reads a sector to, or writes it from, a guest physical address. @return 0, or why not */
static inline uint32_t guest_dma(uint32_t command, uint32_t sector, uint64_t gpa)
{
    guest_out32(GUEST_PORT_DMA_ADDRESS, (uint32_t)gpa);
    guest_out32(GUEST_PORT_DMA_SECTOR, sector);
    guest_out32(GUEST_PORT_DMA_COMMAND, command);
    return guest_in32(GUEST_PORT_DMA_COMMAND);
}

#endif
