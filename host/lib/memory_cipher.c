/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher of the memory controller (memory_cipher.h).
 *
 * The tweak of block j of a page is E(tweak key, page frame number) * x^j in GF(2^128), so that what
 * begins inside a page needs no block before it.
 */
#include "host/lib/memory_cipher.h"

#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/dram.h"

#define CACHE_CONTEXTS 64u

/* From so many bytes on, the library's XTS is faster than the three passes of block mode. */
#define PAGES_BYTES_MIN 256u

#define POWERS_AT_ONCE 56u /* 57 bits and the 7 of the reduction fit a word. */

struct memory_cipher_cache {
    atomic_flag in_use;
    uint64_t generation;
    struct memory_cipher_contexts contexts[CACHE_CONTEXTS];
};

static void forget(struct memory_cipher_contexts *contexts)
{
    EVP_CIPHER_CTX_free(contexts->pages); /* Wipes the keys, too. */
    EVP_CIPHER_CTX_free(contexts->blocks);
    EVP_CIPHER_CTX_free(contexts->tweaks);
    OPENSSL_cleanse(contexts, sizeof *contexts);
}

static void forget_all(struct memory_cipher_cache *cache)
{
    for (size_t i = 0; i < CACHE_CONTEXTS; i++) {
        if (cache->contexts[i].filled) {
            forget(&cache->contexts[i]);
        }
    }
}

struct memory_cipher_cache *memory_cipher_cache_new(void)
{
    struct memory_cipher_cache *cache = calloc(1, sizeof *cache);
    if (cache != NULL) {
        atomic_flag_clear(&cache->in_use);
    }
    return cache;
}

void memory_cipher_cache_free(struct memory_cipher_cache *cache)
{
    if (cache != NULL) {
        forget_all(cache);
        free(cache);
    }
}

static EVP_CIPHER_CTX *make(const EVP_CIPHER *cipher, const uint8_t *key, bool encrypt)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL ||
        EVP_CipherInit_ex(context, cipher, NULL, key, NULL, encrypt ? 1 : 0) != 1 ||
        EVP_CIPHER_CTX_set_padding(context, 0) != 1) {
        EVP_CIPHER_CTX_free(context);
        return NULL;
    }
    return context;
}

static bool fill(struct memory_cipher_contexts *contexts, const struct memory_cipher_key *key,
                 bool encrypt)
{
    const uint8_t *tweak_key = key->keys + MEMORY_CIPHER_KEY_BYTES;
    *contexts = (struct memory_cipher_contexts){
        .filled = true,
        .encrypt = encrypt,
        .asid = key->asid,
        .pages = make(EVP_aes_128_xts(), key->keys, encrypt),
        .blocks = make(EVP_aes_128_ecb(), key->keys, encrypt),
        .tweaks = make(EVP_aes_128_ecb(), tweak_key, true),
    };
    memcpy(contexts->keys, key->keys, sizeof contexts->keys);
    if (contexts->pages == NULL || contexts->blocks == NULL || contexts->tweaks == NULL) {
        forget(contexts);
        return false;
    }
    return true;
}

static bool fits(const struct memory_cipher_contexts *contexts, const struct memory_cipher_key *key,
                 bool encrypt)
{
    return contexts->filled && contexts->encrypt == encrypt && contexts->asid == key->asid &&
           memcmp(contexts->keys, key->keys, sizeof contexts->keys) == 0;
}

/* The keys are compared, too: in a file that was cleared, generations begin anew. */
static bool find(struct memory_cipher_cache *cache, const struct memory_cipher_key *key,
                 bool encrypt, struct memory_cipher_contexts **found)
{
    if (cache->generation != key->generation) {
        forget_all(cache);
        cache->generation = key->generation;
    }
    *found = &cache->contexts[(2 * key->asid + (encrypt ? 1 : 0)) % CACHE_CONTEXTS];
    if (fits(*found, key, encrypt)) {
        return true;
    }
    if ((*found)->filled) {
        forget(*found);
    }
    return fill(*found, key, encrypt);
}

bool memory_cipher_begin(struct memory_cipher *cipher, struct memory_cipher_cache *cache,
                         const struct memory_cipher_key *key, bool encrypt)
{
    const bool mine = cache != NULL && !atomic_flag_test_and_set(&cache->in_use);
    cipher->cache = mine ? cache : NULL;
    cipher->contexts = &cipher->own;
    const bool done =
        mine ? find(cache, key, encrypt, &cipher->contexts) : fill(&cipher->own, key, encrypt);
    if (!done && mine) {
        atomic_flag_clear(&cache->in_use);
    }
    return done;
}

