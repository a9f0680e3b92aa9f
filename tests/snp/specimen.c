/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate of any role (specimen.h).
 */
#include "tests/snp/specimen.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "tests/snp/p384.h"

struct specimen_parts specimen_parts;

int specimen_begin(void **state)
{
    (void)state;
    specimen_parts.authority = witness_issue_rsa_key();
    specimen_parts.leaf = witness_p384_make();
    for (uint8_t i = 0; i < sizeof specimen_parts.chip_id; i++) {
        specimen_parts.chip_id[i] = (uint8_t)(0x81 + i);
    }
    return 0;
}

int specimen_end(void **state)
{
    (void)state;
    EVP_PKEY_free(specimen_parts.authority);
    EVP_PKEY_free(specimen_parts.leaf);
    return 0;
}

X509 *specimen(enum witness_role role, const struct witness_product *product,
               void (*change)(X509 *), const struct witness_signing *signing)
{
    const bool leaf = role == WITNESS_VCEK || role == WITNESS_VLEK;
    const struct witness_issue issuer = {
        .role = witness_role_of_issuer(role),
        .product = product,
        .key = specimen_parts.authority,
        .signer = specimen_parts.authority,
        .from = SPECIMEN_FROM,
    };
    X509 *above = role == WITNESS_ARK ? NULL : witness_issue(&issuer);
    const struct witness_issue issue = {
        .role = role,
        .product = product,
        .key = leaf ? specimen_parts.leaf : specimen_parts.authority,
        .issuer = above,
        .signer = specimen_parts.authority,
        .from = SPECIMEN_FROM,
        .tcb = product->struct_version == 0 ? SPECIMEN_MILAN_TCB : SPECIMEN_TURIN_TCB,
        .chip_id = specimen_parts.chip_id,
        .csp_id = SPECIMEN_CSP_ID,
        .change = change,
        .signing = signing,
    };
    X509 *certificate = witness_issue(&issue);

    X509_free(above);
    return certificate;
}

X509 *specimen_of_version_2(enum witness_role role, const struct witness_product *product)
{
    static const uint8_t version_3[] = {0xA0, 0x03, 0x02, 0x01, 0x02}; /* First in the body. */
    X509 *certificate = specimen(role, product, NULL, NULL);
    uint8_t *bytes = NULL;
    const int length = i2d_X509(certificate, &bytes);
    const uint8_t *read = bytes;
    size_t at = 0;

    while (length > 64 && at < 16 && memcmp(&bytes[at], version_3, sizeof version_3) != 0) {
        at++;
    }
    if (length <= 64 || at == 16) {
        abort(); /* No certificate begins like this. */
    }
    bytes[at + sizeof version_3 - 1] = 1;
    X509_free(certificate);
    certificate = d2i_X509(NULL, &read, length);
    OPENSSL_free(bytes);
    return certificate;
}
