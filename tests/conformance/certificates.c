/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates (certificates.h).
 */
#include "tests/conformance/certificates.h"

#include <stdio.h>
#include <string.h>

#include "host/provision/provision.h"
#include "host/provision/verify.h"

#define EMPTY                                                                                      \
    {                                                                                              \
        SEV_USAGE_INVALID, SEV_ALGORITHM_INVALID                                                   \
    }

static void assert_zero(const void *data, size_t length)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < length; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void assert_not_zero(const uint8_t *bytes, size_t length)
{
    uint8_t any = 0;

    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    assert_int_not_equal(any, 0);
}

static void assert_slot(const struct sev_signature_slot *slot, const struct expected_slot *expected)
{
    const struct sev_signature_ecdsa *signature = &slot->signature.ecdsa;

    assert_int_equal(slot->usage, expected->usage);
    assert_int_equal(slot->algorithm, expected->algorithm);
    if (expected->usage == SEV_USAGE_INVALID) {
        assert_zero(signature, sizeof *signature);
        return;
    }
    assert_not_zero(signature->r, SEV_P384_BYTES);
    assert_zero(signature->r + SEV_P384_BYTES, sizeof signature->r - SEV_P384_BYTES);
    assert_not_zero(signature->s, SEV_P384_BYTES);
    assert_zero(signature->s + SEV_P384_BYTES, sizeof signature->s - SEV_P384_BYTES);
    assert_zero(signature->zero, sizeof signature->zero);
}

void assert_certificate(const struct sev_certificate *certificate, enum sev_usage usage,
                        enum sev_algorithm algorithm, const struct expected_slot slots[2])
{
    const struct sev_public_key_ecc *key = &certificate->public_key.ecc;

    assert_int_equal(certificate->version, 1);
    assert_int_equal(certificate->api_major,
                     usage == SEV_USAGE_CEK ? SEV_CEK_API_MAJOR : suite.api_major);
    assert_int_equal(certificate->api_minor,
                     usage == SEV_USAGE_CEK ? SEV_CEK_API_MINOR : suite.api_minor);
    assert_zero(certificate->reserved, sizeof certificate->reserved);
    assert_int_equal(certificate->public_key_usage, usage);
    assert_int_equal(certificate->public_key_algorithm, algorithm);
    assert_int_equal(key->curve, SEV_CURVE_P384);
    assert_not_zero(key->qx, SEV_P384_BYTES);
    assert_zero(key->qx + SEV_P384_BYTES, sizeof key->qx - SEV_P384_BYTES);
    assert_not_zero(key->qy, SEV_P384_BYTES);
    assert_zero(key->qy + SEV_P384_BYTES, sizeof key->qy - SEV_P384_BYTES);
    assert_zero(key->zero, sizeof key->zero);
    assert_slot(&certificate->slots[0], &slots[0]);
    assert_slot(&certificate->slots[1], &slots[1]);
}

void assert_platform_certificates(const struct sev_certificate *pdh,
                                  const struct sev_certificate_chain *chain)
{
    static const struct expected_slot pdh_slots[] = {{SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256},
                                                     EMPTY};
    static const struct expected_slot pek_slots[] = {{SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256},
                                                     {SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256}};
    static const struct expected_slot oca_slots[] = {{SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256},
                                                     EMPTY};
    static const struct expected_slot cek_slots[] = {EMPTY, EMPTY};

    assert_certificate(pdh, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256, pdh_slots);
    assert_certificate(&chain->pek, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, pek_slots);
    assert_certificate(&chain->oca, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, oca_slots);
    assert_certificate(&chain->cek, SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256, cek_slots);
}

size_t read_kds(const char *name, void *bytes, size_t length)
{
    char path[PATH_MAX];

    assert_true(snprintf(path, sizeof path, "%s/kds/%s", suite_directory(NEEDS_CERTIFICATES),
                         name) < (int)sizeof path);
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        fail_msg("%s: cannot be read", path);
    }
    const size_t count = fread(bytes, 1, length, file);

    (void)fclose(file);
    return count;
}

void read_chip_id(uint8_t id[SEV_CHIP_ID_BYTES])
{
    struct sev_get_id parameters = {.id_paddr = suite_slot(10), .id_length = SEV_CHIP_ID_BYTES};

    assert_status(suite_ask(SEV_COMMAND_GET_ID, &parameters, sizeof parameters), SUCCESS);
    memcpy(id, suite_at(suite_slot(10), SEV_CHIP_ID_BYTES), SEV_CHIP_ID_BYTES);
}

void read_signed_cek(struct sev_certificate *cek)
{
    char name[sizeof "cek/id/" + 2 * SEV_CHIP_ID_BYTES] = "cek/id/";
    uint8_t id[SEV_CHIP_ID_BYTES];

    read_chip_id(id);
    provision_hex(id, sizeof id, name + strlen(name));
    assert_int_equal(read_kds(name, cek, sizeof *cek), sizeof *cek);
}

void assert_chain_verifies(const struct sev_certificate *pdh,
                           const struct sev_certificate_chain *chain)
{
    struct amd_certificate_4096 ark;
    struct amd_certificate_4096 ask;
    struct sev_certificate cek;
    struct provision_error error;

    assert_int_equal(read_kds("ark.cert", &ark, sizeof ark), sizeof ark);
    assert_int_equal(read_kds("ask.cert", &ask, sizeof ask), sizeof ask);
    read_signed_cek(&cek);
    assert_memory_equal(&cek, &chain->cek, SEV_CERTIFICATE_SIGNED_BYTES);
    const struct verify_chain links = {
        .ark = (const uint8_t *)&ark,
        .ark_length = sizeof ark,
        .ask = (const uint8_t *)&ask,
        .ask_length = sizeof ask,
        .cek = &cek,
        .oca = &chain->oca,
        .pek = &chain->pek,
        .pdh = pdh,
    };

    if (verify_chain(&links, &error) != VERIFY_LINK_COUNT) {
        fail_msg("the certificate chain does not verify: %s", error.text);
    }
}
