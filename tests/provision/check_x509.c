/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates for attestation, read by OpenSSL: the order of their extensions and each encoding is
 * what verifiers in use compare.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "host/provision/der.h"
#include "host/provision/key_server.h"
#include "host/provision/p384.h"
#include "tests/provision/checker.h"

#define ISSUED 1767225600 /* 2026-01-01 */
#define TEXT_BYTES 256

static const uint8_t id[PROVISION_CHIP_ID_BYTES] = "virtasp TEST hardware id, as long as a digest";
static const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES] = {1};
static const uint8_t csp_secret[PROVISION_CSP_SECRET_BYTES] = {2};

/** A product, and what its certificates must say. Encodings are hexadecimal. */
struct profile {
    const char *name;
    const char *ark, *ask, *asvk;
    long serial;
    const char *structure;
    const char *vcek_name, *vlek_name;
    const char *order; /**< Of the SPL extensions. */
    uint64_t tcb;
    const char *values; /**< Of them, in that order. */
    size_t id_bytes;
};

static const struct profile profiles[] = {
    {"milan", "ARK-Milan", "SEV-Milan", "SEV-VLEK-Milan", 0x10000, "020100", "16084d696c616e2d4230",
     "16054d696c616e", "3.1 3.2 3.4 3.5 3.6 3.7 3.3 3.8", 0xD318000000000004,
     "020104 020100 020100 020100 020100 020100 020118 020200d3", 64},
    {"genoa", "ARK-Genoa", "SEV-Genoa", "SEV-VLEK-Genoa", 0x20000, "020100", "160547656e6f61",
     "160547656e6f61", "3.1 3.2 3.4 3.5 3.6 3.7 3.3 3.8", 0x7F7F00000000807F,
     "02017f 02020080 020100 020100 020100 020100 02017f 02017f", 64},
    {"turin", "ARK-Turin", "SEV-Turin", "SEV-VLEK-Turin", 0x30000, "020101", "1605547572696e",
     "1605547572696e", "3.9 3.1 3.2 3.3 3.5 3.6 3.7 3.8", 0x4800000018000401,
     "020101 020104 020100 020118 020100 020100 020100 020148", 8},
    {"venice", "ARK-Venice", "SEV-Venice", "SEV-VLEK-Venice", 0x40000, "020101", "160656656e696365",
     "160656656e696365", "3.9 3.1 3.2 3.3 3.5 3.6 3.7 3.8", 0xFF000000FF00FFFF,
     "020200ff 020200ff 020100 020200ff 020100 020100 020100 020200ff", 8},
};

#define PROFILES (sizeof profiles / sizeof profiles[0])

static struct provision_key_server server_of(const struct profile *profile)
{
    struct provision_key_server server = {
        .product = provision_product_find(profile->name),
        .ark = good.ark,
        .ask = good.ask,
        .asvk = good.asvk,
    };
    memcpy(server.chip_secret, chip_secret, sizeof server.chip_secret);
    memcpy(server.csp_secret, csp_secret, sizeof server.csp_secret);
    memcpy(server.id, id, sizeof server.id);
    return server;
}

static X509 *parse(const struct provision_bytes *der)
{
    const uint8_t *at = der->data;
    X509 *certificate = d2i_X509(NULL, &at, (long)der->length);
    assert_non_null(certificate);
    assert_ptr_equal(at, der->data + der->length);
    return certificate;
}

/* The certificate of a key, to be freed. */
static X509 *issue(const struct profile *profile, enum provision_key_kind kind)
{
    const struct provision_key_server server = server_of(profile);
    struct provision_bytes der;
    struct provision_error error = {0};
    assert_true(provision_key_server_issue(&server, kind, profile->tcb, ISSUED, &der, &error));
    X509 *certificate = parse(&der);
    provision_bytes_free(&der);
    return certificate;
}

