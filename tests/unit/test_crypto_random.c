/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The health tests of SP 800-90B at their cutoffs, and a random generator that stops for good when
 * its source does.
 */
#include "crypto/entropy.h"
#include "crypto/p384.h"
#include "crypto/random.h"
#include "crypto_support.h"

#define RESEED_REQUESTS 10000u /* The generator asks for entropy again after that many. */

/* ---- Health tests ---- */

static bool feed(struct entropy_health *health, uint8_t sample, unsigned int times)
{
    bool passed = true;
    for (unsigned int i = 0; i < times; i++) {
        passed = entropy_health_sample(health, sample);
    }
    return passed;
}

static void repetition_count_fails_at_9(void **state)
{
    (void)state;
    for (unsigned int sample = 0; sample < 256; sample += 51) {
        struct entropy_health health = {0};
        assert_true(feed(&health, (uint8_t)(sample + 1), 3));
        assert_true(feed(&health, (uint8_t)sample, 8));
        assert_false(feed(&health, (uint8_t)sample, 1));
    }
}

static void repetition_count_starts_anew_with_another_sample(void **state)
{
    (void)state;
    struct entropy_health health = {0};
    for (uint8_t sample = 0; sample < 30; sample++) {
        assert_true(feed(&health, sample, 8));
    }
}

/* A window in which the first sample comes so often, never twice in a row. */
static bool window_with(struct entropy_health *health, unsigned int matches)
{
    bool passed = true;
    for (unsigned int i = 0; i < 512; i++) {
        const bool match = i % 2 == 0 && i / 2 < matches;
        passed = entropy_health_sample(health, match ? 77 : (uint8_t)(i % 50)) && passed;
    }
    return passed;
}

static void adaptive_proportion_fails_at_71(void **state)
{
    (void)state;
    struct entropy_health health = {0};
    assert_true(window_with(&health, 70));
    assert_true(window_with(&health, 70)); /* Windows are counted apart. */
    assert_false(window_with(&health, 71));
}

static void failure_is_sticky(void **state)
{
    (void)state;
    struct entropy_health health = {0};
    assert_false(feed(&health, 5, 1000));
    for (uint8_t sample = 0; sample < 250; sample++) {
        assert_false(entropy_health_sample(&health, sample));
    }
}

/* ---- Sources ---- */

static unsigned int good_reads; /* So many reads succeed, then the source is broken. */
static size_t bytes_read;

static void new_source(bool (*source)(uint8_t *, size_t), unsigned int reads)
{
    entropy_source = source;
    good_reads = reads;
    bytes_read = 0;
}

static bool still_good(uint8_t *buffer, size_t length)
{
    fill(buffer, length);
    bytes_read += length;
    if (good_reads == 0) {
        return false;
    }
    good_reads--;
    return true;
}

static bool failing(uint8_t *buffer, size_t length)
{
    if (still_good(buffer, length)) {
        return true;
    }
    memset(buffer, 0, length);
    return false;
}

static bool stuck(uint8_t *buffer, size_t length)
{
    if (!still_good(buffer, length)) {
        memset(buffer, 0, length); /* What a device leaves that cannot reach the buffer. */
    }
    return true;
}

/* One byte in five is the same, in no regular order. */
static bool biased(uint8_t *buffer, size_t length)
{
    if (!still_good(buffer, length)) {
        for (size_t i = 0; i < length; i++) {
            buffer[i] = pick(5) == 0 ? 0x42 : buffer[i];
        }
        buffer[0] = 0x42;
    }
    return true;
}

#define NEVER UINT32_MAX

static void expect_no_random(void)
{
    uint8_t buffer[100];
    memset(buffer, 0xa5, sizeof(buffer));
    assert_false(crypto_random(buffer, sizeof(buffer)));
    assert_true(all_zero(buffer, sizeof(buffer)));
}

static void generator_refuses_before_it_is_started(void **state)
{
    (void)state;
    expect_no_random();
}

