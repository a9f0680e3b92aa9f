/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-384 and SHA-512 (FIPS 180-4). Also what the library hashes with them goes through the same
 * compression, and it is part of the boot ROM.
 */
#include <string.h>

#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include <mbedtls/sha512.h>

#include "crypto/secret.h"
#include "crypto/sha2.h"
#include "crypto/sha512_blocks.h"

#define LENGTH_BYTES 16u /* Of the message's length in bits, at the end of the last block. */
#define PADDING 0x80u

_Static_assert(sizeof(((struct crypto_sha512 *)0)->block) == SHA512_BLOCK_BYTES, "one block");
_Static_assert(sizeof(((struct crypto_sha512 *)0)->state) == SHA512_STATE_WORDS * sizeof(uint64_t),
               "one state");

/* The first 64 bits of the fractional parts of the cube roots of the first 80 primes. */
const uint64_t crypto_sha512_constants[SHA512_ROUNDS] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* Section 5.3.4: of the square roots of the ninth to sixteenth primes. */
static const uint64_t sha384_start[SHA512_STATE_WORDS] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

/* Section 5.3.5: of the square roots of the first eight primes. */
static const uint64_t sha512_start[SHA512_STATE_WORDS] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static void compress(uint64_t *state, const uint8_t *data, size_t blocks)
{
#ifdef __arm__
    crypto_sha512_blocks_neon(state, data, blocks);
#else
    crypto_sha512_blocks_portable(state, data, blocks);
#endif
}

static void start(struct crypto_sha512 *hash, const uint64_t state[SHA512_STATE_WORDS])
{
    memset(hash, 0, sizeof(*hash));
    memcpy(hash->state, state, sizeof(hash->state));
}

void crypto_sha384_start(struct crypto_sha512 *hash)
{
    start(hash, sha384_start);
}

void crypto_sha512_start(struct crypto_sha512 *hash)
{
    start(hash, sha512_start);
}

void crypto_sha512_update(struct crypto_sha512 *hash, const void *data, size_t length)
{
    const uint8_t *bytes = data;
    const size_t used = hash->length % SHA512_BLOCK_BYTES;

    if (length == 0) {
        return; /* There may be no data at all, not even an address. */
    }
    hash->length += length;
    if (used > 0) {
        const size_t room = SHA512_BLOCK_BYTES - used;
        const size_t part = length < room ? length : room;

        memcpy(hash->block + used, bytes, part);
        bytes += part;
        length -= part;
        if (part < room) {
            return;
        }
        compress(hash->state, hash->block, 1);
    }
    compress(hash->state, bytes, length / SHA512_BLOCK_BYTES);
    memcpy(hash->block, bytes + length - length % SHA512_BLOCK_BYTES, length % SHA512_BLOCK_BYTES);
}

static void store_be64(uint8_t bytes[8], uint64_t value)
{
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    }
}

/* Section 5.1.2: a one bit, zeros, the length in bits. */
static void finish(struct crypto_sha512 *hash, uint8_t *digest, size_t bytes)
{
    size_t used = hash->length % SHA512_BLOCK_BYTES;

    hash->block[used++] = PADDING;
    memset(hash->block + used, 0, SHA512_BLOCK_BYTES - used);
    if (used > SHA512_BLOCK_BYTES - LENGTH_BYTES) {
        compress(hash->state, hash->block, 1);
        memset(hash->block, 0, SHA512_BLOCK_BYTES);
    }
    store_be64(hash->block + SHA512_BLOCK_BYTES - 16, hash->length >> 61);
    store_be64(hash->block + SHA512_BLOCK_BYTES - 8, hash->length << 3);
    compress(hash->state, hash->block, 1);
    for (size_t i = 0; i < bytes / 8; i++) {
        store_be64(digest + 8 * i, hash->state[i]);
    }
    crypto_wipe(hash, sizeof(*hash));
}

void crypto_sha384_finish(struct crypto_sha512 *hash, uint8_t digest[CRYPTO_SHA384_BYTES])
{
    finish(hash, digest, CRYPTO_SHA384_BYTES);
}

void crypto_sha512_finish(struct crypto_sha512 *hash, uint8_t digest[CRYPTO_SHA512_BYTES])
{
    finish(hash, digest, CRYPTO_SHA512_BYTES);
}

void crypto_sha384(const void *data, size_t length, uint8_t digest[CRYPTO_SHA384_BYTES])
{
    struct crypto_sha512 hash;

    crypto_sha384_start(&hash);
    crypto_sha512_update(&hash, data, length);
    crypto_sha384_finish(&hash, digest);
}

void crypto_sha512(const void *data, size_t length, uint8_t digest[CRYPTO_SHA512_BYTES])
{
    struct crypto_sha512 hash;

    crypto_sha512_start(&hash);
    crypto_sha512_update(&hash, data, length);
    crypto_sha512_finish(&hash, digest);
}

/* What the library calls for its own hashes, those of RSA-PSS (MBEDTLS_SHA512_PROCESS_ALT). */
int mbedtls_internal_sha512_process(mbedtls_sha512_context *ctx, const unsigned char data[128])
{
    compress(ctx->state, data, 1);
    return 0;
}
