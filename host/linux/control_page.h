/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a guest's CPUs (host/qemu-plugin, in QEMU's process) and the memory controller (host/linux) tell
 * each other, in memory that both map: which pages the guest shares with the host, which ones it has taken
 * back since the controller looked, and which one the controller is at.
 *
 * A bit per guest page in each map, page 0 at bit 0 of word 0. Bits change by atomic operations: CPUs set
 * that of TAKEN_BACK before they clear that of SHARED; the controller clears it. The controller names a
 * page in BUSY before it looks at its bits for the last time, until it has changed what DRAM or the guest
 * has there; a CPU that has set the bit of SHARED goes on once BUSY names another page. So a guest that
 * shares a page finds nobody at it.
 *
 * Low memory is never shared. CPUs start there without paging: memory that is private to an SEV guest,
 * where QEMU has them look without the C-bit. So both ways lead to what the guest sees through its key.
 */
#ifndef HOST_LINUX_CONTROL_PAGE_H
#define HOST_LINUX_CONTROL_PAGE_H

#include <stddef.h>
#include <stdint.h>

#define CONTROL_PAGE_MAGIC UINT64_C(0x31545347584c4e4c)
#define CONTROL_PAGE_LOW_BYTES UINT64_C(0x100000)
#define CONTROL_PAGE_HEADER_BYTES 4096u
#define CONTROL_PAGE_NONE UINT64_MAX

struct control_page {
    uint64_t magic;
    uint64_t pages;       /**< Guest pages from address 0 on, holes included. */
    uint64_t busy;        /**< Page that the controller is at, or CONTROL_PAGE_NONE. */
    uint64_t conversions; /**< How many pages were converted, in either direction. */
    uint64_t calls;       /**< How many hypercalls told so. */
    uint64_t detections;  /**< How often a CPU was asked for CPUID 8000_001F. */
    uint8_t reserved[CONTROL_PAGE_HEADER_BYTES - 48];
    uint64_t shared[]; /**< 1 = the guest shares it. TAKEN_BACK follows, see below. */
};

/** @param pages  a multiple of 64 @return bytes of it all */
static inline size_t control_page_bytes(uint64_t pages)
{
    return sizeof(struct control_page) + 2 * (size_t)pages / 8;
}

/**
 * @param pages  as whoever asks knows it: the other side may change CONTROL
 * @return the map of TAKEN_BACK: 1 = the guest has shared it, and the controller has not looked since
 */
static inline uint64_t *control_page_taken_back(struct control_page *control, uint64_t pages)
{
    return control->shared + pages / 64;
}

#endif
