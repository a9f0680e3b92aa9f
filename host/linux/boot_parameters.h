/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linux's boot protocol for x86 (Documentation/arch/x86/boot.rst, zero-page.rst), as far as a loader
 * needs it that enters the kernel in 64-bit mode.
 */
#ifndef HOST_LINUX_BOOT_PARAMETERS_H
#define HOST_LINUX_BOOT_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/linux/memory_map.h"

#define BOOT_PARAMETERS_BYTES 4096u

/** What a kernel's file says of itself. */
struct boot_kernel {
    uint64_t offset; /**< In the file, of what is to be loaded. */
    uint64_t paddr;  /**< Where it wants to be. */
    uint64_t memory; /**< Bytes that it needs there until it has found its own. */
    uint32_t command_line_max;
};

/** @return false when it is no kernel of protocol 2.12 or newer with a 64-bit entry */
bool boot_kernel_read(const uint8_t *file, size_t length, struct boot_kernel *kernel)
    __attribute__((warn_unused_result));

/**
 * @param file             that boot_kernel_read() has accepted
 * @param initrd           its address
 * @param initrd_bytes     0: there is none
 * @param memory           bytes of all memory
 * @param[out] parameters  BOOT_PARAMETERS_BYTES, zeros before
 */
void boot_parameters_make(const uint8_t *file, uint64_t initrd, uint64_t initrd_bytes,
                          uint64_t memory, uint8_t *parameters);

/** @param[out] entry  header of the entry that holds the secret */
void boot_parameters_secret_entry(uint8_t entry[MAP_SECRET_ENTRY_HEADER]);

#endif
