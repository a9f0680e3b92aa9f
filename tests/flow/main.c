/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations on secrets for valgrind's memcheck to watch: each secret is marked as undefined memory,
 * so that a branch on one, or an address made of one, is reported as the use of an undefined value.
 * Run by tests/unit/crypto/test_flow.c.
 *
 * usage: valgrind --error-exitcode=99 flow SUBJECT
 *
 * Exit status: 0 if the result is right, 1 if not, 2 wrong usage.
 *
 * AES is left out: Mbed TLS's looks secrets up in tables, which is why nothing is promised of it. A
 * stream of HMAC stands in for it in sessions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef FLOW_VALGRIND
#include <valgrind/memcheck.h>
#else /* There is none for this machine: test_flow.c says so. */
#define VALGRIND_MAKE_MEM_UNDEFINED(address, length) ((void)(address), (void)(length))
#define VALGRIND_MAKE_MEM_DEFINED(address, length) ((void)(address), (void)(length))
#endif

#include "crypto/aes.h"
#include "crypto/fatal.h"
#include "crypto/hmac.h"
#include "crypto/p384_secrets.h"
#include "crypto/random.h"
#include "firmware/guest/session.h"

static void hide(void *secret, size_t length)
{
    VALGRIND_MAKE_MEM_UNDEFINED(secret, length);
}

/* What the operation gives away: a public key, a signature, what the test compares. */
static void reveal(void *value, size_t length)
{
    VALGRIND_MAKE_MEM_DEFINED(value, length);
}

uint32_t crypto_revealed(uint32_t word)
{
    reveal(&word, sizeof(word));
    return word;
}

/* ---- What the code under test is linked with ---- */

_Noreturn void crypto_fatal(const char *what)
{
    (void)fprintf(stderr, "crypto_fatal: %s\n", what);
    abort();
}

/* Random numbers are secret: nonces, keys, blinding. */
bool crypto_random(void *buffer, size_t length)
{
    static uint64_t generator = 0x9e3779b97f4a7c15u;
    uint8_t *bytes = buffer;
    for (size_t i = 0; i < length; i++) {
        generator = generator * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (uint8_t)(generator >> 56);
    }
    hide(buffer, length);
    return true;
}

bool crypto_random_secret(void *buffer, size_t length)
{
    return crypto_random(buffer, length);
}

bool crypto_random_reseed(void)
{
    return true;
}

void crypto_aes128_ctr(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                       uint8_t *output, size_t length)
{
    uint8_t stream[CRYPTO_HMAC_BYTES];
    const struct crypto_piece piece = {iv, 16};
    crypto_hmac_sha256(key, 16, &piece, 1, stream);
    for (size_t i = 0; i < length; i++) {
        output[i] = input[i] ^ stream[i % sizeof(stream)];
    }
}

/* ---- Subjects ---- */

static const uint8_t digest[48] = {1, 2, 3};

/* A key whose secret half is hidden, and its public half. */
static bool make_key(struct crypto_p384_key *key)
{
    const bool made = crypto_p384_generate(key);
    reveal(&key->public_key, sizeof(key->public_key));
    return made;
}

static bool generate(void)
{
    struct crypto_p384_key key;
    return make_key(&key) && crypto_p384_is_valid(&key.public_key);
}

static bool from_seed(void)
{
    struct crypto_p384_key key;
    uint8_t seed[CRYPTO_P384_SEED_BYTES] = {1, 2, 3};
    hide(seed, sizeof(seed));
    const bool made = crypto_p384_from_seed(seed, &key);
    reveal(&key.public_key, sizeof(key.public_key));
    return made && crypto_p384_is_valid(&key.public_key);
}

static bool ecdh(void)
{
    struct crypto_p384_key a;
    struct crypto_p384_key b;
    uint8_t secrets[2][CRYPTO_P384_BYTES];
    const bool agreed = make_key(&a) && make_key(&b) &&
                        crypto_p384_ecdh(&a, &b.public_key, secrets[0]) &&
                        crypto_p384_ecdh(&b, &a.public_key, secrets[1]);
    reveal(secrets, sizeof(secrets));
    return agreed && memcmp(secrets[0], secrets[1], sizeof(secrets[0])) == 0;
}

