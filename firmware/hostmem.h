/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only door to x86 memory. It knows which addresses are DRAM and which pages the firmware
 * itself holds, strips the C-bit, and applies the right key: none, the host's, or a guest's.
 *
 * Every access re-checks its range, so that a page which became the firmware's after a range was
 * made is refused (CVE-2024-21978). Addresses come from the attacker.
 */
#ifndef FIRMWARE_HOSTMEM_H
#define FIRMWARE_HOSTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/memory_encryption.h"
#include "crypto/secret.h"
#include "firmware/rmp.h"

#define HOSTMEM_HELD_MAX 16u

/** Who holds a page; a range may only touch pages that nobody or its own holder holds. */
enum hostmem_holder {
    HOSTMEM_NOBODY = 0,
    HOSTMEM_TMR,
    HOSTMEM_NV,
    HOSTMEM_RING,
    HOSTMEM_RMP,
};

/* What may be done to memory. */
#define HOSTMEM_READ 1u
#define HOSTMEM_WRITE 2u

/** What a command wants of memory. */
struct hostmem_access {
    uint8_t direction;            /**< HOSTMEM_READ, HOSTMEM_WRITE or both. */
    bool ignores_c_bit;           /**< The address's C-bit has no meaning: as if it were clear. */
    uint32_t alignment;           /**< Of the address in bytes, a power of two. */
    struct rmp_expectation pages; /**< What the pages must be while SEV-SNP is on. */
};

/** A checked range of x86 memory. */
struct hostmem_range {
    uint64_t paddr;    /**< x86 physical address without C-bit. */
    uint32_t length;   /**< In bytes; 0 = absent. */
    uint8_t direction; /**< HOSTMEM_*; what it does not say is refused. */
    bool encrypted;    /**< The host's key applies (C-bit, or TSME). */
    enum hostmem_holder holder;
    struct rmp_expectation pages;
};

/**
 * Checks an address and length from x86 software.
 *
 * @param paddr       as given, C-bit included
 * @param length      in bytes, not 0
 * @param access      what the command will do there
 * @param[out] range  set when the result is SUCCESS
 * @return SUCCESS; INVALID_ADDRESS when it is not aligned, not wholly DRAM, or touches a page that
 *         the firmware holds
 */
CRYPTO_CHECKED enum sev_status hostmem_resolve(uint64_t paddr, uint32_t length,
                                               const struct hostmem_access *access,
                                               struct hostmem_range *range);

/**
 * Checks what the pages of a range are: while SEV-SNP is on, as the access that made it wants.
 *
 * @return SUCCESS, INVALID_PAGE_SIZE, INVALID_PAGE_STATE or INVALID_PAGE_OWNER
 */
CRYPTO_CHECKED enum sev_status hostmem_check_pages(const struct hostmem_range *range);

/** Whether the firmware holds a page of these bytes. */
CRYPTO_CHECKED bool hostmem_is_held(uint64_t paddr, uint64_t length);

/** Finds the first range that a holder holds. @return false when it holds none */
CRYPTO_CHECKED bool hostmem_held_by(enum hostmem_holder holder, struct hostmem_range *range);

/**
 * Makes the pages of all that the firmware holds its own in a table that is new.
 *
 * @return SUCCESS; INVALID_PAGE_STATE when one is no longer the host's
 */
CRYPTO_CHECKED enum sev_status hostmem_claim_held(void);

/** Whether two ranges share a byte. An absent range shares none. */
CRYPTO_CHECKED bool hostmem_overlap(const struct hostmem_range *a, const struct hostmem_range *b);

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
 * as they are: a range under the host's key is refused, since a word is less than a block.
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

/**
 * Takes a range for the firmware: from now on x86 software cannot name it in a command. A holder may
 * hold several; all together at most HOSTMEM_HELD_MAX, else the firmware is broken and stops.
 *
 * @param holder  not HOSTMEM_NOBODY
 * @param range   an absent one (length 0) changes nothing
 */
void hostmem_hold(enum hostmem_holder holder, const struct hostmem_range *range);

/** Gives back all that a holder held. */
void hostmem_release(enum hostmem_holder holder);

/** Gives hostmem the host's (ASID 0) key; called once after reset. */
void hostmem_set_host_key(const struct crypto_memory_key *key);

#endif
