/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 and SEV certificates with OpenSSL (firmware_oracle.h). The low-level interface, which takes
 * raw numbers, is the shortest way.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include "tests/unit/firmware_oracle.h"

static BIGNUM *number(const uint8_t bytes[ORACLE_NUMBER])
{
    BIGNUM *made = BN_bin2bn(bytes, ORACLE_NUMBER, NULL);

    assert_non_null(made);
    return made;
}

/** Key with a private half. */
static EC_KEY *private_key(const struct oracle_key *key)
{
    EC_KEY *made = EC_KEY_new_by_curve_name(NID_secp384r1);
    EC_POINT *point = EC_POINT_new(EC_KEY_get0_group(made));
    BIGNUM *d = number(key->d);

    assert_int_equal(EC_KEY_set_private_key(made, d), 1);
    assert_int_equal(EC_POINT_mul(EC_KEY_get0_group(made), point, d, NULL, NULL, NULL), 1);
    assert_int_equal(EC_KEY_set_public_key(made, point), 1);
    EC_POINT_free(point);
    BN_free(d);
    return made;
}

/** Key with a public half only; fails the test when it is not on the curve. */
static EC_KEY *public_key(const struct oracle_key *key)
{
    EC_KEY *made = EC_KEY_new_by_curve_name(NID_secp384r1);
    BIGNUM *x = number(key->x);
    BIGNUM *y = number(key->y);

    assert_int_equal(EC_KEY_set_public_key_affine_coordinates(made, x, y), 1);
    BN_free(x);
    BN_free(y);
    return made;
}

/** Reads X and Y of a key. */
static void get_public(const EC_KEY *from, struct oracle_key *key)
{
    uint8_t point[1 + 2 * ORACLE_NUMBER];

    assert_int_equal(EC_POINT_point2oct(EC_KEY_get0_group(from), EC_KEY_get0_public_key(from),
                                        POINT_CONVERSION_UNCOMPRESSED, point, sizeof(point), NULL),
                     sizeof(point));
    memcpy(key->x, point + 1, ORACLE_NUMBER);
    memcpy(key->y, point + 1 + ORACLE_NUMBER, ORACLE_NUMBER);
}

void oracle_public(struct oracle_key *key)
{
    EC_KEY *made = private_key(key);

    get_public(made, key);
    EC_KEY_free(made);
}

void oracle_generate(struct oracle_key *key)
{
    EC_KEY *made = EC_KEY_new_by_curve_name(NID_secp384r1);

    assert_int_equal(EC_KEY_generate_key(made), 1);
    assert_int_equal(BN_bn2binpad(EC_KEY_get0_private_key(made), key->d, ORACLE_NUMBER),
                     ORACLE_NUMBER);
    get_public(made, key);
    EC_KEY_free(made);
}

void oracle_from_seed(struct oracle_key *key, const uint8_t seed[56])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    BN_CTX *context = BN_CTX_new();
    BIGNUM *d = BN_bin2bn(seed, 56, NULL);
    BIGNUM *limit = BN_dup(EC_GROUP_get0_order(group));

    assert_int_equal(BN_sub_word(limit, 1), 1);
    assert_int_equal(BN_nnmod(d, d, limit, context), 1);
    assert_int_equal(BN_add_word(d, 1), 1);
    assert_int_equal(BN_bn2binpad(d, key->d, ORACLE_NUMBER), ORACLE_NUMBER);
    BN_free(limit);
    BN_free(d);
    BN_CTX_free(context);
    EC_GROUP_free(group);
    oracle_public(key);
}

void oracle_check_chip_id(const struct oracle_key *cek, const uint8_t id[64])
{
    uint8_t point[2 * ORACLE_NUMBER];
    uint8_t expected[64];

    memcpy(point, cek->x, ORACLE_NUMBER);
    memcpy(point + ORACLE_NUMBER, cek->y, ORACLE_NUMBER);
    assert_int_equal(EVP_Digest(point, sizeof(point), expected, NULL, EVP_sha512(), NULL), 1);
    assert_memory_equal(id, expected, sizeof(expected));
}

