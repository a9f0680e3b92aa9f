/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform's owner-to-be (platform_owner.h).
 */
#include "tests/conformance/platform_owner.h"

#include <openssl/ecdsa.h>
#include <string.h>

#include "host/lib/sev_key.h"

/** Stores a number of at most 48 bytes little-endian. */
static void put_number(uint8_t field[72], const BIGNUM *number)
{
    memset(field, 0, 72);
    assert_int_equal(BN_bn2lebinpad(number, field, SEV_P384_BYTES), SEV_P384_BYTES);
}

void clear_slot(struct sev_certificate *certificate, unsigned slot)
{
    memset(&certificate->slots[slot], 0, sizeof certificate->slots[slot]);
    certificate->slots[slot].usage = SEV_USAGE_INVALID;
}

void sign_certificate(struct sev_certificate *certificate, unsigned slot, EVP_PKEY *key,
                      enum sev_usage usage, enum sev_algorithm algorithm)
{
    uint8_t der[256];
    size_t length = sizeof der;
    const uint8_t *bytes = der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *hash = algorithm == SEV_ALGORITHM_ECDSA_SHA384 ? EVP_sha384() : EVP_sha256();

    assert_int_equal(EVP_DigestSignInit(context, NULL, hash, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, der, &length, (const uint8_t *)certificate,
                                    SEV_CERTIFICATE_SIGNED_BYTES),
                     1);
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &bytes, (long)length);

    assert_non_null(signature);
    clear_slot(certificate, slot);
    certificate->slots[slot].usage = (uint32_t)usage;
    certificate->slots[slot].algorithm = (uint32_t)algorithm;
    put_number(certificate->slots[slot].signature.ecdsa.r, ECDSA_SIG_get0_r(signature));
    put_number(certificate->slots[slot].signature.ecdsa.s, ECDSA_SIG_get0_s(signature));
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
}

void make_oca(struct sev_certificate *certificate, EVP_PKEY *key, enum sev_algorithm algorithm)
{
    *certificate = (struct sev_certificate){
        .version = SEV_CERTIFICATE_VERSION,
        .api_minor = 17, /* Not the firmware's: an owner has tools of his own. */
        .public_key_usage = SEV_USAGE_OCA,
        .public_key_algorithm = (uint32_t)algorithm,
    };
    assert_true(sev_key_to_certificate(key, &certificate->public_key.ecc));
    clear_slot(certificate, 1);
    sign_certificate(certificate, 0, key, SEV_USAGE_OCA, algorithm);
}

void take_csr(struct sev_certificate *csr)
{
    struct sev_pek_csr parameters = {.csr_paddr = suite_slot(11), .csr_length = sizeof *csr};

    assert_status(suite_ask(SEV_COMMAND_PEK_CSR, &parameters, sizeof parameters), SUCCESS);
    memcpy(csr, suite_at(suite_slot(11), sizeof *csr), sizeof *csr);
}

EVP_PKEY *platform_owner_make(struct sev_pek_cert_import *parameters, enum sev_algorithm algorithm)
{
    EVP_PKEY *key = sev_key_generate();

    *parameters = (struct sev_pek_cert_import){
        .pek_cert_paddr = suite_slot(0),
        .pek_cert_length = sizeof(struct sev_certificate),
        .oca_cert_paddr = suite_slot(1),
        .oca_cert_length = sizeof(struct sev_certificate),
    };
    struct sev_certificate *pek = suite_at(parameters->pek_cert_paddr, sizeof *pek);

    assert_non_null(key);
    make_oca(suite_at(parameters->oca_cert_paddr, sizeof *pek), key, algorithm);
    take_csr(pek);
    sign_certificate(pek, 0, key, SEV_USAGE_OCA, algorithm);
    return key;
}

void platform_owner_prepare(struct sev_pek_cert_import *parameters)
{
    EVP_PKEY_free(platform_owner_make(parameters, SEV_ALGORITHM_ECDSA_SHA256));
}
