/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the client says of its machine's memory. The security processor has the DRAM file itself, so
 * that nothing is mapped here: the windows show whether the machine's memory is that file.
 */
#ifndef HOST_BRIDGE_DMA_WINDOWS_H
#define HOST_BRIDGE_DMA_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi/fabric.h"
#include "host/bridge/vfio_user.h"

#define DMA_WINDOWS_MAX 1024u

struct dma_window {
    uint64_t address;
    uint64_t size;
};

struct dma_windows {
    struct dma_window windows[DMA_WINDOWS_MAX];
    size_t count;
};

/**
 * DMA_MAP.
 *
 * @param fd_count  descriptors that came along
 * @return 0; EINVAL: empty, beyond the address space, unknown flags, not one descriptor where one is
 *         needed, or several; EEXIST: part of it is there; ENOSPC: there are DMA_WINDOWS_MAX
 */
int dma_windows_map(struct dma_windows *windows, const struct vfio_user_dma_map *map,
                    size_t fd_count);

/** DMA_UNMAP. @return 0; ENOENT: there is no window with exactly that address and size */
int dma_windows_unmap(struct dma_windows *windows, const struct vfio_user_dma_unmap *unmap);

/**
 * Compares a window with the board's memory. Below 1 MiB a machine has ROMs; they are not looked at.
 *
 * @param file           file of the window, or -1
 * @param configuration  where DRAM lies
 * @param device, inode  of the DRAM file
 * @return false when the window has an address of DRAM, but not the bytes of the file that are there
 */
bool dma_windows_is_dram(const struct vfio_user_dma_map *map, int file,
                         const struct fabric_config *configuration, dev_t device, ino_t inode);

#endif
