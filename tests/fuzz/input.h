/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzzer's input, read as a stream of choices. Behind its end there are zeros.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
    const uint8_t *data;
    size_t left;
};

/** @return whether there is nothing left */
bool input_is_empty(const struct input *input);

uint8_t input_u8(struct input *input);
uint32_t input_u32(struct input *input);
uint64_t input_u64(struct input *input);

/** @return a number below @p limit, which is at most 256 */
uint32_t input_below(struct input *input, uint32_t limit);

/** Fills @p length bytes. */
void input_bytes(struct input *input, void *bytes, size_t length);

#endif
