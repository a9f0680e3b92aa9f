/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The factory's certificates as a whole (x509.h).
 */
#include "host/provision/x509.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "host/provision/rsa.h"
#include "host/provision/x509_parts.h"

#define VERSION_3 2u
#define CRL_VERSION_2 1u
#define CRL_NUMBER 1u
#define SERIAL_ASK 0x001u
#define SERIAL_ASVK 0x101u

#define AUTHORITY_YEARS 25
#define VCEK_YEARS 7
#define VLEK_YEARS 1
#define YEAR_OF_AUTHORITIES 2024

#define LINE_BYTES ((size_t)64) /* Of text in PEM. */

/* The same day, some years later; after 29 February comes 1 March. */
static time_t years_after(time_t time, int years)
{
    struct tm parts = {0};
    if (gmtime_r(&time, &parts) == NULL) {
        return time;
    }
    parts.tm_year += years;
    return timegm(&parts);
}

/* Authorities are older than any chip, and the same for all chips of a vendor. */
static time_t authorities_made(void)
{
    struct tm parts = {.tm_year = YEAR_OF_AUTHORITIES - 1900, .tm_mday = 1};
    return timegm(&parts);
}

static void put_validity(struct der *der, const struct provision_x509 *what)
{
    const bool end_entity = what->kind == PROVISION_X509_VCEK || what->kind == PROVISION_X509_VLEK;
    const time_t from = end_entity ? what->issued : authorities_made();
    const int years = !end_entity                         ? AUTHORITY_YEARS
                      : what->kind == PROVISION_X509_VCEK ? VCEK_YEARS
                                                          : VLEK_YEARS;
    const size_t validity = der_begin(der, DER_SEQUENCE);
    der_time(der, from);
    der_time(der, years_after(from, years));
    der_end(der, validity);
}

static void put_serial(struct der *der, const struct provision_x509 *what)
{
    static const uint32_t offsets[] = {
        [PROVISION_X509_ARK] = 0,
        [PROVISION_X509_ASK] = SERIAL_ASK,
        [PROVISION_X509_ASVK] = SERIAL_ASVK,
    };
    const bool authority = what->kind <= PROVISION_X509_ASVK;
    der_integer(der, authority ? what->product->serial + offsets[what->kind] : 0);
}

static enum provision_x509_kind signer_of(enum provision_x509_kind kind)
{
    switch (kind) {
    case PROVISION_X509_VCEK:
        return PROVISION_X509_ASK;
    case PROVISION_X509_VLEK:
        return PROVISION_X509_ASVK;
    default:
        return PROVISION_X509_ARK;
    }
}

/* SubjectPublicKeyInfo, as OpenSSL writes it. */
static bool put_key(struct der *der, EVP_PKEY *key)
{
    uint8_t *bytes = NULL;
    const int length = i2d_PUBKEY(key, &bytes);
    if (length > 0) {
        der_raw(der, bytes, (size_t)length);
    }
    OPENSSL_free(bytes);
    return length > 0;
}

static bool put_certificate(struct der *der, const struct provision_x509 *what)
{
    const size_t certificate = der_begin(der, DER_SEQUENCE);
    const size_t version = der_begin(der, DER_CONTEXT_CONSTRUCTED | 0);
    der_integer(der, VERSION_3);
    der_end(der, version);
    put_serial(der, what);
    x509_put_signature_algorithm(der);
    x509_put_name(der, signer_of(what->kind), what->product);
    put_validity(der, what);
    x509_put_name(der, what->kind, what->product);
    if (!put_key(der, what->key) || !x509_put_extensions(der, what)) {
        return false;
    }
    der_end(der, certificate);
    return true;
}

