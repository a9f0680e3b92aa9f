/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMMCALL: the guest tells which pages it shares with the host, and which it takes back.
 */
#ifndef HOST_QEMU_PLUGIN_HYPERCALLS_H
#define HOST_QEMU_PLUGIN_HYPERCALLS_H

#include "host/qemu-plugin/guest_state.h"

/** Looks at an instruction that is being translated. */
void hypercalls_look_at(const struct instruction *instruction);

#endif
