/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Known answers for HMAC-SHA-256 (RFC 4231, test case 2) and the key derivation (SEV API section
 * 7.2; the master secret is that of the virtee/sev library's own tests).
 */
#include <string.h>

#include "crypto/hmac.h"
#include "crypto/secret.h"
#include "crypto/self_test_cases.h"

static const uint8_t hmac_answer[CRYPTO_HMAC_BYTES] = {
    0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
    0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
};

static const uint8_t kdf_answer[16] = {
    0xab, 0x4d, 0x26, 0x9f, 0xcc, 0x62, 0xbe, 0xdb, 0x45, 0x11, 0xd5, 0x6c, 0x38, 0x6c, 0xe7, 0x06,
};

static bool hmac(const uint8_t *answer)
{
    static const char key[] = "Jefe";
    static const char message[] = "what do ya want for nothing?";
    const struct crypto_piece piece = {message, strlen(message)};
    uint8_t mac[CRYPTO_HMAC_BYTES];
    crypto_hmac_sha256((const uint8_t *)key, strlen(key), &piece, 1, mac);
    return crypto_equal(mac, answer, sizeof(mac));
}

static bool kdf(const uint8_t *answer)
{
    static const uint8_t shared_secret[16];
    static const uint8_t nonce[16];
    uint8_t master_secret[16];
    crypto_kdf(shared_secret, sizeof(shared_secret), "sev-master-secret", nonce, sizeof(nonce),
               master_secret, sizeof(master_secret));
    return crypto_equal(master_secret, answer, sizeof(master_secret));
}

static const struct self_test_case cases[] = {
    {.name = "HMAC-SHA-256", .run = hmac, SELF_TEST_ANSWER(hmac_answer)},
    {.name = "KDF", .run = kdf, SELF_TEST_ANSWER(kdf_answer)},
};

const struct self_test_group self_test_hmac = SELF_TEST_GROUP(cases);
