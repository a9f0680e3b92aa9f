/*
 * SEV-ES, the CPU's part: the register state of a guest's virtual CPU (VMSA) lies in guest memory,
 * and the table of abi/vmsa_table.h in the TMR says what it must be. A CPU model calls vmsa_load()
 * at VMRUN and vmsa_store() at #VMEXIT; the firmware makes and removes the entries. Section 10.2.
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
    VMSA_CHANGED,    /**< The page is not what the CPU saved last: VMRUN must fail. */
    VMSA_NOT_MEMORY, /**< No DRAM, or the firmware's. */
};

/**
 * VMRUN: reads a VMSA through the guest's key and checks that nobody has changed it since it was
 * saved or launched.
 *
 * @param controller  of the machine
 * @param asid        of the guest
 * @param paddr       of the page, without the C-bit, as the VMCB has it
 * @param[out] page   the register state; all zero unless the result is VMSA_OK
 */
enum vmsa_result vmsa_load(const struct memory_controller *controller, uint32_t asid,
                           uint64_t paddr, uint8_t page[SEV_VMSA_BYTES])
    __attribute__((warn_unused_result));

/**
 * #VMEXIT: writes a VMSA through the guest's key and notes its new value. Only a page that is one
 * already can be written; nothing is written otherwise.
 *
 * @param page  the register state
 */
enum vmsa_result vmsa_store(const struct memory_controller *controller, uint32_t asid,
                            uint64_t paddr, const uint8_t page[SEV_VMSA_BYTES])
    __attribute__((warn_unused_result));

/**
 * Looks a page up in the table.
 *
 * @param[out] entry  set with VMSA_OK
 * @return VMSA_OK, VMSA_NO_TABLE, VMSA_UNKNOWN or VMSA_NOT_MEMORY
 */
enum vmsa_result vmsa_find(const struct memory_controller *controller, uint64_t paddr,
                           struct vmsa_entry *entry) __attribute__((warn_unused_result));

/** @return the result in words */
const char *vmsa_result_text(enum vmsa_result result);

#endif
