/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents for SEV-SNP's commands (snp_contents.h).
 */
#include "tests/fuzz/snp_contents.h"

#include <string.h>

#include "crypto/p384.h"
#include "crypto/sha2.h"

#include "tests/fuzz/snp_machine.h"

#define DAMAGES 8u
#define FUNCTIONS_MAX 80u /* More than a page may have. */

void snp_contents_ranges(struct input *input, uint8_t page[SNP_PAGE_BYTES])
{
    struct snp_range_list list = {.num_elements = input_below(input, 4)};

    memset(page, 0, SNP_PAGE_BYTES);
    for (uint32_t i = 0; i < list.num_elements; i++) {
        struct snp_range range = {
            .base = SNP_MACHINE_PAGE(input_below(input, SNP_MACHINE_PAGES)),
            .page_count = input_below(input, 4),
        };

        if ((input_u8(input) & 7u) == 7) {
            range.base = input_u64(input);
            range.page_count = input_u32(input);
        }
        memcpy(&page[sizeof list + i * sizeof range], &range, sizeof range);
    }
    if ((input_u8(input) & 7u) == 7) {
        list.num_elements = input_u32(input);
    }
    memcpy(page, &list, sizeof list);
}

/** A function that the checks know something of, and outputs that are what they may be or not. */
static struct snp_cpuid_function choose_function(struct input *input)
{
    static const uint32_t leaves[][2] = {
        {0, 0},          {1, 0},          {7, 0},          {0xD, 0},        {0xD, 1},
        {0xD, 2},        {0xB, 0},        {0x80000000, 0}, {0x80000001, 0}, {0x80000007, 0},
        {0x80000008, 0}, {0x8000001E, 0}, {0x8000001F, 0}, {0x80000021, 0}, {0x10, 1}};
    const uint32_t which = input_below(input, sizeof leaves / sizeof leaves[0]);
    struct snp_cpuid_function function = {.eax_in = leaves[which][0], .ecx_in = leaves[which][1]};
    const uint8_t flags = input_u8(input);

    if ((flags & 1u) != 0) {
        function.eax = input_u32(input);
        function.ebx = input_u32(input);
        function.ecx = input_u32(input);
        function.edx = input_u32(input);
    }
    if ((flags & 2u) != 0) {
        function.xcr0_in = input_u64(input);
        function.xss_in = input_u64(input);
    }
    if ((flags & 12u) == 12u) {
        function.eax_in = input_u32(input);
        function.ecx_in = input_u32(input);
    }
    return function;
}

void snp_contents_cpuid(struct input *input, uint8_t page[SNP_PAGE_BYTES])
{
    struct snp_cpuid_table *table = (struct snp_cpuid_table *)(void *)page;
    const uint32_t count = input_below(input, FUNCTIONS_MAX);

    memset(page, 0, SNP_PAGE_BYTES);
    table->count = count;
    for (uint32_t i = 0; i < count && i < SNP_CPUID_MAX && !input_is_empty(input); i++) {
        table->functions[i] = choose_function(input);
    }
}

void snp_contents_vmsa(struct input *input, uint8_t page[SNP_PAGE_BYTES])
{
    const uint64_t features = SNP_VMSA_FEATURE_ACTIVE | (uint64_t)input_u8(input) << 8;

    memset(page, 0, SNP_PAGE_BYTES);
    memcpy(&page[SNP_VMSA_SEV_FEATURES], &features, sizeof features);
}

/** A number as ID blocks have it. */
static void put_number(uint8_t little[72], const uint8_t big[CRYPTO_P384_BYTES])
{
    memset(little, 0, 72);
    for (uint32_t i = 0; i < CRYPTO_P384_BYTES; i++) {
        little[i] = big[CRYPTO_P384_BYTES - 1u - i];
    }
}

static void put_key(struct snp_public_key *out, const struct crypto_p384_key *key)
{
    memset(out, 0, sizeof *out);
    out->curve = SNP_CURVE_P384;
    put_number(out->qx, key->public_key.x);
    put_number(out->qy, key->public_key.y);
}

static void sign(const struct crypto_p384_key *key, const void *message, uint32_t length,
                 struct snp_signature *out)
{
    struct crypto_p384_signature signature;
    uint8_t digest[CRYPTO_SHA384_BYTES];

    crypto_sha384(message, length, digest);
    snp_machine_require(crypto_p384_sign(key, digest, sizeof digest, &signature));
    memset(out, 0, sizeof *out);
    put_number(out->r, signature.r);
    put_number(out->s, signature.s);
}

void snp_contents_id(const uint8_t digest[SNP_DIGEST_BYTES], uint64_t policy,
                     struct snp_id_block *block, struct snp_id_auth *auth)
{
    static struct crypto_p384_key keys[2]; /* The ID key and the author's. */
    static bool made;

    if (!made) {
        made = crypto_p384_generate(&keys[0]) && crypto_p384_generate(&keys[1]);
        snp_machine_require(made);
    }
    *block = (struct snp_id_block){.version = 1, .guest_svn = 7, .policy = policy};
    memcpy(block->digest, digest, sizeof block->digest);
    memset(auth, 0, sizeof *auth);
    auth->id_key_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384;
    auth->author_key_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384;
    put_key(&auth->id_key, &keys[0]);
    put_key(&auth->author_key, &keys[1]);
    sign(&keys[0], block, sizeof *block, &auth->id_block_signature);
    sign(&keys[1], &auth->id_key, sizeof auth->id_key, &auth->id_key_signature);
}

bool snp_contents_damage(struct input *input, void *bytes, uint32_t length)
{
    uint8_t kept[SNP_PAGE_BYTES];

    memcpy(kept, bytes, length);
    for (uint32_t left = input_below(input, DAMAGES); left != 0; left--) {
        ((uint8_t *)bytes)[input_u32(input) % length] ^= input_u8(input);
    }
    return memcmp(kept, bytes, length) != 0;
}
