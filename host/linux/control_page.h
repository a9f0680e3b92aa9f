/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a guest's CPUs (host/qemu-plugin, in QEMU's process) and the memory controller (host/linux) tell
 * each other, in memory that both map: which pages the guest shares with the host, and whether a CPU
 * is starting, which runs without paging for a moment.
 *
 * One bit of SHARED per guest page, page 0 at bit 0 of word 0. A bit changes by an atomic operation.
 */
#ifndef HOST_LINUX_CONTROL_PAGE_H
#define HOST_LINUX_CONTROL_PAGE_H

#include <stdint.h>

#define CONTROL_PAGE_MAGIC UINT64_C(0x31545347584c4e4c)
#define CONTROL_PAGE_LOW_BYTES UINT64_C(0xa0000) /**< What a starting CPU may need. */
#define CONTROL_PAGE_HEADER_BYTES 4096u
#define CONTROL_PAGE_CPUS 8u

struct control_page {
    uint64_t magic;
    uint64_t pages;       /**< Guest pages from address 0 on, holes included. */
    uint32_t low_lock;    /**< 1: the bytes of low memory are being written by somebody. */
    uint32_t starting;    /**< Bit N: CPU N starts, and low memory holds plaintext for it. */
    uint64_t conversions; /**< How many pages were converted, in either direction. */
    uint64_t calls;       /**< How many hypercalls told so. */
    uint64_t detections;  /**< How often a CPU was asked for CPUID 8000_001F. */
    uint8_t reserved[CONTROL_PAGE_HEADER_BYTES - 48];
    uint64_t shared[]; /**< A bit per page: 1 = the guest shares it. */
};

#endif
