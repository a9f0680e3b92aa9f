/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes, ciphers and sessions, computed with OpenSSL (firmware_oracle.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tests/snp/page_cipher.h"
#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_oracle.h"

#define PAGE 4096u

void oracle_sha256(const void *data, size_t length, uint8_t digest[32])
{
    assert_int_equal(EVP_Digest(data, length, digest, NULL, EVP_sha256(), NULL), 1);
}

static void hmac(const uint8_t *key, size_t key_length, const void *data, size_t length,
                 uint8_t mac[32])
{
    assert_non_null(HMAC(EVP_sha256(), key, (int)key_length, data, length, mac, NULL));
}

void oracle_hmac(const uint8_t key[16], const void *data, size_t length, uint8_t mac[32])
{
    hmac(key, 16, data, length, mac);
}

void oracle_kdf(const uint8_t *key, size_t key_length, const char *label, const uint8_t *context,
                size_t context_length, uint8_t *output, size_t length)
{
    const uint32_t bits = (uint32_t)length * 8u;
    uint8_t message[128];
    uint8_t block[32];

    for (uint32_t i = 1; length != 0; i++) {
        const size_t step = length < sizeof(block) ? length : sizeof(block);
        size_t used = 0;

        memcpy(message, &i, 4);
        used = 4;
        memcpy(message + used, label, strlen(label) + 1); /* The NUL is the separator. */
        used += strlen(label) + 1;
        memcpy(message + used, context == NULL ? message : context, context_length);
        used += context_length;
        memcpy(message + used, &bits, 4);
        hmac(key, key_length, message, used + 4, block);
        memcpy(output, block, step);
        output += step;
        length -= step;
    }
}

void oracle_aes128_ctr(const uint8_t key[16], const uint8_t iv[16], const void *input, void *output,
                       size_t length)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int done = 0;

    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, key, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(context, output, &done, input, (int)length), 1);
    assert_int_equal(done, length);
    EVP_CIPHER_CTX_free(context);
}

void oracle_page(const uint8_t data_key[16], const uint8_t tweak_key[16], uint64_t paddr,
                 const uint8_t *input, uint8_t *output, bool encrypt)
{
    const struct witness_page_keys keys = {.data_key = data_key, .tweak_key = tweak_key};

    if (encrypt) {
        witness_pages_encrypt(&keys, paddr, input, output, 1);
    } else {
        witness_pages_decrypt(&keys, paddr, input, output, 1);
    }
}

void oracle_read_memory(uint32_t asid, uint64_t paddr, void *output, size_t length)
{
    const struct fabric_memctl *memctl = board_memctl();
    uint8_t page[PAGE];

    for (size_t done = 0; done < length;) {
        const uint64_t at = paddr + done;
        const size_t skip = (size_t)(at % PAGE);
        const size_t step = length - done < PAGE - skip ? length - done : PAGE - skip;

        oracle_page(memctl->slots[asid].key, memctl->tweak_key, at, board_dram(at - skip), page,
                    false);
        memcpy((uint8_t *)output + done, page + skip, step);
        done += step;
    }
}

void oracle_write_memory(uint32_t asid, uint64_t paddr, const void *input, size_t length)
{
    const struct fabric_memctl *memctl = board_memctl();

    for (size_t done = 0; done < length; done += PAGE) {
        oracle_page(memctl->slots[asid].key, memctl->tweak_key, paddr + done,
                    (const uint8_t *)input + done, board_dram(paddr + done), true);
    }
}

void oracle_session(struct sev_session *session, const struct oracle_key *owner,
                    const struct sev_certificate *pdh, uint32_t policy,
                    const struct sev_transport_keys *keys)
{
    struct oracle_key platform;
    uint8_t shared[ORACLE_NUMBER];
    uint8_t master[16];
    uint8_t kek[16];
    uint8_t kik[16];

    memset(session, 0x5E, sizeof(*session)); /* Nonce and IV: any value will do. */
    oracle_read_key(pdh, &platform);
    oracle_ecdh(owner, &platform, shared);
    oracle_kdf(shared, sizeof(shared), SEV_LABEL_MASTER, session->nonce, 16, master, 16);
    oracle_kdf(master, sizeof(master), SEV_LABEL_KEK, NULL, 0, kek, 16);
    oracle_kdf(master, sizeof(master), SEV_LABEL_KIK, NULL, 0, kik, 16);
    oracle_aes128_ctr(kek, session->wrap_iv, keys, session->wrap_tk, sizeof(session->wrap_tk));
    oracle_hmac(kik, session->wrap_tk, sizeof(session->wrap_tk), session->wrap_mac);
    oracle_hmac(keys->tik, &policy, sizeof(policy), session->policy_mac);
}
