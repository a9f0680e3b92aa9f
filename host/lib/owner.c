/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest owner (SEV firmware API, "Cryptographic protocols").
 */
#include "host/lib/owner.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "abi/sev_state.h"
#include "host/lib/session.h"
#include "host/lib/sev_key.h"

bool owner_open(struct owner *owner, uint32_t policy)
{
    *owner = (struct owner){.policy = policy, .key = sev_key_generate()};
    return owner->key != NULL &&
           RAND_priv_bytes((uint8_t *)&owner->transport, sizeof owner->transport) == 1;
}

void owner_close(struct owner *owner)
{
    EVP_PKEY_free(owner->key);
    OPENSSL_cleanse(owner, sizeof *owner);
}

bool owner_certificate(const struct owner *owner, struct sev_certificate *certificate)
{
    *certificate = (struct sev_certificate){
        .version = SEV_CERTIFICATE_VERSION,
        .api_major = SNP_API_MAJOR,
        .api_minor = SNP_API_MINOR,
        .public_key_usage = SEV_USAGE_PDH,
        .public_key_algorithm = SEV_ALGORITHM_ECDH_SHA256,
    };
    for (size_t i = 0; i < SEV_CERTIFICATE_SLOTS; i++) {
        certificate->slots[i].usage = SEV_USAGE_INVALID;
    }
    return sev_key_to_certificate(owner->key, &certificate->public_key.ecc);
}

bool owner_make_session(const struct owner *owner, const struct sev_certificate *pdh,
                        struct sev_session *session)
{
    uint8_t secret[SEV_P384_BYTES];
    struct session_keys keys;
    *session = (struct sev_session){0};
    EVP_PKEY *peer = sev_key_from_certificate(&pdh->public_key.ecc);
    bool done = peer != NULL && pdh->public_key_usage == SEV_USAGE_PDH &&
                pdh->public_key_algorithm == SEV_ALGORITHM_ECDH_SHA256 &&
                sev_key_agree(owner->key, peer, secret) &&
                RAND_bytes(session->nonce, sizeof session->nonce) == 1 &&
                RAND_bytes(session->wrap_iv, sizeof session->wrap_iv) == 1 &&
                session_derive_keys(secret, sizeof secret, session->nonce, &keys) &&
                session_wrap(&keys, &owner->transport, owner->policy, session);
    EVP_PKEY_free(peer);
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(&keys, sizeof keys);
    return done;
}

bool owner_measure(const struct owner *owner, const struct owner_expectation *expectation,
                   const uint8_t mnonce[SEV_NONCE_BYTES], uint8_t measure[SEV_MAC_BYTES])
{
    struct sev_measurement_message message = {
        .context = SEV_MAC_CONTEXT_LAUNCH_MEASURE,
        .api_major = expectation->api_major,
        .api_minor = expectation->api_minor,
        .build = expectation->build,
        .policy = owner->policy,
    };
    memcpy(message.launch_digest, expectation->launch_digest, sizeof message.launch_digest);
    memcpy(message.mnonce, mnonce, sizeof message.mnonce);
    return session_measure(owner->transport.tik, &message, measure);
}

bool owner_accepts(struct owner *owner, const struct owner_expectation *expectation,
                   const struct sev_measurement *measurement)
{
    uint8_t expected[SEV_MAC_BYTES];
    owner->accepted = owner_measure(owner, expectation, measurement->mnonce, expected) &&
                      CRYPTO_memcmp(expected, measurement->measure, sizeof expected) == 0;
    memcpy(owner->measure, measurement->measure, sizeof owner->measure);
    return owner->accepted;
}

bool owner_seal_secret(const struct owner *owner, const void *secret, uint32_t length,
                       struct sev_packet_header *header, void *data)
{
    *header = (struct sev_packet_header){0};
    return owner->accepted && length != 0 && length % SEV_BLOCK_BYTES == 0 &&
           length <= SEV_PACKET_MAX && RAND_bytes(header->iv, sizeof header->iv) == 1 &&
           session_crypt(owner->transport.tek, header->iv, secret, data, length) &&
           session_packet_mac(owner->transport.tik, SEV_MAC_CONTEXT_LAUNCH_SECRET, header, data,
                              length, owner->measure, header->mac);
}

bool owner_accepts_report(uint32_t policy, const uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES],
                          const uint8_t mnonce[SEV_NONCE_BYTES], const struct sev_certificate *pek,
                          const struct sev_attestation_report *report)
{
    if (report->policy != policy || report->reserved != 0 ||
        memcmp(report->launch_digest, launch_digest, SEV_LAUNCH_DIGEST_BYTES) != 0 ||
        memcmp(report->mnonce, mnonce, SEV_NONCE_BYTES) != 0 ||
        report->signature_usage != SEV_USAGE_PEK ||
        report->signature_algorithm != SEV_ALGORITHM_ECDSA_SHA256 ||
        pek->public_key_usage != SEV_USAGE_PEK ||
        pek->public_key_algorithm != SEV_ALGORITHM_ECDSA_SHA256) {
        return false;
    }
    EVP_PKEY *key = sev_key_from_certificate(&pek->public_key.ecc);
    bool accepted =
        key != NULL && sev_key_verify(key, EVP_sha256(), report, SEV_ATTESTATION_SIGNED_BYTES,
                                      report->signature_r, report->signature_s);
    EVP_PKEY_free(key);
    return accepted;
}
