/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VCEK or VLEK that differs in anything from the profile is refused by name.
 */
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "tests/snp/issue.h"
#include "tests/snp/specimen.h"
#include "tests/snp/testing.h"

/* Sets a public key that nobody keeps. */
static void set_key(X509 *certificate, EVP_PKEY *key)
{
    witness_need(X509_set_pubkey(certificate, key) == 1);
    EVP_PKEY_free(key);
}

static void replace(X509 *certificate, int place, const char *oid, const char *bytes, int length)
{
    X509_EXTENSION *after[16];
    int count = 0;

    X509_EXTENSION_free(X509_delete_ext(certificate, place));
    while (X509_get_ext_count(certificate) > place) {
        after[count++] = X509_delete_ext(certificate, place);
    }
    witness_issue_extension(certificate, oid, (const uint8_t *)bytes, length);
    for (int i = 0; i < count; i++) {
        witness_need(X509_add_ext(certificate, after[i], -1) == 1);
        X509_EXTENSION_free(after[i]);
    }
}

/* Puts another text into the first part of a name. */
static void rename_unit(X509_NAME *name, const char *text)
{
    X509_NAME_ENTRY_free(X509_NAME_delete_entry(name, 0));
    witness_need(
        X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_ASC, (const uint8_t *)text, -1, 0, 0) == 1);
}

SPECIMEN_CHANGE(serial_1, ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1))
SPECIMEN_CHANGE(longer, X509_time_adj_ex(X509_getm_notAfter(certificate), 800, 0,
                                         &(time_t){SPECIMEN_FROM + 25 * SPECIMEN_YEAR}))
SPECIMEN_CHANGE(shorter,
                X509_time_adj_ex(X509_getm_notAfter(certificate), 1, 0, &(time_t){SPECIMEN_FROM}))
SPECIMEN_CHANGE(other_key, X509_set_pubkey(certificate, specimen_parts.authority))
SPECIMEN_CHANGE(other_curve, set_key(certificate, EVP_EC_gen("P-256")))
SPECIMEN_CHANGE(longer_name, rename_unit(X509_get_subject_name(certificate), "Engineering 2"))
SPECIMEN_CHANGE(other_name, rename_unit(X509_get_subject_name(certificate), "Engineerinc"))
SPECIMEN_CHANGE(shorter_name, rename_unit(X509_get_issuer_name(certificate), "Engineerin"))
SPECIMEN_CHANGE(last_name_gone,
                X509_NAME_ENTRY_free(X509_NAME_delete_entry(X509_get_subject_name(certificate), 5)))
SPECIMEN_CHANGE(organisation_gone,
                X509_NAME_ENTRY_free(X509_NAME_delete_entry(X509_get_issuer_name(certificate), 4)))
SPECIMEN_CHANGE(name_added,
                X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "OU", MBSTRING_ASC,
                                           (const uint8_t *)"x", 1, -1, 0))
SPECIMEN_CHANGE(extension_gone, X509_EXTENSION_free(X509_delete_ext(certificate, 4)))
SPECIMEN_CHANGE(extension_added,
                witness_issue_standard(certificate, certificate, NID_netscape_comment, "not AMD"))
SPECIMEN_CHANGE(extension_critical, X509_EXTENSION_set_critical(X509_get_ext(certificate, 3), 1))
SPECIMEN_CHANGE(struct_version, replace(certificate, 0, "1", "\x02\x01\x01", 3))
SPECIMEN_CHANGE(product_other, replace(certificate, 1, "2", "\x16\x08Milan-B1", 10))
SPECIMEN_CHANGE(product_utf8, replace(certificate, 1, "2", "\x0C\x08Milan-B0", 10))
SPECIMEN_CHANGE(product_length, replace(certificate, 1, "2", "\x16\x07Milan-B0", 10))
SPECIMEN_CHANGE(spl_wide, replace(certificate, 2, "3.1", "\x02\x02\x00\x04", 4))
SPECIMEN_CHANGE(spl_negative, replace(certificate, 9, "3.8", "\x02\x01\xD3", 3))
SPECIMEN_CHANGE(spl_tag, replace(certificate, 2, "3.1", "\x04\x01\x04", 3))
SPECIMEN_CHANGE(spl_high, replace(certificate, 2, "3.1", "\x02\x02\x00\x80", 4))
SPECIMEN_CHANGE(spl_long, replace(certificate, 2, "3.1", "\x02\x01\x04\x00", 4))
SPECIMEN_CHANGE(spl_reserved, replace(certificate, 4, "3.4", "\x02\x01\x01", 3))
SPECIMEN_CHANGE(spl_order, replace(certificate, 4, "3.3", "\x02\x01\x00", 3))
SPECIMEN_CHANGE(id_short, replace(certificate, 10, "4", "12345678", 8))
SPECIMEN_CHANGE(id_wrapped,
                replace(certificate, 10, "4",
                        "\x04\x3E"
                        "12345678901234567890123456789012345678901234567890123456789012",
                        64))
