/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host memory as x86 software sees it under SME and TSME (section 11.4): what stands in DRAM is
 * ciphertext, at any address and of any length. The arithmetic is OpenSSL's.
 */
#ifndef TESTS_MEMORY_HOST_MEMORY_H
#define TESTS_MEMORY_HOST_MEMORY_H

#include "tests/conformance/states.h"

/** How addresses and memory are related. */
enum host_mode {
    HOST_PLAIN,      /**< No C-bit: bytes lie in DRAM as they are. */
    HOST_SME,        /**< Every address of host memory has the C-bit. */
    HOST_TSME,       /**< Everything uses the host's key; addresses have no C-bit. */
    HOST_TSME_C_BIT, /**< The same, and addresses have the C-bit too. */
    HOST_MODES,
};

extern const char *const host_mode_names[HOST_MODES];

#define HOST_PATTERN 0x5C
#define HOST_MARGIN 0x40u /**< Bytes around a buffer that must not change. */

/** Goes to UNINIT and makes @p mode the machine's; host_leave() before anything else of the suite. */
void host_enter(enum host_mode mode);

/** Looks at memory as another mode does; the machine stays as it is. */
void host_view(enum host_mode mode);

/** UNINIT, with the machine as it was. */
void host_leave(void);

/** @return the address as commands get it: with or without C-bit */
uint64_t host_address(uint64_t paddr);

/** Reads and writes memory as x86 software does in this mode. */
void host_put(uint64_t paddr, const void *bytes, size_t length);
void host_get(uint64_t paddr, void *bytes, size_t length);

/** Where the buffers of a command are put: they cross blocks and pages. */
struct host_layout {
    uint32_t offset; /**< In the place of a buffer; rounded down to the buffer's alignment. */
};

/**
 * Chooses place number @p index for a buffer, and fills it and its surroundings with a pattern.
 *
 * @param alignment  that the buffer needs
 * @return address without C-bit
 */
uint64_t host_place(struct host_layout layout, unsigned index, size_t length, uint32_t alignment);

/** Fails the test when the surroundings of a buffer have changed. */
void host_check_around(uint64_t paddr, size_t length);

/** host_place() and host_put(). @return as host_place() */
uint64_t host_place_bytes(struct host_layout layout, unsigned index, const void *bytes,
                          size_t length, uint32_t alignment);

/**
 * Runs a command whose parameters are in host memory of this mode, at an address that fits the
 * layout; checks that nothing around them changes.
 */
int host_run(struct host_layout layout, uint32_t id, void *parameters, size_t size);

/** host_run() of a typed structure. */
#define HOST_RUN(layout, command, parameters)                                                      \
    host_run((layout), SEV_COMMAND_##command, (parameters), sizeof *(parameters))

/** Fails the test when 16 or more of these bytes stand anywhere in DRAM. */
void host_assert_not_in_dram(const void *bytes, size_t length, const char *what);

/** Guest memory through an ASID's key, whatever the mode. */
void host_get_guest(uint32_t asid, uint64_t paddr, void *bytes, size_t length);

#endif
