/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ROM that QEMU starts from (entry.S), and the registers that it loads: what a VMSA would hold.
 */
#ifndef HOST_LINUX_ENTRY_H
#define HOST_LINUX_ENTRY_H

#include <stdint.h>

#define ENTRY_ROM_BYTES 0x10000u
#define ENTRY_STATE_OFFSET 0x800u

struct entry_state {
    uint64_t cr3; /**< With the C-bit. */
    uint64_t rip;
    uint64_t rsp;
    uint64_t rsi; /**< Linux: boot parameters. */
};
_Static_assert(sizeof(struct entry_state) == 32, "as entry.S reads it");

#endif
