/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a corpus follows from (seed.h).
 */
#include "host/vectors/seed.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/provision/provision.h"

static const char label[] = "virtasp-vectors";

bool vectors_seed_read(const char *text, struct vectors_seed *seed, struct provision_error *error)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool ok = context != NULL && EVP_DigestInit_ex2(context, EVP_sha256(), NULL) == 1 &&
                    EVP_DigestUpdate(context, label, sizeof label) == 1 &&
                    EVP_DigestUpdate(context, text, strlen(text)) == 1 &&
                    EVP_DigestFinal_ex(context, seed->secret, NULL) == 1;
    EVP_MD_CTX_free(context);
    return ok || provision_fail_openssl(error, "cannot hash the seed");
}

bool vectors_derive(const struct vectors_seed *seed, const char *purpose, uint8_t *output,
                    size_t length, struct provision_error *error)
{
    return provision_kdf(seed->secret, sizeof seed->secret, label, (const uint8_t *)purpose,
                         strlen(purpose), output, length, error);
}
