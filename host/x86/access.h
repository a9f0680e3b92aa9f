/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses of cores through page walk and caches, for emulators that do not map pages, and for what
 * those do besides: descriptor tables, stacks of exceptions, hypercalls' arguments.
 */
#ifndef HOST_X86_ACCESS_H
#define HOST_X86_ACCESS_H

#include "host/x86/walk.h"

/**
 * Reads memory as a core does. Where there is no DRAM, in a TMR, and before the firmware has made
 * keys, bytes are FFh.
 *
 * @param linear       of any alignment
 * @param access       X86_RMP_READ or X86_RMP_FETCH
 * @param[out] buffer  @p length bytes; what lies before the fault has been read
 */
struct x86_fault x86_read(struct x86_machine *machine, const struct x86_view *view, uint64_t linear,
                          enum x86_rmp_access access, void *buffer, size_t length)
    __attribute__((warn_unused_result));

/**
 * Writes memory as a core does. All pages are translated first: with a fault nothing is written.
 * Where there is no DRAM, in a TMR, and before the firmware has made keys, writes have no effect.
 *
 * @param length  at most X86_PAGE_BYTES
 */
struct x86_fault x86_write(struct x86_machine *machine, const struct x86_view *view,
                           uint64_t linear, const void *buffer, size_t length)
    __attribute__((warn_unused_result));

/**
 * Reads as software of the host does that maps all of memory: without page walk, through raw memory
 * or the host's key. As x86_read() where there is no memory.
 *
 * @param address  system physical, with or without the C-bit
 */
void x86_physical_read(struct x86_machine *machine, uint32_t core, uint64_t address, void *buffer,
                       size_t length);

/**
 * Writes likewise.
 *
 * @return false: #PF with X86_RMP_ERROR_RMP, a page is not the host's; nothing is written
 */
bool x86_physical_write(struct x86_machine *machine, uint32_t core, uint64_t address,
                        const void *buffer, size_t length) __attribute__((warn_unused_result));

#endif
