/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine's devices: serial port, verdict, a disk that does DMA, a page of registers. They
 * are outside of the processor: a guest's private memory is ciphertext to them.
 */
#ifndef HOST_EMULATOR_DEVICES_H
#define HOST_EMULATOR_DEVICES_H

#include "host/emulator/guest_abi.h"
#include "host/emulator/nested.h"

#define DEVICES_TEXT_BYTES 0x4000u

struct devices {
    struct nested *nested;         /**< The IOMMU's table, too. */
    const char *prefix;            /**< Of each line of serial output; NULL: it is only kept. */
    char text[DEVICES_TEXT_BYTES]; /**< Serial output. */
    size_t text_length;
    bool in_line;
    bool has_verdict;
    uint32_t verdict;
    uint32_t dma_address;
    uint32_t dma_sector;
    uint32_t dma_status;
    uint32_t scratch;
    uint64_t msr;
    uint8_t disk[GUEST_DISK_SECTORS * GUEST_SECTOR_BYTES];
};

/** OUT of 1, 2 or 4 bytes. */
void devices_out(struct devices *devices, uint16_t port, uint32_t value);

/** IN; ports that there are not read as all ones. */
uint32_t devices_in(struct devices *devices, uint16_t port);

/** @return whether there is a device at that guest physical address */
bool devices_have(uint64_t gpa);

/** A register's value, or a write of it. */
uint32_t devices_read(const struct devices *devices, uint64_t gpa);
void devices_write(struct devices *devices, uint64_t gpa, uint32_t value);

#endif