/* The two certificates above it, in the order of the chain file, to be freed. */
static void chain(const struct profile *profile, enum provision_key_kind kind, X509 *chain[2])
{
    const struct provision_key_server server = server_of(profile);
    struct provision_bytes pem;
    struct provision_error error = {0};
    assert_true(provision_key_server_chain(&server, kind, &pem, &error));
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.length);
    for (size_t i = 0; i < 2; i++) {
        chain[i] = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        assert_non_null(chain[i]);
    }
    assert_null(PEM_read_bio_X509(bio, NULL, NULL, NULL));
    BIO_free(bio);
    provision_bytes_free(&pem);
}

/* The value of an extension, in hexadecimal. @param[out] name  "1.3.6.1.4.1.3704.1.1" */
static void extension(const X509 *certificate, int at, char name[TEXT_BYTES],
                      char value[TEXT_BYTES])
{
    X509_EXTENSION *found = X509_get_ext(certificate, at);
    assert_non_null(found);
    const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(found);
    assert_true(OBJ_obj2txt(name, TEXT_BYTES, X509_EXTENSION_get_object(found), 1) > 0);
    assert_true(2 * ASN1_STRING_length(data) < TEXT_BYTES);
    provision_hex(ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data), value);
}

/* Whether the extension at a place is AMD's of that number, with that value, and not critical. */
static void assert_amd(const X509 *certificate, int at, const char *number, size_t length,
                       const char *value)
{
    char expected[TEXT_BYTES];
    char name[TEXT_BYTES];
    char found[TEXT_BYTES];
    (void)snprintf(expected, sizeof expected, "1.3.6.1.4.1.3704.1.%.*s", (int)length, number);
    extension(certificate, at, name, found);
    assert_string_equal(name, expected);
    assert_string_equal(found, value);
    assert_int_equal(X509_EXTENSION_get_critical(X509_get_ext(certificate, at)), 0);
}

/* The word of a list at a place. @return its length */
static size_t word(const char *list, size_t at, const char **start)
{
    for (*start = list; at > 0; at--) {
        *start = strchr(*start, ' ') + 1;
    }
    return strcspn(*start, " ");
}

static void assert_spl_extensions(const X509 *certificate, const struct profile *profile)
{
    for (size_t i = 0; i < 8; i++) {
        const char *number;
        const char *value;
        char text[TEXT_BYTES];
        const size_t number_length = word(profile->order, i, &number);
        const size_t value_length = word(profile->values, i, &value);
        (void)snprintf(text, sizeof text, "%.*s", (int)value_length, value);
        assert_amd(certificate, (int)i + 2, number, number_length, text);
    }
}

static void vcek_has_exactly_amds_extensions(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROFILES; i++) {
        const struct profile *profile = &profiles[i];
        X509 *certificate = issue(profile, PROVISION_VCEK);
        char hardware_id[TEXT_BYTES];
        assert_int_equal(X509_get_ext_count(certificate), 11);
        assert_amd(certificate, 0, "1", 1, profile->structure);
        assert_amd(certificate, 1, "2", 1, profile->vcek_name);
        assert_spl_extensions(certificate, profile);
        provision_hex(id, profile->id_bytes, hardware_id); /* No header of DER. */
        assert_amd(certificate, 10, "4", 1, hardware_id);
        X509_free(certificate);
    }
}

static void vlek_names_a_provider_and_no_chip(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROFILES; i++) {
        const struct profile *profile = &profiles[i];
        X509 *certificate = issue(profile, PROVISION_VLEK);
        char csp[TEXT_BYTES] = "16";
        assert_int_equal(X509_get_ext_count(certificate), 11);
        assert_amd(certificate, 0, "1", 1, profile->structure);
        assert_amd(certificate, 1, "2", 1, profile->vlek_name);
        assert_spl_extensions(certificate, profile);
        (void)snprintf(csp, sizeof csp, "16%02zx", strlen("CN=csp.virtasp.invalid"));
        provision_hex((const uint8_t *)"CN=csp.virtasp.invalid", strlen("CN=csp.virtasp.invalid"),
                      csp + 4);
        assert_amd(certificate, 10, "5", 1, csp);
        X509_free(certificate);
    }
}

