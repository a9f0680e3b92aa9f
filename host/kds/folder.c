/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of certificates (folder.h).
 */
#include "host/kds/folder.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/provision/x509.h"

#define TARGET_BYTES 384u
#define NAME_BYTES 16u
#define DIRECTORY_MODE ((mode_t)0755)

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

static bool write_one(const char *folder, const char *name, bool der,
                      const struct provision_bytes *bytes, struct provision_error *error)
{
    char file[NAME_BYTES];
    struct provision_path path = {0};
    struct provision_bytes pem = {0};
    (void)snprintf(file, sizeof file, "%s.%s", name, der ? "der" : "pem");
    if (!provision_path_join(folder, file, &path, error) ||
        (!der && !provision_x509_pem(bytes, &pem, error))) {
        return false;
    }
    const struct provision_extent extent = {.data = der ? bytes->data : pem.data,
                                            .length = der ? bytes->length : pem.length};
    const bool ok =
        provision_file_write(path.text, &extent, 1, extent.length, PROVISION_MODE_PUBLIC, error);
    provision_bytes_free(&pem);
    return ok;
}

/* What a folder gets. */
struct files {
    struct provision_bytes ca; /* ASK or ASVK, DER. */
    struct provision_bytes ark;
    struct provision_bytes leaf;
};

static void files_free(struct files *files)
{
    provision_bytes_free(&files->ca);
    provision_bytes_free(&files->ark);
    provision_bytes_free(&files->leaf);
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
static bool read_files(const struct provision_bytes *chain, const char *ca, const char *leaf,
                       struct files *files, struct provision_error *error)
{
    const uint8_t *at = files->leaf.data;
    X509 *certificate = d2i_X509(NULL, &at, (long)files->leaf.length);
    const bool whole = certificate != NULL && at == files->leaf.data + files->leaf.length;
    X509_free(certificate);
    if (!whole) {
        return provision_fail(error, "what came as the %s is no certificate", leaf);
    }
    BIO *text = BIO_new_mem_buf(chain->data, (int)chain->length);
    const bool ok = text != NULL && read_next(ca, text, &files->ca, error) &&
                    read_next("ark", text, &files->ark, error);
    BIO_free(text);
    return ok;
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
    }
    return provision_fail(error, "there is no chain for %s",
                          known != NULL ? known->line : "any product");
}

bool kds_write_folder(struct kds_client *client, struct kds_wanted *wanted, const char *folder,
                      bool der, struct provision_error *error)
{
    const char *ca = wanted->kind == PROVISION_VCEK ? "ask" : "asvk";
    const char *leaf = wanted->kind == PROVISION_VCEK ? "vcek" : "vlek";
    char target[TARGET_BYTES];
    struct provision_bytes chain;
    struct files files = {0};
    if (!get_chain(client, wanted, &chain, error)) {
        return false;
    }
    name_leaf(wanted, target);
    const int status = kds_client_get(client, target, &files.leaf, error);
    bool ok = status == KDS_OK;
    if (!ok && status != 0) {
        (void)provision_fail(error, "%s: %d %s", target, status,
                             kds_status_text((enum kds_status)status));
    }
    ok = ok && read_files(&chain, ca, leaf, &files, error) &&
         provision_directory_make_one(folder, DIRECTORY_MODE, error) &&
         write_one(folder, ca, der, &files.ca, error) &&
         write_one(folder, "ark", der, &files.ark, error) &&
         write_one(folder, leaf, der, &files.leaf, error);
    provision_bytes_free(&chain);
    files_free(&files);
    return ok;
}
