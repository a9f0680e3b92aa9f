/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest memory as a guest with a given ASID sees it, through the model of the memory controller.
 */
#ifndef TESTS_CONFORMANCE_GUEST_MEMORY_H
#define TESTS_CONFORMANCE_GUEST_MEMORY_H

#include "tests/conformance/states.h"

/** Reads through the key of the ASID; length and address are multiples of 16. */
void guest_read(uint32_t asid, uint64_t paddr, void *buffer, size_t length);

/** Writes through the key of the ASID. */
void guest_write(uint32_t asid, uint64_t paddr, const void *buffer, size_t length);

/** Fails the test unless the guest reads EXPECTED, and nobody else: host, ASID 0, another guest. */
void assert_guest_memory(uint32_t asid, uint32_t other_asid, uint64_t paddr, const void *expected,
                         size_t length);

/** Fills memory with bytes that differ from place to place. */
void fill(void *buffer, size_t length, unsigned seed);

#endif
