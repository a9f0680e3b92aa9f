/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Helpers for structures whose bytes cross a boundary (mailbox, x86 memory, flash, fuses).
 *
 * Every such structure is packed, little-endian, and has its size and the offset of each member
 * asserted, so that a layout can only change by a visible edit.
 */
#ifndef ABI_ABI_H
#define ABI_ABI_H

#include <stddef.h>
#include <stdint.h>

#define ABI_PACKED __attribute__((__packed__))

/** Asserts that @p type is exactly @p bytes long. */
#define ABI_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " has the wrong size")

/** Asserts that @p member of @p type starts at byte @p bytes. */
#define ABI_OFFSET(type, member, bytes)                                                            \
    _Static_assert(offsetof(type, member) == (bytes), #type "." #member " is misplaced")

#endif
