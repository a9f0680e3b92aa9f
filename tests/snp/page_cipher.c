/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller's cipher (page_cipher.h).
 */
#include "tests/snp/page_cipher.h"

#include <openssl/evp.h>
#include <string.h>

#include "tests/snp/bytes.h"

#define PAGE_BYTES 4096u
#define KEY_BYTES 16u

static void transform(const struct witness_page_keys *keys, uint64_t paddr, const uint8_t *input,
                      uint8_t *output, size_t pages, int encrypt)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t both[2 * KEY_BYTES];
    int done = 0;

    memcpy(both, keys->data_key, KEY_BYTES);
    memcpy(both + KEY_BYTES, keys->tweak_key, KEY_BYTES);
    for (size_t i = 0; i < pages; i++) {
        uint8_t unit[KEY_BYTES] = {0};

        witness_store64(unit, paddr / PAGE_BYTES + i);
        witness_need(EVP_CipherInit_ex(context, EVP_aes_128_xts(), NULL, both, unit, encrypt) == 1);
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
