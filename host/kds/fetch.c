/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates behind a report, from a key server (fetch.h).
 */
#include "host/kds/fetch.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGET_BYTES 384u

/* The key server's address of the leaf. */
static void name_leaf(const struct kds_wanted *wanted, char target[TARGET_BYTES])
{
    const struct provision_product *product = wanted->product;
    char digits[2 * PROVISION_CHIP_ID_BYTES + 1] = "cert";
    const bool vcek = wanted->kind == PROVISION_VCEK;
    if (vcek) {
        provision_hex(wanted->id, product->id_bytes, digits);
    }
    int length = snprintf(target, TARGET_BYTES, "/%s/v1/%s/%s", vcek ? "vcek" : "vlek",
                          product->line, digits);
    char before = '?';
    for (unsigned i = 0; i < SNP_TCB_PARTS && length > 0; i++) {
        if (product->parts[i].name != NULL) {
            length += snprintf(target + length, TARGET_BYTES - (size_t)length, "%c%sSPL=%u", before,
                               product->parts[i].name, (unsigned)(wanted->tcb >> (8 * i) & 0xFF));
            before = '&';
        }
    }
}

void kds_certificates_free(struct kds_certificates *certificates)
{
    provision_bytes_free(&certificates->ca);
    provision_bytes_free(&certificates->ark);
    provision_bytes_free(&certificates->leaf);
}

/* No certificate has a pass phrase, and nobody is to be asked for one. */
static int no_pass_phrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

/* The next certificate of a chain in PEM format. */
static bool read_next(const char *name, BIO *chain, struct provision_bytes *der,
                      struct provision_error *error)
{
    uint8_t *data = NULL;
    X509 *certificate = PEM_read_bio_X509(chain, NULL, no_pass_phrase, NULL);
    const int length = certificate != NULL ? i2d_X509(certificate, &data) : 0;
    *der = (struct provision_bytes){0};
    if (length > 0) {
        der->data = malloc((size_t)length);
        if (der->data != NULL) {
            der->length = (size_t)length;
            memcpy(der->data, data, der->length);
        }
    }
    OPENSSL_free(data);
    X509_free(certificate);
    return der->length > 0 || provision_fail_openssl(error, "the chain lacks the %s", name);
}

/* Takes apart what has come, all of it before anything is written. */
static bool take_apart(const struct provision_bytes *chain, enum provision_key_kind kind,
                       struct kds_certificates *files, struct provision_error *error)
{
    const bool vcek = kind == PROVISION_VCEK;
    const uint8_t *at = files->leaf.data;
    X509 *certificate = d2i_X509(NULL, &at, (long)files->leaf.length);
    const bool whole = certificate != NULL && at == files->leaf.data + files->leaf.length;
    X509_free(certificate);
    if (!whole) {
        return provision_fail(error, "what came as the %s is no certificate",
                              vcek ? "vcek" : "vlek");
    }
    BIO *text = BIO_new_mem_buf(chain->data, (int)chain->length);
    const bool ok = (text != NULL || provision_fail_openssl(error, "cannot read the chain")) &&
                    read_next(vcek ? "ask" : "asvk", text, &files->ca, error) &&
                    read_next("ark", text, &files->ark, error);
    BIO_free(text);
    return ok;
}

static bool refuse(const char *target, int status, struct provision_error *error)
{
    return provision_fail(error, "%s: %d %s", target, status,
                          kds_status_text((enum kds_status)status));
}

/* Asks for the chain: of the product, or of each that there is until one is known. */
static bool get_chain(struct kds_client *client, struct kds_wanted *wanted,
                      struct provision_bytes *chain, struct provision_error *error)
{
    const struct provision_product *known = wanted->product;
    for (uint32_t id = SNP_PRODUCT_MILAN; id <= SNP_PRODUCT_VENICE; id++) {
        char target[TARGET_BYTES];
        const struct provision_product *product = provision_product_of(id);
        if (known != NULL && product != known) {
            continue;
        }
        (void)snprintf(target, sizeof target, "/%s/v1/%s/cert_chain",
                       wanted->kind == PROVISION_VCEK ? "vcek" : "vlek", product->line);
        const int status = kds_client_get(client, target, chain, error);
        if (status == 0) {
            return false;
        }
        if (status == KDS_OK) {
            wanted->product = product;
            return true;
        }
        if (status != KDS_NOT_FOUND) {
            return refuse(target, status, error);
        }
    }
    return provision_fail(error, "there is no chain for %s",
                          known != NULL ? known->line : "any product");
}

bool kds_fetch(struct kds_client *client, struct kds_wanted *wanted,
               struct kds_certificates *certificates, struct provision_error *error)
{
    char target[TARGET_BYTES];
    struct provision_bytes chain;
    *certificates = (struct kds_certificates){0};
    if (!get_chain(client, wanted, &chain, error)) {
        return false;
    }
    name_leaf(wanted, target);
    const int status = kds_client_get(client, target, &certificates->leaf, error);
    const bool ok = (status == KDS_OK || (status != 0 && refuse(target, status, error))) &&
                    take_apart(&chain, wanted->kind, certificates, error);
    provision_bytes_free(&chain);
    if (!ok) {
        kds_certificates_free(certificates);
    }
    return ok;
}
