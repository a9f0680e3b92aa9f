/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_FINISH: ID blocks (SNP 5) and author keys that OpenSSL has signed, what is refused,
 * and what a guest has afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "tests/snp/p384.h"
#include "tests/unit/firmware_hex.h"
#include "tests/unit/firmware_snp_launch.h"

#define BLOCK (SNP_PAGE(4) + 0xFF8u) /* Across two pages, aligned to 8 alone. */
#define AUTH (SNP_PAGE(6) + 0x234u)
#define NUMBER 48u
/* n of P-384, little-endian. */
#define ORDER                                                                                      \
    "7329c5cc6a19ecec7aa7b048b20d1a58df2d37f4814d63c7"                                             \
    "ffffffffffffffffffffffffffffffffffffffffffffffff"

static EVP_PKEY *id_key;
static EVP_PKEY *author_key;
static struct snp_id_block block;
static struct snp_id_auth auth;

static void sign_block(void)
{
    witness_p384_sign(id_key, &block, sizeof block, (uint8_t *)&auth.id_block_signature);
}

static void sign_id_key(void)
{
    witness_p384_sign(author_key, &auth.id_key, sizeof auth.id_key,
                      (uint8_t *)&auth.id_key_signature);
}

/** A guest with one page, and an ID block for it that everything is right with. */
static int boot(void **state)
{
    static const uint8_t page[SNP_PAGE_BYTES] = {1, 2, 3};

    (void)launch_boot(state);
    assert_int_equal(launch_add(SNP_PAGE_NORMAL, SNP_PAGE(8), 0x1000, page), SEV_STATUS_SUCCESS);
    id_key = witness_p384_make();
    author_key = witness_p384_make();
    memset(&auth, 0, sizeof auth);
    block = (struct snp_id_block){.version = 1, .guest_svn = 7, .policy = LAUNCH_POLICY};
    memcpy(block.digest, launch_guest(LAUNCH_GCTX)->digest, sizeof block.digest);
    memset(block.family_id, 0xFA, sizeof block.family_id);
    memset(block.image_id, 0x1A, sizeof block.image_id);
    auth.id_key_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384;
    auth.author_key_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384;
    witness_p384_write(id_key, (uint8_t *)&auth.id_key);
    witness_p384_write(author_key, (uint8_t *)&auth.author_key);
    sign_block();
    sign_id_key();
    return 0;
}

static int end(void **state)
{
    (void)state;
    EVP_PKEY_free(id_key);
    EVP_PKEY_free(author_key);
    return 0;
}

static struct snp_launch_finish parameters_for(uint64_t flags)
{
    struct snp_launch_finish parameters = {
        .gctx_paddr = LAUNCH_GCTX,
        .id_block_paddr = BLOCK,
        .id_auth_paddr = AUTH,
        .flags = flags,
    };

    memset(parameters.host_data, 0xDA, sizeof parameters.host_data);
    return parameters;
}

static enum sev_status finish_with(struct snp_launch_finish parameters)
{
    memcpy(board_dram(BLOCK), &block, sizeof block);
    memcpy(board_dram(AUTH), &auth, sizeof auth);
    return board_command(SNP_COMMAND_LAUNCH_FINISH, &parameters, sizeof parameters);
}

#define WITH_BLOCK SNP_FINISH_ID_BLOCK_EN
#define WITH_AUTHOR (SNP_FINISH_ID_BLOCK_EN | SNP_FINISH_AUTH_KEY_EN)

/** Fails unless it is refused with the status, and the guest stays as it is. */
static void assert_refused(uint64_t flags, enum sev_status status)
{
    const struct snp_guest before = *launch_guest(LAUNCH_GCTX);

    assert_int_equal(finish_with(parameters_for(flags)), status);
    assert_memory_equal(launch_guest(LAUNCH_GCTX), &before, sizeof before);
}

static void assert_key_digest(const uint8_t digest[SNP_DIGEST_BYTES],
                              const struct snp_public_key *key)
{
    uint8_t expected[SNP_DIGEST_BYTES] = {0};

    if (key != NULL) {
        launch_sha384(key, sizeof *key, expected);
    }
    assert_memory_equal(digest, expected, sizeof expected);
}

