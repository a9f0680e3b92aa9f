/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a machine must have to go on with a guest that sleeps (shape.h).
 */
#include "host/linux/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS 4u
#define FORMAT "cpus %u c-bit %u network %u disk %u\n"

void shape_write(const struct guest_options *options, char text[SHAPE_BYTES])
{
    memset(text, 0, SHAPE_BYTES);
    (void)snprintf(text, SHAPE_BYTES, FORMAT, options->image.cpus, options->image.c_bit,
                   options->network ? 1u : 0u, options->disk != NULL ? 1u : 0u);
}

/* It is this text, and nothing else with such numbers in it. */
static bool is_shape(const char text[SHAPE_BYTES], unsigned numbers[NUMBERS])
{
    char again[SHAPE_BYTES] = "";
    const char *at = text;
    if (memchr(text, '\0', SHAPE_BYTES) == NULL) {
        return false;
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        char *end = NULL;
        at = strpbrk(at, "0123456789");
        if (at == NULL) {
            return false;
        }
        numbers[i] = (unsigned)strtoul(at, &end, 10);
        at = end;
    }
    (void)snprintf(again, sizeof again, FORMAT, numbers[0], numbers[1], numbers[2], numbers[3]);
    return memcmp(again, text, SHAPE_BYTES) == 0;
}

bool shape_suits(const struct guest_options *options, const char text[SHAPE_BYTES],
                 struct travel_outcome *outcome)
{
    unsigned numbers[NUMBERS] = {0};
    if (!is_shape(text, numbers)) {
        return travel_fail(outcome, "it does not say for which machine it is");
    }
    if (numbers[0] != options->image.cpus) {
        return travel_fail(outcome, "it had %u CPU%s: --vcpus must say so", numbers[0],
                           numbers[0] == 1 ? "" : "s");
    }
    if (numbers[1] != options->image.c_bit) {
        return travel_fail(outcome, "its C-bit was bit %u: --c-bit must say so", numbers[1]);
    }
    if ((numbers[2] != 0) != options->network) {
        return travel_fail(
            outcome, numbers[2] != 0 ? "it had a network: --network must be there"
                                     : "it had no network: --network and --ssh must not be there");
    }
    if ((numbers[3] != 0) != (options->disk != NULL)) {
        return travel_fail(outcome, numbers[3] != 0 ? "it had a disk: --disk must name it"
                                                    : "it had no disk: --disk must not be there");
    }
    return true;
}
