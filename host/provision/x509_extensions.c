/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extensions in the factory's certificates (x509_parts.h): RFC 5280's for authorities, AMD's, below
 * 1.3.6.1.4.1.3704.1, for VCEK and VLEK.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "host/provision/x509_parts.h"

#define KEY_ID_BYTES 20u /* SHA-1 */
#define ADDRESS_BYTES 80u
#define COMMENT "Test certificate of virtasp: AMD did not make it and does not vouch for it"

#define KEY_USAGE_CERT_SIGN 0x04u
#define KEY_USAGE_CRL_SIGN 0x02u

struct x509_extension x509_begin_extension(struct der *der, struct x509_oid oid, bool critical)
{
    static const uint8_t yes = 0xFF;
    struct x509_extension extension = {.sequence = der_begin(der, DER_SEQUENCE)};
    x509_put_oid(der, oid);
    if (critical) {
        der_put(der, DER_BOOLEAN, &yes, 1);
    }
    extension.value = der_begin(der, DER_OCTET_STRING);
    return extension;
}

void x509_end_extension(struct der *der, struct x509_extension extension)
{
    der_end(der, extension.value);
    der_end(der, extension.sequence);
}

/* SHA-1 of the public key, as everyone makes key identifiers (RFC 5280, 4.2.1.2). */
static bool key_id(EVP_PKEY *key, uint8_t id[KEY_ID_BYTES])
{
    uint8_t *bytes = NULL;
    const int length = i2d_PublicKey(key, &bytes);
    const bool ok =
        length > 0 && EVP_Q_digest(NULL, "SHA1", NULL, bytes, (size_t)length, id, NULL) == 1;
    OPENSSL_free(bytes);
    return ok;
}

static bool put_subject_key(struct der *der, EVP_PKEY *key)
{
    uint8_t id[KEY_ID_BYTES];
    if (!key_id(key, id)) {
        return false;
    }
    const struct x509_extension extension =
        x509_begin_extension(der, X509_OID(0x55, 0x1D, 0x0E), false);
    der_put(der, DER_OCTET_STRING, id, sizeof id);
    x509_end_extension(der, extension);
    return true;
}

bool x509_put_authority(struct der *der, EVP_PKEY *signer)
{
    uint8_t id[KEY_ID_BYTES];
    if (!key_id(signer, id)) {
        return false;
    }
    const struct x509_extension extension =
        x509_begin_extension(der, X509_OID(0x55, 0x1D, 0x23), false);
    const size_t sequence = der_begin(der, DER_SEQUENCE);
    der_put(der, DER_CONTEXT | 0, id, sizeof id);
    der_end(der, sequence);
    x509_end_extension(der, extension);
    return true;
}

static void put_basic_constraints(struct der *der, bool intermediate)
{
    static const uint8_t yes = 0xFF;
    const struct x509_extension extension =
        x509_begin_extension(der, X509_OID(0x55, 0x1D, 0x13), true);
    const size_t sequence = der_begin(der, DER_SEQUENCE);
    der_put(der, DER_BOOLEAN, &yes, 1);
    if (intermediate) {
        der_integer(der, 0); /* No authority below it. */
    }
    der_end(der, sequence);
    x509_end_extension(der, extension);
}

static void put_key_usage(struct der *der, uint8_t bits)
{
    /* The lowest bits that are not used: one below cRLSign, two below keyCertSign. */
    const uint8_t value[] = {(bits & KEY_USAGE_CRL_SIGN) != 0 ? 1 : 2, bits};
    const struct x509_extension extension =
        x509_begin_extension(der, X509_OID(0x55, 0x1D, 0x0F), true);
    der_put(der, DER_BIT_STRING, value, sizeof value);
    x509_end_extension(der, extension);
}

/* Where AMD's server has the list; ours has it under the same path. */
static void put_distribution_point(struct der *der, const struct provision_x509 *what)
{
    char address[ADDRESS_BYTES];
    (void)snprintf(address, sizeof address, "https://kdsintf.amd.com/%s/v1/%s/crl",
                   what->kind == PROVISION_X509_ASVK ? "vlek" : "vcek", what->product->line);
    const struct x509_extension extension =
        x509_begin_extension(der, X509_OID(0x55, 0x1D, 0x1F), false);
    const size_t points = der_begin(der, DER_SEQUENCE);
    const size_t point = der_begin(der, DER_SEQUENCE);
    const size_t name = der_begin(der, DER_CONTEXT_CONSTRUCTED | 0);
    const size_t full_name = der_begin(der, DER_CONTEXT_CONSTRUCTED | 0);
    der_text(der, DER_CONTEXT | 6, address);
    der_end(der, full_name);
    der_end(der, name);
    der_end(der, point);
    der_end(der, points);
    x509_end_extension(der, extension);
}

