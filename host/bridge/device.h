/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PCI function as a whole: its regions, its interrupts, what it is told of memory, its resets.
 */
#ifndef HOST_BRIDGE_DEVICE_H
#define HOST_BRIDGE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/bridge/board_link.h"
#include "host/bridge/dma_windows.h"
#include "host/bridge/interrupts.h"
#include "host/bridge/mailbox_port.h"
#include "host/bridge/pci_function.h"

struct device {
    struct pci_function function;
    struct interrupts interrupts;
    struct dma_windows memory;
    struct mailbox_port mailbox;
    struct board_link *link;
    bool is_foreign; /**< The machine has memory that is not the board's; said once a connection. */
};

/** Power-on. @param link  used from now on */
void device_begin(struct device *device, struct board_link *link);

/** A client has gone: its events and windows go, and the function is reset. */
void device_disconnect(struct device *device);

/** @return bytes of a region, VFIO_PCI_*_REGION_INDEX or a BAR; 0 when there is none */
uint32_t device_region_bytes(uint32_t region);

/**
 * Reads a region.
 *
 * @param count  bytes, all of them in the region
 */
void device_read(const struct device *device, uint32_t region, uint32_t offset, uint8_t *bytes,
                 uint32_t count);

/** Writes a region, which may reset the function. The mailbox takes whole registers only. */
void device_write(struct device *device, uint32_t region, uint32_t offset, const uint8_t *bytes,
                  uint32_t count);

/** DMA_MAP. @param file  of the window, or -1; stays the caller's. @return as dma_windows_map() */
int device_map(struct device *device, const struct vfio_user_dma_map *map, int file,
               size_t fd_count);

/** What a function-level reset does. The board's firmware, and what it works on, go on. */
void device_reset_function(struct device *device);

#endif
