/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys: random pairs, those derived from a seed with extra random bits (FIPS 186-4, appendix
 * B.4.1; SEV API section 5.2), and public keys from outside (SP 800-56A section 5.6.2.3.4).
 */
#include "crypto/p384_secrets.h"
#include "crypto/random.h"

/* Computes the public key that belongs to d and stores both, or zeros. */
static bool finish_key(const struct p384_scalar *d, struct crypto_p384_key *key)
{
    struct {
        struct p384_field blinding;
        struct p384_point product;
    } s;
    bool done = p384_random_blinding(&s.blinding);
    if (done) {
        p384_multiply_base(&s.product, d, &s.blinding);
        p384_words_write(d->words, key->d);
        done = p384_point_write(&s.product, key->public_key.x, key->public_key.y);
    }
    crypto_wipe(&s, sizeof(s));
    if (!done) {
        crypto_wipe(key, sizeof(*key));
    }
    return done;
}

bool crypto_p384_generate(struct crypto_p384_key *key)
{
    struct p384_scalar d;
    bool done = crypto_random_reseed() && p384_random_scalar(&d);
    if (done) {
        done = finish_key(&d, key);
    } else {
        crypto_wipe(key, sizeof(*key));
    }
    crypto_wipe(&d, sizeof(d));
    p384_wipe_stack();
    return done;
}

bool crypto_p384_from_seed(const uint8_t seed[CRYPTO_P384_SEED_BYTES], struct crypto_p384_key *key)
{
    struct p384_scalar d;
    p384_reduce_seed(seed, key->d);
    bool done = p384_scalar_read(&d, key->d);
    if (done) {
        done = finish_key(&d, key);
    } else {
        crypto_wipe(key, sizeof(*key));
    }
    crypto_wipe(&d, sizeof(d));
    p384_wipe_stack();
    return done;
}

bool crypto_p384_is_valid(const struct crypto_p384_public *public_key)
{
    struct p384_affine point;
    return p384_point_read(&point, public_key);
}
