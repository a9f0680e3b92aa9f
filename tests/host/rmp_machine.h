/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with a reverse map table and no firmware, for the tests of host/x86. The table lies at
 * 1 MiB and covers all pages below FC0_0000h, more than there is memory.
 */
#ifndef TESTS_HOST_RMP_MACHINE_H
#define TESTS_HOST_RMP_MACHINE_H

#include "host/x86/rmp_access.h"
#include "host/x86/rmp_instructions.h"

#define RMP_MACHINE_TABLE 0x100000ull
#define RMP_MACHINE_TABLE_BYTES 0x100000ull
#define RMP_MACHINE_COVERED 0xFC00000ull /**< First address behind what the table covers. */
#define RMP_MACHINE_MAX_ASID 100u

/** The machine; its one table is attached. */
struct rmp_machine {
    uint8_t *fabric;
    uint8_t *bytes;
    struct dram dram;
    struct x86_rmp rmp;
};

extern struct rmp_machine rmp_machine;

/** For cmocka: a machine whose table is in force, all of whose pages are the host's. */
int rmp_machine_set_up(void **state);
int rmp_machine_tear_down(void **state);

/** The firmware says where the table is. @param flags  FABRIC_RMP_* */
void rmp_machine_place(uint64_t base, uint64_t end, uint32_t flags);

/** @return the two words of a page's own entry, where they lie */
uint64_t *rmp_machine_words(uint64_t spa);

/** Looks a page up, which must succeed. */
struct x86_rmp_page rmp_machine_page(uint64_t spa);

/** @return an ASID's counter */
uint64_t rmp_machine_count(uint32_t asid);

/** RMPUPDATE on core 0. @return what EAX is; nothing may be raised */
enum rmp_result rmp_machine_update(uint64_t spa, const struct rmpupdate_state *state);

/** RMPUPDATE of a guest's page, which must succeed. */
void rmp_machine_assign(uint64_t spa, bool large, uint32_t asid, uint64_t gpa);

/** The same, and VMPL 0 validates it. */
void rmp_machine_give(uint64_t spa, bool large, uint32_t asid, uint64_t gpa);

/** RMPUPDATE that must fail, and change nothing. */
void rmp_machine_refuse(uint64_t spa, struct rmpupdate_state state, enum rmp_result result);

/** @return a copy of the table; for rmp_machine_is_as() */
uint8_t *rmp_machine_copy(void);

/** Asserts that the table is as it was, and frees the copy. */
void rmp_machine_is_as(uint8_t *copy);

/** Asserts that an outcome goes on with a code in EAX. */
void rmp_machine_is(struct x86_rmp_outcome outcome, enum rmp_result result);

/** Asserts that an outcome raises something. */
void rmp_machine_raises(struct x86_rmp_outcome outcome, enum x86_rmp_event event, uint64_t error);

#endif
