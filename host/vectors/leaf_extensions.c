/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of VCEKs and VLEKs with something wrong in their extensions (draft.h): one that is missing,
 * one too many, or another value or encoding. Their issuer has signed them.
 */
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "host/vectors/leaf_rows.h"

#define ARC "1.3.6.1.4.1.3704.1."
#define OID_BYTES 64
#define NAME_BYTES 64
#define NUMBER_BYTES 16
#define HARDWARE_ID ARC "4"
#define PROVIDER ARC "5"
#define BOOT_LOADER ARC "3.1"
#define MICROCODE ARC "3.8"

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

static const struct vectors_leaf_row rows[] = {
    {{"leaf-is-ca", REASON_EXTENSION_UNKNOWN, "The leaf says that it is a CA."},
     be_authority,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-unknown-critical", REASON_EXTENSION_UNKNOWN, "A critical one that nobody knows."},
     add_unknown,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-with-provider", REASON_EXTENSION_UNKNOWN, "A VCEK with the provider of a VLEK."},
     add_provider,
     VECTORS_PSS,
     LEAF_VCEK},
    {{"leaf-with-hardware-id", REASON_EXTENSION_UNKNOWN, "A VLEK with the hardware ID of a VCEK."},
     add_hardware_id,
     VECTORS_PSS,
     LEAF_VLEK},
    {{"leaf-spl-twice", REASON_EXTENSION_TWICE, "The boot loader's SPL, with two values."},
     repeat_spl,
     VECTORS_PSS,
     LEAF_ALL},
    {{"hardware-id-other", REASON_CHIP_ID, "The last byte in the certificate differs."},
     change_hardware_id,
     VECTORS_PSS,
     LEAF_VCEK},
    {{"hardware-id-short", REASON_HARDWARE_ID, "The last byte is missing."},
     shorten_hardware_id,
     VECTORS_PSS,
     LEAF_VCEK},
    {{"product-name", REASON_PRODUCT_NAME, NULL}, name_other_product, VECTORS_PSS, LEAF_ALL},
    {{"structure-version", REASON_STRUCTURE_VERSION, NULL},
     say_other_structure,
     VECTORS_PSS,
     LEAF_ALL},
    {{"spl-negative", REASON_SPL_ENCODING, "Microcode from 80h on in one byte: a negative number."},
     be_negative,
     VECTORS_PSS,
     LEAF_LIKE_MILAN},
    {{"spl-leading-zero", REASON_SPL_ENCODING, "Microcode below 80h with a zero before it."},
     lead_with_zero,
     VECTORS_PSS,
     LEAF_LIKE_TURIN},
    {{"spl-256", REASON_SPL_ENCODING, "Microcode as it is reported, and 256 more."},
     exceed_byte,
     VECTORS_PSS,
     LEAF_ALL},
    {{"spl-octet-string", REASON_SPL_ENCODING, "Microcode as an OCTET STRING."},
     be_text,
     VECTORS_PSS,
     LEAF_ALL},
};

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
    ok = vectors_leaf_finish(&draft, row, certificate, VECTORS_PSS, sink, error);
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

bool vectors_make_leaf_extensions(const struct vectors_base *base, struct vectors_sink *sink,
                                  struct provision_error *error)
{
    bool ok = vectors_make_leaf_rows(base, rows, sizeof rows / sizeof rows[0], sink, error);
    for (unsigned i = 0; i < SNP_TCB_PARTS && ok; i++) {
        ok = make_part(base, i, sink, error);
    }
    return ok && make_missing(base, "1", sink, error) && make_missing(base, "2", sink, error) &&
           make_missing(base, base->kind == PROVISION_VCEK ? "4" : "5", sink, error);
}
