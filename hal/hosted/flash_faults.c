/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of the flash bank of the Linux board: power cuts in the middle of an operation, and a
 * device that reports errors. What a torn operation leaves depends on the seed and on the number
 * of the operation only, so that a failure can be repeated.
 */
#include "hal/hosted/flash_faults.h"

#include <string.h>

#include "hal/hosted/random.h"
#include "hal/hosted/state.h"

void hosted_flash_set_unit(uint32_t bytes)
{
    if (bytes < 8 || bytes > 2048 || (bytes & (bytes - 1)) != 0) {
        hosted_guard("%s: %u is no unit of programming", __func__, bytes);
    }
    hosted_state()->flash.unit = bytes;
}

uint64_t hosted_flash_operations(void)
{
    return hosted_state()->flash.operations;
}

uint64_t hosted_flash_violations(void)
{
    return hosted_state()->flash.violations;
}

void hosted_flash_set_strict(bool strict)
{
    hosted_state()->flash.strict = strict;
}

void hosted_power_cut_after(uint64_t operation)
{
    hosted_state()->flash.cut_at =
        operation == 0 ? 0 : hosted_state()->flash.operations + operation;
}

void hosted_power_cut_seed(uint64_t seed)
{
    hosted_state()->flash.tear_seed = seed;
}

void hosted_flash_fail_after(uint64_t operation)
{
    hosted_state()->flash.fail_at =
        operation == 0 ? 0 : hosted_state()->flash.operations + operation;
}

enum hosted_flash_fate hosted_flash_operation(void)
{
    struct hosted_state *state = hosted_state();

    state->flash.operations++;
    if (state->flash.operations == state->flash.cut_at) {
        return HOSTED_FLASH_TORN;
    }
    if (state->flash.fail_at != 0 && state->flash.operations >= state->flash.fail_at) {
        return HOSTED_FLASH_FAILED;
    }
    return HOSTED_FLASH_DONE;
}

static uint64_t tear_random(void)
{
    uint64_t mixed = hosted_state()->flash.tear_seed;

    mixed = hosted_random(&mixed) ^ hosted_state()->flash.operations;
    return hosted_random(&mixed);
}

/* NOR erases in phases: all bits are cleared first, then set, the last ones after many pulses. */
void hosted_flash_tear_erase(uint8_t *sector)
{
    uint64_t random = tear_random();
    const uint64_t way = random % 4;
    const size_t split = (size_t)(hosted_random(&random) % HAL_FLASH_SECTOR_BYTES);

    if (way == 0) { /* The bits of a first part are cleared. */
        memset(sector, 0, split);
    } else if (way == 1) { /* A first part is erased. */
        memset(sector, 0xFF, split);
    } else { /* Some bits are set already: few of them, or nearly all. */
        for (size_t i = 0; i < HAL_FLASH_SECTOR_BYTES; i += 8) {
            uint64_t bits = hosted_random(&random);
            bits = way == 2 ? bits : bits | hosted_random(&random) | hosted_random(&random);
            memcpy(sector + i, &bits, sizeof(bits));
        }
    }
}

static void tear_word(uint8_t *flash, const uint8_t *data, uint64_t mask)
{
    uint64_t old;
    uint64_t new;

    memcpy(&old, flash, sizeof(old));
    memcpy(&new, data, sizeof(new));
    old &= new | mask; /* Bits in the mask did not get cleared. */
    memcpy(flash, &old, sizeof(old));
}

/* Words are done in order up to a torn one, or, as in a device's write buffer, in any order. */
void hosted_flash_tear_program(uint8_t *flash, const uint8_t *data, size_t length)
{
    uint64_t random = tear_random();
    const bool in_order = random % 2 == 0;
    const size_t torn = (size_t)(hosted_random(&random) % (length / 8));

    for (size_t word = 0; word < length / 8; word++) {
        const uint64_t mask = hosted_random(&random);
        if (word == torn) {
            tear_word(flash + 8 * word, data + 8 * word, mask);
        } else if (in_order ? word < torn : mask % 2 == 0) {
            tear_word(flash + 8 * word, data + 8 * word, 0);
        }
    }
}
