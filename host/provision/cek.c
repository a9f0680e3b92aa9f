/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a chip's secret to its endorsement key and its ID (SEV API sections 5.2 and 7.2).
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <string.h>

#include "host/provision/provision.h"

#define PRF_BYTES 32u /* HMAC-SHA-256 */

static const char cek_label[] = "sev-chip-endorsement-key";

static void store_le32(uint8_t bytes[4], uint32_t number)
{
    for (size_t i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(number >> (8 * i));
    }
}

/* What a derivation has in common for all its blocks. */
struct kdf {
    const uint8_t *key;
    size_t key_length;
    const char *label;
    const uint8_t *context;
    size_t context_length;
    uint8_t bits[4];
};

/* One K(i) = HMAC(key; LE32(i) || label || 00h || context || LE32(bits)). */
static bool kdf_block(EVP_MAC_CTX *mac, const struct kdf *kdf, uint32_t index,
                      uint8_t block[PRF_BYTES])
{
    uint8_t counter[4];
    char hash[] = "SHA256";
    size_t length = 0;
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash, 0),
        OSSL_PARAM_construct_end(),
    };
    store_le32(counter, index);
    /* The label's NUL is the separator. */
    return EVP_MAC_init(mac, kdf->key, kdf->key_length, parameters) == 1 &&
           EVP_MAC_update(mac, counter, sizeof counter) == 1 &&
           EVP_MAC_update(mac, (const uint8_t *)kdf->label, strlen(kdf->label) + 1) == 1 &&
           (kdf->context_length == 0 ||
            EVP_MAC_update(mac, kdf->context, kdf->context_length) == 1) &&
           EVP_MAC_update(mac, kdf->bits, sizeof kdf->bits) == 1 &&
           EVP_MAC_final(mac, block, &length, PRF_BYTES) == 1 && length == PRF_BYTES;
}

bool provision_kdf(const uint8_t *key, size_t key_length, const char *label, const uint8_t *context,
                   size_t context_length, uint8_t *output, size_t output_length,
                   struct provision_error *error)
{
    struct kdf kdf = {key, key_length, label, context, context_length, {0}};
    uint8_t block[PRF_BYTES];
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *running = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    bool ok = running != NULL;
    uint32_t index = 1;
    store_le32(kdf.bits, (uint32_t)output_length * 8);
    for (size_t done = 0; ok && done < output_length; done += PRF_BYTES, index++) {
        const size_t left = output_length - done;
        ok = kdf_block(running, &kdf, index, block);
        if (ok) {
            memcpy(output + done, block, left < PRF_BYTES ? left : PRF_BYTES);
        }
    }
    OPENSSL_cleanse(block, sizeof block);
    EVP_MAC_CTX_free(running);
    EVP_MAC_free(mac);
    return ok || provision_fail_openssl(error, "cannot derive a key");
}

/* Q = d * G, both as bytes. */
static bool multiply_base(const EC_GROUP *group, const BIGNUM *d, BN_CTX *context,
                          struct provision_p384_key *key)
{
    BIGNUM *x = BN_CTX_get(context);
    BIGNUM *y = BN_CTX_get(context); /* NULL if the one before was. */
    EC_POINT *point = EC_POINT_new(group);
    const bool ok = y != NULL && point != NULL &&
                    EC_POINT_mul(group, point, d, NULL, NULL, context) == 1 &&
                    EC_POINT_get_affine_coordinates(group, point, x, y, context) == 1 &&
                    BN_bn2binpad(d, key->d, (int)sizeof key->d) == (int)sizeof key->d &&
                    BN_bn2binpad(x, key->x, (int)sizeof key->x) == (int)sizeof key->x &&
                    BN_bn2binpad(y, key->y, (int)sizeof key->y) == (int)sizeof key->y;
    EC_POINT_free(point);
    return ok;
}

/* d = (seed mod (n - 1)) + 1 */
static bool key_from_seed(const EC_GROUP *group, const uint8_t seed[PROVISION_P384_SEED_BYTES],
                          BN_CTX *context, struct provision_p384_key *key)
{
    BIGNUM *limit = BN_CTX_get(context);
    BIGNUM *number = BN_CTX_get(context);
    BIGNUM *d = BN_CTX_get(context);
    return d != NULL && BN_copy(limit, EC_GROUP_get0_order(group)) != NULL &&
           BN_sub_word(limit, 1) == 1 &&
           BN_bin2bn(seed, (int)PROVISION_P384_SEED_BYTES, number) != NULL &&
           BN_mod(d, number, limit, context) == 1 && BN_add_word(d, 1) == 1 &&
           multiply_base(group, d, context, key);
}

bool provision_p384_from_seed(const uint8_t seed[PROVISION_P384_SEED_BYTES],
                              struct provision_p384_key *key, struct provision_error *error)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    BN_CTX *context = BN_CTX_secure_new();
    bool ok = group != NULL && context != NULL;
    if (ok) {
        BN_CTX_start(context);
        ok = key_from_seed(group, seed, context, key);
        BN_CTX_end(context);
    }
    BN_CTX_free(context); /* Wipes its numbers. */
    EC_GROUP_free(group);
    return ok || provision_fail_openssl(error, "cannot derive a P-384 key");
}

bool provision_derive_cek(const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES],
                          struct provision_p384_key *cek, struct provision_error *error)
{
    uint8_t seed[PROVISION_P384_SEED_BYTES];
    const bool ok = provision_kdf(chip_secret, PROVISION_CHIP_SECRET_BYTES, cek_label, NULL, 0,
                                  seed, sizeof seed, error) &&
                    provision_p384_from_seed(seed, cek, error);
    OPENSSL_cleanse(seed, sizeof seed);
    return ok;
}

bool provision_chip_id(const struct provision_p384_key *cek, uint8_t id[PROVISION_CHIP_ID_BYTES],
                       struct provision_error *error)
{
    uint8_t point[2 * SEV_P384_BYTES];
    memcpy(point, cek->x, SEV_P384_BYTES);
    memcpy(point + SEV_P384_BYTES, cek->y, SEV_P384_BYTES);
    return EVP_Q_digest(NULL, "SHA512", NULL, point, sizeof point, id, NULL) == 1 ||
           provision_fail_openssl(error, "cannot compute the chip's ID");
}