static void a_guest_gets_what_the_block_says(void **state)
{
    static const struct snp_id_block none;
    static const uint64_t flags[] = {0, WITH_BLOCK, WITH_AUTHOR, SNP_FINISH_VCEK_DIS,
                                     WITH_AUTHOR | SNP_FINISH_VCEK_DIS};

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        const bool has_block = (flags[i] & WITH_BLOCK) != 0;
        const bool has_author = (flags[i] & SNP_FINISH_AUTH_KEY_EN) != 0;
        struct snp_launch_finish parameters = parameters_for(flags[i]);
        const struct snp_guest *guest;

        (void)end(state);
        (void)boot(state);
        if (!has_block) { /* Addresses that do not count are not looked at. */
            parameters.id_block_paddr = UINT64_MAX;
            parameters.id_auth_paddr = 3;
        }
        assert_int_equal(finish_with(parameters), SEV_STATUS_SUCCESS);
        guest = launch_guest(LAUNCH_GCTX);
        assert_int_equal(guest->state, SNP_GUEST_RUNNING);
        assert_memory_equal(guest->host_data, parameters.host_data, 32);
        assert_int_equal(guest->vcek_disabled, (flags[i] & SNP_FINISH_VCEK_DIS) != 0);
        assert_int_equal(guest->has_id_block, has_block);
        assert_int_equal(guest->has_author_key, has_author);
        assert_memory_equal(&guest->id_block, has_block ? &block : &none, sizeof block);
        assert_key_digest(guest->id_key_digest, has_block ? &auth.id_key : NULL);
        assert_key_digest(guest->author_key_digest, has_author ? &auth.author_key : NULL);
    }
}

