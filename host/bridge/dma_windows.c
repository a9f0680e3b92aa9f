/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The windows of the client's memory (dma_windows.h).
 */
#include "host/bridge/dma_windows.h"

#include <errno.h>
#include <sys/stat.h>

#define ROMS_END 0x100000u

static bool overlaps(uint64_t address, uint64_t size, uint64_t other, uint64_t other_size)
{
    return address < other + other_size && other < address + size;
}

int dma_windows_map(struct dma_windows *windows, const struct vfio_user_dma_map *map,
                    size_t fd_count)
{
    if (map->size == 0 || map->address + map->size < map->address ||
        map->offset + map->size < map->offset || (map->flags & ~VFIO_USER_DMA_FLAGS) != 0 ||
        fd_count > 1 || ((map->flags & VFIO_USER_DMA_NEEDS_FD) != 0 && fd_count == 0)) {
        return EINVAL;
    }
    for (size_t i = 0; i < windows->count; i++) {
        if (overlaps(map->address, map->size, windows->windows[i].address,
                     windows->windows[i].size)) {
            return EEXIST;
        }
    }
    if (windows->count == DMA_WINDOWS_MAX) {
        return ENOSPC;
    }
    windows->windows[windows->count++] =
        (struct dma_window){.address = map->address, .size = map->size};
    return 0;
}

int dma_windows_unmap(struct dma_windows *windows, const struct vfio_user_dma_unmap *unmap)
{
    for (size_t i = 0; i < windows->count; i++) {
        if (windows->windows[i].address == unmap->address &&
            windows->windows[i].size == unmap->size) {
            windows->windows[i] = windows->windows[--windows->count];
            return 0;
        }
    }
    return ENOENT;
}

/* Whether what is in a range of DRAM is what the range has there. */
static bool is_range(const struct vfio_user_dma_map *map, bool is_file,
                     const struct fabric_range *range)
{
    if (!overlaps(map->address, map->size, range->base, range->length) ||
        map->address + map->size <= ROMS_END) {
        return true;
    }
    return is_file && map->address - range->base == map->offset - range->dram_offset;
}

bool dma_windows_is_dram(const struct vfio_user_dma_map *map, int file,
                         const struct fabric_config *configuration, dev_t device, ino_t inode)
{
    struct stat status;
    const bool is_file =
        file >= 0 && fstat(file, &status) == 0 && status.st_dev == device && status.st_ino == inode;
    for (uint32_t i = 0; i < configuration->range_count && i < FABRIC_RANGES_MAX; i++) {
        if (!is_range(map, is_file, &configuration->ranges[i])) {
            return false;
        }
    }
    return true;
}
