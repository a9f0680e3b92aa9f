/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates behind a report (snp_certificates.h).
 */
#include "host/demo/snp_certificates.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "host/lib/board_path.h"
#include "host/lib/sev_key.h"
#include "host/provision/files.h"
#include "host/provision/key_server.h"

#define FILE_MAX 65536u
#define ARC "1.3.6.1.4.1.3704.1"
#define OID_BYTES 32

struct chain {
    X509 *ark;
    X509 *ask;
    X509 *vcek;
};

bool snp_certificates_fetch(const char *directory, const char *name, struct provision_bytes *bytes,
                            struct provision_error *reason)
{
    char path[PATH_MAX];
    return board_path(path, directory, name)
               ? provision_file_read(path, FILE_MAX, false, bytes, reason)
               : provision_fail(reason, "%s: name too long", name);
}

static bool read_chain(const char *directory, const struct provision_product *product,
                       struct chain *chain, struct provision_error *reason)
{
    char name[PROVISION_KDS_NAME_BYTES];
    struct provision_bytes bytes = {0};
    provision_kds_name(PROVISION_KDS_CHAIN, PROVISION_VCEK, product, NULL, 0, name);
    bool good = snp_certificates_fetch(directory, name, &bytes, reason);
    BIO *text = good ? BIO_new_mem_buf(bytes.data, (int)bytes.length) : NULL;
    if (text != NULL) {
        chain->ask = PEM_read_bio_X509(text, NULL, NULL, NULL);
        chain->ark = PEM_read_bio_X509(text, NULL, NULL, NULL);
    }
    BIO_free(text);
    provision_bytes_free(&bytes);
    return good && ((chain->ask != NULL && chain->ark != NULL) ||
                    provision_fail(reason, "%s: not two certificates", name));
}

static bool read_vcek(const char *directory, const struct provision_product *product,
                      const struct snp_report *report, struct chain *chain,
                      struct provision_error *reason)
{
    char name[PROVISION_KDS_NAME_BYTES];
    struct provision_bytes bytes = {0};
    provision_kds_name(PROVISION_KDS_CERTIFICATE, PROVISION_VCEK, product, report->chip_id,
                       report->reported_tcb, name);
    const bool good = snp_certificates_fetch(directory, name, &bytes, reason);
    const uint8_t *data = bytes.data;
    chain->vcek = good ? d2i_X509(NULL, &data, (long)bytes.length) : NULL;
    provision_bytes_free(&bytes);
    return good && (chain->vcek != NULL || provision_fail(reason, "%s: no certificate", name));
}

/* Nothing but the ARK is trusted. */
static bool holds(const struct chain *chain, struct provision_error *reason)
{
    X509_STORE *trusted = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    bool good = trusted != NULL && context != NULL && untrusted != NULL &&
                X509_STORE_add_cert(trusted, chain->ark) == 1 &&
                sk_X509_push(untrusted, chain->ask) > 0 &&
                X509_STORE_CTX_init(context, trusted, chain->vcek, untrusted) == 1;
    if (good && X509_verify_cert(context) != 1) {
        good = provision_fail(reason, "%s",
                              X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    }
    sk_X509_free(untrusted);
    X509_STORE_CTX_free(context);
    X509_STORE_free(trusted);
    return good;
}

/* @return what an extension below AMD's arc holds, or NULL */
static const ASN1_OCTET_STRING *extension(const X509 *certificate, const char *arc)
{
    char oid[OID_BYTES];
    (void)snprintf(oid, sizeof oid, ARC ".%s", arc);
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    const int at = object != NULL ? X509_get_ext_by_OBJ(certificate, object, -1) : -1;
    ASN1_OBJECT_free(object);
    return at >= 0 ? X509_EXTENSION_get_data(X509_get_ext(certificate, at)) : NULL;
}

/* @return the number in an extension, or -1 */
static int64_t number(const X509 *certificate, const char *arc)
{
    int64_t value = -1;
    const ASN1_OCTET_STRING *data = extension(certificate, arc);
    const uint8_t *der = data != NULL ? ASN1_STRING_get0_data(data) : NULL;
    ASN1_INTEGER *integer = der != NULL ? d2i_ASN1_INTEGER(NULL, &der, data->length) : NULL;
    if (integer == NULL || ASN1_INTEGER_get_int64(&value, integer) != 1) {
        value = -1;
    }
    ASN1_INTEGER_free(integer);
    return value;
}

static bool is_for(const X509 *vcek, const struct provision_product *product,
                   const struct snp_report *report, struct provision_error *reason)
{
    const ASN1_OCTET_STRING *id = extension(vcek, "4");
    if (id == NULL || (size_t)id->length != product->id_bytes ||
        memcmp(id->data, report->chip_id, product->id_bytes) != 0) {
        return provision_fail(reason, "the VCEK is another chip's");
    }
    for (unsigned i = 0; i < SNP_TCB_PARTS; i++) {
        char arc[OID_BYTES];
        (void)snprintf(arc, sizeof arc, "3.%u", product->parts[i].arc);
        if (number(vcek, arc) != (int64_t)(report->reported_tcb >> (8 * i) & 0xFF)) {
            return provision_fail(reason, "the VCEK is for another TCB version");
        }
    }
    return true;
}

/* @return the product whose family, model and stepping the report has, or NULL */
static const struct provision_product *product_of(const struct snp_report *report)
{
    for (uint32_t id = SNP_PRODUCT_MILAN; id <= SNP_PRODUCT_VENICE; id++) {
        const struct provision_product *product = provision_product_of(id);
        if (report->cpuid_family == provision_cpuid_family(product) &&
            report->cpuid_model == provision_cpuid_model(product) &&
            report->cpuid_stepping == (product->cpuid & 0xF)) {
            return product;
        }
    }
    /* Before version 3 a report does not say it, and is a Milan's. */
    return report->version < 3 ? provision_product_of(SNP_PRODUCT_MILAN) : NULL;
}

static bool is_signed(const X509 *vcek, const struct snp_report *report,
                      struct provision_error *reason)
{
    EVP_PKEY *key = X509_get0_pubkey(vcek);
    return (key != NULL && sev_key_verify(key, EVP_sha384(), report, SNP_REPORT_SIGNED_BYTES,
                                          report->signature.r, report->signature.s)) ||
           provision_fail(reason, "the report's signature is not the VCEK's");
}

bool snp_certificates_vouch(const char *directory, const struct snp_report *report,
                            struct provision_error *reason)
{
    struct chain chain = {0};
    const struct provision_product *product = product_of(report);
    if (product == NULL) {
        return provision_fail(reason, "the report is of no known product");
    }
    if ((report->flags >> SNP_REPORT_SIGNING_KEY_SHIFT & 7u) != SNP_SIGNED_BY_VCEK) {
        return provision_fail(reason, "no VCEK has signed the report");
    }
    const bool good = read_chain(directory, product, &chain, reason) &&
                      read_vcek(directory, product, report, &chain, reason) &&
                      holds(&chain, reason) && is_for(chain.vcek, product, report, reason) &&
                      is_signed(chain.vcek, report, reason);
    X509_free(chain.vcek);
    X509_free(chain.ask);
    X509_free(chain.ark);
    return good;
}
