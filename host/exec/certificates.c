/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of certificates (certificates.h).
 */
#include "host/exec/certificates.h"

#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "host/demo/snp_host.h"
#include "host/kds/fetch.h"

#define ENTRIES 3u

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

static bool lay_out(const struct provision_bytes *const der[ENTRIES], struct provision_bytes *table,
                    struct provision_error *error)
{
    uint32_t offset = (ENTRIES + 1) * (uint32_t)sizeof(struct entry);
    size_t length = offset;
    for (unsigned i = 0; i < ENTRIES; i++) {
        length += der[i]->length;
    }
    table->data = calloc(1, length);
    if (table->data == NULL) {
        return provision_fail(error, "no memory");
    }
    table->length = length;
    for (unsigned i = 0; i < ENTRIES; i++) {
        struct entry entry = {.offset = offset, .length = (uint32_t)der[i]->length};
        memcpy(entry.guid, guids[i], sizeof entry.guid);
        memcpy(table->data + i * sizeof entry, &entry, sizeof entry);
        memcpy(table->data + offset, der[i]->data, der[i]->length);
        offset += entry.length;
    }
    return true;
}

bool exec_certificates_make(const char *directory, const uint8_t *id, uint64_t tcb,
                            struct provision_bytes *table, struct provision_error *error)
{
    struct kds_wanted wanted = {
        .product = snp_host_product(directory), .kind = PROVISION_VCEK, .tcb = tcb};
    struct kds_certificates certificates;
    struct kds_client client;
    *table = (struct provision_bytes){0};
    if (wanted.product == NULL) {
        return provision_fail(error, "a chip of this product has no SEV-SNP");
    }
    if (!kds_client_open(directory, &client, error)) {
        return false;
    }
    memcpy(wanted.id, id, sizeof wanted.id);
    bool good = kds_fetch(&client, &wanted, &certificates, error);
    if (good) {
        const struct provision_bytes *der[ENTRIES] = {
            [ARK] = &certificates.ark, [ASK] = &certificates.ca, [VCEK] = &certificates.leaf};
        good = lay_out(der, table, error);
        kds_certificates_free(&certificates);
    }
    kds_client_close(&client);
    return good;
}
