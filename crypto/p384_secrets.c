/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operations on secrets share: random numbers, and the wiping of the stack.
 */
#include "crypto/p384_secrets.h"

#include "crypto/random.h"

#define RANDOM_TRIES 30u /* A number of 384 random bits is not below n once in 2^190 tries. */

/* More than the deepest of the functions uses, which holds the table of p384_multiply. */
#define STACK_BYTES 6144u

_Static_assert(sizeof(struct crypto_p384_public) == (size_t)2 * CRYPTO_P384_BYTES,
               "x and y without a gap");
_Static_assert(CRYPTO_P384_BYTES == P384_WORDS_BYTES, "numbers have 384 bits");

bool p384_random_scalar(struct p384_scalar *scalar)
{
    uint8_t bytes[P384_WORDS_BYTES];
    bool found = false;
    *scalar = (struct p384_scalar){{0}};
    for (unsigned int i = 0; i < RANDOM_TRIES && !found && crypto_random(bytes, sizeof(bytes));
         i++) {
        found = p384_scalar_read(scalar, bytes);
    }
    crypto_wipe(bytes, sizeof(bytes));
    return found;
}

bool p384_random_blinding(struct p384_field *z)
{
    uint32_t number[P384_WORDS];
    const bool drawn = crypto_random(number, sizeof(number));
    (void)p384_field_read(z, number); /* Any number does, or zeros if there is none. */
    crypto_wipe(number, sizeof(number));
    return drawn;
}

__attribute__((noinline)) void p384_wipe_stack(void)
{
    uint8_t below[STACK_BYTES];
    crypto_wipe(below, sizeof(below));
}
