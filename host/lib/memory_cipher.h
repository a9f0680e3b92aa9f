/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher of the memory controller: AES-128-XTS (IEEE 1619) over pages, from any block on, with
 * OpenSSL contexts that are kept from one access to the next.
 *
 * A cache may be shared by threads: one uses it at a time, and the others make contexts for their
 * access alone, as an access without a cache does.
 */
#ifndef HOST_LIB_MEMORY_CIPHER_H
#define HOST_LIB_MEMORY_CIPHER_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMORY_CIPHER_BLOCK_BYTES 16u
#define MEMORY_CIPHER_KEY_BYTES 16u

/** What the fabric says of an ASID at one moment. */
struct memory_cipher_key {
    uint32_t asid;
    uint64_t generation; /**< Of the memory-controller state that the keys are from. */
    uint8_t keys[2 * MEMORY_CIPHER_KEY_BYTES]; /**< Data key, tweak key. */
};

/** The contexts of one key and direction. */
struct memory_cipher_contexts {
    bool filled;
    bool encrypt;
    bool has_frame;
    uint32_t asid;
    uint8_t keys[2 * MEMORY_CIPHER_KEY_BYTES];
    uint64_t frame; /**< The page that TWEAK is of, if HAS_FRAME. */
    uint64_t tweak[2];
    EVP_CIPHER_CTX *pages;  /**< XTS, from the start of a page on. */
    EVP_CIPHER_CTX *blocks; /**< The data key alone, for what begins inside a page. */
    EVP_CIPHER_CTX *tweaks; /**< The tweak key alone. */
};

/** Contexts of the ASIDs that were used last, all from one generation of keys. */
struct memory_cipher_cache;

/** @return an empty cache, or NULL without memory: accesses work, and are slower */
struct memory_cipher_cache *memory_cipher_cache_new(void);

/** Wipes and frees a cache, which may be NULL. */
void memory_cipher_cache_free(struct memory_cipher_cache *cache);

/** One access; holds the cache from begin to end. */
struct memory_cipher {
    struct memory_cipher_cache *cache; /**< NULL: the contexts are this access's own. */
    struct memory_cipher_contexts *contexts;
    struct memory_cipher_contexts own;
};

/**
 * Finds or makes the contexts. Those of another generation are wiped, and so are those of the ASID if
 * its keys differ.
 *
 * @param cache  may be NULL
 * @return false when the library fails; there is then nothing to end
 */
bool memory_cipher_begin(struct memory_cipher *cipher, struct memory_cipher_cache *cache,
                         const struct memory_cipher_key *key, bool encrypt)
    __attribute__((warn_unused_result));

/**
 * Transforms bytes of one page.
 *
 * @param paddr        of the first byte; a multiple of 16
 * @param input        @p length bytes
 * @param[out] output  as many; never holds anything but the result
 * @param length       a multiple of 16; no byte lies on the next page
 */
bool memory_cipher_transform(struct memory_cipher *cipher, uint64_t paddr, const uint8_t *input,
                             uint8_t *output, size_t length) __attribute__((warn_unused_result));

/** Ends an access that has begun. */
void memory_cipher_end(struct memory_cipher *cipher);

#endif
