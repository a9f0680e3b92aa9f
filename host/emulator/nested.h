/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine's nested page table, which the hypervisor keeps in memory.
 */
#ifndef HOST_EMULATOR_NESTED_H
#define HOST_EMULATOR_NESTED_H

#include "host/emulator/emulator.h"

struct nested {
    struct emulator *emulator;
    uint64_t root; /**< Its address; 0: none yet. */
};

/** Maps a page of 4 KiB, instead of what was there. @return false when memory does not suffice */
bool nested_map(struct nested *nested, uint64_t gpa, uint64_t spa)
    __attribute__((warn_unused_result));

/** Marks a page as registers of a device: an access leaves the guest, or raises #VC with SEV-ES. */
bool nested_map_device(struct nested *nested, uint64_t gpa) __attribute__((warn_unused_result));

/** Whether a page was written since the last call; from now on it counts as not written. */
bool nested_clean(struct nested *nested, uint64_t gpa);

/** @return the page that a guest physical address is mapped to; 0: none */
uint64_t nested_find(const struct nested *nested, uint64_t gpa);

#endif
