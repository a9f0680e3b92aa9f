/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-128-CTR (SP 800-38A) and AES-256-GCM (SP 800-38D) by Mbed TLS. CTR, which every migrated page
 * goes through, has a second engine for CPUs with AES instructions, and the board's for long messages.
 */
#include "crypto/aes.h"

#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/gcm.h>

#include "crypto/aes_ctr_engine.h"
#include "crypto/cipher_engine_internal.h"
#include "crypto/fatal.h"

#ifdef __arm__
#include "hal/system.h"
#endif

aes_ctr_engine *crypto_aes128_ctr_accelerated(void)
{
#ifdef __arm__
    return hal_cpu_has_aes() ? crypto_aes128_ctr_armv8 : NULL;
#else
    return NULL;
#endif
}

void aes128_ctr_by_cpu(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                       uint8_t *output, size_t length)
{
    aes_ctr_engine *accelerated = crypto_aes128_ctr_accelerated();
    if (accelerated != NULL) {
        accelerated(key, iv, input, output, length);
    } else {
        crypto_aes128_ctr_portable(key, iv, input, output, length);
    }
}

/* A whole message by the cipher engine. Returns false, with nothing in the output, if it failed. */
static bool ctr_by_engine(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                          uint8_t *output, uint32_t length)
{
    struct engine_work work = {
        .key = {.algorithm = HAL_CIPHER_AES_128_CTR, .encrypt = true},
        .iv = iv,
        .length = length,
        .from = HAL_CIPHER_INPUT,
        .to = HAL_CIPHER_INPUT,
    };
    uint8_t *const buffer = hal_cipher_buffer(HAL_CIPHER_INPUT);
    memcpy(work.key.bytes, key, 16);
    memcpy(buffer, input, length);
    const bool ok = engine_start(&work, 1) && engine_finish();
    if (ok) {
        memcpy(output, buffer, length);
    }
    crypto_wipe(buffer, length);
    crypto_wipe(&work.key, sizeof(work.key));
    return ok;
}

void crypto_aes128_ctr(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                       uint8_t *output, size_t length)
{
    if (length > ENGINE_BYTES_MAX || length % CRYPTO_AES_BLOCK_BYTES != 0 ||
        !engine_is_worth(length) || !ctr_by_engine(key, iv, input, output, (uint32_t)length)) {
        aes128_ctr_by_cpu(key, iv, input, output, length);
    }
}

void crypto_aes128_ctr_portable(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                                uint8_t *output, size_t length)
{
    mbedtls_aes_context aes;
    uint8_t counter[CRYPTO_AES_BLOCK_BYTES];
    uint8_t stream[CRYPTO_AES_BLOCK_BYTES] = {0};
    size_t offset = 0;
    memcpy(counter, iv, sizeof(counter));
    mbedtls_aes_init(&aes);
    if (mbedtls_aes_setkey_enc(&aes, key, 128) != 0 ||
        mbedtls_aes_crypt_ctr(&aes, length, &offset, counter, stream, input, output) != 0) {
        crypto_fatal("AES-CTR");
    }
    mbedtls_aes_free(&aes);
    crypto_wipe(counter, sizeof(counter));
    crypto_wipe(stream, sizeof(stream));
}

static void start_gcm(mbedtls_gcm_context *gcm, const uint8_t key[32])
{
    mbedtls_gcm_init(gcm);
    if (mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key, 256) != 0) {
        crypto_fatal("AES-GCM");
    }
}

void crypto_aes256_gcm_seal(const uint8_t key[32], const uint8_t nonce[CRYPTO_GCM_NONCE_BYTES],
                            const uint8_t *aad, size_t aad_length, const uint8_t *input,
                            uint8_t *output, size_t length, uint8_t tag[CRYPTO_GCM_TAG_BYTES])
{
    mbedtls_gcm_context gcm;
    start_gcm(&gcm, key);
    if (mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, length, nonce, CRYPTO_GCM_NONCE_BYTES,
                                  aad, aad_length, input, output, CRYPTO_GCM_TAG_BYTES, tag) != 0) {
        crypto_fatal("AES-GCM");
    }
    mbedtls_gcm_free(&gcm);
}

bool crypto_aes256_gcm_open(const uint8_t key[32], const uint8_t nonce[CRYPTO_GCM_NONCE_BYTES],
                            const uint8_t *aad, size_t aad_length, const uint8_t *input,
                            uint8_t *output, size_t length, const uint8_t tag[CRYPTO_GCM_TAG_BYTES])
{
    mbedtls_gcm_context gcm;
    start_gcm(&gcm, key);
    const int result =
        mbedtls_gcm_auth_decrypt(&gcm, length, nonce, CRYPTO_GCM_NONCE_BYTES, aad, aad_length, tag,
                                 CRYPTO_GCM_TAG_BYTES, input, output);
    mbedtls_gcm_free(&gcm);
    if (result != 0) {
        crypto_wipe(output, length);
        return false;
    }
    return true;
}
