/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The links of a certificate chain (SEV API section 6.6), each by itself.
 */
#include "host/provision/verify.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/provision/p384.h"
#include "host/provision/provision.h"
#include "host/provision/signer.h"

bool verify_amd_certificate(const uint8_t *certificate, size_t length, const uint8_t *parent,
                            size_t parent_length, struct provision_error *error)
{
    struct amd_certificate_view view;
    struct amd_certificate_view parent_view;
    struct signer signer;
    uint8_t signature[512];
    const bool is_self = certificate == parent;
    if (!signer_view_amd(certificate, length, &view, error) ||
        !signer_view_amd(parent, parent_length, &parent_view, error)) {
        return false;
    }
    if (parent_view.header.key_usage != SEV_USAGE_ARK) {
        return provision_fail(error, "the signer is no ARK (usage %04xh)",
                              parent_view.header.key_usage);
    }
    if (!is_self && view.header.key_usage != SEV_USAGE_ASK) {
        return provision_fail(error, "it is no ASK (usage %04xh)", view.header.key_usage);
    }
    if (memcmp(view.header.certifying_id, parent_view.header.key_id,
               sizeof view.header.certifying_id) != 0) {
        return provision_fail(error, "it names another signer");
    }
    signer_from_amd(&parent_view, &signer);
    const struct provision_rsa_public key = {signer.key.rsa.modulus, signer.key.rsa.exponent,
                                             signer.rsa_bytes};
    if (view.bytes != parent_view.bytes) {
        return provision_fail(error, "its key has another size than its signer's");
    }
    provision_reverse(signature, view.signature, view.bytes);
    return provision_rsa_verify(&key, signer.hash, certificate,
                                AMD_CERTIFICATE_SIGNED_BYTES(view.header.modulus_bits), signature,
                                error);
}

/* Only PDH keys agree on secrets, and they do nothing else. */
static bool check_ecdh_key(const struct sev_certificate *certificate, struct provision_error *error)
{
    struct sev_certificate copy = *certificate;
    struct signer key;
    if (certificate->public_key_algorithm != SEV_ALGORITHM_ECDH_SHA256 &&
        certificate->public_key_algorithm != SEV_ALGORITHM_ECDH_SHA384) {
        return provision_fail(error, "algorithm %03xh does not agree on secrets",
                              certificate->public_key_algorithm);
    }
    copy.public_key_algorithm = SEV_ALGORITHM_ECDSA_SHA256; /* The same form of key. */
    if (!signer_from_sev(&copy, &key, error)) {
        return false;
    }
    EVP_PKEY *point = provision_p384_pkey(key.key.ecdsa.x, key.key.ecdsa.y, NULL);
    EVP_PKEY_free(point);
    return point != NULL || provision_fail_openssl(error, "its key is not a point of P-384");
}

static bool check_signing_key(const struct sev_certificate *certificate,
                              struct provision_error *error)
{
    struct signer key;
    if (!signer_from_sev(certificate, &key, error)) {
        return false;
    }
    if (key.rsa_bytes != 0) {
        return true; /* Whether it is a key shows when it is used. */
    }
    EVP_PKEY *point = provision_p384_pkey(key.key.ecdsa.x, key.key.ecdsa.y, NULL);
    EVP_PKEY_free(point);
    return point != NULL || provision_fail_openssl(error, "its key is not a point of P-384");
}

bool verify_sev_form(const struct sev_certificate *certificate, enum sev_usage usage,
                     struct provision_error *error)
{
    if (certificate->version != SEV_CERTIFICATE_VERSION) {
        return provision_fail(error, "version %u is unknown", certificate->version);
    }
    if (certificate->public_key_usage != (uint32_t)usage) {
        return provision_fail(error, "its key has usage %04xh instead of %04xh",
                              certificate->public_key_usage, (unsigned int)usage);
    }
    if (!signer_all_zero(certificate->reserved, sizeof certificate->reserved)) {
        return provision_fail(error, "a reserved field is not zero");
    }
    return usage == SEV_USAGE_PDH ? check_ecdh_key(certificate, error)
                                  : check_signing_key(certificate, error);
}

/* The signer is found by usage and algorithm, in whichever slot. */
static bool verify_by(const struct sev_certificate *certificate, const struct signer *signer,
                      struct provision_error *error)
{
    (void)provision_fail(error, "no signature by a key of usage %04xh and algorithm %03xh",
                         (unsigned int)signer->usage, (unsigned int)signer->algorithm);
    for (size_t i = 0; i < SEV_CERTIFICATE_SLOTS; i++) {
        const struct sev_signature_slot *slot = &certificate->slots[i];
        if (slot->usage == (uint32_t)signer->usage &&
            slot->algorithm == (uint32_t)signer->algorithm &&
            signer_verify_slot(signer, certificate, slot, error)) {
            return true;
        }
    }
    return false;
}

/* Who may sign what. */
static bool may_sign(uint32_t signer_usage, uint32_t usage)
{
    static const struct {
        uint32_t signer;
        uint32_t signed_by_it;
    } rules[] = {
        {SEV_USAGE_ASK, SEV_USAGE_CEK}, {SEV_USAGE_OCA, SEV_USAGE_OCA},
        {SEV_USAGE_OCA, SEV_USAGE_PEK}, {SEV_USAGE_CEK, SEV_USAGE_PEK},
        {SEV_USAGE_PEK, SEV_USAGE_PDH},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].signer == signer_usage && rules[i].signed_by_it == usage) {
            return true;
        }
    }
    return false;
}

bool verify_sev_certificate(const struct sev_certificate *certificate,
                            const struct sev_certificate *signer, struct provision_error *error)
{
    struct signer key;
    if (!may_sign(signer->public_key_usage, certificate->public_key_usage)) {
        return provision_fail(error, "a key of usage %04xh does not sign one of usage %04xh",
                              signer->public_key_usage, certificate->public_key_usage);
    }
    return verify_sev_form(signer, signer->public_key_usage, error) &&
           verify_sev_form(certificate, certificate->public_key_usage, error) &&
           signer_from_sev(signer, &key, error) && verify_by(certificate, &key, error);
}

bool verify_sev_certificate_by_ask(const struct sev_certificate *certificate, const uint8_t *ask,
                                   size_t ask_length, struct provision_error *error)
{
    struct amd_certificate_view view;
    struct signer key;
    if (!signer_view_amd(ask, ask_length, &view, error)) {
        return false;
    }
    if (!may_sign(view.header.key_usage, certificate->public_key_usage)) {
        return provision_fail(error, "a key of usage %04xh does not sign one of usage %04xh",
                              view.header.key_usage, certificate->public_key_usage);
    }
    signer_from_amd(&view, &key);
    return verify_sev_form(certificate, SEV_USAGE_CEK, error) &&
           verify_by(certificate, &key, error);
}
