/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM (gcm.h).
 */
#include "tests/snp/gcm.h"

#include <openssl/evp.h>
#include <string.h>

#include "tests/snp/bytes.h"

void witness_gcm_count(uint64_t count, uint8_t iv[WITNESS_GCM_IV_BYTES])
{
    memset(iv, 0, WITNESS_GCM_IV_BYTES);
    witness_store64(iv, count);
}

/* Passes AAD and text; the context still holds the tag. */
static EVP_CIPHER_CTX *pass(const struct witness_gcm *gcm, const uint8_t *input, uint8_t *output,
                            size_t length, bool encrypt)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int done = 0;

    witness_need(EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, gcm->key, gcm->iv,
                                   encrypt ? 1 : 0) == 1);
    if (gcm->aad_length != 0) {
        witness_need(EVP_CipherUpdate(context, NULL, &done, gcm->aad, (int)gcm->aad_length) == 1);
    }
    if (length != 0) {
        witness_need(EVP_CipherUpdate(context, output, &done, input, (int)length) == 1);
    }
    return context;
}

void witness_gcm_seal(const struct witness_gcm *gcm, const uint8_t *input, uint8_t *output,
                      size_t length, uint8_t tag[WITNESS_GCM_TAG_BYTES])
{
    EVP_CIPHER_CTX *context = pass(gcm, input, output, length, true);
    uint8_t none[WITNESS_GCM_TAG_BYTES];
    int done = 0;

    witness_need(EVP_CipherFinal_ex(context, none, &done) == 1 && done == 0);
    witness_need(
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, (int)WITNESS_GCM_TAG_BYTES, tag) == 1);
    EVP_CIPHER_CTX_free(context);
}

bool witness_gcm_open(const struct witness_gcm *gcm, const uint8_t *input, uint8_t *output,
                      size_t length, const uint8_t tag[WITNESS_GCM_TAG_BYTES])
{
    EVP_CIPHER_CTX *context = pass(gcm, input, output, length, false);
    uint8_t expected[WITNESS_GCM_TAG_BYTES];
    uint8_t none[WITNESS_GCM_TAG_BYTES];
    int done = 0;

    memcpy(expected, tag, sizeof expected);
    witness_need(
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, (int)sizeof expected, expected) == 1);
    const bool genuine = EVP_CipherFinal_ex(context, none, &done) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!genuine && length != 0) {
        memset(output, 0, length);
    }
    return genuine;
}
