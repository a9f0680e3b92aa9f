/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of an SEV guest are private whatever CR3 says, which Linux's decompressor and start-up code
 * of CPUs rely on.
 *
 * What MOV moves to CR3 gets the C-bit. It is executed: to go on behind it instead would lose arithmetic
 * flags, which QEMU keeps in a form that only the block knows, and Linux branches on some.
 */
#ifndef HOST_QEMU_PLUGIN_PAGE_TABLES_H
#define HOST_QEMU_PLUGIN_PAGE_TABLES_H

#include "host/qemu-plugin/guest_state.h"

/** Looks at the first instruction of a block that is being translated. */
void page_tables_look_at_first(const struct instruction *instruction);

/** Looks at an instruction that is being translated. */
void page_tables_look_at(const struct instruction *instruction);

#endif
