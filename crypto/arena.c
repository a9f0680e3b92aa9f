/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's heap: one static array, handed out by Mbed TLS's own allocator. Also part of the
 * boot ROM.
 */
#include <stdint.h>
#include <string.h>

#include <mbedtls/memory_buffer_alloc.h>

#include "crypto/self_test.h"

/* The largest user is RSA with 4096 bits; see crypto_arena_peak. */
#define ARENA_BYTES 0x8000u

#define UNUSED 0xa5u      /* What memory holds that was never handed out. */
#define HEADER_BYTES 256u /* More than the header that the library has put at the start. */

static _Alignas(8) uint8_t arena[ARENA_BYTES];

void crypto_start(void)
{
    mbedtls_memory_buffer_alloc_init(arena, sizeof(arena));
    memset(arena + HEADER_BYTES, UNUSED, sizeof(arena) - HEADER_BYTES);
}

/*
 * Memory is handed out from the start of the array, first fit, and zeroed: the last byte that has
 * changed marks the highest use ever.
 */
size_t crypto_arena_peak(void)
{
    size_t peak = sizeof(arena);
    while (peak > 0 && arena[peak - 1] == UNUSED) {
        peak--;
    }
    return peak;
}
