/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What host and guest see of a page of the guest's memory. Looking changes nothing: it goes past the
 * caches to DRAM, and through the key that the looker would have.
 */
#ifndef HOST_EMULATOR_REPORT_SIGHT_H
#define HOST_EMULATOR_REPORT_SIGHT_H

#include "host/emulator/vm.h"
#include "host/report/page_kind.h"

#define SIGHT_SECRETS 2u

/** A walk of the page tables that the guest was launched with. */
struct sight {
    struct vm *vm;
    bool launched; /**< What is private is encrypted by now. */
    uint64_t table;
    bool has_table;
    uint8_t entries[VM_PAGE_BYTES]; /**< Of TABLE. */
};

/** Starts looking at one moment. What caches hold of the host's is written back before. */
void sight_begin(struct sight *sight, struct vm *vm, bool launched);

/** @return what a page is */
enum page_kind sight_page_of(struct sight *sight, uint64_t gpa);

/** The host reads a page, if there is memory. @param[out] bytes  VM_PAGE_BYTES */
bool sight_of_host(const struct sight *sight, uint64_t gpa, uint8_t *bytes)
    __attribute__((warn_unused_result));

/** The guest reads a page that is PAGE to it. @return false: it cannot */
bool sight_of_guest(const struct sight *sight, uint64_t gpa, enum page_kind page, uint8_t *bytes)
    __attribute__((warn_unused_result));

/** Where the pages are that are for keys and secrets: a guest's view of them is never shown. */
struct sight_secrets {
    uint64_t spa[SIGHT_SECRETS];
};

/** Notes where they are, before anybody remaps them. */
void sight_note_secrets(struct sight_secrets *secrets, const struct vm *vm);

/** @return whether a page is one of them, or has been mapped to where one is */
bool sight_is_secret(const struct sight_secrets *secrets, const struct vm *vm, uint64_t gpa);

#endif
