/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller's cipher (page_cipher.h).
 */
#include "tests/snp/page_cipher.h"

#include <openssl/evp.h>
#include <string.h>

#include "tests/snp/bytes.h"

#define PAGE_BYTES 4096u
#define UNIT_BYTES 16u
#define KEY_BYTES_MAX 32u

static void transform(const struct witness_page_keys *keys, uint64_t paddr, const uint8_t *input,
                      uint8_t *output, size_t pages, int encrypt)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const size_t key_bytes = keys->aes_256 ? 32 : 16;
    const EVP_CIPHER *cipher = keys->aes_256 ? EVP_aes_256_xts() : EVP_aes_128_xts();
    uint8_t both[2 * KEY_BYTES_MAX];
    int done = 0;

    memcpy(both, keys->data_key, key_bytes);
    memcpy(both + key_bytes, keys->tweak_key, key_bytes);
    for (size_t i = 0; i < pages; i++) {
        uint8_t unit[UNIT_BYTES] = {0};

        witness_store64(unit, paddr / PAGE_BYTES + i);
        witness_need(EVP_CipherInit_ex(context, cipher, NULL, both, unit, encrypt) == 1);
        witness_need(EVP_CipherUpdate(context, output + i * PAGE_BYTES, &done,
                                      input + i * PAGE_BYTES, (int)PAGE_BYTES) == 1);
    }
    EVP_CIPHER_CTX_free(context);
}

void witness_pages_encrypt(const struct witness_page_keys *keys, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t pages)
{
    transform(keys, paddr, input, output, pages, 1);
}

void witness_pages_decrypt(const struct witness_page_keys *keys, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t pages)
{
    transform(keys, paddr, input, output, pages, 0);
}
