/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and signatures of test vectors: RFC 6979's answers, and what follows from a seed.
 */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/provision/p384.h"
#include "host/vectors/ecdsa.h"
#include "host/vectors/seed.h"

static struct provision_error error;

static void read_hex(const char *text, uint8_t *bytes, size_t length)
{
    size_t read = 0;

    assert_int_equal(OPENSSL_hexstr2buf_ex(bytes, length, &read, text, '\0'), 1);
    assert_int_equal(read, length);
}

/* RFC 6979, A.2.6: the key, and two messages with SHA-384. */
static const char key_text[] = "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
                               "96D5724E4C70A825F872C9EA60D2EDF5";

static const struct {
    const char *message;
    const char *r;
    const char *s;
} answers[] = {
    {"sample",
     "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
     "81A648152E44ACF96E36DD1E80FABE46",
     "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
     "A329C145786E679E7B82C71A38628AC8"},
    {"test",
     "8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB"
     "0542A7F0812998DA8F1DD3CA3CF023DB",
     "DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E0"
     "6A739F040649A667BF3B828246BAA5A5"},
};

static void signatures_are_those_of_rfc_6979(void **state)
{
    uint8_t d[SEV_P384_BYTES];

    (void)state;
    read_hex(key_text, d, sizeof d);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct vectors_signature signature;
        uint8_t digest[VECTORS_DIGEST_BYTES];
        uint8_t r[SEV_P384_BYTES];
        uint8_t s[SEV_P384_BYTES];

        read_hex(answers[i].r, r, sizeof r);
        read_hex(answers[i].s, s, sizeof s);
        assert_true(provision_digest(PROVISION_SHA384, answers[i].message,
                                     strlen(answers[i].message), digest, &error));
        assert_true(vectors_ecdsa_sign(d, digest, &signature, &error));
        assert_memory_equal(signature.r, r, sizeof r);
        assert_memory_equal(signature.s, s, sizeof s);
    }
}

static void a_seed_gives_the_same_bytes_for_the_same_purpose_only(void **state)
{
    struct vectors_seed seed;
    struct vectors_seed other;
    uint8_t bytes[32];
    uint8_t again[32];

    (void)state;
    assert_true(vectors_seed_read("a", &seed, &error));
    assert_true(vectors_seed_read("b", &other, &error));
    assert_true(vectors_derive(&seed, "x", bytes, sizeof bytes, &error));
    assert_true(vectors_derive(&seed, "x", again, sizeof again, &error));
    assert_memory_equal(bytes, again, sizeof bytes);
    assert_true(vectors_derive(&seed, "y", again, sizeof again, &error));
    assert_memory_not_equal(bytes, again, sizeof bytes);
    assert_true(vectors_derive(&other, "x", again, sizeof again, &error));
    assert_memory_not_equal(bytes, again, sizeof bytes);
}

static void an_rsa_key_is_sound_and_follows_from_its_seed(void **state)
{
    struct vectors_seed seed;
    EVP_PKEY *key;
    EVP_PKEY *again;

    (void)state;
    assert_true(vectors_seed_read("a", &seed, &error));
    assert_true(vectors_derive_rsa(&seed, "ark", &key, &error));
    assert_true(vectors_derive_rsa(&seed, "ark", &again, &error));
    assert_int_equal(EVP_PKEY_get_bits(key), 4096);
    assert_int_equal(EVP_PKEY_eq(key, again), 1);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    assert_int_equal(EVP_PKEY_check(context), 1);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(again);
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_those_of_rfc_6979),
        cmocka_unit_test(a_seed_gives_the_same_bytes_for_the_same_purpose_only),
        cmocka_unit_test(an_rsa_key_is_sound_and_follows_from_its_seed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