/* 2.16.840.1.113730.1.13: text that tools show. */
static void put_comment(struct der *der)
{
    const struct x509_extension extension = x509_begin_extension(
        der, X509_OID(0x60, 0x86, 0x48, 0x01, 0x86, 0xF8, 0x42, 0x01, 0x0D), false);
    der_text(der, DER_IA5_STRING, COMMENT);
    x509_end_extension(der, extension);
}

static bool put_root(struct der *der, const struct provision_x509 *what)
{
    put_key_usage(der, KEY_USAGE_CERT_SIGN | KEY_USAGE_CRL_SIGN);
    if (!put_subject_key(der, what->key)) {
        return false;
    }
    put_basic_constraints(der, false);
    put_distribution_point(der, what);
    put_comment(der);
    return true;
}

static bool put_intermediate(struct der *der, const struct provision_x509 *what)
{
    if (!put_subject_key(der, what->key) || !x509_put_authority(der, what->signer)) {
        return false;
    }
    put_basic_constraints(der, true);
    put_key_usage(der, KEY_USAGE_CERT_SIGN);
    put_distribution_point(der, what);
    put_comment(der);
    return true;
}

/* 1.3.6.1.4.1.3704.1.A, or 1.3.6.1.4.1.3704.1.A.B. */
static struct x509_extension begin_amd(struct der *der, uint8_t a, const uint8_t *b)
{
    const uint8_t oid[] = {0x2B, 0x06, 0x01, 0x04, 0x01, 0x9C, 0x78, 0x01, a, b != NULL ? *b : 0};
    return x509_begin_extension(
        der, (struct x509_oid){oid, b != NULL ? sizeof oid : sizeof oid - 1}, false);
}

static void put_amd_number(struct der *der, uint8_t a, const uint8_t *b, uint32_t number)
{
    const struct x509_extension extension = begin_amd(der, a, b);
    der_integer(der, number);
    x509_end_extension(der, extension);
}

static void put_amd_text(struct der *der, uint8_t a, const char *text)
{
    const struct x509_extension extension = begin_amd(der, a, NULL);
    der_text(der, DER_IA5_STRING, text);
    x509_end_extension(der, extension);
}

/* A VLEK is not of one stepping, nor of one chip. */
static void put_attestation(struct der *der, const struct provision_x509 *what)
{
    const struct provision_product *product = what->product;
    const bool vcek = what->kind == PROVISION_X509_VCEK;
    put_amd_number(der, 1, NULL, product->structure_version);
    put_amd_text(der, 2, vcek ? product->certificate_name : product->line);
    for (unsigned i = 0; i < SNP_TCB_PARTS; i++) {
        put_amd_number(der, 3, &product->parts[i].arc, (uint32_t)(what->tcb >> (8 * i) & 0xFF));
    }
    if (vcek) {
        const struct x509_extension extension = begin_amd(der, 4, NULL);
        der_raw(der, what->hardware_id, product->id_bytes); /* Raw: AMD puts no header there. */
        x509_end_extension(der, extension);
    } else {
        put_amd_text(der, 5, PROVISION_CSP_ID);
    }
}

bool x509_put_extensions(struct der *der, const struct provision_x509 *what)
{
    bool ok = true;
    const size_t explicit_tag = der_begin(der, DER_CONTEXT_CONSTRUCTED | 3);
    const size_t extensions = der_begin(der, DER_SEQUENCE);
    if (what->kind == PROVISION_X509_ARK) {
        ok = put_root(der, what);
    } else if (what->kind == PROVISION_X509_ASK || what->kind == PROVISION_X509_ASVK) {
        ok = put_intermediate(der, what);
    } else {
        put_attestation(der, what);
    }
    der_end(der, extensions);
    der_end(der, explicit_tag);
    return ok;
}
