/*
 * The library's heap: one static array, handed out by Mbed TLS's own allocator. Also part of the
 * boot ROM.
 */
#include <stdint.h>

#include <mbedtls/memory_buffer_alloc.h>

#include "crypto/self_test.h"

/* The largest user is ECDH with its table of 16 points; see crypto_arena_peak. */
#define ARENA_BYTES 0x8000u

static _Alignas(8) uint8_t arena[ARENA_BYTES];

void crypto_start(void)
{
    mbedtls_memory_buffer_alloc_init(arena, sizeof(arena));
}

/*
 * Blocks are given out from the start of the array, first fit, and each is followed by the header of
 * the next, which is never all zero. So the last byte that is not zero marks the highest use ever.
 */
size_t crypto_arena_peak(void)
{
    size_t peak = sizeof(arena);
    while (peak > 0 && arena[peak - 1] == 0) {
        peak--;
    }
    return peak;
}