void oracle_ecdh(const struct oracle_key *own, const struct oracle_key *peer,
                 uint8_t shared[ORACLE_NUMBER])
{
    EC_KEY *own_key = private_key(own);
    EC_KEY *peer_key = public_key(peer);

    assert_int_equal(
        ECDH_compute_key(shared, ORACLE_NUMBER, EC_KEY_get0_public_key(peer_key), own_key, NULL),
        ORACLE_NUMBER);
    EC_KEY_free(own_key);
    EC_KEY_free(peer_key);
}

static void reverse(uint8_t *to, const uint8_t *from)
{
    for (unsigned int i = 0; i < ORACLE_NUMBER; i++) {
        to[i] = from[ORACLE_NUMBER - 1 - i];
    }
}

void oracle_certificate(struct sev_certificate *certificate, uint32_t usage, uint32_t algorithm,
                        const struct oracle_key *key)
{
    memset(certificate, 0, sizeof(*certificate));
    certificate->version = 1;
    certificate->api_major = 1;
    certificate->api_minor = 58;
    certificate->public_key_usage = usage;
    certificate->public_key_algorithm = algorithm;
    certificate->public_key.ecc.curve = 2;
    reverse(certificate->public_key.ecc.qx, key->x);
    reverse(certificate->public_key.ecc.qy, key->y);
    certificate->slots[0].usage = 0x1000;
    certificate->slots[1].usage = 0x1000;
}

void oracle_read_key(const struct sev_certificate *certificate, struct oracle_key *key)
{
    memset(key->d, 0, sizeof(key->d));
    reverse(key->x, certificate->public_key.ecc.qx);
    reverse(key->y, certificate->public_key.ecc.qy);
}

static size_t digest(const struct sev_certificate *certificate, uint32_t algorithm, uint8_t out[64])
{
    unsigned int length = 0;

    assert_int_equal(
        EVP_Digest(certificate, 0x414, out, &length,
                   algorithm == SEV_ALGORITHM_ECDSA_SHA384 ? EVP_sha384() : EVP_sha256(), NULL),
        1);
    return length;
}

void oracle_sign(struct sev_certificate *certificate, uint32_t slot, uint32_t usage,
                 uint32_t algorithm, const struct oracle_key *signer)
{
    struct sev_signature_slot *filled = &certificate->slots[slot];
    uint8_t hash[64];
    uint8_t bytes[ORACLE_NUMBER];
    const size_t length = digest(certificate, algorithm, hash);
    EC_KEY *key = private_key(signer);
    ECDSA_SIG *signature = ECDSA_do_sign(hash, (int)length, key);

    assert_non_null(signature);
    memset(filled, 0, sizeof(*filled));
    filled->usage = usage;
    filled->algorithm = algorithm;
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(signature), bytes, ORACLE_NUMBER),
                     ORACLE_NUMBER);
    reverse(filled->signature.ecdsa.r, bytes);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(signature), bytes, ORACLE_NUMBER),
                     ORACLE_NUMBER);
    reverse(filled->signature.ecdsa.s, bytes);
    ECDSA_SIG_free(signature);
    EC_KEY_free(key);
}

bool oracle_verify(const struct sev_certificate *certificate, uint32_t slot, uint32_t usage,
                   const struct sev_certificate *signer)
{
    const struct sev_signature_slot *looked = &certificate->slots[slot];
    struct oracle_key signer_key;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    uint8_t hash[64];
    uint8_t r[ORACLE_NUMBER];
    uint8_t s[ORACLE_NUMBER];
    const size_t length = digest(certificate, looked->algorithm, hash);
    EC_KEY *key;
    bool good;

    oracle_read_key(signer, &signer_key);
    key = public_key(&signer_key);
    reverse(r, looked->signature.ecdsa.r);
    reverse(s, looked->signature.ecdsa.s);
    assert_int_equal(ECDSA_SIG_set0(signature, number(r), number(s)), 1);
    good = looked->usage == usage && looked->algorithm == signer->public_key_algorithm &&
           ECDSA_do_verify(hash, (int)length, signature, key) == 1;
    ECDSA_SIG_free(signature);
    EC_KEY_free(key);
    return good;
}
