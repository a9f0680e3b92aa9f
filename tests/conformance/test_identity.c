/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform's identity: PDH_CERT_EXPORT, PEK_CSR, GET_ID, PEK_GEN, PDH_GEN, PLATFORM_RESET and
 * SHUTDOWN (sections 4.2, 4.3, 4.5, 4.6, 4.8, 4.9, 4.12, 6).
 */
#include <openssl/sha.h>
#include <string.h>

#include "tests/conformance/case.h"
#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/platform_owner.h"
#include "tests/conformance/states.h"

#define SHORT_CHIP_ID_BYTES 8u /* Of a turin or venice. */

/** What is exported at one moment. */
struct identity {
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
    uint8_t id[SEV_CHIP_ID_BYTES];
};

static struct identity look(void)
{
    struct identity identity;

    export_certificates(&identity.pdh, &identity.chain);
    read_chip_id(identity.id);
    return identity;
}

static bool same(const struct sev_certificate *a, const struct sev_certificate *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void certificates_are_exact_and_verify(void **state)
{
    suite_need(NEEDS_SELF_OWNED);
    case_about(SEV_COMMAND_PDH_CERT_EXPORT);
    (void)state;
    to_init();
    const struct identity identity = look();

    assert_platform_certificates(&identity.pdh, &identity.chain);
    assert_chain_verifies(&identity.pdh, &identity.chain);
    assert_memory_not_equal(&identity.chain.pek.public_key, &identity.chain.oca.public_key, 1028);
    assert_memory_not_equal(&identity.chain.pek.public_key, &identity.pdh.public_key, 1028);
}

static void certificates_do_not_change_while_guests_exist(void **state)
{
    (void)state;
    to_init();
    const struct identity before = look();

    (void)launch_active(0);
    const struct identity after = look();

    assert_memory_equal(&before, &after, sizeof before);
}

static void csr_is_the_pek_certificate_without_signatures(void **state)
{
    static const struct expected_slot empty[] = {{SEV_USAGE_INVALID, SEV_ALGORITHM_INVALID},
                                                 {SEV_USAGE_INVALID, SEV_ALGORITHM_INVALID}};
    struct sev_certificate csr;

    (void)state;
    to_init();
    const struct identity identity = look();

    take_csr(&csr);
    assert_certificate(&csr, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, empty);
    assert_memory_equal(&csr, &identity.chain.pek, SEV_CERTIFICATE_SIGNED_BYTES);
}

/**
 * The ID is SHA-512 of the CEK's public point, big-endian (section 5.2). Some chips with SEV-SNP have
 * the first eight bytes of it, and zeros.
 */
static void chip_id_follows_from_the_cek(void **state)
{
    uint8_t expected[SEV_CHIP_ID_BYTES];
    uint8_t point[2 * SEV_P384_BYTES];
    static const uint8_t zeros[SEV_CHIP_ID_BYTES];

    case_about(SEV_COMMAND_GET_ID);
    (void)state;
    to_init();
    const struct identity identity = look();
    const struct sev_public_key_ecc *key = &identity.chain.cek.public_key.ecc;

    for (size_t i = 0; i < SEV_P384_BYTES; i++) {
        point[i] = key->qx[SEV_P384_BYTES - 1 - i];
        point[SEV_P384_BYTES + i] = key->qy[SEV_P384_BYTES - 1 - i];
    }
    (void)SHA512(point, sizeof point, expected);
    if (suite.has_snp &&
        memcmp(identity.id + SHORT_CHIP_ID_BYTES, zeros, sizeof zeros - SHORT_CHIP_ID_BYTES) == 0) {
        memset(expected + SHORT_CHIP_ID_BYTES, 0, sizeof expected - SHORT_CHIP_ID_BYTES);
    }
    assert_memory_equal(identity.id, expected, sizeof expected);
}

static void chip_id_is_the_same_in_every_state(void **state)
{
    uint8_t ids[3][SEV_CHIP_ID_BYTES];

    (void)state;
    for (unsigned platform = SEV_PLATFORM_UNINIT; platform <= SEV_PLATFORM_WORKING; platform++) {
        to_platform_state((enum sev_platform_state)platform);
        read_chip_id(ids[platform]);
    }
    assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
    assert_memory_equal(ids[0], ids[2], sizeof ids[0]);
}

/** Linux's old ioctl passes 128 and has zeroed the buffer: one socket writes 64. */
static void chip_ids_of_two_sockets(void **state)
{
    struct sev_get_id parameters = {.id_paddr = suite_slot(0), .id_length = 2 * 64};
    uint8_t *bytes = suite_at(suite_slot(0), 0x100);
    uint8_t id[SEV_CHIP_ID_BYTES];

    (void)state;
    to_uninit();
    read_chip_id(id);
    memset(bytes, 0, 0x100);
    assert_status(RUN(GET_ID, &parameters), SUCCESS);
    assert_int_equal(parameters.id_length, 64);
    assert_memory_equal(bytes, id, 64);
    assert_int_equal(bytes[64] | bytes[127], 0);
    machine()->sockets = 2;
    parameters.id_length = 63;
    struct sev_get_id after = parameters;

    after.id_length = 64;
    assert_queried(GET_ID, &parameters, &after);
    for (uint32_t length = 64; length < 128; length += 63) { /* sevctl and snphost pass 64. */
        parameters.id_length = length;
        memset(bytes, SUITE_PATTERN, 0x100);
        assert_status(RUN(GET_ID, &parameters), SUCCESS);
        assert_int_equal(parameters.id_length, 64);
        assert_memory_equal(bytes, id, 64);
        assert_int_equal(bytes[64], SUITE_PATTERN);
    }
    parameters.id_length = 200;
    memset(bytes, SUITE_PATTERN, 0x100);
    assert_status(RUN(GET_ID, &parameters), SUCCESS);
    assert_int_equal(parameters.id_length, 128);
    assert_memory_equal(bytes, id, 64);
    assert_memory_not_equal(bytes + 64, id, 64);
    assert_int_equal(bytes[128], SUITE_PATTERN);
}

static void pek_gen_changes_pek_and_pdh(void **state)
{
    (void)state;
    to_init();
    const struct identity before = look();

    assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
    const struct identity after = look();

    assert_false(same(&before.pdh, &after.pdh));
    assert_false(same(&before.chain.pek, &after.chain.pek));
    assert_true(same(&before.chain.oca, &after.chain.oca));
    assert_true(same(&before.chain.cek, &after.chain.cek));
    assert_platform_certificates(&after.pdh, &after.chain);
    assert_chain_verifies(&after.pdh, &after.chain);
    to_init();
    const struct identity later = look();

    assert_memory_equal(&after, &later, sizeof after);
}

static void pdh_gen_changes_pdh_only(void **state)
{
    (void)state;
    to_init();
    const struct identity before = look();

    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    const struct identity after = look();

    assert_memory_not_equal(&before.pdh, &after.pdh, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_equal(&before.chain, &after.chain, sizeof before.chain);
    assert_chain_verifies(&after.pdh, &after.chain);
    to_init();
    const struct identity later = look();

    assert_memory_equal(&after, &later, sizeof after);
}

static void platform_reset_changes_all_but_the_chip(void **state)
{
    (void)state;
    to_init();
    const struct identity before = look();

    to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    to_init();
    const struct identity after = look();

    assert_false(same(&before.pdh, &after.pdh));
    assert_false(same(&before.chain.pek, &after.chain.pek));
    assert_false(same(&before.chain.oca, &after.chain.oca));
    assert_true(same(&before.chain.cek, &after.chain.cek));
    assert_memory_equal(before.id, after.id, sizeof before.id);
    assert_chain_verifies(&after.pdh, &after.chain);
}

/** Twice in a row, and without anything to erase. */
static void platform_reset_may_be_repeated(void **state)
{
    (void)state;
    to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
}

static void shutdown_may_be_repeated(void **state)
{
    (void)state;
    to_init();
    const struct identity before = look();

    to_uninit();
    assert_plain_refused(SHUTDOWN, SUCCESS); /* In UNINIT it does nothing. */
    to_init();
    const struct identity after = look();

    assert_memory_equal(&before, &after, sizeof before);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(certificates_are_exact_and_verify),
    cmocka_unit_test(certificates_do_not_change_while_guests_exist),
    cmocka_unit_test(csr_is_the_pek_certificate_without_signatures),
    cmocka_unit_test(chip_id_follows_from_the_cek),
    cmocka_unit_test(chip_id_is_the_same_in_every_state),
    cmocka_unit_test(chip_ids_of_two_sockets),
    cmocka_unit_test(pek_gen_changes_pek_and_pdh),
    cmocka_unit_test(pdh_gen_changes_pdh_only),
    cmocka_unit_test(platform_reset_changes_all_but_the_chip),
    cmocka_unit_test(platform_reset_may_be_repeated),
    cmocka_unit_test(shutdown_may_be_repeated),
};
TEST_GROUP(identity, tests);
