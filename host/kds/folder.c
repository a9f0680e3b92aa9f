/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of certificates (folder.h).
 */
#include "host/kds/folder.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
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

/* The next certificate of a chain in PEM format. */
static bool write_next(const char *folder, const char *name, bool der, BIO *chain,
                       struct provision_error *error)
{
    uint8_t *data = NULL;
    X509 *certificate = PEM_read_bio_X509(chain, NULL, NULL, NULL);
    const int length = certificate != NULL ? i2d_X509(certificate, &data) : 0;
    const struct provision_bytes bytes = {data, length > 0 ? (size_t)length : 0};
    const bool ok = length > 0 ? write_one(folder, name, der, &bytes, error)
                               : provision_fail_openssl(error, "the chain lacks the %s", name);
    OPENSSL_free(data);
    X509_free(certificate);
    return ok;
}

static bool write_chain(const struct provision_bytes *pem, enum provision_key_kind kind,
                        const char *folder, bool der, struct provision_error *error)
{
    BIO *chain = BIO_new_mem_buf(pem->data, (int)pem->length);
    const bool ok =
        chain != NULL &&
        write_next(folder, kind == PROVISION_VCEK ? "ask" : "asvk", der, chain, error) &&
        write_next(folder, "ark", der, chain, error);
    BIO_free(chain);
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
    char target[TARGET_BYTES];
    struct provision_bytes chain;
    struct provision_bytes leaf = {0};
    if (!get_chain(client, wanted, &chain, error)) {
        return false;
    }
    name_leaf(wanted, target);
    const int status = kds_client_get(client, target, &leaf, error);
    bool ok = status == KDS_OK;
    if (!ok && status != 0) {
        (void)provision_fail(error, "%s: %d %s", target, status,
                             kds_status_text((enum kds_status)status));
    }
    ok = ok && provision_directory_make_one(folder, DIRECTORY_MODE, error) &&
         write_chain(&chain, wanted->kind, folder, der, error) &&
         write_one(folder, wanted->kind == PROVISION_VCEK ? "vcek" : "vlek", der, &leaf, error);
    provision_bytes_free(&chain);
    provision_bytes_free(&leaf);
    return ok;
}
