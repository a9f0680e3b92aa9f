/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine runs.
 */
#ifndef HOST_EMULATOR_VM_RUN_H
#define HOST_EMULATOR_VM_RUN_H

#include "host/emulator/vm.h"

/** Why vm_run() returns. */
enum vm_stop {
    VM_ENDED,  /**< It has given its verdict. */
    VM_PAUSED, /**< It has said GUEST_CALL_PAUSE. */
    VM_BROKEN, /**< It cannot go on: PROBLEM says why. */
    VM_TIME,   /**< It has run for long enough, or a signal ends the program. */
};

/**
 * Lets it run. Virtual CPUs take turns, each for a number of blocks of code, so that each run of a guest
 * is like the last.
 *
 * @param seconds  that it may take in all, pauses left out; 0: any number. The board's CANCEL ends it,
 *                 too
 */
enum vm_stop vm_run(struct vm *vm, unsigned seconds);

#endif
