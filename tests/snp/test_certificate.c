/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of the SNP hierarchy, each alone.
 */
#include <openssl/x509v3.h>

#include "tests/snp/chain.h"
#include "tests/snp/specimen.h"
#include "tests/snp/testing.h"

static void authorities_of_another_product_or_time_are_refused(void **state)
{
    X509 *ark = specimen(WITNESS_ARK, &witness_genoa, NULL, NULL);
    X509 *ask = specimen(WITNESS_ASK, &witness_genoa, NULL, NULL);

    (void)state;
    assert_non_null(ark);
    assert_non_null(ask);
    assert_sound(witness_authorities_check(ark, ask, WITNESS_ASK, &witness_genoa, SPECIMEN_FROM));
    assert_fault(witness_authorities_check(ark, ask, WITNESS_ASK, &witness_milan, SPECIMEN_FROM),
                 "subject of the certificate");
    assert_fault(witness_authorities_check(ask, ask, WITNESS_ASK, &witness_genoa, SPECIMEN_FROM),
                 "subject of the certificate");
    assert_fault(witness_authorities_check(ark, ask, WITNESS_ASVK, &witness_genoa, SPECIMEN_FROM),
                 "subject of the certificate");
    assert_fault(witness_authorities_check(ark, ask, WITNESS_ASK, &witness_genoa,
                                           SPECIMEN_FROM - 10 * SPECIMEN_YEAR),
                 "certificate is not valid now");
    assert_fault(witness_authorities_check(ark, ask, WITNESS_ASK, &witness_genoa,
                                           SPECIMEN_FROM + 26 * SPECIMEN_YEAR),
                 "certificate is not valid now");
    X509_free(ark);
    X509_free(ask);
}

static void every_role_passes_for_every_product(void **state)
{
    const struct witness_product *const products[] = {&witness_milan, &witness_genoa,
                                                      &witness_turin, &witness_venice};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (enum witness_role role = WITNESS_ARK; role <= WITNESS_VLEK; role++) {
            X509 *certificate = specimen(role, products[i], NULL, NULL);

            assert_sound(witness_certificate_check(certificate, role, products[i]));
            for (enum witness_role other = WITNESS_ARK; other <= WITNESS_VLEK; other++) {
                assert_true(other == role ||
                            witness_certificate_check(certificate, other, products[i]) != NULL);
            }
            X509_free(certificate);
        }
    }
}

static void extensions_are_read(void **state)
{
    struct witness_extensions read;
    X509 *certificate = specimen(WITNESS_VCEK, &witness_milan, NULL, NULL);

    (void)state;
    assert_sound(witness_extensions_read(certificate, WITNESS_VCEK, &witness_milan, &read));
    assert_int_equal(read.tcb, SPECIMEN_MILAN_TCB);
    assert_memory_equal(read.chip_id, specimen_parts.chip_id, 64);
    assert_string_equal(read.csp_id, "");
    X509_free(certificate);
    certificate = specimen(WITNESS_VCEK, &witness_turin, NULL, NULL);
    assert_sound(witness_extensions_read(certificate, WITNESS_VCEK, &witness_turin, &read));
    assert_int_equal(read.tcb, SPECIMEN_TURIN_TCB);
    assert_memory_equal(read.chip_id, specimen_parts.chip_id, 8);
    assert_true(witness_is_zero(read.chip_id + 8, 56));
    X509_free(certificate);
    certificate = specimen(WITNESS_VLEK, &witness_milan, NULL, NULL);
    assert_sound(witness_extensions_read(certificate, WITNESS_VLEK, &witness_milan, &read));
    assert_string_equal(read.csp_id, "CN=cc-test.example");
    assert_true(witness_is_zero(read.chip_id, 64));
    X509_free(certificate);
}

static void only_pss_with_sha_384_and_a_salt_of_48_bytes_will_do(void **state)
{
    static const struct witness_signing others[] = {
        {"SHA384", "SHA384", 32}, {"SHA384", "SHA384", 47}, {"SHA384", "SHA384", 49},
        {"SHA256", "SHA384", 48}, {"SHA384", "SHA256", 48}, {"SHA512", "SHA512", 48},
        {"SHA384", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        X509 *certificate = specimen(WITNESS_VCEK, &witness_milan, NULL, &others[i]);

        assert_fault(witness_certificate_check(certificate, WITNESS_VCEK, &witness_milan),
                     "algorithm of the signature");
        X509_free(certificate);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(authorities_of_another_product_or_time_are_refused),
        cmocka_unit_test(every_role_passes_for_every_product),
        cmocka_unit_test(extensions_are_read),
        cmocka_unit_test(only_pss_with_sha_384_and_a_salt_of_48_bytes_will_do),
    };

    return cmocka_run_group_tests(tests, specimen_begin, specimen_end);
}
