/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-384, HMAC-SHA-256 and key derivation (hash.h).
 */
#include "tests/snp/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "tests/snp/bytes.h"

#define MAC_BYTES 32u

void witness_sha384(const void *data, size_t length, uint8_t digest[WITNESS_DIGEST_BYTES])
{
    witness_need(EVP_Digest(data, length, digest, NULL, EVP_sha384(), NULL) == 1);
}

static void block_of(EVP_MAC_CTX *mac, const struct witness_kdf *kdf, uint32_t index, uint32_t bits,
                     uint8_t block[MAC_BYTES])
{
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    uint8_t number[4];
    size_t written = 0;

    witness_need(EVP_MAC_init(mac, kdf->key, kdf->key_length, parameters) == 1);
    witness_store32(number, index);
    witness_need(EVP_MAC_update(mac, number, sizeof number) == 1);
    witness_need(EVP_MAC_update(mac, (const uint8_t *)kdf->label, strlen(kdf->label) + 1) == 1);
    witness_need(kdf->context_length == 0 ||
                 EVP_MAC_update(mac, kdf->context, kdf->context_length) == 1);
    witness_store32(number, bits);
    witness_need(EVP_MAC_update(mac, number, sizeof number) == 1);
    witness_need(EVP_MAC_final(mac, block, &written, MAC_BYTES) == 1 && written == MAC_BYTES);
}

void witness_derive(const struct witness_kdf *kdf, uint8_t *output, size_t length)
{
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(algorithm);
    uint8_t block[MAC_BYTES];

    witness_need(mac != NULL);
    for (size_t done = 0; done < length; done += MAC_BYTES) {
        const size_t step = length - done < MAC_BYTES ? length - done : MAC_BYTES;

        block_of(mac, kdf, (uint32_t)(done / MAC_BYTES) + 1, (uint32_t)length * 8u, block);
        memcpy(output + done, block, step);
    }
    EVP_MAC_CTX_free(mac);
    EVP_MAC_free(algorithm);
}