/* One attribute of a name, by its place. */
static void assert_attribute(const X509_NAME *name, int at, int type, int tag, const char *text)
{
    const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, at);
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
    assert_int_equal(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)), type);
    assert_int_equal(ASN1_STRING_type(value), tag);
    assert_int_equal(ASN1_STRING_length(value), strlen(text));
    assert_memory_equal(ASN1_STRING_get0_data(value), text, strlen(text));
}

static void assert_name(const X509_NAME *name, const char *common_name)
{
    assert_int_equal(X509_NAME_entry_count(name), 7);
    assert_attribute(name, 0, NID_organizationalUnitName, V_ASN1_UTF8STRING, "Engineering");
    assert_attribute(name, 1, NID_countryName, V_ASN1_PRINTABLESTRING, "US");
    assert_attribute(name, 2, NID_localityName, V_ASN1_UTF8STRING, "Santa Clara");
    assert_attribute(name, 3, NID_stateOrProvinceName, V_ASN1_UTF8STRING, "CA");
    assert_attribute(name, 4, NID_organizationName, V_ASN1_UTF8STRING, "Advanced Micro Devices");
    assert_attribute(name, 5, NID_commonName, V_ASN1_UTF8STRING, common_name);
    assert_attribute(name, 6, NID_description, V_ASN1_UTF8STRING, "TEST, NOT AMD");
}

static void assert_years(const X509 *certificate, int years)
{
    struct tm from = {0};
    struct tm until = {0};
    assert_int_equal(ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &from), 1);
    assert_int_equal(ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until), 1);
    assert_int_equal(until.tm_year - from.tm_year, years);
    assert_int_equal(until.tm_yday, from.tm_yday);
}

static const char pss[] = "3046"
                          "06092a864886f70d01010a"
                          "3039"
                          "a00f300d06096086480165030402020500"
                          "a11c301a06092a864886f70d010108300d06096086480165030402020500"
                          "a203020130"
                          "a303020101";

/* Algorithm of the signature, in both places, as AMD encodes it. */
static void assert_pss(const X509 *certificate)
{
    const X509_ALGOR *places[2] = {NULL, X509_get0_tbs_sigalg(certificate)};
    const ASN1_BIT_STRING *signature = NULL;
    X509_get0_signature(&signature, &places[0], certificate);
    for (size_t i = 0; i < 2; i++) {
        uint8_t *der = NULL;
        char text[TEXT_BYTES];
        const int length = i2d_X509_ALGOR(places[i], &der);
        assert_true(length > 0 && 2 * length < TEXT_BYTES);
        provision_hex(der, (size_t)length, text);
        assert_string_equal(text, pss);
        OPENSSL_free(der);
    }
    assert_int_equal(ASN1_STRING_length(signature), 512);
}

static void assert_certificate(const X509 *certificate, const char *issuer, const char *subject,
                               long serial, int years)
{
    assert_int_equal(X509_get_version(certificate), X509_VERSION_3);
    assert_int_equal(ASN1_INTEGER_get(X509_get0_serialNumber(certificate)), serial);
    assert_name(X509_get_issuer_name(certificate), issuer);
    assert_name(X509_get_subject_name(certificate), subject);
    assert_years(certificate, years);
    assert_pss(certificate);
}

static void names_serials_and_dates_are_amds(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROFILES; i++) {
        const struct profile *profile = &profiles[i];
        for (int kind = PROVISION_VCEK; kind <= PROVISION_VLEK; kind++) {
            const bool vcek = kind == PROVISION_VCEK;
            const char *signer = vcek ? profile->ask : profile->asvk;
            X509 *leaf = issue(profile, (enum provision_key_kind)kind);
            X509 *above[2];
            chain(profile, (enum provision_key_kind)kind, above);
            assert_certificate(leaf, signer, vcek ? "SEV-VCEK" : "SEV-VLEK", 0, vcek ? 7 : 1);
            assert_certificate(above[0], profile->ark, signer, profile->serial + (vcek ? 1 : 0x101),
                               25);
            assert_certificate(above[1], profile->ark, profile->ark, profile->serial, 25);
            X509_free(leaf);
            X509_free(above[0]);
            X509_free(above[1]);
        }
    }
}

