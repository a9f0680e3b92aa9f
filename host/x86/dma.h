/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses of devices. A device has no ASID: it reads and writes memory raw, or through the host's
 * key where the address has the C-bit, never through a guest's. A guest's private page looks like
 * ciphertext to it, and is garbage to the guest after it has written there.
 *
 * A device whose addresses end below the C-bit, such as one with 32 bits, cannot say it; the host
 * remaps for it (IOMMU), to an address that may have the C-bit.
 *
 * Devices are coherent with lines of the key that they access memory through: they see what a core
 * has written, and cores see what they have. With lines of other keys, guests' above all, they are
 * not, as cores are not.
 */
#ifndef HOST_X86_DMA_H
#define HOST_X86_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/x86/machine.h"

enum x86_dma_result {
    X86_DMA_OK = 0,
    X86_DMA_UNREACHABLE, /**< The device's addresses have not so many bits. */
    X86_DMA_NOT_MAPPED,  /**< The IOMMU does not let it. */
    X86_DMA_RMP,         /**< A write to a page that is not the host's: RMP fault of the IOMMU. */
    X86_DMA_ABORTED,     /**< No DRAM, a TMR, or no keys yet. */
};

/**
 * What the IOMMU makes of a page.
 *
 * @param context       the device's
 * @param address       of the page, as the device says it
 * @param write         the access is a write
 * @param[out] result   system physical address of the page, with or without the C-bit
 * @return false: the device may not
 */
typedef bool x86_dma_remap(void *context, uint64_t address, bool write, uint64_t *result);

struct x86_device {
    uint32_t address_bits; /**< Of its addresses, 1 to 64. */
    x86_dma_remap *remap;  /**< NULL: its addresses are system physical ones. */
    void *context;
};

/**
 * DMA from memory to a device.
 *
 * @param address      as the device says it, of any alignment
 * @param[out] buffer  @p length bytes; what lies before a page that is refused has been read
 */
enum x86_dma_result x86_dma_read(struct x86_machine *machine, const struct x86_device *device,
                                 uint64_t address, void *buffer, size_t length)
    __attribute__((warn_unused_result));

/** DMA from a device to memory; what lies before a page that is refused has been written. */
enum x86_dma_result x86_dma_write(struct x86_machine *machine, const struct x86_device *device,
                                  uint64_t address, const void *buffer, size_t length)
    __attribute__((warn_unused_result));

#endif
