/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine as the fabric describes it: DRAM ranges, sockets, cores, ASID limits (docs/fabric.md).
 *
 * The description is read while the platform is UNINIT and kept from INIT to SHUTDOWN, so that x86
 * cannot change it under the firmware. Without a description, defaults fit a plain Linux host. With an
 * impossible one nothing is known of the machine: it has no memory, and INIT is refused.
 */
#ifndef FIRMWARE_FABRIC_H
#define FIRMWARE_FABRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/fabric.h"

/** Reads the description and the cores' ids again, each byte once, and checks the copy. */
void fabric_latch(void);

/** @return false when there is a description and it is impossible */
bool fabric_is_usable(void);

/** @return the description in force; its ranges are sane: aligned, disjoint, inside DRAM */
const struct fabric_config *fabric_config(void);

/** @return the C-bit as a mask */
uint64_t fabric_c_bit_mask(void);

/**
 * Finds an address in DRAM.
 *
 * @param paddr              x86 physical address without C-bit
 * @param[out] dram_offset   of that byte in the DRAM file
 * @param[out] contiguous    bytes from there to the end of the range, at least 1
 * @return false when the address is not DRAM
 */
bool fabric_find(uint64_t paddr, uint64_t *dram_offset, uint64_t *contiguous);

/** Whether every byte of [paddr, paddr + length) is DRAM. */
bool fabric_has(uint64_t paddr, uint64_t length);

/** A set of cores, by their index in the fabric. */
struct fabric_core_set {
    uint32_t bits[FABRIC_CORES_MAX / 32u];
};

/** Every core there can be. */
extern const struct fabric_core_set fabric_all_cores;

void fabric_core_set_add(struct fabric_core_set *set, uint32_t core);
bool fabric_core_set_has(const struct fabric_core_set *set, uint32_t core);

/**
 * Finds a core by the APIC id that it had when it was latched. Without a description of the machine
 * every id is core 0.
 *
 * @param[out] core  its index
 * @return false when no core has that id
 */
bool fabric_find_core(uint32_t apic_id, uint32_t *core);

/** Adds every core that shares a core complex with a core of the set. */
void fabric_core_set_complete(struct fabric_core_set *set);

/** Adds all cores of another set. */
void fabric_core_set_join(struct fabric_core_set *set, const struct fabric_core_set *other);

/** @return on how many sockets the cores of the set that exist are; 0 for an empty set */
uint32_t fabric_core_set_sockets(const struct fabric_core_set *set);

/**
 * Reads what a core says of itself now, each byte once. Only its id, socket and complex are latched.
 *
 * @param core       below fabric_config()->cores
 * @param[out] said  as in the fabric
 */
void fabric_read_core(uint32_t core, struct fabric_core *said);

/** @return whether there is a description of the machine, else defaults apply */
bool fabric_is_described(void);

/** @return how often the given core has reported WBINVD */
uint64_t fabric_wbinvd_count(uint32_t core);

#endif
