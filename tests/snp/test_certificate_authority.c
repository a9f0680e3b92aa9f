/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ARK, ASK or ASVK that differs from the profile is refused by name; a mark is tolerated.
 */
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/x509v3.h>

#include "tests/snp/issue.h"
#include "tests/snp/specimen.h"
#include "tests/snp/testing.h"

/* Sets a public key that nobody keeps. */
static void set_rsa_key(X509 *certificate, size_t bits, uint32_t exponent)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_RSA_BITS, &bits),
        OSSL_PARAM_construct_uint32(OSSL_PKEY_PARAM_RSA_E, &exponent),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *key = NULL;

    witness_need(EVP_PKEY_keygen_init(context) == 1 &&
                 EVP_PKEY_CTX_set_params(context, parameters) == 1 &&
                 EVP_PKEY_generate(context, &key) == 1 && X509_set_pubkey(certificate, key) == 1);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(context);
}

/* Takes an extension away and puts another one of its kind there. */
static void exchange(X509 *certificate, int type, const char *text)
{
    X509_EXTENSION_free(X509_delete_ext(certificate, X509_get_ext_by_NID(certificate, type, -1)));
    if (text != NULL) {
        witness_issue_standard(certificate, certificate, type, text);
    }
}

SPECIMEN_CHANGE(longer, X509_time_adj_ex(X509_getm_notAfter(certificate), 800, 0,
                                         &(time_t){SPECIMEN_FROM + 25 * SPECIMEN_YEAR}))
SPECIMEN_CHANGE(small_key, X509_set_pubkey(certificate, specimen_parts.leaf))
SPECIMEN_CHANGE(extension_added,
                witness_issue_standard(certificate, certificate, NID_netscape_comment, "not AMD"))
SPECIMEN_CHANGE(short_key, set_rsa_key(certificate, 2048, 65537))
SPECIMEN_CHANGE(other_exponent, set_rsa_key(certificate, 4096, 3))
SPECIMEN_CHANGE(longer_link, exchange(certificate, NID_crl_distribution_points,
                                      "URI:https://kdsintf.amd.com/vcek/v1/Milan/crl2"))
SPECIMEN_CHANGE(shorter_link, exchange(certificate, NID_crl_distribution_points,
                                       "URI:https://kdsintf.amd.com/vcek/v1/Milan/cr"))
SPECIMEN_CHANGE(two_links, exchange(certificate, NID_crl_distribution_points,
                                    "URI:https://kdsintf.amd.com/vcek/v1/Milan/crl,"
                                    "URI:https://kdsintf.amd.com/vcek/v1/Genoa/crl"))
SPECIMEN_CHANGE(mail_link, exchange(certificate, NID_crl_distribution_points,
                                    "email:https://kdsintf.amd.com/vcek/v1/Milan/crl"))
SPECIMEN_CHANGE(no_constraints, exchange(certificate, NID_basic_constraints, NULL))
SPECIMEN_CHANGE(soft_constraints, exchange(certificate, NID_basic_constraints, "CA:TRUE,pathlen:0"))
SPECIMEN_CHANGE(no_authority, exchange(certificate, NID_basic_constraints, "critical,CA:FALSE"))
SPECIMEN_CHANGE(long_path,
                exchange(certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:1"))
SPECIMEN_CHANGE(any_path, exchange(certificate, NID_basic_constraints, "critical,CA:TRUE"))
SPECIMEN_CHANGE(no_usage, exchange(certificate, NID_key_usage, NULL))
SPECIMEN_CHANGE(soft_usage, exchange(certificate, NID_key_usage, "keyCertSign"))
SPECIMEN_CHANGE(more_usage,
                exchange(certificate, NID_key_usage, "critical,keyCertSign,digitalSignature"))
SPECIMEN_CHANGE(no_subject_key, exchange(certificate, NID_subject_key_identifier, NULL))
SPECIMEN_CHANGE(no_authority_key, exchange(certificate, NID_authority_key_identifier, NULL))
SPECIMEN_CHANGE(no_link, exchange(certificate, NID_crl_distribution_points, NULL))
SPECIMEN_CHANGE(other_link, exchange(certificate, NID_crl_distribution_points,
                                     "URI:https://kdsintf.amd.com/vcek/v1/Genoa/crl"))
SPECIMEN_CHANGE(critical_comment, witness_issue_standard(certificate, certificate,
                                                         NID_netscape_comment, "critical,not AMD"))

static void an_authority_that_differs_is_refused_by_name(void **state)
{
    static const struct {
        void (*change)(X509 *);
        enum witness_role role;
        const char *fault;
    } cases[] = {
        {longer, WITNESS_ARK, "lifetime of the certificate"},
        {small_key, WITNESS_ASK, "public key of the certificate"},
        {short_key, WITNESS_ASK, "public key of the certificate"},
        {other_exponent, WITNESS_ARK, "public key of the certificate"},
        {longer_link, WITNESS_ASK, "link to the CRL"},
        {shorter_link, WITNESS_ASK, "link to the CRL"},
        {two_links, WITNESS_ASK, "link to the CRL"},
        {mail_link, WITNESS_ASK, "link to the CRL"},
        {no_constraints, WITNESS_ASK, "basic constraints"},
        {soft_constraints, WITNESS_ASK, "basic constraints"},
        {no_authority, WITNESS_ASK, "basic constraints"},
        {long_path, WITNESS_ASK, "basic constraints"},
        {any_path, WITNESS_ASVK, "basic constraints"},
        {long_path, WITNESS_ARK, "basic constraints"},
        {no_usage, WITNESS_ASK, "key usage"},
        {soft_usage, WITNESS_ASK, "key usage"},
        {more_usage, WITNESS_ASK, "key usage"},
        {more_usage, WITNESS_ARK, "key usage"},
        {no_subject_key, WITNESS_ASK, "key identifiers"},
        {no_subject_key, WITNESS_ARK, "key identifiers"},
        {no_authority_key, WITNESS_ASVK, "key identifiers"},
        {no_link, WITNESS_ARK, "link to the CRL"},
        {other_link, WITNESS_ASK, "link to the CRL"},
        {critical_comment, WITNESS_ASK, "a critical extension"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        X509 *certificate = specimen(cases[i].role, &witness_milan, cases[i].change, NULL);

        assert_fault(witness_certificate_check(certificate, cases[i].role, &witness_milan),
                     cases[i].fault);
        X509_free(certificate);
    }
}

static void an_authority_of_another_version_is_refused(void **state)
{
    X509 *certificate = specimen_of_version_2(WITNESS_ARK, &witness_milan);

    (void)state;
    assert_fault(witness_certificate_check(certificate, WITNESS_ARK, &witness_milan),
                 "version of the certificate");
    X509_free(certificate);
}

static void an_authority_may_say_that_it_is_a_test(void **state)
{
    X509 *certificate = specimen(WITNESS_ASK, &witness_milan, extension_added, NULL);

    (void)state;
    assert_sound(witness_certificate_check(certificate, WITNESS_ASK, &witness_milan));
    X509_free(certificate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_authority_of_another_version_is_refused),
        cmocka_unit_test(an_authority_that_differs_is_refused_by_name),
        cmocka_unit_test(an_authority_may_say_that_it_is_a_test),
    };

    return cmocka_run_group_tests(tests, specimen_begin, specimen_end);
}
