/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health tests over the board's entropy (SP 800-90B section 4) and conditioning of what passes.
 */
#include "crypto/entropy.h"

#include "crypto/sha2.h"
#include "hal/entropy.h"

/*
 * The source is credited with H = 4 bits per byte, half of what it should give. With a false-alarm
 * rate of 2^-30 the cutoffs are: repetition 1 + ceil(30 / H), adaptive proportion the critical value
 * of the binomial distribution with 2^-H in a window of 512.
 */
#define REPETITION_CUTOFF 9u
#define WINDOW_SAMPLES 512u
#define WINDOW_CUTOFF 71u

#define STARTUP_SAMPLES 1024u /* At least that many: SP 800-90B section 4.3. */

/*
 * Samples per seed: 128 * H = 512 bits, more than the 384 + 64 after which the output of a vetted
 * conditioning function counts as full entropy (SP 800-90C). SHA-384 is such a function.
 */
#define SEED_SAMPLES 128u

_Static_assert(ENTROPY_SEED_BYTES == CRYPTO_SHA384_BYTES, "a seed is a digest");

static struct entropy_health health;

bool entropy_health_sample(struct entropy_health *tests, uint8_t sample)
{
    if (tests->repetitions > 0 && sample == tests->repeated) {
        tests->repetitions++;
    } else {
        tests->repeated = sample;
        tests->repetitions = 1;
    }

    if (tests->window_position == 0) {
        tests->window_sample = sample;
        tests->window_matches = 0;
    }
    if (sample == tests->window_sample) {
        tests->window_matches++;
    }
    tests->window_position = (uint16_t)((tests->window_position + 1u) % WINDOW_SAMPLES);

    if (tests->repetitions >= REPETITION_CUTOFF) {
        tests->repetitions = REPETITION_CUTOFF; /* No overflow, however long it goes on. */
        tests->failed = true;
    }
    if (tests->window_matches >= WINDOW_CUTOFF) {
        tests->failed = true;
    }
    return !tests->failed;
}

/* Every sample goes through the tests, even after one has failed; a failure stays in their state. */
static bool read_tested(uint8_t *samples, size_t count)
{
    if (!hal_entropy_read(samples, count)) {
        health.failed = true;
        return false;
    }
    bool passed = true;
    for (size_t i = 0; i < count; i++) {
        passed = entropy_health_sample(&health, samples[i]) && passed;
    }
    return passed;
}

bool entropy_start(void)
{
    health = (struct entropy_health){0};
    uint8_t samples[SEED_SAMPLES];
    bool passed = true;
    for (size_t done = 0; done < STARTUP_SAMPLES; done += sizeof(samples)) {
        passed = read_tested(samples, sizeof(samples)) && passed;
    }
    crypto_wipe(samples, sizeof(samples));
    return passed;
}

bool entropy_seed(uint8_t seed[ENTROPY_SEED_BYTES])
{
    uint8_t samples[SEED_SAMPLES];
    const bool passed = read_tested(samples, sizeof(samples));
    if (passed) {
        crypto_sha384(samples, sizeof(samples), seed);
    } else {
        crypto_wipe(seed, ENTROPY_SEED_BYTES);
    }
    crypto_wipe(samples, sizeof(samples));
    return passed;
}
