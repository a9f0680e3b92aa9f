/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only door to x86 memory. It knows which addresses are DRAM and which pages the firmware
 * itself holds (hostmem_range.h), strips the C-bit, and applies the right key: none, the host's, or a
 * guest's.
 *
 * Every access re-checks its range, so that a page which became the firmware's after a range was
 * made is refused (CVE-2024-21978).
 */
#ifndef FIRMWARE_HOSTMEM_H
#define FIRMWARE_HOSTMEM_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/memory_encryption.h"
#include "crypto/secret.h"
#include "firmware/hostmem_range.h"

/**
 * Copies from host memory into the firmware's, decrypting with the host's key where the range says
 * so.
 *
 * @param offset  in bytes from the start of the range; offset + length <= range->length
 * @return SUCCESS; HWERROR_UNSAFE when the range is no longer allowed, or not for reading; as
 *         hostmem_check_pages() when its pages have changed: @p buffer is then zeroed
 */
CRYPTO_CHECKED enum sev_status hostmem_copy_in(const struct hostmem_range *range, uint32_t offset,
                                               void *buffer, uint32_t length);

/**
 * Copies out to host memory, as above.
 *
 * @return SUCCESS; HWERROR_UNSAFE when the range is no longer allowed, or not for writing, and as
 *         hostmem_check_pages() when its pages have changed: nothing is then written
 */
CRYPTO_CHECKED enum sev_status hostmem_copy_out(const struct hostmem_range *range, uint32_t offset,
                                                const void *buffer, uint32_t length);

/**
 * Copies in guest memory, decrypting with the guest's key whatever the C-bit was.
 *
 * @param key     of the guest
 * @param offset  and @p length: multiples of 16
 * @return as hostmem_copy_in
 */
CRYPTO_CHECKED enum sev_status hostmem_copy_in_guest(const struct hostmem_range *range,
                                                     const struct crypto_memory_key *key,
                                                     uint32_t offset, uint8_t *buffer,
                                                     uint32_t length);

/**
 * Copies out to guest memory, encrypting with the guest's key.
 *
 * @param[in,out] buffer  holds ciphertext after SUCCESS, else what it held
 * @return as hostmem_copy_out
 */
CRYPTO_CHECKED enum sev_status hostmem_copy_out_guest(const struct hostmem_range *range,
                                                      const struct crypto_memory_key *key,
                                                      uint32_t offset, uint8_t *buffer,
                                                      uint32_t length);

/**
 * Copies in guest memory as it stands in DRAM, encrypted for its place.
 *
 * @param[out] ciphertext  @p length bytes
 * @return as hostmem_copy_in
 */
CRYPTO_CHECKED enum sev_status hostmem_copy_in_ciphertext(const struct hostmem_range *range,
                                                          uint32_t offset, uint8_t *ciphertext,
                                                          uint32_t length);

/**
 * Copies out to guest memory what has been encrypted for its place already.
 *
 * @param ciphertext  @p length bytes
 * @return as hostmem_copy_out
 */
CRYPTO_CHECKED enum sev_status hostmem_copy_out_ciphertext(const struct hostmem_range *range,
                                                           uint32_t offset,
                                                           const uint8_t *ciphertext,
                                                           uint32_t length);

/**
 * Writes a 64-bit word of host memory in one step, after all earlier accesses. The bytes are stored
 * as they are: a range under the host's key is refused, since a word is less than a block; and so is
 * one that hostmem_must_hold(), since words are of what the firmware has.
 *
 * @param offset  as above; the address is a multiple of 8
 * @return as hostmem_copy_out
 */
CRYPTO_CHECKED enum sev_status hostmem_set_word(const struct hostmem_range *range, uint32_t offset,
                                                uint64_t value);

/**
 * Writes a 64-bit word of host memory only if it holds what is expected: one step among all who
 * write it.
 *
 * @param expected    what it must hold
 * @param[out] found  what it held: @p value was written if that is @p expected; 0 unless SUCCESS
 * @return as hostmem_set_word; the range must be for reading too
 */
CRYPTO_CHECKED enum sev_status hostmem_replace_word(const struct hostmem_range *range,
                                                    uint32_t offset, uint64_t expected,
                                                    uint64_t value, uint64_t *found);

/**
 * Writes a 64-bit word of host memory whatever it holds: one step among all who write it.
 *
 * @param[out] found  what it held; 0 unless SUCCESS
 * @return as hostmem_replace_word
 */
CRYPTO_CHECKED enum sev_status hostmem_exchange_word(const struct hostmem_range *range,
                                                     uint32_t offset, uint64_t value,
                                                     uint64_t *found);

/** Gives hostmem the host's (ASID 0) key; called once after reset. */
void hostmem_set_host_key(const struct crypto_memory_key *key);

#endif