/* An extension of an authority, in hexadecimal. */
static void assert_extension(const X509 *certificate, int type, bool critical, const char *value)
{
    char name[TEXT_BYTES];
    char found[TEXT_BYTES];
    const int at = X509_get_ext_by_NID(certificate, type, -1);
    assert_true(at >= 0);
    extension(certificate, at, name, found);
    assert_string_equal(found, value);
    assert_int_equal(X509_EXTENSION_get_critical(X509_get_ext(certificate, at)), critical);
}

static void assert_crl_address(const X509 *certificate, const char *address)
{
    CRL_DIST_POINTS *points =
        X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
    assert_int_equal(sk_DIST_POINT_num(points), 1);
    const GENERAL_NAMES *names = sk_DIST_POINT_value(points, 0)->distpoint->name.fullname;
    assert_int_equal(sk_GENERAL_NAME_num(names), 1);
    const ASN1_IA5STRING *text = sk_GENERAL_NAME_value(names, 0)->d.uniformResourceIdentifier;
    assert_int_equal(ASN1_STRING_length(text), strlen(address));
    assert_memory_equal(ASN1_STRING_get0_data(text), address, strlen(address));
    CRL_DIST_POINTS_free(points);
}

static void authorities_may_sign_what_they_sign(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROFILES; i++) {
        for (int kind = PROVISION_VCEK; kind <= PROVISION_VLEK; kind++) {
            const bool vcek = kind == PROVISION_VCEK;
            const char *line = profiles[i].ark + strlen("ARK-");
            char address[TEXT_BYTES];
            X509 *above[2];
            chain(&profiles[i], (enum provision_key_kind)kind, above);
            assert_extension(above[0], NID_basic_constraints, true, "30060101ff020100");
            assert_extension(above[1], NID_basic_constraints, true, "30030101ff");
            assert_extension(above[0], NID_key_usage, true, "03020204");
            assert_extension(above[1], NID_key_usage, true, "03020106");
            assert_int_equal(X509_get_ext_count(above[0]), 6);
            assert_int_equal(X509_get_ext_count(above[1]), 5);
            assert_memory_equal(ASN1_STRING_get0_data(X509_get0_authority_key_id(above[0])),
                                ASN1_STRING_get0_data(X509_get0_subject_key_id(above[1])), 20);
            assert_memory_not_equal(ASN1_STRING_get0_data(X509_get0_subject_key_id(above[0])),
                                    ASN1_STRING_get0_data(X509_get0_subject_key_id(above[1])), 20);
            (void)snprintf(address, sizeof address, "https://kdsintf.amd.com/%s/v1/%s/crl",
                           vcek ? "vcek" : "vlek", line);
            assert_crl_address(above[0], address);
            (void)snprintf(address, sizeof address, "https://kdsintf.amd.com/vcek/v1/%s/crl", line);
            assert_crl_address(above[1], address);
            assert_int_equal(X509_check_ca(above[0]), 1);
            assert_true(X509_get_ext_by_NID(above[0], NID_netscape_comment, -1) >= 0);
            assert_true(X509_get_ext_by_NID(above[1], NID_netscape_comment, -1) >= 0);
            X509_free(above[0]);
            X509_free(above[1]);
        }
    }
}

