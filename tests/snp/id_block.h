/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID block and ID authentication page of LAUNCH_FINISH (sections 5.1 to 5.5), as a guest's owner
 * makes them and as a firmware judges them. Keys are made when a test runs: witness_p384_make().
 *
 *     witness_id_block(&id, block);
 *     witness_id_auth(block, id_key, author_key, page);
 *     ... put both into memory, LAUNCH_FINISH ...
 *     witness_p384_key_digest(id_key, digest) is the report's ID_KEY_DIGEST
 */
#ifndef TESTS_SNP_ID_BLOCK_H
#define TESTS_SNP_ID_BLOCK_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/snp/hash.h"

#define WITNESS_ID_BLOCK_BYTES 0x60u
#define WITNESS_ID_AUTH_BYTES 4096u

/* Where the parts of the page are, for tests that damage them. */
#define WITNESS_ID_AUTH_ID_KEY_ALGO 0x000u
#define WITNESS_ID_AUTH_AUTHOR_KEY_ALGO 0x004u
#define WITNESS_ID_AUTH_RESERVED_008 0x008u
#define WITNESS_ID_AUTH_BLOCK_SIGNATURE 0x040u
#define WITNESS_ID_AUTH_ID_KEY 0x240u
#define WITNESS_ID_AUTH_RESERVED_644 0x644u
#define WITNESS_ID_AUTH_KEY_SIGNATURE 0x680u
#define WITNESS_ID_AUTH_AUTHOR_KEY 0x880u
#define WITNESS_ID_AUTH_RESERVED_C84 0xC84u

/** What an owner expects. */
struct witness_id {
    uint8_t digest[WITNESS_DIGEST_BYTES]; /**< Launch digest. */
    uint8_t family_id[16];
    uint8_t image_id[16];
    uint32_t guest_svn;
    uint64_t policy;
};

/** Writes the ID block, version 1. */
void witness_id_block(const struct witness_id *id, uint8_t block[WITNESS_ID_BLOCK_BYTES]);

/** Reads an ID block. @return NULL, or what is wrong */
const char *witness_id_read(const uint8_t block[WITNESS_ID_BLOCK_BYTES], struct witness_id *id);

/**
 * Signs an ID block, and the ID key.
 *
 * @param author_key  signs the ID key; NULL = the page has no author
 */
void witness_id_auth(const uint8_t block[WITNESS_ID_BLOCK_BYTES], EVP_PKEY *id_key,
                     EVP_PKEY *author_key, uint8_t page[WITNESS_ID_AUTH_BYTES]);

/**
 * Judges block and page as LAUNCH_FINISH does.
 *
 * @param author  AUTH_KEY_EN: the author's part counts; else what follows 680h is not looked at
 * @return NULL, or what is wrong
 */
const char *witness_id_check(const uint8_t block[WITNESS_ID_BLOCK_BYTES],
                             const uint8_t page[WITNESS_ID_AUTH_BYTES], bool author);

#endif
