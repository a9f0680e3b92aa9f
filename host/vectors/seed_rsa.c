/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA keys that follow from a seed (seed.h): OpenSSL's generator takes its own random numbers only.
 * Of each prime the start is derived; the prime is the first from there on.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdio.h>

#include "host/provision/rsa.h"
#include "host/vectors/seed.h"

#define PRIME_BYTES (PROVISION_RSA_BYTES / 2)
#define PURPOSE_BYTES 64u
#define TOP_BITS 0xC0u /* Of both primes: the modulus then has all of its bits. */

/* The numbers of a key; BN_free() takes NULL. */
struct numbers {
    BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *inverse;
    BN_CTX *context;
};

static bool allocate(struct numbers *numbers)
{
    *numbers = (struct numbers){
        .n = BN_new(),
        .e = BN_new(),
        .d = BN_new(),
        .p = BN_new(),
        .q = BN_new(),
        .dp = BN_new(),
        .dq = BN_new(),
        .inverse = BN_new(),
        .context = BN_CTX_new(),
    };
    return numbers->n != NULL && numbers->e != NULL && numbers->d != NULL && numbers->p != NULL &&
           numbers->q != NULL && numbers->dp != NULL && numbers->dq != NULL &&
           numbers->inverse != NULL && numbers->context != NULL &&
           BN_set_word(numbers->e, PROVISION_RSA_EXPONENT) == 1;
}

static void release(struct numbers *numbers)
{
    BIGNUM *const all[] = {numbers->n, numbers->e,  numbers->d,  numbers->p,
                           numbers->q, numbers->dp, numbers->dq, numbers->inverse};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        BN_clear_free(all[i]);
    }
    BN_CTX_free(numbers->context);
}

/* Goes up from an odd start. Whether P - 1 has a factor of the exponent, which is a prime, is seen by
 * dividing. */
static bool next_prime(const struct numbers *numbers, BIGNUM *prime)
{
    for (;;) {
        const int found = BN_check_prime(prime, numbers->context, NULL);
        if (found < 0) {
            return false;
        }
        if (found == 1 && BN_mod_word(prime, PROVISION_RSA_EXPONENT) != 1) {
            return true;
        }
        if (BN_add_word(prime, 2) != 1) {
            return false;
        }
    }
}

static bool make_prime(const struct vectors_seed *seed, const char *purpose, char which,
                       const struct numbers *numbers, BIGNUM *prime, struct provision_error *error)
{
    uint8_t bytes[PRIME_BYTES];
    char whole[PURPOSE_BYTES];
    (void)snprintf(whole, sizeof whole, "rsa %s %c", purpose, which);
    if (!vectors_derive(seed, whole, bytes, sizeof bytes, error)) {
        return false;
    }
    bytes[0] |= TOP_BITS;
    bytes[sizeof bytes - 1] |= 1;
    return (BN_bin2bn(bytes, (int)sizeof bytes, prime) != NULL && next_prime(numbers, prime)) ||
           provision_fail_openssl(error, "cannot make a prime");
}

/* All that follows from P and Q (RFC 8017, 3.2). */
static bool complete(const struct numbers *numbers)
{
    BIGNUM *const p1 = BN_dup(numbers->p);
    BIGNUM *const q1 = BN_dup(numbers->q);
    BIGNUM *const phi = BN_new();
    BN_CTX *const context = numbers->context;
    const bool ok = p1 != NULL && q1 != NULL && phi != NULL && BN_sub_word(p1, 1) == 1 &&
                    BN_sub_word(q1, 1) == 1 &&
                    BN_mul(numbers->n, numbers->p, numbers->q, context) == 1 &&
                    BN_mul(phi, p1, q1, context) == 1 &&
                    BN_mod_inverse(numbers->d, numbers->e, phi, context) != NULL &&
                    BN_mod(numbers->dp, numbers->d, p1, context) == 1 &&
                    BN_mod(numbers->dq, numbers->d, q1, context) == 1 &&
                    BN_mod_inverse(numbers->inverse, numbers->q, numbers->p, context) != NULL;
    BN_clear_free(p1);
    BN_clear_free(q1);
    BN_clear_free(phi);
    return ok;
}

static EVP_PKEY *to_key(const struct numbers *numbers)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (build != NULL && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, numbers->n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, numbers->e) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, numbers->d) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_FACTOR1, numbers->p) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_FACTOR2, numbers->q) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers->dp) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers->dq) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers->inverse) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(build);
    }
    if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    return key;
}

bool vectors_derive_rsa(const struct vectors_seed *seed, const char *purpose, EVP_PKEY **key,
                        struct provision_error *error)
{
    struct numbers numbers;
    *key = NULL;
    bool ok = allocate(&numbers) || provision_fail(error, "no memory for a key");
    ok = ok && make_prime(seed, purpose, 'p', &numbers, numbers.p, error) &&
         make_prime(seed, purpose, 'q', &numbers, numbers.q, error);
    if (ok) {
        *key = complete(&numbers) ? to_key(&numbers) : NULL;
        ok = *key != NULL || provision_fail_openssl(error, "cannot make an RSA key");
    }
    release(&numbers);
    return ok;
}
