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

/**
 * Tells which pages were written since the last call; from now on they count as not written.
 *
 * @param pages       from guest physical address 0 on, a multiple of 512
 * @param[out] dirty  a byte for each: 1 if it was written
 */
void nested_take_dirty(struct nested *nested, uint64_t pages, uint8_t *dirty);

/** @return the page that a guest physical address is mapped to; 0: none */
uint64_t nested_find(const struct nested *nested, uint64_t gpa);

#endif