SPECIMEN_CHANGE(id_csp, replace(certificate, 10, "5", "\x16\x01x", 3))
SPECIMEN_CHANGE(csp_empty, replace(certificate, 10, "5", "\x16\x00", 2))
SPECIMEN_CHANGE(csp_id, replace(certificate, 10, "4", (const char *)specimen_parts.chip_id, 64))

static void a_leaf_that_differs_is_refused_by_name(void **state)
{
    static const struct {
        void (*change)(X509 *);
        enum witness_role role;
        const char *fault;
    } cases[] = {
        {serial_1, WITNESS_VCEK, "serial number of the certificate"},
        {longer, WITNESS_VCEK, "lifetime of the certificate"},
        {shorter, WITNESS_VLEK, "lifetime of the certificate"},
        {other_key, WITNESS_VCEK, "public key of the certificate"},
        {other_curve, WITNESS_VCEK, "public key of the certificate"},
        {longer_name, WITNESS_VCEK, "subject of the certificate"},
        {other_name, WITNESS_VCEK, "subject of the certificate"},
        {shorter_name, WITNESS_VCEK, "issuer of the certificate"},
        {last_name_gone, WITNESS_VCEK, "subject of the certificate"},
        {name_added, WITNESS_VCEK, "subject of the certificate"},
        {organisation_gone, WITNESS_VCEK, "issuer of the certificate"},
        {extension_gone, WITNESS_VCEK, "number of extensions"},
        {extension_added, WITNESS_VCEK, "number of extensions"},
        {extension_critical, WITNESS_VCEK, "SPL of the certificate"},
        {struct_version, WITNESS_VCEK, "structure version of the certificate"},
        {product_other, WITNESS_VCEK, "product name of the certificate"},
        {product_utf8, WITNESS_VCEK, "product name of the certificate"},
        {product_length, WITNESS_VCEK, "product name of the certificate"},
        {product_other, WITNESS_VLEK, "product name of the certificate"},
        {spl_wide, WITNESS_VCEK, "SPL of the certificate"},
        {spl_negative, WITNESS_VCEK, "SPL of the certificate"},
        {spl_tag, WITNESS_VCEK, "SPL of the certificate"},
        {spl_high, WITNESS_VCEK, "SPL of the certificate"},
        {spl_long, WITNESS_VCEK, "SPL of the certificate"},
        {spl_reserved, WITNESS_VCEK, "SPL of the certificate"},
        {spl_order, WITNESS_VCEK, "SPL of the certificate"},
        {id_short, WITNESS_VCEK, "hardware id of the certificate"},
        {id_wrapped, WITNESS_VCEK, "hardware id of the certificate"},
        {id_csp, WITNESS_VCEK, "hardware id of the certificate"},
        {csp_empty, WITNESS_VLEK, "provider of the certificate"},
        {csp_id, WITNESS_VLEK, "provider of the certificate"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        X509 *certificate = specimen(cases[i].role, &witness_milan, cases[i].change, NULL);

        assert_fault(witness_certificate_check(certificate, cases[i].role, &witness_milan),
                     cases[i].fault);
        X509_free(certificate);
    }
}

static void a_leaf_of_another_version_is_refused(void **state)
{
    X509 *certificate = specimen_of_version_2(WITNESS_VCEK, &witness_milan);

    (void)state;
    assert_fault(witness_certificate_check(certificate, WITNESS_VCEK, &witness_milan),
                 "version of the certificate");
    X509_free(certificate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaf_of_another_version_is_refused),
        cmocka_unit_test(a_leaf_that_differs_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, specimen_begin, specimen_end);
}