static bool put_crl(struct der *der, const struct provision_product *product, EVP_PKEY *ark)
{
    const size_t list = der_begin(der, DER_SEQUENCE);
    der_integer(der, CRL_VERSION_2);
    x509_put_signature_algorithm(der);
    x509_put_name(der, PROVISION_X509_ARK, product);
    der_time(der, authorities_made());
    der_time(der, years_after(authorities_made(), AUTHORITY_YEARS));
    const size_t explicit_tag = der_begin(der, DER_CONTEXT_CONSTRUCTED | 0);
    const size_t extensions = der_begin(der, DER_SEQUENCE);
    if (!x509_put_authority(der, ark)) {
        return false;
    }
    const struct x509_extension number =
        x509_begin_extension(der, X509_OID(0x55, 0x1D, 0x14), false);
    der_integer(der, CRL_NUMBER);
    x509_end_extension(der, number);
    der_end(der, extensions);
    der_end(der, explicit_tag);
    der_end(der, list);
    return true;
}

/* Signs what was written, and copies both out. */
static bool finish(const struct der *signed_part, EVP_PKEY *signer, struct provision_bytes *der,
                   struct provision_error *error)
{
    uint8_t signature[PROVISION_RSA_BYTES];
    struct der whole = {.length = 0};
    if (!provision_rsa_sign(signer, signed_part->bytes, signed_part->length, signature, error)) {
        return false;
    }
    const size_t sequence = der_begin(&whole, DER_SEQUENCE);
    der_raw(&whole, signed_part->bytes, signed_part->length);
    x509_put_signature_algorithm(&whole);
    const size_t bits = der_begin_bits(&whole);
    der_raw(&whole, signature, sizeof signature);
    der_end(&whole, bits);
    der_end(&whole, sequence);
    if (signed_part->full || whole.full) {
        return provision_fail(error, "a certificate does not fit its buffer");
    }
    der->data = malloc(whole.length);
    if (der->data == NULL) {
        return provision_fail(error, "no memory for a certificate");
    }
    memcpy(der->data, whole.bytes, whole.length);
    der->length = whole.length;
    return true;
}

bool provision_x509_make(const struct provision_x509 *what, struct provision_bytes *der,
                         struct provision_error *error)
{
    struct der written = {.length = 0};
    *der = (struct provision_bytes){0};
    if (!put_certificate(&written, what)) {
        return provision_fail_openssl(error, "cannot encode a key");
    }
    return finish(&written, what->signer, der, error);
}

bool provision_x509_crl(const struct provision_product *product, EVP_PKEY *ark,
                        struct provision_bytes *der, struct provision_error *error)
{
    struct der written = {.length = 0};
    *der = (struct provision_bytes){0};
    if (!put_crl(&written, product, ark)) {
        return provision_fail_openssl(error, "cannot encode a key");
    }
    return finish(&written, ark, der, error);
}

bool provision_x509_pem(const struct provision_bytes *der, struct provision_bytes *pem,
                        struct provision_error *error)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----\n";
    static const char end[] = "-----END CERTIFICATE-----\n";
    const size_t text_bytes = (der->length + 2) / 3 * 4;
    const size_t lines = (text_bytes + LINE_BYTES - 1) / LINE_BYTES;
    const size_t more = strlen(begin) + text_bytes + lines + strlen(end);
    uint8_t *data = malloc(pem->length + more + 1); /* OpenSSL ends its text with a NUL. */
    if (data == NULL) {
        provision_bytes_free(pem);
        return provision_fail(error, "no memory for a certificate");
    }
    if (pem->length != 0) {
        memcpy(data, pem->data, pem->length);
    }
    uint8_t *to = data + pem->length;
    memcpy(to, begin, strlen(begin));
    to += strlen(begin);
    for (size_t done = 0; done < der->length; done += LINE_BYTES / 4 * 3) {
        const size_t left = der->length - done;
        const size_t part = left < LINE_BYTES / 4 * 3 ? left : LINE_BYTES / 4 * 3;
        to += EVP_EncodeBlock(to, der->data + done, (int)part);
        *to++ = '\n';
    }
    memcpy(to, end, strlen(end));
    const size_t length = pem->length + more;
    provision_bytes_free(pem);
    *pem = (struct provision_bytes){data, length};
    return true;
}
