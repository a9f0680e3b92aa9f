/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller's secrets: a key slot per ASID, the tweak key, the TMRs. The firmware writes
 * them to the fabric; nothing else may.
 */
#ifndef FIRMWARE_MEMCTL_H
#define FIRMWARE_MEMCTL_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/memory_encryption.h"
#include "crypto/secret.h"
#include "firmware/fabric.h"

#define MEMCTL_VMSA_KEY_BYTES 32u

/**
 * Decides what encrypts memory, empties all slots and withdraws all TMRs: what they held is the host's
 * again, and of no worth, as the key of the VMSA table is new. Called once.
 *
 * @param keep_host_key  false after a reset: draws new host and tweak keys; true for a firmware that
 *                       replaced another one: host memory stays readable
 * @return false when the random generator fails
 */
CRYPTO_CHECKED bool memctl_start(bool keep_host_key);

/**
 * Loads a guest's key.
 *
 * @param asid       1..FABRIC_SLOTS_MAX - 1
 * @param key_bytes  16 (AES-128) or 32 (AES-256)
 */
void memctl_load_key(uint32_t asid, const uint8_t *key, uint32_t key_bytes);

/**
 * Says which cores may enter a guest of an ASID.
 *
 * @param cores  NULL = none
 */
void memctl_set_cores(uint32_t asid, const struct fabric_core_set *cores);

/** Empties a slot: what is read through it from now on is garbage. */
void memctl_clear_key(uint32_t asid);

/**
 * Sets or clears a trusted memory region.
 *
 * @param index   below FABRIC_TMR_MAX
 * @param length  in bytes, 0 clears it
 */
void memctl_set_tmr(uint32_t index, uint64_t base, uint64_t length);

/**
 * Says where the reverse map table is, and what it is good for.
 *
 * @param flags  FABRIC_RMP_*; 0 = there is none
 */
void memctl_set_rmp(uint64_t base, uint64_t end, uint32_t flags);

/** @return the key of the values in the VMSA table, MEMCTL_VMSA_KEY_BYTES */
const uint8_t *memctl_vmsa_key(void);

/** Logs what encrypts memory, if that has changed: at start, and when the cipher engine has failed. */
void memctl_say_engine(void);

/** Expands a guest's key for use with hostmem; the caller wipes @p key. */
void memctl_expand_key(const uint8_t vek[16], struct crypto_memory_key *key);

#endif
