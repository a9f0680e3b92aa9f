/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a fuzzer's input (input.h).
 */
#include "tests/fuzz/input.h"

#include <string.h>

bool input_is_empty(const struct input *input)
{
    return input->left == 0;
}

void input_bytes(struct input *input, void *bytes, size_t length)
{
    const size_t there = length < input->left ? length : input->left;

    memset(bytes, 0, length);
    memcpy(bytes, input->data, there);
    input->data += there;
    input->left -= there;
}

uint8_t input_u8(struct input *input)
{
    uint8_t value;

    input_bytes(input, &value, sizeof(value));
    return value;
}

uint32_t input_u32(struct input *input)
{
    uint32_t value;

    input_bytes(input, &value, sizeof(value));
    return value;
}

uint64_t input_u64(struct input *input)
{
    uint64_t value;

    input_bytes(input, &value, sizeof(value));
    return value;
}

uint32_t input_below(struct input *input, uint32_t limit)
{
    return input_u8(input) % limit;
}
