/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A platform that exists only in OpenSSL.
 */
#include "tests/migration/software.h"

#include <openssl/rand.h>
#include <string.h>

#include "host/lib/sev_key.h"
#include "host/provision/factory.h"
#include "host/provision/rsa.h"

/* Fills in a certificate and signs it in its first slot. */
static bool certify(struct sev_certificate *certificate, const struct provision_p384_key *key,
                    enum sev_usage usage, const struct software_faults *faults,
                    const struct provision_p384_key *signer, enum sev_usage signer_usage)
{
    struct provision_error error;
    provision_sev_certificate(
        key, usage, usage == SEV_USAGE_PDH ? SEV_ALGORITHM_ECDH_SHA256 : SEV_ALGORITHM_ECDSA_SHA256,
        faults->api_major, faults->api_minor, certificate);
    return provision_sign_sev_certificate(certificate, 0, signer, signer_usage, &error);
}

static bool sign_cek(struct software *software, const struct pair *pair, const char *file)
{
    struct provision_error error;
    char path[PATH_MAX];
    EVP_PKEY *ask = NULL;
    bool made = false;
    provision_cek_certificate(&software->cek, &software->identity.chain.cek);
    bool done = (file != NULL ? snprintf(path, sizeof path, "%s", file) < PATH_MAX
                              : board_path(path, pair->first.directory,
                                           PROVISION_VENDOR_DIRECTORY "/ask.pem")) &&
                provision_rsa_open(path, false, &ask, &made, &error) &&
                provision_sign_cek(&software->identity.chain.cek, ask, &error);
    EVP_PKEY_free(ask);
    return done;
}

bool software_make(struct software *software, const struct pair *pair,
                   const struct software_faults *faults)
{
    struct provision_p384_key *const keys[] = {&software->cek, &software->oca, &software->pek,
                                               &software->pdh};
    struct sev_target *identity = &software->identity;
    struct provision_error error;
    *software = (struct software){.identity = {.amd_length = pair->first.identity.amd_length}};
    memcpy(identity->amd, pair->first.identity.amd, sizeof identity->amd);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (!CHECK(provision_p384_generate(keys[i], &error))) {
            return false;
        }
    }
    return CHECK(certify(&identity->chain.oca, &software->oca, SEV_USAGE_OCA, faults,
                         &software->oca, SEV_USAGE_OCA)) &&
           CHECK(certify(&identity->chain.pek, &software->pek, SEV_USAGE_PEK, faults,
                         &software->oca, SEV_USAGE_OCA)) &&
           CHECK(provision_sign_sev_certificate(&identity->chain.pek, 1, &software->cek,
                                                SEV_USAGE_CEK, &error)) &&
           CHECK(certify(&identity->pdh, &software->pdh, SEV_USAGE_PDH, faults, &software->pek,
                         SEV_USAGE_PEK)) &&
           CHECK(sign_cek(software, pair, faults->ask_file));
}

/* The keys of a session between this platform and a peer. */
static bool agree(const struct software *software, const struct sev_certificate *peer,
                  const uint8_t nonce[SEV_NONCE_BYTES], struct session_keys *keys)
{
    uint8_t secret[SEV_P384_BYTES];
    EVP_PKEY *own = sev_key_from_scalar(software->pdh.d);
    EVP_PKEY *other = sev_key_from_certificate(&peer->public_key.ecc);
    bool done = own != NULL && other != NULL && sev_key_agree(own, other, secret) &&
                session_derive_keys(secret, sizeof secret, nonce, keys);
    EVP_PKEY_free(own);
    EVP_PKEY_free(other);
    return done;
}

bool software_open(const struct software *software, const struct sev_certificate *peer,
                   const struct sev_session *session, uint32_t policy,
                   struct sev_transport_keys *transport)
{
    struct session_keys keys;
    struct sev_session again = *session;
    /* Wrapping what was unwrapped must give the same session, MACs included. */
    return agree(software, peer, session->nonce, &keys) &&
           session_crypt(keys.kek, session->wrap_iv, session->wrap_tk, transport,
                         sizeof *transport) &&
           session_wrap(&keys, transport, policy, &again) &&
           memcmp(&again, session, sizeof again) == 0;
}

bool software_wrap(const struct software *software, const struct sev_certificate *peer,
                   uint32_t policy, const struct sev_transport_keys *transport,
                   struct sev_session *session)
{
    struct session_keys keys;
    return RAND_bytes(session->nonce, sizeof session->nonce) == 1 &&
           RAND_bytes(session->wrap_iv, sizeof session->wrap_iv) == 1 &&
           agree(software, peer, session->nonce, &keys) &&
           session_wrap(&keys, transport, policy, session);
}
