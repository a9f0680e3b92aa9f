/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and algorithms in the factory's certificates (x509_parts.h).
 */
#include "host/provision/x509_parts.h"

#include <stdio.h>

#define COMMON_NAME_BYTES 32u

void x509_put_oid(struct der *der, struct x509_oid oid)
{
    der_put(der, DER_OID, oid.bytes, oid.length);
}

/* AlgorithmIdentifier of SHA-384. */
static void put_sha384(struct der *der)
{
    const size_t begin = der_begin(der, DER_SEQUENCE);
    x509_put_oid(der, X509_OID(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02));
    der_put(der, DER_NULL, NULL, 0);
    der_end(der, begin);
}

/* The trailer field has its default value, which DER would leave out; AMD's certificates have it. */
void x509_put_signature_algorithm(struct der *der)
{
    const size_t algorithm = der_begin(der, DER_SEQUENCE);
    x509_put_oid(der, X509_OID(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A));
    const size_t parameters = der_begin(der, DER_SEQUENCE);
    const size_t hash = der_begin(der, DER_CONTEXT_CONSTRUCTED | 0);
    put_sha384(der);
    der_end(der, hash);
    const size_t mask = der_begin(der, DER_CONTEXT_CONSTRUCTED | 1);
    const size_t mgf1 = der_begin(der, DER_SEQUENCE);
    x509_put_oid(der, X509_OID(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08));
    put_sha384(der);
    der_end(der, mgf1);
    der_end(der, mask);
    const size_t salt = der_begin(der, DER_CONTEXT_CONSTRUCTED | 2);
    der_integer(der, 48);
    der_end(der, salt);
    const size_t trailer = der_begin(der, DER_CONTEXT_CONSTRUCTED | 3);
    der_integer(der, 1);
    der_end(der, trailer);
    der_end(der, parameters);
    der_end(der, algorithm);
}

/* One attribute, 2.5.4.TYPE. */
static void put_attribute(struct der *der, uint8_t type, unsigned tag, const char *text)
{
    const size_t set = der_begin(der, DER_SET);
    const size_t sequence = der_begin(der, DER_SEQUENCE);
    x509_put_oid(der, X509_OID(0x55, 0x04, type));
    der_text(der, tag, text);
    der_end(der, sequence);
    der_end(der, set);
}

void x509_put_name(struct der *der, enum provision_x509_kind kind,
                   const struct provision_product *product)
{
    static const char *const prefixes[] = {
        [PROVISION_X509_ARK] = "ARK-",       [PROVISION_X509_ASK] = "SEV-",
        [PROVISION_X509_ASVK] = "SEV-VLEK-", [PROVISION_X509_VCEK] = "SEV-VCEK",
        [PROVISION_X509_VLEK] = "SEV-VLEK",
    };
    const bool of_product = kind != PROVISION_X509_VCEK && kind != PROVISION_X509_VLEK;
    char common_name[COMMON_NAME_BYTES];
    (void)snprintf(common_name, sizeof common_name, "%s%s", prefixes[kind],
                   of_product ? product->line : "");
    const size_t name = der_begin(der, DER_SEQUENCE);
    put_attribute(der, 11, DER_UTF8_STRING, "Engineering");
    put_attribute(der, 6, DER_PRINTABLE_STRING, "US");
    put_attribute(der, 7, DER_UTF8_STRING, "Santa Clara");
    put_attribute(der, 8, DER_UTF8_STRING, "CA");
    put_attribute(der, 10, DER_UTF8_STRING, "Advanced Micro Devices");
    put_attribute(der, 3, DER_UTF8_STRING, common_name);
    put_attribute(der, 13, DER_UTF8_STRING, PROVISION_X509_MARK);
    der_end(der, name);
}