static void openssl_accepts_every_chain_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROFILES; i++) {
        for (int kind = PROVISION_VCEK; kind <= PROVISION_VLEK; kind++) {
            X509 *leaf = issue(&profiles[i], (enum provision_key_kind)kind);
            X509 *above[2];
            X509 *other[2];
            chain(&profiles[i], (enum provision_key_kind)kind, above);
            chain(&profiles[i], (enum provision_key_kind) !kind, other);
            assert_int_equal(X509_verify(leaf, X509_get0_pubkey(above[0])), 1);
            assert_int_equal(X509_verify(above[0], X509_get0_pubkey(above[1])), 1);
            assert_int_equal(X509_verify(above[1], X509_get0_pubkey(above[1])), 1);
            assert_int_equal(X509_check_issued(above[0], leaf), X509_V_OK);
            assert_int_equal(X509_check_issued(above[1], above[0]), X509_V_OK);
            assert_int_not_equal(X509_check_issued(other[0], leaf), X509_V_OK);
            assert_int_equal(X509_cmp(above[1], other[1]), 0); /* One root for both. */
            X509_free(leaf);
            for (size_t j = 0; j < 2; j++) {
                X509_free(above[j]);
                X509_free(other[j]);
            }
        }
    }
}

static void list_of_revoked_certificates_is_the_roots_and_empty(void **state)
{
    struct provision_bytes der;
    struct provision_error error = {0};
    (void)state;
    assert_true(provision_x509_crl(provision_product_find("milan"), good.ark, &der, &error));
    const uint8_t *at = der.data;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.length);
    assert_non_null(crl);
    assert_int_equal(X509_CRL_get_version(crl), X509_CRL_VERSION_2);
    assert_name(X509_CRL_get_issuer(crl), "ARK-Milan");
    assert_int_equal(X509_CRL_verify(crl, good.ark), 1);
    assert_true(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl)) <= 0);
    assert_true(X509_cmp_current_time(X509_CRL_get0_nextUpdate(crl)) > 0);
    X509_CRL_free(crl);
    provision_bytes_free(&der);
}

static void same_certificate_has_the_same_bytes(void **state)
{
    const struct provision_key_server server = server_of(&profiles[0]);
    struct provision_bytes der[3];
    struct provision_error error = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_true(provision_key_server_issue(&server, PROVISION_VCEK, profiles[0].tcb,
                                               ISSUED + (i == 2 ? 86400 : 0), &der[i], &error));
        assert_int_equal(der[i].length, der[0].length);
    }
    assert_memory_equal(der[0].data, der[1].data, der[0].length);
    assert_memory_not_equal(der[0].data, der[2].data, der[0].length);
    for (size_t i = 0; i < 3; i++) {
        provision_bytes_free(&der[i]);
    }
}

/* The public point in a certificate. */
static void assert_point(const X509 *certificate, const char *x)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(certificate);
    char text[TEXT_BYTES];
    assert_int_equal(ASN1_STRING_length(bits), 97);
    provision_hex(ASN1_STRING_get0_data(bits) + 1, 48, text);
    assert_string_equal(text, x);
}

/* Computed by a third implementation, plain integer arithmetic in Python. */
static void attestation_keys_known_answers(void **state)
{
    (void)state;
    X509 *vcek = issue(&profiles[0], PROVISION_VCEK);
    X509 *vlek = issue(&profiles[2], PROVISION_VLEK);
    assert_point(vcek, "8eda927faded2c985e9e2ecca4ef9b00f000d6a04ff17c9925313706fac2f6013f2fc373021"
                       "8758ba5a343484995586a");
    assert_point(vlek, "5e3882bdb9f4f614e61a88dea089e6f0966d5d348e25e49685ce45f3278929eb0eb4643711e"
                       "2f6c15949eb29dc249677");
    X509_free(vcek);
    X509_free(vlek);
}

int check_x509(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vcek_has_exactly_amds_extensions),
        cmocka_unit_test(vlek_names_a_provider_and_no_chip),
        cmocka_unit_test(names_serials_and_dates_are_amds),
        cmocka_unit_test(authorities_may_sign_what_they_sign),
        cmocka_unit_test(openssl_accepts_every_chain_and_no_other),
        cmocka_unit_test(list_of_revoked_certificates_is_the_roots_and_empty),
        cmocka_unit_test(same_certificate_has_the_same_bytes),
        cmocka_unit_test(attestation_keys_known_answers),
    };
    return cmocka_run_group_tests(tests, checker_set_up, NULL);
}
