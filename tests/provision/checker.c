/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the chip factory's own functions. This file makes what they share, and runs them.
 *
 * usage: checker VENDOR-DIRECTORY       whose keys are used
 */
#include "tests/provision/checker.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "host/provision/vendor.h"

struct checker good;
static const char *vendor_directory;

static EVP_PKEY *open_key(enum provision_vendor_key which)
{
    const struct provision_vendor vendor = {vendor_directory, stdout};
    EVP_PKEY *key = NULL;
    assert_true(provision_vendor_open(&vendor, which, false, &key, &good.error));
    return key;
}

static void make_chain(void)
{
    static const uint8_t secret[PROVISION_CHIP_SECRET_BYTES] = {7};
    struct provision_error *error = &good.error;
    assert_true(provision_derive_cek(secret, &good.keys[CEK], error));
    for (size_t i = OCA; i <= PDH; i++) {
        assert_true(provision_p384_generate(&good.keys[i], error));
    }
    provision_cek_certificate(&good.keys[CEK], &good.cek);
    assert_true(provision_sign_cek(&good.cek, good.ask, error));
    provision_sev_certificate(&good.keys[OCA], SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, 0, 24,
                              &good.oca);
    assert_true(
        provision_sign_sev_certificate(&good.oca, 0, &good.keys[OCA], SEV_USAGE_OCA, error));
    provision_sev_certificate(&good.keys[PEK], SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, 0, 24,
                              &good.pek);
    assert_true(
        provision_sign_sev_certificate(&good.pek, 0, &good.keys[OCA], SEV_USAGE_OCA, error));
    assert_true(
        provision_sign_sev_certificate(&good.pek, 1, &good.keys[CEK], SEV_USAGE_CEK, error));
    provision_sev_certificate(&good.keys[PDH], SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256, 0, 24,
                              &good.pdh);
    assert_true(
        provision_sign_sev_certificate(&good.pdh, 0, &good.keys[PEK], SEV_USAGE_PEK, error));
}

int checker_set_up(void **state)
{
    (void)state;
    if (good.ark != NULL) {
        return 0;
    }
    good.ark = open_key(PROVISION_ARK);
    good.ask = open_key(PROVISION_ASK);
    good.asvk = open_key(PROVISION_ASVK);
    assert_true(provision_amd_certificate(good.ark, SEV_USAGE_ARK, good.ark, &good.ark_certificate,
                                          &good.error));
    assert_true(provision_amd_certificate(good.ask, SEV_USAGE_ASK, good.ark, &good.ask_certificate,
                                          &good.error));
    make_chain();
    good.chain = (struct verify_chain){
        .ark = (const uint8_t *)&good.ark_certificate,
        .ark_length = sizeof good.ark_certificate,
        .ask = (const uint8_t *)&good.ask_certificate,
        .ask_length = sizeof good.ask_certificate,
        .cek = &good.cek,
        .oca = &good.oca,
        .pek = &good.pek,
        .pdh = &good.pdh,
    };
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: checker VENDOR-DIRECTORY\n");
        return 2;
    }
    vendor_directory = argv[1];
    const int failures =
        check_keys() + check_chain() + check_images() + check_x509() + check_x509_parts();
    EVP_PKEY_free(good.ark);
    EVP_PKEY_free(good.ask);
    EVP_PKEY_free(good.asvk);
    return failures == 0 ? 0 : 1;
}
