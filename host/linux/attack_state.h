/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest's attacker knows.
 */
#ifndef HOST_LINUX_ATTACK_STATE_H
#define HOST_LINUX_ATTACK_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/linux/memory_map.h"

#define ATTACK_WORD "virtasp-attack"

enum attack_kind {
    ATTACK_NONE,
    ATTACK_FLIP,   /**< A bit of the ciphertext is changed. */
    ATTACK_REPLAY, /**< The page's ciphertext is recorded, and put back at the next such line. */
    ATTACK_LOAD,   /**< A byte of the kernel is changed before it is launched. */
    ATTACK_READ,   /**< The host reads the page: as it lies there, and with other keys. */
};

struct attack {
    size_t matched; /**< Characters of the word that the console has just shown. */
    bool reading;   /**< The rest of the line is being read. */
    char where[32]; /**< That rest: the address of a page. */
    size_t length;  /**< Of it. */
    unsigned times; /**< How often the line was shown. */
    uint64_t paddr; /**< Of what is attacked. */
    uint8_t recorded[MAP_PAGE];
};

#endif
