/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of a transport session and its messages, with OpenSSL.
 */
#include "host/lib/session.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

/* One piece of what is authenticated. */
struct piece {
    const void *bytes;
    size_t length;
};

static void put_le32(uint8_t bytes[4], uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

/* HMAC-SHA-256 of the pieces, one after the other. */
static bool hmac(const void *key, size_t key_length, const struct piece *pieces, size_t count,
                 uint8_t mac[SEV_MAC_BYTES])
{
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(algorithm);
    bool done = context != NULL && EVP_MAC_init(context, key, key_length, parameters) == 1;
    for (size_t i = 0; i < count && done; i++) {
        done = EVP_MAC_update(context, pieces[i].bytes, pieces[i].length) == 1;
    }
    size_t length = 0;
    done =
        done && EVP_MAC_final(context, mac, &length, SEV_MAC_BYTES) == 1 && length == SEV_MAC_BYTES;
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(algorithm);
    return done;
}

bool session_derive(const void *key, size_t key_length, const char *label, const void *context,
                    size_t context_length, uint8_t output[SEV_KEY_BYTES])
{
    static const uint8_t separator[1] = {0};
    uint8_t counter[4];
    uint8_t bits[4];
    put_le32(counter, 1); /* one block of the PRF holds all the output */
    put_le32(bits, 8 * SEV_KEY_BYTES);
    const struct piece pieces[] = {
        {counter, sizeof counter},     {label, strlen(label)},
        {separator, sizeof separator}, {context != NULL ? context : "", context_length},
        {bits, sizeof bits},
    };
    uint8_t block[SEV_MAC_BYTES];
    bool done = hmac(key, key_length, pieces, sizeof pieces / sizeof pieces[0], block);
    memcpy(output, block, SEV_KEY_BYTES);
    OPENSSL_cleanse(block, sizeof block);
    return done;
}

bool session_derive_keys(const void *secret, size_t length, const uint8_t nonce[SEV_NONCE_BYTES],
                         struct session_keys *keys)
{
    return session_derive(secret, length, SEV_LABEL_MASTER, nonce, SEV_NONCE_BYTES, keys->master) &&
           session_derive(keys->master, SEV_KEY_BYTES, SEV_LABEL_KEK, NULL, 0, keys->kek) &&
           session_derive(keys->master, SEV_KEY_BYTES, SEV_LABEL_KIK, NULL, 0, keys->kik);
}

bool session_wrap(const struct session_keys *keys, const struct sev_transport_keys *transport,
                  uint32_t policy, struct sev_session *session)
{
    uint8_t policy_bytes[4];
    put_le32(policy_bytes, policy);
    const struct piece wrapped = {session->wrap_tk, sizeof session->wrap_tk};
    const struct piece policy_piece = {policy_bytes, sizeof policy_bytes};
    return session_crypt(keys->kek, session->wrap_iv, transport, session->wrap_tk,
                         sizeof session->wrap_tk) &&
           hmac(keys->kik, SEV_KEY_BYTES, &wrapped, 1, session->wrap_mac) &&
           hmac(transport->tik, SEV_KEY_BYTES, &policy_piece, 1, session->policy_mac);
}

bool session_measure(const uint8_t tik[SEV_KEY_BYTES],
                     const struct sev_measurement_message *message, uint8_t measure[SEV_MAC_BYTES])
{
    const struct piece piece = {message, sizeof *message};
    return hmac(tik, SEV_KEY_BYTES, &piece, 1, measure);
}

bool session_packet_mac(const uint8_t tik[SEV_KEY_BYTES], uint8_t context,
                        const struct sev_packet_header *header, const void *data, uint32_t length,
                        const uint8_t *measure, uint8_t mac[SEV_MAC_BYTES])
{
    uint8_t flags[4];
    uint8_t lengths[8];
    put_le32(flags, header->flags);
    put_le32(lengths, length);
    put_le32(lengths + 4, length); /* never compressed: both lengths are the same */
    const struct piece pieces[] = {
        {&context, 1},  {flags, sizeof flags},    {header->iv, 16}, {lengths, sizeof lengths},
        {data, length}, {measure, SEV_MAC_BYTES},
    };
    size_t count = sizeof pieces / sizeof pieces[0] - (measure == NULL ? 1 : 0);
    return hmac(tik, SEV_KEY_BYTES, pieces, count, mac);
}

bool session_crypt(const uint8_t key[SEV_KEY_BYTES], const uint8_t iv[16], const void *input,
                   void *output, size_t length)
{
    int written = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = context != NULL && length <= INT_MAX &&
                EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, key, iv) == 1 &&
                EVP_EncryptUpdate(context, output, &written, input, (int)length) == 1;
    EVP_CIPHER_CTX_free(context);
    return done;
}
