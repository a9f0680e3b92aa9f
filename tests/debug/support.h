/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the debug tests share: SEV-ES guests, the table of VMSA values as the CPU sees it, and
 * refusals that leave that table alone too.
 */
#ifndef TESTS_DEBUG_SUPPORT_H
#define TESTS_DEBUG_SUPPORT_H

#include "abi/vmsa_table.h"
#include "tests/conformance/guest_memory.h"
#include "tests/conformance/migration.h"
#include "tests/conformance/snapshot.h"
#include "tests/conformance/states.h"

struct debug_guest {
    uint32_t handle;
    uint32_t asid; /**< 0 = inactive. */
};

/** @return an SEV-ES guest in LUPDATE, active; to_init_es() comes first */
struct debug_guest es_launch(void);

/** @return the guest after LAUNCH_MEASURE and LAUNCH_FINISH */
struct debug_guest es_run(struct debug_guest guest);

/** LAUNCH_UPDATE_VMSA of a page with random content. @param[out] page  its plaintext, or NULL */
void vmsa_make(struct debug_guest guest, uint64_t paddr, uint8_t *page);

/** SEND_UPDATE_VMSA of a page; the guest goes to SUPDATE if need be. @return its status */
int vmsa_send(struct debug_guest guest, uint64_t paddr);

/** @return the table in the TMR */
struct vmsa_entry *vmsa_table(void);

/** @return the page's entry, found as the CPU finds it, or NULL */
const struct vmsa_entry *find_vmsa(uint64_t paddr);

/** Computes the value that the table must hold of a page. */
void vmsa_value(uint32_t handle, uint64_t paddr, const uint8_t *plaintext,
                uint8_t value[VMSA_TABLE_VALUE_BYTES]);

/** Fails the test unless the page is a VMSA of the guest with this plaintext. */
void assert_vmsa(uint32_t handle, uint64_t paddr, const uint8_t *plaintext);

/** Fails the test when the page is a VMSA. */
void assert_no_vmsa(uint64_t paddr);

/** @return entries in use */
uint32_t vmsa_count(void);

/** snapshot_refuse(), and the TMR stays as it is. */
void debug_refuse(uint32_t id, void *parameters, size_t size, const void *after,
                  enum sev_status expected, const char *file, int line);

#define assert_unmoved(command, parameters, expected)                                              \
    debug_refuse(SEV_COMMAND_##command, (parameters), sizeof *(parameters), NULL,                  \
                 SEV_STATUS_##expected, __FILE__, __LINE__)

#endif
