/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware that times the board's own cryptography, object by object what the firmware is linked
 * from, by the board's clock. Prints a line per primitive: what a run amounts to, and the fewest
 * microseconds that one took. Waiting for entropy is not counted: how long the emulator lets the board
 * sleep for it depends on what else the machine does, even when the clock counts instructions.
 */
#include <stdint.h>

#include "arch/arm/fault.h"
#include "arch/arm/panic.h"
#include "arch/arm/print.h"
#include "boot/firmware/boot.h"
#include "crypto/fatal.h"
#include "crypto/p384.h"
#include "crypto/random.h"
#include "crypto/self_test.h"
#include "crypto/sha2.h"
#include "hal/system.h"
#include "hal/timer.h"

#define RUNS 40u /* The first ones also translate the code; others use the machine, too. */
#define HASHED_BYTES 0x10000u

const bool fault_prints_registers = true; /* No secret is worth anything here. */

static uint8_t data[HASHED_BYTES];
static uint8_t digest[CRYPTO_SHA384_BYTES];
static struct crypto_p384_key key;
static struct crypto_p384_key peer;
static struct crypto_p384_signature signature;

static uint64_t waited; /* For entropy, in microseconds. */

/* The linker gives these names: what calls hal_entropy_read() calls the first. */
bool __wrap_hal_entropy_read(uint8_t *buffer, size_t length);
bool __real_hal_entropy_read(uint8_t *buffer, size_t length);

bool __wrap_hal_entropy_read(uint8_t *buffer, size_t length)
{
    const uint64_t start = hal_timer_microseconds();
    const bool done = __real_hal_entropy_read(buffer, length);

    waited += hal_timer_microseconds() - start;
    return done;
}

_Noreturn void crypto_fatal(const char *what)
{
    panic_stop(what);
}

static bool hash(void)
{
    crypto_sha384(data, sizeof(data), digest);
    return true;
}

static bool make_key(void)
{
    return crypto_p384_generate(&key);
}

static bool sign(void)
{
    return crypto_p384_sign(&key, digest, sizeof(digest), &signature);
}

static bool agree(void)
{
    uint8_t shared_secret[CRYPTO_P384_BYTES];

    return crypto_p384_ecdh(&key, &peer.public_key, shared_secret);
}

static bool verify(void)
{
    return crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature);
}

/* In this order: what one makes the next one uses. COUNT is what a run amounts to: bytes, or operations. */
static const struct {
    const char *name;
    bool (*run)(void);
    uint32_t count;
} primitives[] = {
    {"sha384", hash, HASHED_BYTES}, {"p384_keygen", make_key, 1}, {"p384_sign", sign, 1},
    {"p384_ecdh", agree, 1},        {"p384_verify", verify, 1},
};

/** @return the fewest microseconds that a run took, 0 if one failed */
static uint32_t best_of(bool (*run)(void))
{
    uint64_t best = UINT32_MAX;

    for (uint32_t i = 0; i < RUNS; i++) {
        const uint64_t start = hal_timer_microseconds();
        uint64_t took;

        waited = 0;
        if (!run()) {
            return 0;
        }
        took = hal_timer_microseconds() - start - waited;
        best = took < best ? took : best;
    }
    return (uint32_t)best;
}

_Noreturn void firmware_main(void)
{
    const char *problem = hal_system_start();

    if (problem != NULL) {
        panic_stop(problem);
    }
    crypto_start();
    if (!crypto_random_start() || !crypto_p384_generate(&peer)) {
        panic_stop("no random numbers");
    }
    for (uint32_t i = 0; i < sizeof(primitives) / sizeof(primitives[0]); i++) {
        const uint32_t best = best_of(primitives[i].run);

        if (best == 0) {
            panic_stop(primitives[i].name);
        }
        print_text("primitive ");
        print_text(primitives[i].name);
        print_text(" ");
        print_decimal(primitives[i].count);
        print_text(" ");
        print_decimal(best);
        print_text("\n");
    }
    print_text("primitives: done\n");
    hal_power_off();
}
