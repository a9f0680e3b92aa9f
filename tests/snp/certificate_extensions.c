/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AMD's extensions of VCEKs and VLEKs (certificate.h), read byte by byte.
 */
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/certificate.h"

#define ARC "1.3.6.1.4.1.3704.1."
#define OID_MAX 64

#define DER_INTEGER 0x02u
#define DER_IA5_STRING 0x16u

/* Before the SPLs stand version and name, behind them the chip or the provider. */
#define EXTENSIONS (2 + (int)WITNESS_SPLS + 1)

struct value {
    const uint8_t *bytes;
    size_t length;
};

/* @return whether the extension at that place is the one, not critical, and what it holds */
static bool take(const X509 *certificate, int place, const char *oid, struct value *value)
{
    X509_EXTENSION *extension = X509_get_ext(certificate, place);
    char name[OID_MAX];
    char expected[OID_MAX] = ARC;

    strcat(expected, oid);
    witness_need(OBJ_obj2txt(name, sizeof name, X509_EXTENSION_get_object(extension), 1) > 0);
    const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(extension);
    value->bytes = ASN1_STRING_get0_data(data);
    value->length = (size_t)ASN1_STRING_length(data);
    return strcmp(name, expected) == 0 && X509_EXTENSION_get_critical(extension) == 0;
}

/* 02 01 xx below 80h, 02 02 00 xx from there. */
static bool is_integer(const struct value *value, uint8_t *number)
{
    const uint8_t *at = value->bytes;

    if (value->length == 3 && at[0] == DER_INTEGER && at[1] == 1 && at[2] < 0x80) {
        *number = at[2];
        return true;
    }
    if (value->length == 4 && at[0] == DER_INTEGER && at[1] == 2 && at[2] == 0 && at[3] >= 0x80) {
        *number = at[3];
        return true;
    }
    return false;
}

/* @return whether it is an IA5String of printable characters that fits */
static bool is_text(const struct value *value, char *text, size_t room)
{
    if (value->length < 3 || value->length > 0x81 || value->bytes[0] != DER_IA5_STRING ||
        value->bytes[1] != value->length - 2 || value->length - 2 >= room) {
        return false;
    }
    for (size_t i = 2; i < value->length; i++) {
        if (value->bytes[i] < 0x20 || value->bytes[i] > 0x7E) {
            return false;
        }
    }
    memcpy(text, value->bytes + 2, value->length - 2);
    text[value->length - 2] = '\0';
    return true;
}

static const char *read_head(const X509 *certificate, enum witness_role role,
                             const struct witness_product *product)
{
    struct value value;
    uint8_t version = 0;
    char name[32];

    if (!take(certificate, 0, "1", &value) || !is_integer(&value, &version) ||
        version != product->struct_version) {
        return "structure version of the certificate";
    }
    if (!take(certificate, 1, "2", &value) || !is_text(&value, name, sizeof name) ||
        strcmp(name, role == WITNESS_VCEK ? product->vcek_name : product->name) != 0) {
        return "product name of the certificate";
    }
    return NULL;
}

static const char *read_spls(const X509 *certificate, const struct witness_product *product,
                             uint64_t *tcb)
{
    *tcb = 0;
    for (size_t i = 0; i < WITNESS_SPLS; i++) {
        const struct witness_spl *spl = &product->spl[i];
        struct value value;
        uint8_t level = 0;

        if (!take(certificate, (int)i + 2, spl->oid, &value) || !is_integer(&value, &level) ||
            level > spl->limit) {
            return "SPL of the certificate";
        }
        *tcb |= (uint64_t)level << (8 * spl->byte);
    }
    return NULL;
}

/* The id stands there raw: no OCTET STRING of its own within the extension's. */
static const char *read_chip_id(const X509 *certificate, const struct witness_product *product,
                                struct witness_extensions *extensions)
{
    struct value value;

    if (!take(certificate, EXTENSIONS - 1, "4", &value) || value.length != product->chip_id_bytes ||
        (value.bytes[0] == 0x02 || value.bytes[0] == 0x04)) {
        return "hardware id of the certificate";
    }
    memcpy(extensions->chip_id, value.bytes, value.length);
    return NULL;
}

static const char *read_csp_id(const X509 *certificate, struct witness_extensions *extensions)
{
    struct value value;

    return take(certificate, EXTENSIONS - 1, "5", &value) &&
                   is_text(&value, extensions->csp_id, sizeof extensions->csp_id)
               ? NULL
               : "provider of the certificate";
}

const char *witness_extensions_read(const X509 *certificate, enum witness_role role,
                                    const struct witness_product *product,
                                    struct witness_extensions *extensions)
{
    memset(extensions, 0, sizeof *extensions);
    if (X509_get_ext_count(certificate) != EXTENSIONS) {
        return "number of extensions";
    }
    const char *fault = read_head(certificate, role, product);
    if (fault == NULL) {
        fault = read_spls(certificate, product, &extensions->tcb);
    }
    if (fault != NULL) {
        return fault;
    }
    return role == WITNESS_VCEK ? read_chip_id(certificate, product, extensions)
                                : read_csp_id(certificate, extensions);
}
