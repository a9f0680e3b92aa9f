/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transport sessions (session.h). MACs are checked before anything they protect is used.
 */
#include "firmware/guest/session.h"

#include <string.h>

#include "crypto/aes.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

/** Keys that wrap the transport keys. */
struct wrapping_keys {
    uint8_t kek[SEV_KEY_BYTES];
    uint8_t kik[SEV_KEY_BYTES];
};

/** Derives KEK and KIK from ECDH and the session's nonce (section 7.2). */
static bool derive(const uint8_t nonce[SEV_NONCE_BYTES], const struct crypto_p384_key *own,
                   const struct crypto_p384_public *peer, struct wrapping_keys *keys)
{
    uint8_t shared[CRYPTO_P384_BYTES];
    uint8_t master[SEV_KEY_BYTES];
    const bool ok = crypto_p384_ecdh(own, peer, shared);

    if (ok) {
        crypto_kdf(shared, sizeof shared, SEV_LABEL_MASTER, nonce, SEV_NONCE_BYTES, master,
                   sizeof master);
        crypto_kdf(master, sizeof master, SEV_LABEL_KEK, NULL, 0, keys->kek, sizeof keys->kek);
        crypto_kdf(master, sizeof master, SEV_LABEL_KIK, NULL, 0, keys->kik, sizeof keys->kik);
    }
    crypto_wipe(shared, sizeof shared);
    crypto_wipe(master, sizeof master);
    return ok;
}

/** HMAC of one piece. */
static void mac_of(const uint8_t key[SEV_KEY_BYTES], const void *data, size_t length,
                   uint8_t mac[SEV_MAC_BYTES])
{
    const struct crypto_piece piece = {data, length};

    crypto_hmac_sha256(key, SEV_KEY_BYTES, &piece, 1, mac);
}

/** Whether HMAC(key; data) is the given one. */
static bool mac_fits(const uint8_t key[SEV_KEY_BYTES], const void *data, size_t length,
                     const uint8_t given[SEV_MAC_BYTES])
{
    uint8_t mac[SEV_MAC_BYTES];
    bool fits;

    mac_of(key, data, length, mac);
    fits = crypto_equal(mac, given, sizeof mac);
    crypto_wipe(mac, sizeof mac);
    return fits;
}

enum sev_status session_open(const struct sev_session *session, uint32_t policy,
                             const struct crypto_p384_key *own,
                             const struct crypto_p384_public *peer, struct sev_transport_keys *keys)
{
    struct wrapping_keys wrapping;
    enum sev_status status = SEV_STATUS_BAD_MEASUREMENT;

    crypto_wipe(keys, sizeof *keys);
    if (!derive(session->nonce, own, peer, &wrapping)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    if (mac_fits(wrapping.kik, session->wrap_tk, sizeof session->wrap_tk, session->wrap_mac)) {
        crypto_aes128_ctr(wrapping.kek, session->wrap_iv, session->wrap_tk, (uint8_t *)keys,
                          sizeof *keys);
        if (mac_fits(keys->tik, &policy, sizeof policy, session->policy_mac)) {
            status = SEV_STATUS_SUCCESS;
        } else {
            crypto_wipe(keys, sizeof *keys);
        }
    }
    crypto_wipe(&wrapping, sizeof wrapping);
    return status;
}

enum sev_status session_make(struct sev_session *session, uint32_t policy,
                             const struct crypto_p384_key *own,
                             const struct crypto_p384_public *peer, struct sev_transport_keys *keys)
{
    struct wrapping_keys wrapping = {.kek = {0}};
    const bool ok = crypto_random(session->nonce, sizeof session->nonce) &&
                    crypto_random(session->wrap_iv, sizeof session->wrap_iv) &&
                    crypto_random_secret(keys, sizeof *keys) &&
                    derive(session->nonce, own, peer, &wrapping);

    if (ok) {
        crypto_aes128_ctr(wrapping.kek, session->wrap_iv, (const uint8_t *)keys, session->wrap_tk,
                          sizeof session->wrap_tk);
        mac_of(wrapping.kik, session->wrap_tk, sizeof session->wrap_tk, session->wrap_mac);
        mac_of(keys->tik, &policy, sizeof policy, session->policy_mac);
    } else {
        crypto_wipe(session, sizeof *session);
        crypto_wipe(keys, sizeof *keys);
    }
    crypto_wipe(&wrapping, sizeof wrapping);
    return ok ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}
