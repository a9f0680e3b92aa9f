/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 core with SEV-ES, as docs/fabric.md describes it, over the memories of the Linux board: it
 * runs VMSAs and counts WBINVD. It may be used in an access hook, while the firmware runs.
 */
#ifndef TESTS_UNIT_FIRMWARE_CPU_H
#define TESTS_UNIT_FIRMWARE_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/vmsa_table.h"

#include "tests/unit/firmware_oracle.h"

/** @return the table in the TMR that the fabric announces; NULL when there is none */
struct vmsa_entry *cpu_table(void);

/** Searches the table for a page. @return its entry, or NULL */
struct vmsa_entry *cpu_find(uint64_t paddr);

/** @return how many entries of the table are neither free nor removed */
uint32_t cpu_count_valid(void);

/** Computes the value that the table must hold, with OpenSSL. */
void cpu_value(uint64_t paddr, uint32_t handle, const uint8_t page[SEV_VMSA_BYTES],
               uint8_t value[VMSA_TABLE_VALUE_BYTES]);

/** A VMSA that a core has taken. */
struct cpu_run {
    struct vmsa_entry *entry;
    uint32_t asid;
    uint32_t handle;
    uint64_t paddr;
    uint8_t registers[SEV_VMSA_BYTES];
};

/** VMRUN. @return whether it succeeds */
bool cpu_enter(struct cpu_run *run, uint32_t asid, uint64_t paddr);

/** #VMEXIT: saves run->registers. @return false when the guest has ended meanwhile */
bool cpu_leave(struct cpu_run *run);

/** Whether VMRUN would succeed. @param[out] registers  what it would load; may be NULL */
bool cpu_could_enter(uint32_t asid, uint64_t paddr, uint8_t registers[SEV_VMSA_BYTES]);

/** Whether the core may run the ASID, and the ASID has a key. */
bool cpu_may_run(uint32_t core, uint32_t asid);

/** The core executes WBINVD. */
void cpu_wbinvd(uint32_t core);

#endif
