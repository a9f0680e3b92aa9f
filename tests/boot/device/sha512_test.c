/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-384's and SHA-512's compression with NEON against the one in C, and what it leaves behind in
 * the registers.
 */
#include <string.h>

#include "crypto/sha2.h"
#include "crypto/sha512_blocks.h"
#include "tests/boot/device/test.h"

#define BLOCKS_MAX 9u
#define ROUNDS 200u
#define LONGEST 300u
#define REGISTERS 32u /* d0 to d31 */
#define KEPT_FIRST 8u /* d8 to d15 belong to the caller. */
#define KEPT_END 16u

static uint8_t message[BLOCKS_MAX * SHA512_BLOCK_BYTES + 8];

/** Fills with numbers of a linear congruential generator (Knuth, MMIX): always the same ones. */
static void fill(void *buffer, size_t length)
{
    static uint64_t state = 1;
    uint8_t *bytes = buffer;

    for (size_t i = 0; i < length; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (uint8_t)(state >> 56);
    }
}

/* Any number of blocks, any alignment, any state. */
static bool blocks_agree(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const size_t blocks = round % (BLOCKS_MAX + 1);
        const uint8_t *data = message + round % 8;
        uint64_t neon[SHA512_STATE_WORDS];
        uint64_t portable[SHA512_STATE_WORDS];

        fill(message, sizeof(message));
        fill(neon, sizeof(neon));
        memcpy(portable, neon, sizeof(portable));
        crypto_sha512_blocks_neon(neon, data, blocks);
        crypto_sha512_blocks_portable(portable, data, blocks);
        if (memcmp(neon, portable, sizeof(neon)) != 0) {
            return false;
        }
    }
    return true;
}

/** SHA-384 of @p length bytes, padded here and compressed in C. */
static void digest_portably(const uint8_t *data, size_t length, uint8_t digest[CRYPTO_SHA384_BYTES])
{
    static uint8_t padded[4 * SHA512_BLOCK_BYTES];
    const size_t blocks = (length + 17 + SHA512_BLOCK_BYTES - 1) / SHA512_BLOCK_BYTES;
    const size_t end = blocks * SHA512_BLOCK_BYTES;
    struct crypto_sha512 start;

    crypto_sha384_start(&start);
    memset(padded, 0, sizeof(padded));
    memcpy(padded, data, length);
    padded[length] = 0x80;
    padded[end - 2] = (uint8_t)(length * 8 >> 8);
    padded[end - 1] = (uint8_t)(length * 8);
    crypto_sha512_blocks_portable(start.state, padded, blocks);
    for (size_t i = 0; i < CRYPTO_SHA384_BYTES; i++) {
        digest[i] = (uint8_t)(start.state[i / 8] >> (56 - i % 8 * 8));
    }
}

/* Every length up to several blocks, in two pieces that are cut at any place. */
static bool digests_agree(void)
{
    for (size_t length = 0; length <= LONGEST; length++) {
        const size_t cut = length * 7 % (length + 1);
        struct crypto_sha512 hash;
        uint8_t digest[CRYPTO_SHA384_BYTES];
        uint8_t expected[CRYPTO_SHA384_BYTES];

        fill(message, length);
        crypto_sha384_start(&hash);
        crypto_sha512_update(&hash, message, cut);
        crypto_sha512_update(&hash, message + cut, length - cut);
        crypto_sha384_finish(&hash, digest);
        digest_portably(message, length, expected);
        if (memcmp(digest, expected, sizeof(digest)) != 0) {
            return false;
        }
    }
    return true;
}

/** Compresses a block with d8 to d15 as given; then copies d0 to d31. */
static void compress_and_look(uint64_t *state, const uint64_t kept[KEPT_END - KEPT_FIRST],
                              uint64_t found[REGISTERS])
{
    register uint64_t *r0 __asm__("r0") = state;
    register const uint8_t *r1 __asm__("r1") = message;
    register size_t r2 __asm__("r2") = 1;
    register const uint64_t *r4 __asm__("r4") = kept;
    register uint64_t *r5 __asm__("r5") = found;

    __asm__ volatile("vldm r4, {d8-d15}\n\t"
                     "blx crypto_sha512_blocks_neon\n\t"
                     "vstmia r5!, {d0-d15}\n\t"
                     "vstmia r5!, {d16-d31}"
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r5)
                     : "r"(r4)
                     : "r3", "r12", "lr", "cc", "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6",
                       "d7", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15", "d16", "d17",
                       "d18", "d19", "d20", "d21", "d22", "d23", "d24", "d25", "d26", "d27", "d28",
                       "d29", "d30", "d31");
}

static void test_registers(void)
{
    uint64_t state[SHA512_STATE_WORDS];
    uint64_t kept[KEPT_END - KEPT_FIRST];
    uint64_t found[REGISTERS];
    bool clean = true;

    fill(state, sizeof(state));
    fill(kept, sizeof(kept));
    fill(message, sizeof(message));
    compress_and_look(state, kept, found);
    for (uint32_t i = 0; i < REGISTERS; i++) {
        clean = clean && (found[i] == 0 || (i >= KEPT_FIRST && i < KEPT_END));
    }
    test_report("SHA-512 with NEON leaves nothing in its registers", clean);
    test_report("SHA-512 with NEON keeps its caller's registers",
                memcmp(&found[KEPT_FIRST], kept, sizeof(kept)) == 0);
}

void test_sha512(void)
{
    test_report("SHA-512 with NEON compresses as in C", blocks_agree());
    test_report("SHA-384 of every length and cut is that in C", digests_agree());
    test_registers();
}
