/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of VCEKs and VLEKs with something wrong in them (draft.h), signed by their issuer unless
 * the signature is what is wrong.
 */
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "host/vectors/reissue.h"

#define ARC "1.3.6.1.4.1.3704.1."
#define OID_BYTES 64
#define NAME_BYTES 64
#define NUMBER_BYTES 16
#define HARDWARE_ID ARC "4"
#define PROVIDER ARC "5"
#define BOOT_LOADER ARC "3.1"
#define MICROCODE ARC "3.8"

/* Which bases a row is for. */
enum bases { ALL, VCEK, VLEK, LIKE_MILAN, LIKE_TURIN };

/* Something that is done to the certificate. */
struct leaf_row {
    struct vectors_row row;
    vectors_certificate_change change;
    enum vectors_form form;
    enum bases bases;
};

static bool expire(X509 *certificate, const struct vectors_base *base)
{
    return vectors_years_set(certificate, base->kind == PROVISION_VCEK ? 2013 : 2019, 2020);
}

static bool come_later(X509 *certificate, const struct vectors_base *base)
{
    return vectors_years_set(certificate, 2045, base->kind == PROVISION_VCEK ? 2052 : 2046);
}

static bool be_version_1(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return X509_set_version(certificate, X509_VERSION_1) == 1;
}

static bool name_other_kind(X509 *certificate, const struct vectors_base *base)
{
    return vectors_name_set(X509_get_subject_name(certificate), NID_commonName,
                            base->kind == PROVISION_VCEK ? "SEV-VLEK" : "SEV-VCEK");
}

static bool name_other_maker(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_name_set(X509_get_subject_name(certificate), NID_organizationName,
                            "Somebody Else");
}

static bool name_other_issuer(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_name_set(X509_get_issuer_name(certificate), NID_commonName, "SEV-Other");
}

static bool use_p256(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_point_key(certificate, "prime256v1");
}

static bool use_brainpool(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_point_key(certificate, "brainpoolP384r1");
}

static bool use_other_key(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_point_key(certificate, "secp384r1");
}

static bool use_rsa(X509 *certificate, const struct vectors_base *base)
{
    return X509_set_pubkey(certificate, vectors_stranger(base)) == 1;
}

static bool be_authority(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t yes[] = {0x30, 0x03, 0x01, 0x01, 0xFF};
    (void)base;
    return vectors_extension_add(certificate, "2.5.29.19", true, yes, sizeof yes);
}

static bool add_unknown(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t nothing[] = {0x05, 0x00};
    (void)base;
    return vectors_extension_add(certificate, ARC "99", true, nothing, sizeof nothing);
}

static bool add_provider(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t text[] = {0x16, 0x01, 'x'};
    (void)base;
    return vectors_extension_add(certificate, PROVIDER, false, text, sizeof text);
}

static bool add_hardware_id(X509 *certificate, const struct vectors_base *base)
{
    return vectors_extension_add(certificate, HARDWARE_ID, false, base->server->id,
                                 base->server->product->id_bytes);
}

static bool repeat_spl(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t number[] = {0x02, 0x01, 0x7F};
    (void)base;
    return vectors_extension_add(certificate, BOOT_LOADER, false, number, sizeof number);
}

static bool change_hardware_id(X509 *certificate, const struct vectors_base *base)
{
    uint8_t id[PROVISION_CHIP_ID_BYTES];
    memcpy(id, base->server->id, sizeof id);
    id[base->server->product->id_bytes - 1] ^= 1;
    return vectors_extension_set(certificate, HARDWARE_ID, false, id,
                                 base->server->product->id_bytes);
}

static bool shorten_hardware_id(X509 *certificate, const struct vectors_base *base)
{
    return vectors_extension_set(certificate, HARDWARE_ID, false, base->server->id,
                                 base->server->product->id_bytes - 1);
}

static bool name_other_product(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t text[] = {0x16, 0x05, 'O', 't', 'h', 'e', 'r'};
    (void)base;
    return vectors_extension_set(certificate, ARC "2", false, text, sizeof text);
}

static bool say_other_structure(X509 *certificate, const struct vectors_base *base)
{
    const uint8_t number[] = {0x02, 0x01, base->server->product->structure_version == 0};
    return vectors_extension_set(certificate, ARC "1", false, number, sizeof number);
}

static uint8_t microcode_of(const struct vectors_base *base)
{
    return (uint8_t)(base->report.reported_tcb >> 56);
}

/* One byte, whose top bit is the sign. */
static bool be_negative(X509 *certificate, const struct vectors_base *base)
{
    const uint8_t number[] = {0x02, 0x01, microcode_of(base)};
    return vectors_extension_set(certificate, MICROCODE, false, number, sizeof number);
}

static bool lead_with_zero(X509 *certificate, const struct vectors_base *base)
{
    const uint8_t number[] = {0x02, 0x02, 0x00, microcode_of(base)};
    return vectors_extension_set(certificate, MICROCODE, false, number, sizeof number);
}

