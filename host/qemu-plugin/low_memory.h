/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs that start. They run in real mode, without paging: private memory to an SEV guest, but QEMU has
 * them look at addresses without the C-bit. They get a copy of low memory there until they have paging
 * and tables in private memory; the memory controller keeps its hands off meanwhile.
 */
#ifndef HOST_QEMU_PLUGIN_LOW_MEMORY_H
#define HOST_QEMU_PLUGIN_LOW_MEMORY_H

#include <stdint.h>

#include "host/linux/control_page.h"

/** @param c_bit  as a mask */
void low_memory_open(struct control_page *page, uint64_t c_bit);

/** A CPU begins at the address that another one gave it. */
void low_memory_lend(unsigned cpu);

/** A CPU has private page tables, in 64-bit mode. */
void low_memory_give_back(unsigned cpu);

#endif
