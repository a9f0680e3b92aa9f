/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest memory (guest_memory.h).
 */
#include "tests/conformance/guest_memory.h"

#include <stdlib.h>
#include <string.h>

void guest_read(uint32_t asid, uint64_t paddr, void *buffer, size_t length)
{
    assert_int_equal(memory_controller_read(suite_memory(), asid, paddr, buffer, length),
                     MEMORY_CONTROLLER_OK);
}

void guest_write(uint32_t asid, uint64_t paddr, const void *buffer, size_t length)
{
    assert_int_equal(memory_controller_write(suite_memory(), asid, paddr, buffer, length),
                     MEMORY_CONTROLLER_OK);
}

/** Whether any 16-byte block of two buffers is the same: ciphertext must not show plaintext. */
static bool shares_a_block(const uint8_t *a, const uint8_t *b, size_t length)
{
    for (size_t i = 0; i < length; i += 16) {
        if (memcmp(a + i, b + i, 16) == 0) {
            return true;
        }
    }
    return false;
}

void assert_guest_memory(uint32_t asid, uint32_t other_asid, uint64_t paddr, const void *expected,
                         size_t length)
{
    const uint32_t strangers[] = {0, other_asid};
    uint8_t *read = malloc(length);

    assert_non_null(read);
    guest_read(asid, paddr, read, length);
    assert_memory_equal(read, expected, length);
    assert_false(shares_a_block(suite_at(paddr, length), expected, length));
    for (size_t i = 0; i < 2; i++) {
        guest_read(strangers[i], paddr, read, length);
        assert_false(shares_a_block(read, expected, length));
    }
    free(read);
}

void fill(void *buffer, size_t length, unsigned seed)
{
    uint8_t *bytes = buffer;
    uint32_t state = 0x9E3779B9u * (seed + 1);

    for (size_t i = 0; i < length; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(state >> 24);
    }
}
