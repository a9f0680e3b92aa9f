/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory-encryption engine in C: XTS (IEEE 1619-2007 section 5) around Mbed TLS's AES. The
 * library's own XTS starts at a unit's first block only; this one starts at any.
 */
#include <string.h>

#include <mbedtls/aes.h>

#include "crypto/fatal.h"
#include "crypto/memory_encryption_internal.h"
#include "crypto/secret.h"

struct schedules {
    mbedtls_aes_context encrypt; /* Data key, for encryption. */
    mbedtls_aes_context decrypt; /* Data key, for decryption. */
    mbedtls_aes_context tweak;   /* Tweak key, for encryption. */
};

_Static_assert(sizeof(struct schedules) <= MEMORY_SCHEDULES_BYTES,
               "the key schedules fit the opaque structure");
_Static_assert(_Alignof(struct schedules) <= _Alignof(struct crypto_memory_key),
               "the key schedules are aligned in the opaque structure");

/* A tweak or a block, as two little-endian halves. */
struct block {
    uint64_t low, high;
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the halves are in memory order");

/* Multiplies by the primitive element of GF(2^128): section 5.2. */
static void double_tweak(struct block *tweak)
{
    const uint64_t carry = 0u - (tweak->high >> 63);
    tweak->high = (tweak->high << 1) | (tweak->low >> 63);
    tweak->low = (tweak->low << 1) ^ (carry & 0x87u);
}

/* The library does not write to the schedule, although its parameter is not const. */
static void crypt_block(const mbedtls_aes_context *aes, int mode, struct block *block)
{
    unsigned char *bytes = (unsigned char *)block;
    mbedtls_aes_context *schedule = (mbedtls_aes_context *)(uintptr_t)aes;
    if (mbedtls_aes_crypt_ecb(schedule, mode, bytes, bytes) != 0) {
        crypto_fatal("AES-XTS");
    }
}

static void crypt_run(const mbedtls_aes_context *data, int mode,
                      const mbedtls_aes_context *tweak_key, const struct memory_run *run)
{
    struct block tweak = {.low = run->page};
    struct block block = {0};
    crypt_block(tweak_key, MBEDTLS_AES_ENCRYPT, &tweak);
    for (uint32_t i = 0; i < run->first_block; i++) {
        double_tweak(&tweak);
    }
    for (size_t offset = 0; offset < (size_t)run->blocks * sizeof(block); offset += sizeof(block)) {
        memcpy(&block, run->input + offset, sizeof(block));
        block.low ^= tweak.low;
        block.high ^= tweak.high;
        crypt_block(data, mode, &block);
        block.low ^= tweak.low;
        block.high ^= tweak.high;
        memcpy(run->output + offset, &block, sizeof(block));
        double_tweak(&tweak);
    }
    crypto_wipe(&tweak, sizeof(tweak));
    crypto_wipe(&block, sizeof(block));
}

static void set(struct crypto_memory_key *key, const uint8_t data_key[16],
                const uint8_t tweak_key[16])
{
    struct schedules *schedules = (void *)key;
    mbedtls_aes_init(&schedules->encrypt);
    mbedtls_aes_init(&schedules->decrypt);
    mbedtls_aes_init(&schedules->tweak);
    if (mbedtls_aes_setkey_enc(&schedules->encrypt, data_key, 128) != 0 ||
        mbedtls_aes_setkey_dec(&schedules->decrypt, data_key, 128) != 0 ||
        mbedtls_aes_setkey_enc(&schedules->tweak, tweak_key, 128) != 0) {
        crypto_fatal("AES-XTS");
    }
}

static void encrypt(const struct crypto_memory_key *key, const struct memory_run *run)
{
    const struct schedules *schedules = (const void *)key;
    crypt_run(&schedules->encrypt, MBEDTLS_AES_ENCRYPT, &schedules->tweak, run);
}

static void decrypt(const struct crypto_memory_key *key, const struct memory_run *run)
{
    const struct schedules *schedules = (const void *)key;
    crypt_run(&schedules->decrypt, MBEDTLS_AES_DECRYPT, &schedules->tweak, run);
}

static const struct memory_engine portable = {
    .name = "portable", .set = set, .encrypt = encrypt, .decrypt = decrypt};

const struct memory_engine *crypto_memory_portable(void)
{
    return &portable;
}
