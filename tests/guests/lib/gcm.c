/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM (gcm.h); AES from FIPS 197.
 */
#include "tests/guests/lib/gcm.h"

#include "tests/guests/lib/guest.h"

#define ROUNDS 14u
#define BLOCK 16u
#define WORDS 8u

struct cipher {
    uint8_t sbox[256];
    uint8_t keys[(ROUNDS + 1) * BLOCK];
};

static uint8_t twice(uint8_t x)
{
    return (uint8_t)(x << 1 ^ (x >> 7) * 0x1B);
}

/* The S-box, walking the field by a generator and its inverse. */
static void make_sbox(uint8_t sbox[256])
{
    uint8_t p = 1;
    uint8_t q = 1;
    do {
        p = (uint8_t)(p ^ twice(p));
        q ^= (uint8_t)(q << 1);
        q ^= (uint8_t)(q << 2);
        q ^= (uint8_t)(q << 4);
        q ^= (q & 0x80) != 0 ? 0x09 : 0;
        sbox[p] = (uint8_t)(q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^
                            (q << 4 | q >> 4) ^ 0x63);
    } while (p != 1);
    sbox[0] = 0x63;
}

static void expand(struct cipher *cipher, const uint8_t *key)
{
    uint8_t *keys = cipher->keys;
    uint8_t constant = 1;
    make_sbox(cipher->sbox);
    memcpy(keys, key, GCM_KEY_BYTES);
    for (size_t i = WORDS; i < sizeof cipher->keys / 4; i++) {
        uint8_t word[4];
        memcpy(word, keys + 4 * (i - 1), 4);
        if (i % WORDS == 0) {
            const uint8_t first = word[0];
            word[0] = cipher->sbox[word[1]] ^ constant;
            word[1] = cipher->sbox[word[2]];
            word[2] = cipher->sbox[word[3]];
            word[3] = cipher->sbox[first];
            constant = twice(constant);
        } else if (i % WORDS == 4) {
            for (size_t j = 0; j < 4; j++) {
                word[j] = cipher->sbox[word[j]];
            }
        }
        for (size_t j = 0; j < 4; j++) {
            keys[4 * i + j] = keys[4 * (i - WORDS) + j] ^ word[j];
        }
    }
}

static void mix(uint8_t *state)
{
    for (size_t c = 0; c < BLOCK; c += 4) {
        uint8_t *s = state + c;
        const uint8_t all = s[0] ^ s[1] ^ s[2] ^ s[3];
        const uint8_t first = s[0];
        for (size_t i = 0; i < 4; i++) {
            s[i] ^= all ^ twice(s[i] ^ (i < 3 ? s[i + 1] : first));
        }
    }
}

static void encrypt(const struct cipher *cipher, uint8_t *state)
{
    for (size_t i = 0; i < BLOCK; i++) {
        state[i] ^= cipher->keys[i];
    }
    for (size_t round = 1; round <= ROUNDS; round++) {
        uint8_t shifted[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) {
            shifted[i] = cipher->sbox[state[(i + 4 * (i % 4)) % BLOCK]];
        }
        if (round < ROUNDS) {
            mix(shifted);
        }
        for (size_t i = 0; i < BLOCK; i++) {
            state[i] = shifted[i] ^ cipher->keys[round * BLOCK + i];
        }
    }
}

/* Y = (Y xor block) * H */
static void hash(uint8_t *y, const uint8_t *h, const uint8_t *data, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += BLOCK) {
        uint8_t z[BLOCK] = {0};
        uint8_t v[BLOCK];
        memcpy(v, h, BLOCK);
        for (size_t i = 0; i < BLOCK && at + i < bytes; i++) {
            y[i] ^= data[at + i];
        }
        for (size_t bit = 0; bit < 128; bit++) {
            const bool carry = (v[15] & 1) != 0;
            for (size_t i = 0; i < BLOCK; i++) {
                z[i] ^= (y[bit / 8] >> (7 - bit % 8) & 1) != 0 ? v[i] : 0;
            }
            for (size_t i = BLOCK; i-- > 1;) {
                v[i] = (uint8_t)(v[i] >> 1 | v[i - 1] << 7);
            }
            v[0] = (uint8_t)(v[0] >> 1 ^ (carry ? 0xE1 : 0));
        }
        memcpy(y, z, BLOCK);
    }
}

static void counter_block(const struct gcm *gcm, uint32_t counter, uint8_t *block)
{
    memcpy(block, gcm->nonce, GCM_NONCE_BYTES);
    for (size_t i = 0; i < 4; i++) {
        block[GCM_NONCE_BYTES + i] = (uint8_t)(counter >> (24 - 8 * i));
    }
}

static void apply(const struct gcm *gcm, const struct cipher *cipher, uint8_t *data, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += BLOCK) {
        uint8_t block[BLOCK];
        counter_block(gcm, (uint32_t)(at / BLOCK) + 2, block);
        encrypt(cipher, block);
        for (size_t i = 0; i < BLOCK && at + i < bytes; i++) {
            data[at + i] ^= block[i];
        }
    }
}

static void authenticate(const struct gcm *gcm, const struct cipher *cipher, const uint8_t *data,
                         size_t bytes, uint8_t *tag)
{
    uint8_t h[BLOCK] = {0};
    uint8_t lengths[BLOCK] = {0};
    uint8_t first[BLOCK];
    encrypt(cipher, h);
    memset(tag, 0, BLOCK);
    hash(tag, h, gcm->extra, gcm->extra_bytes);
    hash(tag, h, data, bytes);
    for (size_t i = 0; i < 8; i++) {
        lengths[7 - i] = (uint8_t)((uint64_t)gcm->extra_bytes * 8 >> 8 * i);
        lengths[15 - i] = (uint8_t)((uint64_t)bytes * 8 >> 8 * i);
    }
    hash(tag, h, lengths, sizeof lengths);
    counter_block(gcm, 1, first);
    encrypt(cipher, first);
    for (size_t i = 0; i < BLOCK; i++) {
        tag[i] ^= first[i];
    }
}

void gcm_seal(const struct gcm *gcm, uint8_t *data, size_t bytes, uint8_t *tag)
{
    struct cipher cipher = {.sbox = {0}};
    expand(&cipher, gcm->key);
    apply(gcm, &cipher, data, bytes);
    authenticate(gcm, &cipher, data, bytes, tag);
}

bool gcm_open(const struct gcm *gcm, uint8_t *data, size_t bytes, const uint8_t *tag)
{
    struct cipher cipher = {.sbox = {0}};
    uint8_t computed[GCM_TAG_BYTES];
    expand(&cipher, gcm->key);
    authenticate(gcm, &cipher, data, bytes, computed);
    if (memcmp(computed, tag, sizeof computed) != 0) {
        return false;
    }
    apply(gcm, &cipher, data, bytes);
    return true;
}