static bool exceed_byte(X509 *certificate, const struct vectors_base *base)
{
    const uint8_t number[] = {0x02, 0x02, 0x01, microcode_of(base)};
    return vectors_extension_set(certificate, MICROCODE, false, number, sizeof number);
}

static bool be_text(X509 *certificate, const struct vectors_base *base)
{
    const uint8_t number[] = {0x04, 0x01, microcode_of(base) & 0x7F};
    return vectors_extension_set(certificate, MICROCODE, false, number, sizeof number);
}

static const struct leaf_row rows[] = {
    {{"leaf-expired", REASON_EXPIRED, "The leaf, at the end of 2019."}, expire, VECTORS_PSS, ALL},
    {{"leaf-not-yet-valid", REASON_NOT_YET_VALID, "The leaf, before 2045."},
     come_later,
     VECTORS_PSS,
     ALL},
    {{"leaf-version-1", REASON_CERTIFICATE_VERSION, NULL}, be_version_1, VECTORS_PSS, ALL},
    {{"leaf-cn-of-other-kind", REASON_SUBJECT, "CN of a VCEK is SEV-VLEK, or the other way round."},
     name_other_kind,
     VECTORS_PSS,
     ALL},
    {{"leaf-o", REASON_SUBJECT, "O is Somebody Else."}, name_other_maker, VECTORS_PSS, ALL},
    {{"leaf-issuer-cn", REASON_ISSUER, "The leaf names another issuer."},
     name_other_issuer,
     VECTORS_PSS,
     ALL},
    {{"leaf-key-p256", REASON_PUBLIC_KEY, "P-256."}, use_p256, VECTORS_PSS, ALL},
    {{"leaf-key-brainpool", REASON_PUBLIC_KEY, "brainpoolP384r1."},
     use_brainpool,
     VECTORS_PSS,
     ALL},
    {{"leaf-key-rsa", REASON_PUBLIC_KEY, "RSA-4096."}, use_rsa, VECTORS_PSS, ALL},
    {{"leaf-key-other", REASON_SIGNATURE, "The certificate is for another key of P-384."},
     use_other_key,
     VECTORS_PSS,
     ALL},
    {{"leaf-pkcs1", REASON_CERTIFICATE_ALGORITHM, "The leaf: RSASSA-PKCS1-v1_5."},
     NULL,
     VECTORS_PKCS1,
     ALL},
    {{"leaf-sha-256", REASON_CERTIFICATE_ALGORITHM, "The leaf: SHA-256."},
     NULL,
     VECTORS_PSS_SHA256,
     ALL},
    {{"leaf-without-salt", REASON_CERTIFICATE_ALGORITHM, "The leaf: no salt."},
     NULL,
     VECTORS_PSS_NO_SALT,
     ALL},
    {{"leaf-is-ca", REASON_EXTENSION_UNKNOWN, "The leaf says that it is a CA."},
     be_authority,
     VECTORS_PSS,
     ALL},
    {{"leaf-unknown-critical", REASON_EXTENSION_UNKNOWN, "A critical one that nobody knows."},
     add_unknown,
     VECTORS_PSS,
     ALL},
    {{"leaf-with-provider", REASON_EXTENSION_UNKNOWN, "A VCEK with the provider of a VLEK."},
     add_provider,
     VECTORS_PSS,
     VCEK},
    {{"leaf-with-hardware-id", REASON_EXTENSION_UNKNOWN, "A VLEK with the hardware ID of a VCEK."},
     add_hardware_id,
     VECTORS_PSS,
     VLEK},
    {{"leaf-spl-twice", REASON_EXTENSION_TWICE, "The boot loader's SPL, with two values."},
     repeat_spl,
     VECTORS_PSS,
     ALL},
    {{"hardware-id-other", REASON_CHIP_ID, "The last byte in the certificate differs."},
     change_hardware_id,
     VECTORS_PSS,
     VCEK},
    {{"hardware-id-short", REASON_HARDWARE_ID, "The last byte is missing."},
     shorten_hardware_id,
     VECTORS_PSS,
     VCEK},
    {{"product-name", REASON_PRODUCT_NAME, NULL}, name_other_product, VECTORS_PSS, ALL},
    {{"structure-version", REASON_STRUCTURE_VERSION, NULL}, say_other_structure, VECTORS_PSS, ALL},
    {{"spl-negative", REASON_SPL_ENCODING, "Microcode from 80h on in one byte: a negative number."},
     be_negative,
     VECTORS_PSS,
     LIKE_MILAN},
    {{"spl-leading-zero", REASON_SPL_ENCODING, "Microcode below 80h with a zero before it."},
     lead_with_zero,
     VECTORS_PSS,
     LIKE_TURIN},
    {{"spl-256", REASON_SPL_ENCODING, "Microcode as it is reported, and 256 more."},
     exceed_byte,
     VECTORS_PSS,
     ALL},
    {{"spl-octet-string", REASON_SPL_ENCODING, "Microcode as an OCTET STRING."},
     be_text,
     VECTORS_PSS,
     ALL},
};

