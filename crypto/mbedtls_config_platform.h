/* SPDX-License-Identifier: Apache-2.0 */
// What every Mbed TLS build of ours shares: how the library reaches its surroundings.

#ifndef CRYPTO_MBEDTLS_CONFIG_PLATFORM_H
#define CRYPTO_MBEDTLS_CONFIG_PLATFORM_H

// Multiplication in assembly (UMAAL on the board), and big numbers in either build.
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 512 // RSA-4096

// What the library hashes with SHA-384 or SHA-512 is compressed by crypto/sha512.c.
#define MBEDTLS_SHA512_PROCESS_ALT

// Memory comes from one static array, given to mbedtls_memory_buffer_alloc_init(). Blocks are
// aligned for NEON, whose loads abort on less than 8 bytes.
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
#define MBEDTLS_MEMORY_ALIGN_MULTIPLE 8

// No default allocator, so that nothing can fall back to malloc() before the array is given.
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS

// The library exits only when it finds its heap corrupted: stop there and then.
#define MBEDTLS_PLATFORM_EXIT_MACRO(status) __builtin_trap()

// Nothing that we use prints; what would print fails instead.
#define MBEDTLS_PLATFORM_SNPRINTF_MACRO(buffer, size, ...) (-1)

// Entropy is collected and tested by crypto/ and the board, never by the library.
#define MBEDTLS_NO_PLATFORM_ENTROPY

// Functions marked deprecated must not creep in.
#define MBEDTLS_DEPRECATED_REMOVED

#endif