void memory_cipher_end(struct memory_cipher *cipher)
{
    if (cipher->cache != NULL) {
        atomic_flag_clear(&cipher->cache->in_use);
    } else {
        forget(&cipher->own);
    }
}

static uint64_t load_le64(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (size_t i = 8; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static void store_le64(uint8_t bytes[8], uint64_t value)
{
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

/* Multiplies by x^COUNT, 1 to POWERS_AT_ONCE, modulo x^128 + x^7 + x^2 + x + 1. */
static void shift(uint64_t tweak[2], unsigned count)
{
    const uint64_t carry = tweak[1] >> (64 - count);
    tweak[1] = tweak[1] << count | tweak[0] >> (64 - count);
    tweak[0] = tweak[0] << count ^ carry ^ carry << 1 ^ carry << 2 ^ carry << 7;
}

/* The page frame number, little-endian, as XTS takes the number of a data unit. */
static void unit_of(uint64_t frame, uint8_t unit[MEMORY_CIPHER_BLOCK_BYTES])
{
    memset(unit, 0, MEMORY_CIPHER_BLOCK_BYTES);
    store_le64(unit, frame);
}

/* Gives the tweak of a page's block. */
static bool tweak_of(struct memory_cipher_contexts *contexts, uint64_t frame, size_t block,
                     uint64_t tweak[2])
{
    uint8_t unit[MEMORY_CIPHER_BLOCK_BYTES];
    int written = 0;
    if (!contexts->has_frame || contexts->frame != frame) {
        unit_of(frame, unit);
        if (EVP_CipherUpdate(contexts->tweaks, unit, &written, unit, sizeof unit) != 1) {
            return false;
        }
        contexts->tweak[0] = load_le64(unit);
        contexts->tweak[1] = load_le64(unit + 8);
        contexts->frame = frame;
        contexts->has_frame = true;
    }
    memcpy(tweak, contexts->tweak, sizeof contexts->tweak);
    for (; block > 0; block -= block < POWERS_AT_ONCE ? block : POWERS_AT_ONCE) {
        shift(tweak, block < POWERS_AT_ONCE ? (unsigned)block : POWERS_AT_ONCE);
    }
    return true;
}

/* Writes input ^ tweaks; the first tweak is given. */
static void add_tweaks(const uint64_t first[2], const uint8_t *input, uint8_t *output,
                       size_t length)
{
    uint64_t tweak[2] = {first[0], first[1]};
    for (size_t i = 0; i < length; i += MEMORY_CIPHER_BLOCK_BYTES) {
        store_le64(output + i, load_le64(input + i) ^ tweak[0]);
        store_le64(output + i + 8, load_le64(input + i + 8) ^ tweak[1]);
        shift(tweak, 1);
    }
}

/* In a private buffer: a half-done result must not appear in memory. */
static bool transform_blocks(struct memory_cipher_contexts *contexts, uint64_t frame, size_t block,
                             const uint8_t *input, uint8_t *output, size_t length)
{
    uint8_t piece[DRAM_PAGE_BYTES];
    uint64_t tweak[2];
    int written = 0;
    if (!tweak_of(contexts, frame, block, tweak)) {
        return false;
    }
    add_tweaks(tweak, input, piece, length);
    const bool done = EVP_CipherUpdate(contexts->blocks, piece, &written, piece, (int)length) == 1;
    if (done) {
        add_tweaks(tweak, piece, output, length);
    }
    OPENSSL_cleanse(piece, length);
    return done;
}

static bool transform_pages(struct memory_cipher_contexts *contexts, uint64_t frame,
                            const uint8_t *input, uint8_t *output, size_t length)
{
    uint8_t unit[MEMORY_CIPHER_BLOCK_BYTES];
    int written = 0;
    unit_of(frame, unit);
    return EVP_CipherInit_ex(contexts->pages, NULL, NULL, NULL, unit, -1) == 1 &&
           EVP_CipherUpdate(contexts->pages, output, &written, input, (int)length) == 1;
}

bool memory_cipher_transform(struct memory_cipher *cipher, uint64_t paddr, const uint8_t *input,
                             uint8_t *output, size_t length)
{
    const uint64_t frame = paddr / DRAM_PAGE_BYTES;
    const size_t offset = paddr % DRAM_PAGE_BYTES;
    if (offset == 0 && length >= PAGES_BYTES_MIN) {
        return transform_pages(cipher->contexts, frame, input, output, length);
    }
    return transform_blocks(cipher->contexts, frame, offset / MEMORY_CIPHER_BLOCK_BYTES, input,
                            output, length);
}
