/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making certificates: the AMD format of ARK and ASK (SEV API section 6.5), and the SEV format of
 * CEK, OCA, PEK and PDH (6.2 to 6.4).
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "host/provision/p384.h"
#include "host/provision/provision.h"
#include "host/provision/rsa.h"

#define DER_MAXIMUM 128

void provision_reverse(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[length - 1 - i];
    }
}

static void empty_slot(struct sev_signature_slot *slot)
{
    memset(slot, 0, sizeof *slot);
    slot->usage = SEV_USAGE_INVALID;
    slot->algorithm = SEV_ALGORITHM_INVALID;
}

void provision_sev_certificate(const struct provision_p384_key *key, enum sev_usage usage,
                               enum sev_algorithm algorithm, uint8_t api_major, uint8_t api_minor,
                               struct sev_certificate *certificate)
{
    memset(certificate, 0, sizeof *certificate);
    certificate->version = SEV_CERTIFICATE_VERSION;
    certificate->api_major = api_major;
    certificate->api_minor = api_minor;
    certificate->public_key_usage = usage;
    certificate->public_key_algorithm = algorithm;
    certificate->public_key.ecc.curve = SEV_CURVE_P384;
    provision_reverse(certificate->public_key.ecc.qx, key->x, SEV_P384_BYTES);
    provision_reverse(certificate->public_key.ecc.qy, key->y, SEV_P384_BYTES);
    for (size_t i = 0; i < SEV_CERTIFICATE_SLOTS; i++) {
        empty_slot(&certificate->slots[i]);
    }
}

void provision_cek_certificate(const struct provision_p384_key *cek,
                               struct sev_certificate *certificate)
{
    provision_sev_certificate(cek, SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256, SEV_CEK_API_MAJOR,
                              SEV_CEK_API_MINOR, certificate);
}

bool provision_sign_cek(struct sev_certificate *certificate, EVP_PKEY *ask,
                        struct provision_error *error)
{
    uint8_t signature[PROVISION_RSA_BYTES];
    struct sev_signature_slot *slot = &certificate->slots[0];
    if (!provision_rsa_sign(ask, certificate, SEV_CERTIFICATE_SIGNED_BYTES, signature, error)) {
        return false;
    }
    slot->usage = SEV_USAGE_ASK;
    slot->algorithm = SEV_ALGORITHM_RSA_SHA384;
    provision_reverse(slot->signature.rsa, signature, sizeof signature);
    return true;
}

/* From OpenSSL's DER to two little-endian numbers. */
static bool decode_signature(const uint8_t *der, size_t length, struct sev_signature_slot *slot)
{
    uint8_t r[SEV_P384_BYTES];
    uint8_t s[SEV_P384_BYTES];
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)length);
    const bool ok = signature != NULL &&
                    BN_bn2binpad(ECDSA_SIG_get0_r(signature), r, (int)sizeof r) == (int)sizeof r &&
                    BN_bn2binpad(ECDSA_SIG_get0_s(signature), s, (int)sizeof s) == (int)sizeof s;
    ECDSA_SIG_free(signature);
    if (ok) {
        provision_reverse(slot->signature.ecdsa.r, r, sizeof r);
        provision_reverse(slot->signature.ecdsa.s, s, sizeof s);
    }
    return ok;
}

bool provision_sign_sev_certificate(struct sev_certificate *certificate, unsigned int slot,
                                    const struct provision_p384_key *signer,
                                    enum sev_usage signer_usage, struct provision_error *error)
{
    uint8_t der[DER_MAXIMUM];
    size_t length = sizeof der;
    struct sev_signature_slot made;
    if (slot >= SEV_CERTIFICATE_SLOTS) {
        return provision_fail(error, "a SEV certificate has no signature slot %u", slot);
    }
    empty_slot(&made);
    made.usage = signer_usage;
    made.algorithm = SEV_ALGORITHM_ECDSA_SHA256;
    EVP_PKEY *key = provision_p384_pkey(signer->x, signer->y, signer->d);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool ok = key != NULL && context != NULL &&
                    EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
                    EVP_DigestSign(context, der, &length, (const uint8_t *)certificate,
                                   SEV_CERTIFICATE_SIGNED_BYTES) == 1 &&
                    decode_signature(der, length, &made);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    if (!ok) {
        return provision_fail_openssl(error, "cannot sign a SEV certificate");
    }
    certificate->slots[slot] = made;
    return true;
}

bool provision_p384_generate(struct provision_p384_key *key, struct provision_error *error)
{
    BIGNUM *d = NULL;
    BIGNUM *x = NULL;
    BIGNUM *y = NULL;
    EVP_PKEY *made = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    const bool ok = made != NULL &&
                    EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
                    EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
                    EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
                    BN_bn2binpad(d, key->d, (int)sizeof key->d) == (int)sizeof key->d &&
                    BN_bn2binpad(x, key->x, (int)sizeof key->x) == (int)sizeof key->x &&
                    BN_bn2binpad(y, key->y, (int)sizeof key->y) == (int)sizeof key->y;
    BN_clear_free(d);
    BN_free(x);
    BN_free(y);
    EVP_PKEY_free(made);
    return ok || provision_fail_openssl(error, "cannot make a P-384 key");
}
