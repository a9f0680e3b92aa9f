/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a virtual machine's beginning, for those who make one in another way than vm_launch().
 */
#ifndef HOST_EMULATOR_VM_PARTS_H
#define HOST_EMULATOR_VM_PARTS_H

#include "host/emulator/vm.h"

/** Starts a virtual machine's description. */
void vm_begin(struct vm *vm, struct emulator *emulator, const struct vm_options *options);

/** Gives it memory in one piece, and the page of its device. @return false after a message */
bool vm_place(struct vm *vm) __attribute__((warn_unused_result));

/** Makes virtual CPU number I, after launch or receipt. @return false after a message */
bool vm_power_up(struct vm *vm, uint32_t i) __attribute__((warn_unused_result));

#endif
