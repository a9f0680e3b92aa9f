/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashsticks and what comes from them (hashstick.h).
 */
#include "host/provision/hashstick.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "abi/snp_state.h"

#define SEED_BYTES 48u
#define VALUE_BYTES 48u /* SHA-384 */
#define TOP_VERSION 255u
#define KEY_SEED_BYTES 56u

static const struct {
    const char *seed;
    const char *key;
} labels[] = {
    [PROVISION_VCEK] = {"virtasp-vcek-seed", "virtasp-vcek"},
    [PROVISION_VLEK] = {"virtasp-vlek-seed", "virtasp-vlek"},
};

static const char top_label[] = "virtasp-spl-top";
static const char step_label[] = "virtasp-spl-step";

static void tcb_bytes(uint64_t tcb, uint8_t bytes[SNP_TCB_PARTS])
{
    for (size_t i = 0; i < SNP_TCB_PARTS; i++) {
        bytes[i] = (uint8_t)(tcb >> (8 * i));
    }
}

/* K(255) = SHA-384(label || part || seed), K(n-1) = SHA-384(label || part || n || K(n)). */
static bool chain(EVP_MD_CTX *context, const uint8_t seed[SEED_BYTES], uint8_t part,
                  unsigned version, uint8_t value[VALUE_BYTES])
{
    bool ok = EVP_DigestInit_ex2(context, EVP_sha384(), NULL) == 1 &&
              EVP_DigestUpdate(context, top_label, strlen(top_label)) == 1 &&
              EVP_DigestUpdate(context, &part, 1) == 1 &&
              EVP_DigestUpdate(context, seed, SEED_BYTES) == 1 &&
              EVP_DigestFinal_ex(context, value, NULL) == 1;
    for (unsigned i = TOP_VERSION; ok && i > version; i--) {
        const uint8_t place[] = {part, (uint8_t)i};
        ok = EVP_DigestInit_ex2(context, EVP_sha384(), NULL) == 1 &&
             EVP_DigestUpdate(context, step_label, strlen(step_label)) == 1 &&
             EVP_DigestUpdate(context, place, sizeof place) == 1 &&
             EVP_DigestUpdate(context, value, VALUE_BYTES) == 1 &&
             EVP_DigestFinal_ex(context, value, NULL) == 1;
    }
    return ok;
}

bool provision_hashstick(enum provision_key_kind kind, const uint8_t secret[32], uint64_t tcb,
                         uint8_t stick[SNP_HASHSTICK_BYTES], struct provision_error *error)
{
    uint8_t seed[SEED_BYTES];
    uint8_t versions[SNP_TCB_PARTS];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    tcb_bytes(tcb, versions);
    bool ok = context != NULL &&
              provision_kdf(secret, 32, labels[kind].seed, NULL, 0, seed, sizeof seed, error);
    for (uint8_t part = 0; ok && part < SNP_TCB_PARTS; part++) {
        ok = chain(context, seed, part, versions[part], stick + (size_t)part * VALUE_BYTES);
    }
    EVP_MD_CTX_free(context);
    OPENSSL_cleanse(seed, sizeof seed);
    return ok || provision_fail_openssl(error, "cannot derive a hashstick");
}

bool provision_attestation_key(enum provision_key_kind kind, const uint8_t secret[32], uint64_t tcb,
                               struct provision_p384_key *key, struct provision_error *error)
{
    uint8_t stick[SNP_HASHSTICK_BYTES];
    uint8_t seed[KEY_SEED_BYTES];
    uint8_t versions[SNP_TCB_PARTS];
    tcb_bytes(tcb, versions);
    const bool ok = provision_hashstick(kind, secret, tcb, stick, error) &&
                    provision_kdf(stick, sizeof stick, labels[kind].key, versions, sizeof versions,
                                  seed, sizeof seed, error) &&
                    provision_p384_from_seed(seed, key, error);
    OPENSSL_cleanse(stick, sizeof stick);
    OPENSSL_cleanse(seed, sizeof seed);
    return ok;
}

static bool seal(const uint8_t key[32], const uint8_t stick[SNP_HASHSTICK_BYTES],
                 struct snp_wrapped_vlek *wrapped)
{
    const uint8_t *covered =
        (const uint8_t *)wrapped + offsetof(struct snp_wrapped_vlek, tcb_version);
    int length = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const bool ok =
        context != NULL &&
        EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), key, wrapped->iv, NULL) == 1 &&
        EVP_EncryptUpdate(context, NULL, &length, covered,
                          (int)(offsetof(struct snp_wrapped_vlek, tag) -
                                offsetof(struct snp_wrapped_vlek, tcb_version))) == 1 &&
        EVP_EncryptUpdate(context, wrapped->wrapped, &length, stick, SNP_HASHSTICK_BYTES) == 1 &&
        EVP_EncryptFinal_ex(context, wrapped->wrapped + SNP_HASHSTICK_BYTES, &length) == 1 &&
        length == 0 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, (int)sizeof wrapped->tag,
                            wrapped->tag) == 1;
    EVP_CIPHER_CTX_free(context);
    return ok;
}

/* The nonce follows from what is wrapped, so that no two texts share one. */
bool provision_wrap_vlek(const uint8_t csp_secret[PROVISION_CSP_SECRET_BYTES],
                         const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES], uint64_t tcb,
                         struct snp_wrapped_vlek *wrapped, struct provision_error *error)
{
    uint8_t stick[SNP_HASHSTICK_BYTES];
    uint8_t key[32];
    uint8_t versions[SNP_TCB_PARTS];
    tcb_bytes(tcb, versions);
    *wrapped = (struct snp_wrapped_vlek){.tcb_version = tcb};
    bool ok = provision_hashstick(PROVISION_VLEK, csp_secret, tcb, stick, error) &&
              provision_kdf(chip_secret, PROVISION_CHIP_SECRET_BYTES, "virtasp-vlek-wrap", NULL, 0,
                            key, sizeof key, error) &&
              provision_kdf(csp_secret, PROVISION_CSP_SECRET_BYTES, "virtasp-vlek-iv", versions,
                            sizeof versions, wrapped->iv, sizeof wrapped->iv, error);
    if (ok && !seal(key, stick, wrapped)) {
        ok = provision_fail_openssl(error, "cannot wrap a VLEK");
    }
    OPENSSL_cleanse(stick, sizeof stick);
    OPENSSL_cleanse(key, sizeof key);
    return ok;
}
