/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDH on P-384 (SP 800-56A section 5.7.1.2; SEV API section 7.1).
 */
#include "crypto/p384_secrets.h"

bool crypto_p384_ecdh(const struct crypto_p384_key *key, const struct crypto_p384_public *peer,
                      uint8_t shared_secret[CRYPTO_P384_BYTES])
{
    struct {
        struct p384_scalar d;
        struct p384_affine peer;
        struct p384_field blinding;
        struct p384_point product;
    } s;
    bool done = p384_scalar_read(&s.d, key->d) && p384_point_read(&s.peer, peer) &&
                p384_random_blinding(&s.blinding);
    if (done) {
        /* The curve has prime order, so no multiple by d is the point at infinity. */
        p384_multiply(&s.product, &s.d, &s.peer, &s.blinding);
        done = p384_point_write(&s.product, shared_secret, NULL);
    }
    crypto_wipe(&s, sizeof(s));
    p384_wipe_stack();
    if (!done) {
        crypto_wipe(shared_secret, CRYPTO_P384_BYTES);
    }
    return done;
}