static void only_a_guest_in_launch_is_finished(void **state)
{
    struct snp_launch_finish parameters = parameters_for(0x80);

    (void)state;
    parameters.gctx_paddr = SNP_PAGE(1) + 4;
    assert_int_equal(finish_with(parameters), SEV_STATUS_INVALID_ADDRESS);
    parameters.gctx_paddr = SNP_PAGE(1);
    assert_int_equal(finish_with(parameters), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(snp_create(SNP_PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(finish_with(parameters), SEV_STATUS_INVALID_GUEST_STATE);
    assert_int_equal(launch_start(SNP_PAGE(1), LAUNCH_POLICY), SEV_STATUS_SUCCESS);
    assert_int_equal(finish_with(parameters), SEV_STATUS_INACTIVE);
    assert_int_equal(launch_finish(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    assert_refused(0, SEV_STATUS_INVALID_GUEST_STATE);
}

static void meaningless_flags_are_refused(void **state)
{
    (void)state;
    for (uint32_t bit = 3; bit < 64; bit++) {
        assert_refused(1ull << bit | WITH_BLOCK, SEV_STATUS_INVALID_PARAM);
    }
    assert_refused(SNP_FINISH_AUTH_KEY_EN, SEV_STATUS_INVALID_PARAM);
}

static void addresses_that_count_are_checked(void **state)
{
    struct snp_launch_finish parameters = parameters_for(WITH_BLOCK);

    (void)state;
    parameters.id_block_paddr = 1ull << 40;
    assert_int_equal(finish_with(parameters), SEV_STATUS_INVALID_ADDRESS);
    parameters = parameters_for(WITH_BLOCK);
    parameters.id_auth_paddr = SNP_RMP_BASE;
    assert_int_equal(finish_with(parameters), SEV_STATUS_INVALID_ADDRESS);
    snp_assign(SNP_PAGE(5), 2, 0); /* The end of the ID block is another guest's. */
    assert_refused(WITH_BLOCK, SEV_STATUS_INVALID_PAGE_STATE);
}

static void forms_that_there_are_not_are_refused(void **state)
{
    /* Each alone, with everything signed again; offsets in the ID authentication. */
    static const uint16_t of_block[] = {0x000, 0x003,        0x008, 0x03F, 0x240,
                                        0x243, 0x240 + 0x94, 0x643, 0x644, 0x67F};
    static const uint16_t of_author[] = {0x004, 0x007, 0x880, 0x880 + 0x94, 0xC83, 0xC84, 0xFFF};
    uint8_t *const bytes = (uint8_t *)&auth;

    (void)state;
    for (size_t i = 0; i < sizeof of_block / sizeof of_block[0]; i++) {
        bytes[of_block[i]] ^= 0x40;
        sign_id_key();
        assert_refused(WITH_BLOCK, SEV_STATUS_INVALID_PARAM);
        bytes[of_block[i]] ^= 0x40;
    }
    sign_id_key();
    for (size_t i = 0; i < sizeof of_author / sizeof of_author[0]; i++) {
        bytes[of_author[i]] ^= 0x40;
        assert_refused(WITH_AUTHOR, SEV_STATUS_INVALID_PARAM);
        bytes[of_author[i]] ^= 0x40;
    }
    for (uint32_t version = 0; version < 4; version += 2) {
        block.version = version;
        sign_block();
        assert_refused(WITH_BLOCK, SEV_STATUS_INVALID_PARAM);
    }
}

/** Makes each of a signature's numbers what it must not be. */
static void spoil(struct snp_signature *signature, uint64_t flags)
{
    const struct snp_signature good = *signature;
    uint8_t order[NUMBER];
    uint8_t *const numbers[] = {signature->r, signature->s};

    hex(ORDER, order, sizeof order);
    for (uint32_t i = 0; i < 2; i++) {
        memset(numbers[i], 0, NUMBER);
        assert_refused(flags, SEV_STATUS_BAD_SIGNATURE);
        memcpy(numbers[i], order, sizeof order);
        assert_refused(flags, SEV_STATUS_BAD_SIGNATURE);
        memset(numbers[i], 0xFF, NUMBER);
        assert_refused(flags, SEV_STATUS_BAD_SIGNATURE);
        *signature = good;
        numbers[i][5] ^= 1;
        assert_refused(flags, SEV_STATUS_BAD_SIGNATURE);
        *signature = good;
        for (uint32_t byte = NUMBER; byte < 72; byte++) {
            numbers[i][byte] = 1;
            assert_refused(flags, SEV_STATUS_BAD_SIGNATURE);
            numbers[i][byte] = 0;
        }
    }
    signature->reserved[0] = 1;
    assert_refused(flags, SEV_STATUS_BAD_SIGNATURE);
    *signature = good;
}

static void wrong_signatures_are_refused(void **state)
{
    (void)state;
    spoil(&auth.id_block_signature, WITH_BLOCK);
    spoil(&auth.id_key_signature, WITH_AUTHOR);
    block.guest_svn ^= 1; /* What is signed counts, all of it. */
    assert_refused(WITH_BLOCK, SEV_STATUS_BAD_SIGNATURE);
    sign_block();
    auth.id_key_signature.r[0] ^= 1; /* Nobody looks at this. */
    assert_int_equal(finish_with(parameters_for(WITH_BLOCK)), SEV_STATUS_SUCCESS);
}

static void keys_off_the_curve_sign_nothing(void **state)
{
    (void)state;
    auth.id_key.qx[0] ^= 1;
    sign_id_key();
    assert_refused(WITH_AUTHOR, SEV_STATUS_BAD_SIGNATURE);
    auth.id_key.qx[0] ^= 1;
    auth.id_key.qy[NUMBER] = 1; /* Longer than any coordinate. */
    sign_id_key();
    assert_refused(WITH_AUTHOR, SEV_STATUS_BAD_SIGNATURE);
    auth.id_key.qy[NUMBER] = 0;
    sign_id_key();
    memset(auth.author_key.qx, 0, sizeof auth.author_key.qx);
    memset(auth.author_key.qy, 0, sizeof auth.author_key.qy);
    assert_refused(WITH_AUTHOR, SEV_STATUS_BAD_SIGNATURE);
}

static void the_launch_must_be_what_the_block_expects(void **state)
{
    (void)state;
    block.policy ^= SNP_POLICY_DEBUG;
    sign_block();
    assert_refused(WITH_BLOCK, SEV_STATUS_POLICY_FAILURE);
    for (uint32_t i = 0; i < SNP_DIGEST_BYTES; i += 47) { /* Before the policy. */
        block.digest[i] ^= 0x80;
        sign_block();
        assert_refused(WITH_BLOCK, SEV_STATUS_BAD_MEASUREMENT);
        block.digest[i] ^= 0x80;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, boot, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_guest_gets_what_the_block_says),     TEST(only_a_guest_in_launch_is_finished),
        TEST(meaningless_flags_are_refused),        TEST(addresses_that_count_are_checked),
        TEST(forms_that_there_are_not_are_refused), TEST(wrong_signatures_are_refused),
        TEST(keys_off_the_curve_sign_nothing),      TEST(the_launch_must_be_what_the_block_expects),
    };

    return cmocka_run_group_tests_name("SNP_LAUNCH_FINISH", tests, NULL, NULL);
}
