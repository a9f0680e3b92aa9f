/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compression of SHA-384 and SHA-512 (FIPS 180-4 section 6.4.2). Internal to crypto/: others use
 * crypto/sha2.h.
 */
#ifndef CRYPTO_SHA512_BLOCKS_H
#define CRYPTO_SHA512_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#define SHA512_STATE_WORDS 8u
#define SHA512_BLOCK_BYTES 128u
#define SHA512_ROUNDS 80u

/** Section 4.2.3. */
extern const uint64_t crypto_sha512_constants[SHA512_ROUNDS];

/**
 * Compresses whole blocks into a state. What it knew of the data is wiped from the stack.
 *
 * @param[in,out] state  SHA512_STATE_WORDS words, a to h
 * @param data           @p blocks * SHA512_BLOCK_BYTES bytes, with any alignment
 * @param blocks         may be 0
 */
typedef void sha512_blocks(uint64_t *state, const uint8_t *data, size_t blocks);

/** In C: what runs on Linux, and what the other form is compared with on the board. */
sha512_blocks crypto_sha512_blocks_portable;

#ifdef __arm__
/** With NEON, which every supported CPU has. Also wipes the registers it used. */
sha512_blocks crypto_sha512_blocks_neon;
#endif

#endif
