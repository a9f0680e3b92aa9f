/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-ES, the CPU's part: the register state of a guest's virtual CPU (VMSA) lies in guest memory,
 * and the table of abi/vmsa_table.h in the TMR says what it must be. A CPU model calls vmsa_load()
 * at VMRUN and vmsa_store() at #VMEXIT; in between the VMSA is the core's, and neither another core
 * nor the firmware can take it. The firmware makes and removes the entries. Section 10.2.
 */
#ifndef HOST_LIB_VMSA_H
#define HOST_LIB_VMSA_H

#include <stdint.h>

#include "abi/sev_data.h"
#include "abi/vmsa_table.h"
#include "host/lib/memory_controller.h"

enum vmsa_result {
    VMSA_OK = 0,
    VMSA_NO_TABLE,   /**< SEV-ES is off: there is no TMR. */
    VMSA_UNALIGNED,  /**< PADDR is not a multiple of 4 KiB. */
    VMSA_UNKNOWN,    /**< No command has made that page a VMSA. */
    VMSA_BUSY,       /**< A core runs it, or a command works on it: VMRUN must fail. */
    VMSA_CHANGED,    /**< The page is not what the CPU saved last: VMRUN must fail. */
    VMSA_NOT_MEMORY, /**< No DRAM, or the firmware's. */
};

/** A VMSA that a core runs. */
struct vmsa_run {
    uint64_t paddr;
    uint32_t entry;  /**< In the table; it stays there as long as the core runs it. */
    uint32_t handle; /**< Of the guest. */
};

/**
 * VMRUN: takes a VMSA for a core, reads it through the guest's key, and checks that nobody has
 * changed it since it was saved or launched. The core has it until vmsa_store().
 *
 * @param controller  of the machine
 * @param asid        of the guest
 * @param paddr       of the page, without the C-bit, as the VMCB has it
 * @param[out] page   the register state; all zero unless the result is VMSA_OK
 * @param[out] run    set with VMSA_OK; otherwise the core has not got the VMSA
 */
enum vmsa_result vmsa_load(const struct memory_controller *controller, uint32_t asid,
                           uint64_t paddr, uint8_t page[SEV_VMSA_BYTES], struct vmsa_run *run)
    __attribute__((warn_unused_result));

/**
 * #VMEXIT: writes a VMSA through the guest's key, notes its new value, and gives it up.
 *
 * @param run   from vmsa_load(); it is over afterwards
 * @param page  the register state
 * @return VMSA_OK, VMSA_NO_TABLE, VMSA_NOT_MEMORY; VMSA_UNKNOWN when the guest has ended meanwhile:
 *         nothing is written then
 */
enum vmsa_result vmsa_store(const struct memory_controller *controller, uint32_t asid,
                            const struct vmsa_run *run, const uint8_t page[SEV_VMSA_BYTES])
    __attribute__((warn_unused_result));

/** Ends what vmsa_load() began, and saves nothing: the VMSA is as it was. */
void vmsa_give_up(const struct memory_controller *controller, const struct vmsa_run *run);

/** As vmsa_load(), but gives the VMSA up again as it was: what VMRUN would say. */
enum vmsa_result vmsa_check(const struct memory_controller *controller, uint32_t asid,
                            uint64_t paddr, uint8_t page[SEV_VMSA_BYTES])
    __attribute__((warn_unused_result));

/**
 * Looks a page up in the table.
 *
 * @param[out] entry  set with VMSA_OK; others may be changing it
 * @return VMSA_OK, VMSA_NO_TABLE, VMSA_UNKNOWN or VMSA_NOT_MEMORY
 */
enum vmsa_result vmsa_find(const struct memory_controller *controller, uint64_t paddr,
                           struct vmsa_entry *entry) __attribute__((warn_unused_result));

/**
 * Computes what the table must say of a page.
 *
 * @param handle      of the guest
 * @param[out] value  VMSA_TABLE_VALUE_BYTES
 * @return false when there is no key, or the cryptographic library failed
 */
bool vmsa_compute(const struct memory_controller *controller, uint64_t paddr, uint32_t handle,
                  const uint8_t page[SEV_VMSA_BYTES], uint8_t value[VMSA_TABLE_VALUE_BYTES])
    __attribute__((warn_unused_result));

/** @return the result in words */
const char *vmsa_result_text(enum vmsa_result result);

#endif
