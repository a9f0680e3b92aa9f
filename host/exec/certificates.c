/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of certificates (certificates.h).
 */
#include "host/exec/certificates.h"

#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "host/demo/snp_host.h"
#include "host/kds/answer.h"

#define ENTRIES 3u
#define TARGET_BYTES 512

struct entry {
    uint8_t guid[16];
    uint32_t offset; /* From the table's start. */
    uint32_t length;
} ABI_PACKED;
ABI_SIZE(struct entry, 0x18);

/* GUIDs as their text has them: c0b406a4-..., 4ab7b379-..., 63da758d-... */
static const uint8_t guids[ENTRIES][16] = {
    {0xc0, 0xb4, 0x06, 0xa4, 0xa8, 0x03, 0x49, 0x52, 0x97, 0x43, 0x3f, 0xb6, 0x01, 0x4c, 0xd0,
     0xae}, /* ARK */
    {0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4, 0xa0, 0x2f, 0x05, 0xae, 0xf3, 0x27, 0xc7,
     0x82}, /* ASK */
    {0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64, 0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac,
     0xcd}, /* VCEK */
};
enum { ARK, ASK, VCEK };

static bool get(const struct kds *kds, const char *target, struct provision_bytes *bytes,
                struct provision_error *error)
{
    struct kds_answer answer;
    kds_get(kds, target, &answer);
    if (answer.status != KDS_OK) {
        provision_bytes_free(&answer.body);
        return provision_fail(error, "%s: %d %s", target, (int)answer.status,
                              kds_status_text(answer.status));
    }
    *bytes = answer.body;
    return true;
}

/* Takes the next certificate of a text. */
static bool take(BIO *text, struct provision_bytes *der, struct provision_error *error)
{
    X509 *certificate = PEM_read_bio_X509(text, NULL, NULL, NULL);
    uint8_t *bytes = NULL;
    const int length = certificate != NULL ? i2d_X509(certificate, &bytes) : -1;
    X509_free(certificate);
    if (length <= 0) {
        return provision_fail(error, "cert_chain: not two certificates");
    }
    der->data = malloc((size_t)length);
    if (der->data != NULL) {
        memcpy(der->data, bytes, (size_t)length);
        der->length = (size_t)length;
    }
    OPENSSL_free(bytes);
    return der->data != NULL || provision_fail(error, "no memory");
}

static bool get_authorities(const struct kds *kds, const struct provision_product *product,
                            struct provision_bytes der[ENTRIES], struct provision_error *error)
{
    char target[TARGET_BYTES];
    struct provision_bytes pem = {0};
    (void)snprintf(target, sizeof target, "/vcek/v1/%s/cert_chain", product->line);
    if (!get(kds, target, &pem, error)) {
        return false;
    }
    BIO *text = BIO_new_mem_buf(pem.data, (int)pem.length);
    const bool good = text != NULL && take(text, &der[ASK], error) && take(text, &der[ARK], error);
    BIO_free(text);
    provision_bytes_free(&pem);
    return good;
}

static bool get_vcek(const struct kds *kds, const struct provision_product *product,
                     const uint8_t *id, uint64_t tcb, struct provision_bytes *der,
                     struct provision_error *error)
{
    char target[TARGET_BYTES];
    size_t length = (size_t)snprintf(target, sizeof target, "/vcek/v1/%s/", product->line);
    for (size_t i = 0; i < product->id_bytes; i++) {
        length += (size_t)snprintf(target + length, sizeof target - length, "%02x", id[i]);
    }
    char separator = '?';
    for (unsigned i = 0; i < SNP_TCB_PARTS; i++) {
        if (product->parts[i].name != NULL) {
            length +=
                (size_t)snprintf(target + length, sizeof target - length, "%c%sSPL=%u", separator,
                                 product->parts[i].name, (unsigned)(tcb >> (8 * i) & 0xFF));
            separator = '&';
        }
    }
    return get(kds, target, der, error);
}

static bool lay_out(const struct provision_bytes der[ENTRIES], struct provision_bytes *table,
                    struct provision_error *error)
{
    uint32_t offset = (ENTRIES + 1) * (uint32_t)sizeof(struct entry);
    size_t length = offset;
    for (unsigned i = 0; i < ENTRIES; i++) {
        length += der[i].length;
    }
    table->data = calloc(1, length);
    if (table->data == NULL) {
        return provision_fail(error, "no memory");
    }
    table->length = length;
    for (unsigned i = 0; i < ENTRIES; i++) {
        struct entry entry = {.offset = offset, .length = (uint32_t)der[i].length};
        memcpy(entry.guid, guids[i], sizeof entry.guid);
        memcpy(table->data + i * sizeof entry, &entry, sizeof entry);
        memcpy(table->data + offset, der[i].data, der[i].length);
        offset += entry.length;
    }
    return true;
}

bool exec_certificates_make(const char *directory, const uint8_t *id, uint64_t tcb,
                            struct provision_bytes *table, struct provision_error *error)
{
    struct provision_bytes der[ENTRIES] = {0};
    struct provision_error reason;
    struct kds kds;
    const struct provision_product *product = snp_host_product(directory);
    *table = (struct provision_bytes){0};
    if (product == NULL) {
        return provision_fail(error, "a chip of this product has no SEV-SNP");
    }
    if (!kds_open(directory, &kds, &reason, error)) {
        return false;
    }
    const bool good = get_authorities(&kds, product, der, error) &&
                      get_vcek(&kds, product, id, tcb, &der[VCEK], error) &&
                      lay_out(der, table, error);
    for (unsigned i = 0; i < ENTRIES; i++) {
        provision_bytes_free(&der[i]);
    }
    kds_close(&kds);
    return good;
}
