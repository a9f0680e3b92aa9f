/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verification of certificate chains: a good one, and each of its links broken.
 */
#include <stdlib.h>
#include <string.h>

#include "host/provision/rsa.h"
#include "tests/provision/checker.h"

static void whole_chain_holds(void **state)
{
    struct provision_error error = {""};
    (void)state;
    assert_int_equal(verify_chain(&good.chain, &error), VERIFY_LINK_COUNT);
}

static void signer_is_found_in_either_slot(void **state)
{
    struct sev_certificate pek = good.pek;
    struct verify_chain chain = good.chain;
    struct provision_error error = {0};
    (void)state;
    pek.slots[0] = good.pek.slots[1];
    pek.slots[1] = good.pek.slots[0];
    chain.pek = &pek;
    assert_int_equal(verify_chain(&chain, &error), VERIFY_LINK_COUNT);
}

enum victim { IN_ARK, IN_ASK, IN_CEK, IN_OCA, IN_PEK, IN_PDH };

#define SLOT1 offsetof(struct sev_certificate, slots)
#define SLOT2 (SLOT1 + sizeof(struct sev_signature_slot))
#define QX_PADDING 0x44u
#define QY 0x5Cu

/* One flipped bit, and the link that must break. */
static const struct {
    const char *what;
    enum victim victim;
    size_t offset;
    enum verify_link link;
} damages[] = {
    {"ARK version", IN_ARK, 0x00, VERIFY_LINK_ARK_ARK},
    {"ARK key id", IN_ARK, 0x04, VERIFY_LINK_ARK_ARK},
    {"ARK usage", IN_ARK, 0x24, VERIFY_LINK_ARK_ARK},
    {"ARK reserved", IN_ARK, 0x28, VERIFY_LINK_ARK_ARK},
    {"ARK exponent size", IN_ARK, 0x39, VERIFY_LINK_ARK_ARK},
    {"ARK modulus size", IN_ARK, 0x3D, VERIFY_LINK_ARK_ARK},
    {"ARK modulus", IN_ARK, 0x300, VERIFY_LINK_ARK_ARK},
    {"ARK signature", IN_ARK, 0x440, VERIFY_LINK_ARK_ARK},
    {"ASK key id", IN_ASK, 0x04, VERIFY_LINK_ASK_ARK},
    {"ASK certifying id", IN_ASK, 0x14, VERIFY_LINK_ASK_ARK},
    {"ASK usage", IN_ASK, 0x24, VERIFY_LINK_ASK_ARK},
    {"ASK exponent", IN_ASK, 0x41, VERIFY_LINK_ASK_ARK},
    {"ASK modulus", IN_ASK, 0x240, VERIFY_LINK_ASK_ARK},
    {"ASK signature", IN_ASK, 0x63F, VERIFY_LINK_ASK_ARK},
    {"CEK API version", IN_CEK, 0x05, VERIFY_LINK_CEK_ASK},
    {"CEK key", IN_CEK, 0x14, VERIFY_LINK_CEK_ASK},
    {"CEK signature", IN_CEK, SLOT1 + 8, VERIFY_LINK_CEK_ASK},
    {"CEK signer's usage", IN_CEK, SLOT1, VERIFY_LINK_CEK_ASK},
    {"CEK signer's algorithm", IN_CEK, SLOT1 + 4, VERIFY_LINK_CEK_ASK},
    {"OCA usage", IN_OCA, 0x08, VERIFY_LINK_OCA_OCA},
    {"OCA algorithm", IN_OCA, 0x0C, VERIFY_LINK_OCA_OCA},
    {"OCA curve", IN_OCA, 0x10, VERIFY_LINK_OCA_OCA},
    {"OCA key off the curve", IN_OCA, QY, VERIFY_LINK_OCA_OCA},
    {"OCA signature", IN_OCA, SLOT1 + 8, VERIFY_LINK_OCA_OCA},
    {"OCA bytes after r", IN_OCA, SLOT1 + 8 + 48, VERIFY_LINK_OCA_OCA},
    {"OCA bytes after s", IN_OCA, SLOT1 + 8 + 72 + 71, VERIFY_LINK_OCA_OCA},
    {"OCA bytes after the signature", IN_OCA, SLOT1 + 8 + 511, VERIFY_LINK_OCA_OCA},
    {"PEK version", IN_PEK, 0x00, VERIFY_LINK_PEK_CEK},
    {"PEK reserved", IN_PEK, 0x06, VERIFY_LINK_PEK_CEK},
    {"PEK API version", IN_PEK, 0x05, VERIFY_LINK_PEK_CEK},
    {"PEK signature by CEK", IN_PEK, SLOT2 + 8, VERIFY_LINK_PEK_CEK},
    {"PEK usage of the CEK", IN_PEK, SLOT2, VERIFY_LINK_PEK_CEK},
    {"PEK signature by OCA", IN_PEK, SLOT1 + 8 + 72, VERIFY_LINK_PEK_OCA},
    {"PEK usage of the OCA", IN_PEK, SLOT1, VERIFY_LINK_PEK_OCA},
    {"PDH usage", IN_PDH, 0x08, VERIFY_LINK_PDH_PEK},
    {"PDH algorithm", IN_PDH, 0x0C, VERIFY_LINK_PDH_PEK},
    {"PDH key off the curve", IN_PDH, 0x14, VERIFY_LINK_PDH_PEK},
    {"PDH bytes after QX", IN_PDH, QX_PADDING, VERIFY_LINK_PDH_PEK},
    {"PDH bytes after the key", IN_PDH, 0x413, VERIFY_LINK_PDH_PEK},
    {"PDH signature", IN_PDH, SLOT1 + 8, VERIFY_LINK_PDH_PEK},
};

