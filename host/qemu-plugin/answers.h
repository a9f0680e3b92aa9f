/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What CPUID and RDMSR tell an SEV guest: CPUID 8000_001F, the hypervisor's leaves, SEV_STATUS.
 *
 * QEMU executes the instruction, and its answer is replaced behind it. The last instruction of a block is
 * not executed: nothing follows that could wait for it.
 */
#ifndef HOST_QEMU_PLUGIN_ANSWERS_H
#define HOST_QEMU_PLUGIN_ANSWERS_H

#include "host/qemu-plugin/guest_state.h"

/** Looks at an instruction that is being translated. */
void answers_look_at(const struct instruction *instruction);

#endif