static bool fits(const struct vectors_base *base, enum bases bases)
{
    switch (bases) {
    case VCEK:
        return base->kind == PROVISION_VCEK;
    case VLEK:
        return base->kind == PROVISION_VLEK;
    case LIKE_MILAN:
        return base->server->product->structure_version == 0;
    case LIKE_TURIN:
        return base->server->product->structure_version == 1;
    case ALL:
        break;
    }
    return true;
}

/* Takes the certificate: signs it, and hands the vector on. */
static bool finish(struct vectors_draft *draft, const struct vectors_row *row, X509 *certificate,
                   enum vectors_form form, struct vectors_sink *sink, struct provision_error *error)
{
    const bool ok =
        vectors_sign_certificate(draft, VECTORS_LEAF, certificate,
                                 vectors_signer(draft->base, VECTORS_LEAF), form, error) &&
        sink->take(sink, row, draft, false, error);
    X509_free(certificate);
    return ok;
}

/* Changes an extension of AMD's, or removes it. @param number  below their arc; @param spl  -1: none */
static bool make_extension(const struct vectors_base *base, const struct vectors_row *row,
                           const char *number, int spl, struct vectors_sink *sink,
                           struct provision_error *error)
{
    char oid[OID_BYTES];
    const uint8_t short_form[] = {0x02, 0x01, (uint8_t)spl};
    const uint8_t long_form[] = {0x02, 0x02, 0x00, (uint8_t)spl};
    const bool is_short = spl < 0x80;
    struct vectors_draft draft;
    (void)snprintf(oid, sizeof oid, ARC "%s", number);
    vectors_draft_begin(base, &draft);
    X509 *certificate = vectors_certificate(&draft, VECTORS_LEAF);
    bool ok =
        certificate != NULL &&
        (spl < 0 ? vectors_extension_drop(certificate, oid)
                 : vectors_extension_set(certificate, oid, false, is_short ? short_form : long_form,
                                         is_short ? sizeof short_form : sizeof long_form));
    if (!ok) {
        X509_free(certificate);
        return provision_fail_openssl(error, "cannot change extension %s", oid);
    }
    ok = finish(&draft, row, certificate, VECTORS_PSS, sink, error);
    vectors_draft_end(&draft);
    return ok;
}

static bool make_missing(const struct vectors_base *base, const char *number,
                         struct vectors_sink *sink, struct provision_error *error)
{
    char name[NAME_BYTES];
    const struct vectors_row row = {name, REASON_EXTENSION_MISSING, NULL};
    (void)snprintf(name, sizeof name, "extension-%s-missing", number);
    return make_extension(base, &row, number, -1, sink, error);
}

/* A part of the TCB version: not there, and higher than what is reported. */
static bool make_part(const struct vectors_base *base, unsigned part, struct vectors_sink *sink,
                      struct provision_error *error)
{
    const struct provision_tcb_part *what = &base->server->product->parts[part];
    const int reported = (int)(base->report.reported_tcb >> (8 * part) & 0xFF);
    char number[NUMBER_BYTES];
    char name[NAME_BYTES];
    const struct vectors_row row = {name, REASON_REPORTED_TCB,
                                    "The certificate is for a higher SPL than is reported."};
    (void)snprintf(number, sizeof number, "3.%u", (unsigned)what->arc);
    if (!make_missing(base, number, sink, error)) {
        return false;
    }
    if (what->name == NULL) {
        return true; /* Reserved: never anything but 0. */
    }
    (void)snprintf(name, sizeof name, "spl-%s", what->name);
    return make_extension(base, &row, number, reported + 1, sink, error);
}

static bool make_row(const struct vectors_base *base, const struct leaf_row *row,
                     struct vectors_sink *sink, struct provision_error *error)
{
    struct vectors_draft draft;
    vectors_draft_begin(base, &draft);
    X509 *certificate = vectors_certificate(&draft, VECTORS_LEAF);
    if (certificate == NULL || (row->change != NULL && !row->change(certificate, base))) {
        X509_free(certificate);
        return provision_fail_openssl(error, "cannot make %s", row->row.name);
    }
    const bool ok = finish(&draft, &row->row, certificate, row->form, sink, error);
    vectors_draft_end(&draft);
    return ok;
}

bool vectors_make_leaves(const struct vectors_base *base, struct vectors_sink *sink,
                         struct provision_error *error)
{
    bool ok = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && ok; i++) {
        ok = !fits(base, rows[i].bases) || make_row(base, &rows[i], sink, error);
    }
    for (unsigned i = 0; i < SNP_TCB_PARTS && ok; i++) {
        ok = make_part(base, i, sink, error);
    }
    return ok && make_missing(base, "1", sink, error) && make_missing(base, "2", sink, error) &&
           make_missing(base, base->kind == PROVISION_VCEK ? "4" : "5", sink, error);
}
