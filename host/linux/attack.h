/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host as an attacker on one page: what plain SEV does not prevent. The guest says on its console,
 * with a line "virtasp-attack" or "virtasp-attack ADDRESS", when; without an address it is the page with
 * the owner's secret.
 */
#ifndef HOST_LINUX_ATTACK_H
#define HOST_LINUX_ATTACK_H

#include <stdbool.h>
#include <stddef.h>

#include "host/linux/attack_state.h"

struct guest;

/** @return false when there is no such attack */
bool attack_find(const char *name, enum attack_kind *kind) __attribute__((warn_unused_result));

/** Looks at what the console shows. @return whether it is time for an attack */
bool attack_is_due(struct attack *attack, const char *text, size_t length)
    __attribute__((warn_unused_result));

/** Pauses the guest, attacks it, and lets it go on. @return false after a message */
bool attack_make(struct guest *guest) __attribute__((warn_unused_result));

/**
 * Changes the instruction at which the guest enters, if this is the attack.
 *
 * @param paddr, length  of what has just been loaded, and is about to be launched
 * @param memory         DRAM there
 */
void attack_loaded(const struct guest *guest, uint64_t paddr, uint64_t length, uint8_t *memory);

#endif
