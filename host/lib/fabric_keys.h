/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking the keys of a board that has ended out of its fabric: they live in a chip, not on a disk.
 */
#ifndef HOST_LIB_FABRIC_KEYS_H
#define HOST_LIB_FABRIC_KEYS_H

#include <stdbool.h>

/** @return whether anything is there that fabric_keys_wipe() would take away */
bool fabric_keys_are_there(int descriptor) __attribute__((warn_unused_result));

/**
 * Zeroes what a firmware wrote that serves no longer: keys, TMRs, which cores may use them, and the
 * statement that it serves. Configuration and cores, which the x86 side writes, stay. Makes only
 * calls that are safe between fork() and exec.
 *
 * @param descriptor  the fabric file, open for writing
 * @return false with errno set
 */
bool fabric_keys_wipe(int descriptor);

#endif