static void each_damage_breaks_its_link(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct amd_certificate_4096 ark = good.ark_certificate;
        struct amd_certificate_4096 ask = good.ask_certificate;
        struct sev_certificate sev[] = {good.cek, good.oca, good.pek, good.pdh};
        uint8_t *const victims[] = {
            [IN_ARK] = (uint8_t *)&ark,    [IN_ASK] = (uint8_t *)&ask,
            [IN_CEK] = (uint8_t *)&sev[0], [IN_OCA] = (uint8_t *)&sev[1],
            [IN_PEK] = (uint8_t *)&sev[2], [IN_PDH] = (uint8_t *)&sev[3],
        };
        const struct verify_chain chain = {(const uint8_t *)&ark,
                                           sizeof ark,
                                           (const uint8_t *)&ask,
                                           sizeof ask,
                                           &sev[0],
                                           &sev[1],
                                           &sev[2],
                                           &sev[3]};
        struct provision_error error = {""};
        victims[damages[i].victim][damages[i].offset] ^= 1;
        const enum verify_link link = verify_chain(&chain, &error);
        if (link != damages[i].link) {
            fail_msg("%s: breaks \"%s\" (%s) instead of \"%s\"", damages[i].what,
                     verify_link_text(link), error.text, verify_link_text(damages[i].link));
        }
        assert_non_null(strstr(error.text, verify_link_text(link)));
    }
}

static void certificate_of_another_platform_breaks_its_link(void **state)
{
    static const uint8_t secret[PROVISION_CHIP_SECRET_BYTES] = {8};
    struct provision_p384_key other_key;
    struct sev_certificate other;
    struct verify_chain chain = good.chain;
    struct provision_error error = {0};
    (void)state;
    assert_true(provision_derive_cek(secret, &other_key, &error));
    provision_cek_certificate(&other_key, &other);
    assert_true(provision_sign_cek(&other, good.ask, &error));
    chain.cek = &other;
    assert_int_equal(verify_chain(&chain, &error), VERIFY_LINK_PEK_CEK);
}

static void amd_certificate_of_wrong_length_is_refused(void **state)
{
    static const size_t lengths[] = {0, 1, 63, 64, 832, 1599};
    struct provision_error error = {0};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        /* A copy of just this length, so that a sanitizer sees what is read beyond. */
        uint8_t *copy = malloc(lengths[i] + 1);
        assert_non_null(copy);
        memcpy(copy, &good.ask_certificate, lengths[i]);
        assert_false(verify_amd_certificate(copy, lengths[i], good.chain.ark, good.chain.ark_length,
                                            &error));
        free(copy);
    }
}

static void sign_amd_certificate(struct amd_certificate_4096 *certificate, EVP_PKEY *signer)
{
    uint8_t signature[PROVISION_RSA_BYTES];
    assert_true(provision_rsa_sign(signer, certificate,
                                   offsetof(struct amd_certificate_4096, signature), signature,
                                   &good.error));
    provision_reverse(certificate->signature, signature, sizeof signature);
}