static bool sign(void)
{
    struct crypto_p384_key key;
    struct crypto_p384_signature signature;
    const bool done = make_key(&key) && crypto_p384_sign(&key, digest, sizeof(digest), &signature);
    reveal(&signature, sizeof(signature));
    return done && crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature);
}

/* a / a + (n - a) + a = 1, with a once odd and once even. */
static bool scalars(void)
{
    static const struct p384_scalar zero = {{0}};
    static const struct p384_scalar one = {{1}};
    bool right = true;
    for (uint32_t add = 0; add < 2; add++) {
        struct p384_scalar a;
        struct p384_scalar b;
        struct p384_scalar c;
        right = p384_random_scalar(&a) && right;
        p384_scalar_add(&a, &a, add == 0 ? &zero : &one);
        p384_scalar_invert(&b, &a);
        p384_scalar_multiply(&b, &b, &a);
        uint32_t negated = p384_scalar_make_odd(&c, &a); /* a, or n - a */
        p384_scalar_add(&c, &c, &one);
        p384_scalar_reduce(&c, c.words);
        reveal(&b, sizeof(b));
        reveal(&a, sizeof(a));
        reveal(&c, sizeof(c));
        reveal(&negated, sizeof(negated));
        right = right && memcmp(&b, &one, sizeof(b)) == 0;
        right = right && (negated != 0) == ((a.words[0] & 1u) == 0) && (c.words[0] & 1u) == 0;
    }
    return right;
}

static bool hmac(void)
{
    uint8_t key[16] = {1};
    uint8_t output[48];
    hide(key, sizeof(key));
    crypto_kdf(key, sizeof(key), "label", digest, sizeof(digest), output, sizeof(output));
    reveal(output, sizeof(output));
    return output[0] != output[1] || output[0] != output[2];
}

/* One side makes a session, the other one opens it; the second time with a wrong policy. */
static bool session(void)
{
    struct crypto_p384_key a;
    struct crypto_p384_key b;
    struct sev_session session;
    struct sev_transport_keys made;
    struct sev_transport_keys opened;
    const bool ready = make_key(&a) && make_key(&b);
    const enum sev_status status = session_make(&session, 1, &a, &b.public_key, &made);
    reveal(&session, sizeof(session));
    const bool done = ready && status == SEV_STATUS_SUCCESS &&
                      session_open(&session, 1, &b, &a.public_key, &opened) == SEV_STATUS_SUCCESS;
    reveal(&made, sizeof(made));
    reveal(&opened, sizeof(opened));
    return done && memcmp(&made, &opened, sizeof(made)) == 0 &&
           session_open(&session, 2, &b, &a.public_key, &opened) == SEV_STATUS_BAD_MEASUREMENT;
}

/* ---- What must be reported ---- */

static bool planted_branch(void)
{
    struct p384_scalar scalar;
    volatile uint32_t count = 0;
    if (p384_random_scalar(&scalar) && (scalar.words[3] & 4u) != 0) {
        count++;
    }
    return true;
}

static bool planted_index(void)
{
    static const volatile uint32_t table[16] = {1};
    struct p384_scalar scalar;
    volatile uint32_t sum = 0;
    sum += p384_random_scalar(&scalar) ? table[scalar.words[0] % 16] : 0;
    return true;
}

static bool planted_comparison(void)
{
    uint8_t secret[16];
    return crypto_random(secret, sizeof(secret)) && memcmp(secret, digest, sizeof(secret)) != 0;
}

static const struct {
    const char *name;
    bool (*run)(void);
} subjects[] = {
    {"generate", generate},
    {"from_seed", from_seed},
    {"ecdh", ecdh},
    {"sign", sign},
    {"scalars", scalars},
    {"hmac", hmac},
    {"session", session},
    {"planted_branch", planted_branch},
    {"planted_index", planted_index},
    {"planted_comparison", planted_comparison},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        if (strcmp(argv[1], subjects[i].name) == 0) {
            const bool right = subjects[i].run();
            if (!right) {
                (void)fprintf(stderr, "%s: the result is wrong\n", argv[1]);
            }
            return right ? 0 : 1;
        }
    }
    (void)fprintf(stderr, "usage: flow SUBJECT\n");
    return 2;
}
