/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 memory as software outside of guests sees it: plain, or through the host's (SME) key where the
 * address carries the C-bit, or everywhere with TSME. Guest memory is memory_controller.h's.
 */
#ifndef HOST_LIB_HOST_MEMORY_H
#define HOST_LIB_HOST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/memory_controller.h"

/** @return the C-bit of physical addresses, as the machine is configured */
uint64_t host_memory_c_bit(const struct memory_controller *controller);

/**
 * Reads memory as a core outside of a guest does.
 *
 * @param controller   what lies between core and DRAM; without a fabric all memory is plain
 * @param paddr        with or without the C-bit, of any alignment
 * @param[out] buffer  @p length bytes
 * @param length       bytes
 * @return MEMORY_CONTROLLER_OK; _UNMAPPED or _PROTECTED when a byte may not be accessed; _NO_KEYS when
 *         the host's key applies and the firmware has not made it yet; _FAILED
 */
enum memory_controller_result host_memory_read(const struct memory_controller *controller,
                                               uint64_t paddr, void *buffer, size_t length)
    __attribute__((warn_unused_result));

/** Writes memory as a core outside of a guest does; parameters as for host_memory_read(). */
enum memory_controller_result host_memory_write(const struct memory_controller *controller,
                                                uint64_t paddr, const void *buffer, size_t length)
    __attribute__((warn_unused_result));

#endif