/* A good signature does not make up for a malformed certificate. */
static void signed_amd_certificate_that_is_malformed_is_refused(void **state)
{
    static const struct {
        size_t offset;
        const char *reason;
    } faults[] = {
        {offsetof(struct amd_certificate_4096, header.version), "version"},
        {offsetof(struct amd_certificate_4096, header.certifying_id), "another signer"},
        {offsetof(struct amd_certificate_4096, header.key_usage), "no ASK"},
        {offsetof(struct amd_certificate_4096, header.reserved) + 15, "reserved"},
        {offsetof(struct amd_certificate_4096, header.exponent_bits), "impossible"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct amd_certificate_4096 ask = good.ask_certificate;
        struct provision_error error = {0};
        ((uint8_t *)&ask)[faults[i].offset] ^= 1;
        sign_amd_certificate(&ask, good.ark);
        assert_false(verify_amd_certificate((const uint8_t *)&ask, sizeof ask, good.chain.ark,
                                            good.chain.ark_length, &error));
        assert_non_null(strstr(error.text, faults[i].reason));
    }
}

static void signed_sev_certificate_that_is_malformed_is_refused(void **state)
{
    static const struct {
        size_t offset;
        const char *reason;
    } faults[] = {
        {offsetof(struct sev_certificate, version), "version"},
        {offsetof(struct sev_certificate, reserved) + 1, "reserved"},
        {offsetof(struct sev_certificate, public_key_algorithm), "does not agree"},
        {offsetof(struct sev_certificate, public_key.ecc.curve), "curve"},
        {offsetof(struct sev_certificate, public_key.ecc.qx), "not a point"},
        {offsetof(struct sev_certificate, public_key.ecc.qx) + 71, "after its public key"},
        {offsetof(struct sev_certificate, public_key.ecc.qy) + 48, "after its public key"},
        {offsetof(struct sev_certificate, public_key.ecc.zero) + 879, "after its public key"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct sev_certificate pdh = good.pdh;
        struct provision_error error = {0};
        ((uint8_t *)&pdh)[faults[i].offset] ^= 1;
        assert_true(
            provision_sign_sev_certificate(&pdh, 0, &good.keys[PEK], SEV_USAGE_PEK, &error));
        assert_false(verify_sev_certificate(&pdh, &good.pek, &error));
        assert_non_null(strstr(error.text, faults[i].reason));
    }
}

static void an_ask_is_no_root(void **state)
{
    struct amd_certificate_4096 ask = good.ask_certificate;
    struct provision_error error = {0};
    (void)state;
    memcpy(ask.header.certifying_id, ask.header.key_id, sizeof ask.header.certifying_id);
    sign_amd_certificate(&ask, good.ask);
    assert_false(verify_amd_certificate((const uint8_t *)&ask, sizeof ask, (const uint8_t *)&ask,
                                        sizeof ask, &error));
    assert_non_null(strstr(error.text, "no ARK"));
}

static void no_key_signs_what_is_not_its_own(void **state)
{
    struct sev_certificate pdh = good.pdh;
    struct provision_error error = {0};
    (void)state;
    assert_true(provision_sign_sev_certificate(&pdh, 1, &good.keys[OCA], SEV_USAGE_OCA, &error));
    assert_false(verify_sev_certificate(&pdh, &good.oca, &error));
    assert_false(verify_sev_certificate(&good.pek, &good.pdh, &error));
}

int check_chain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_chain_holds),
        cmocka_unit_test(signer_is_found_in_either_slot),
        cmocka_unit_test(each_damage_breaks_its_link),
        cmocka_unit_test(certificate_of_another_platform_breaks_its_link),
        cmocka_unit_test(amd_certificate_of_wrong_length_is_refused),
        cmocka_unit_test(signed_amd_certificate_that_is_malformed_is_refused),
        cmocka_unit_test(signed_sev_certificate_that_is_malformed_is_refused),
        cmocka_unit_test(an_ask_is_no_root),
        cmocka_unit_test(no_key_signs_what_is_not_its_own),
    };
    return cmocka_run_group_tests(tests, checker_set_up, NULL);
}