static void start_fails_with_a_bad_source(void **state)
{
    (void)state;
    new_source(failing, 0);
    assert_false(crypto_random_start());
    expect_no_random();
    new_source(stuck, 0);
    assert_false(crypto_random_start());
    expect_no_random();
    new_source(biased, 0);
    assert_false(crypto_random_start());
    expect_no_random();
}

/* Good for a while, but not until the generator is seeded. */
static void start_fails_when_the_source_breaks_in_it(void **state)
{
    (void)state;
    unsigned int reads = 0;
    new_source(failing, NEVER);
    assert_true(crypto_random_start());
    const unsigned int needed = NEVER - good_reads;
    for (reads = 0; reads < needed; reads++) {
        new_source(failing, reads);
        assert_false(crypto_random_start());
        expect_no_random();
        new_source(stuck, reads);
        assert_false(crypto_random_start());
        expect_no_random();
    }
    new_source(failing, needed);
    assert_true(crypto_random_start());
}

static void start_tests_1024_samples_and_drops_them(void **state)
{
    (void)state;
    new_source(failing, NEVER);
    assert_true(entropy_start());
    assert_true(bytes_read >= 1024);
    const size_t tested = bytes_read;
    assert_true(crypto_random_start());
    assert_true(bytes_read > 2 * tested); /* The seed is made of others. */
}

static void use_up_seed(void)
{
    uint8_t byte;
    for (unsigned int i = 0; i < RESEED_REQUESTS; i++) {
        assert_true(crypto_random(&byte, 1));
    }
}

static void expect_stop_at_reseed(bool (*source)(uint8_t *, size_t))
{
    new_source(source, NEVER);
    assert_true(crypto_random_start());
    new_source(source, 0);
    use_up_seed();
    /* The reseed reads 128 samples; bias needs up to a window of 512 to show. */
    expect_no_random();
    new_source(source, NEVER); /* It recovers, the generator does not. */
    expect_no_random();
    assert_true(crypto_random_start());
}

static void generator_stops_for_good_when_the_source_fails(void **state)
{
    (void)state;
    expect_stop_at_reseed(failing);
}

static void generator_stops_for_good_when_the_source_sticks(void **state)
{
    (void)state;
    expect_stop_at_reseed(stuck);
}

static void entropy_fails_for_good_when_the_source_fails(void **state)
{
    (void)state;
    uint8_t seed[ENTROPY_SEED_BYTES];
    new_source(failing, NEVER);
    assert_true(entropy_start());
    assert_true(entropy_seed(seed));
    assert_false(all_zero(seed, sizeof(seed)));
    good_reads = 0;
    assert_false(entropy_seed(seed));
    assert_true(all_zero(seed, sizeof(seed)));
    good_reads = NEVER;
    assert_false(entropy_seed(seed));
    assert_true(entropy_start());
    assert_true(entropy_seed(seed));
}

static void entropy_fails_for_good_when_the_source_is_biased(void **state)
{
    (void)state;
    uint8_t seed[ENTROPY_SEED_BYTES];
    unsigned int seeds = 0;
    new_source(biased, NEVER);
    assert_true(entropy_start());
    good_reads = 0;
    while (seeds < 1000 && entropy_seed(seed)) {
        seeds++;
    }
    assert_true(seeds < 1000);
    assert_true(all_zero(seed, sizeof(seed)));
    good_reads = NEVER;
    assert_false(entropy_seed(seed));
}

/* ---- Output ---- */

static void output_has_any_length(void **state)
{
    (void)state;
    static uint8_t buffer[5000];
    static const size_t lengths[] = {0, 1, 16, 17, 48, 1023, 1024, 1025, 2048, 2049, 4999};
    new_source(NULL, 0);
    assert_true(crypto_random_start());
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        uint8_t seen[5000] = {0};
        for (unsigned int round = 0; round < 20; round++) {
            memset(buffer, 0, sizeof(buffer));
            assert_true(crypto_random(buffer, lengths[i]));
            assert_true(all_zero(buffer + lengths[i], sizeof(buffer) - lengths[i]));
            for (size_t j = 0; j < lengths[i]; j++) {
                seen[j] |= buffer[j];
            }
        }
        /* In 20 rounds no byte stays zero (2^-160 each). */
        for (size_t j = 0; j < lengths[i]; j++) {
            assert_int_not_equal(seen[j], 0);
        }
    }
}

static void output_never_repeats(void **state)
{
    (void)state;
    static uint8_t outputs[500][16];
    for (size_t i = 0; i < 500; i++) {
        assert_true(i % 50 != 0 || crypto_random_start()); /* Also across restarts. */
        assert_true(crypto_random(outputs[i], sizeof(outputs[i])));
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(outputs[i], outputs[j], sizeof(outputs[i]));
        }
    }
}

static void generator_reseeds_from_the_source(void **state)
{
    (void)state;
    uint8_t byte;
    new_source(failing, NEVER);
    assert_true(crypto_random_start());
    use_up_seed();
    const size_t before = bytes_read;
    assert_true(crypto_random(&byte, 1));
    assert_true(bytes_read >= before + 96); /* At least 384 bits at 4 bits per byte. */
}

static void secret_has_a_seed_of_its_own(void **state)
{
    (void)state;
    uint8_t secrets[2][32];
    new_source(failing, NEVER);
    assert_true(crypto_random_start());
    for (unsigned int i = 0; i < 2; i++) {
        const size_t before = bytes_read;
        assert_true(crypto_random_secret(secrets[i], sizeof(secrets[i])));
        assert_true(bytes_read >= before + 96); /* At least 384 bits at 4 bits per byte. */
    }
    assert_memory_not_equal(secrets[0], secrets[1], sizeof(secrets[0]));
    const size_t before = bytes_read;
    assert_true(crypto_random_reseed());
    assert_true(bytes_read >= before + 96);
}

static void expect_no_secret(bool (*source)(uint8_t *, size_t))
{
    uint8_t secret[32] = {1};
    struct crypto_p384_key key = {.d = {1}};
    new_source(source, NEVER);
    assert_true(crypto_random_start());
    new_source(source, 0);
    assert_false(crypto_random_secret(secret, sizeof(secret)));
    assert_true(all_zero(secret, sizeof(secret)));
    expect_no_random(); /* The generator has stopped for good, */
    new_source(source, NEVER);
    expect_no_random(); /* whatever the source does. */
    assert_false(crypto_random_secret(secret, sizeof(secret)));
    assert_false(crypto_random_reseed());

    assert_true(crypto_random_start());
    new_source(source, 0);
    assert_false(crypto_p384_generate(&key));
    assert_true(all_zero((const uint8_t *)&key, sizeof(key)));
    expect_no_random();
    new_source(source, NEVER);
    assert_true(crypto_random_start());
}

static void no_secret_comes_from_a_source_that_fails_or_sticks(void **state)
{
    (void)state;
    expect_no_secret(failing);
    expect_no_secret(stuck);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetition_count_fails_at_9),
        cmocka_unit_test(repetition_count_starts_anew_with_another_sample),
        cmocka_unit_test(adaptive_proportion_fails_at_71),
        cmocka_unit_test(failure_is_sticky),
        cmocka_unit_test(generator_refuses_before_it_is_started),
        cmocka_unit_test(start_fails_with_a_bad_source),
        cmocka_unit_test(start_fails_when_the_source_breaks_in_it),
        cmocka_unit_test(start_tests_1024_samples_and_drops_them),
        cmocka_unit_test(generator_stops_for_good_when_the_source_fails),
        cmocka_unit_test(generator_stops_for_good_when_the_source_sticks),
        cmocka_unit_test(entropy_fails_for_good_when_the_source_fails),
        cmocka_unit_test(entropy_fails_for_good_when_the_source_is_biased),
        cmocka_unit_test(output_has_any_length),
        cmocka_unit_test(output_never_repeats),
        cmocka_unit_test(generator_reseeds_from_the_source),
        cmocka_unit_test(secret_has_a_seed_of_its_own),
        cmocka_unit_test(no_secret_comes_from_a_source_that_fails_or_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
