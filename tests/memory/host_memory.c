/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host memory under SME and TSME (host_memory.h).
 */
#include "tests/memory/host_memory.h"

#include <string.h>

#include "host/lib/sev.h"

#define BLOCK_BYTES 16u
#define COMMAND_PLACE 11u
#define SECRET_BYTES 16u

const char *const host_mode_names[HOST_MODES] = {"plain", "SME", "TSME", "TSME with C-bit"};

static enum host_mode current;

void host_enter(enum host_mode mode)
{
    to_uninit();
    current = mode;
    if (mode == HOST_TSME || mode == HOST_TSME_C_BIT) {
        machine()->flags |= FABRIC_FLAG_TSME;
    }
}

void host_view(enum host_mode mode)
{
    current = mode;
}

void host_leave(void)
{
    current = HOST_PLAIN;
    to_uninit();
}

uint64_t host_address(uint64_t paddr)
{
    return current == HOST_SME || current == HOST_TSME_C_BIT ? paddr | 1ull << machine()->c_bit
                                                             : paddr;
}

/** The memory controller, for the machine's present ranges. */
static struct memory_controller controller(struct dram *dram)
{
    dram_open(dram, suite.board.dram_file.bytes, suite.board.dram_file.length, machine());
    return (struct memory_controller){
        .fabric = suite.board.fabric_file.bytes,
        .dram = dram,
        .hardware = true,
    };
}

/** Reads whole blocks of ciphertext. */
static void get_block(const struct memory_controller *through, uint64_t paddr,
                      uint8_t block[BLOCK_BYTES])
{
    assert_int_equal(memory_controller_read(through, 0, paddr, block, BLOCK_BYTES),
                     MEMORY_CONTROLLER_OK);
}

/** Copies between memory and a buffer, a block at a time. */
static void access_memory(uint64_t paddr, uint8_t *bytes, size_t length, bool write)
{
    struct dram dram;
    const struct memory_controller through = controller(&dram);
    uint8_t block[BLOCK_BYTES];

    while (length > 0) {
        const uint64_t start = paddr & ~(uint64_t)(BLOCK_BYTES - 1);
        const size_t skip = (size_t)(paddr - start);
        const size_t count = BLOCK_BYTES - skip < length ? BLOCK_BYTES - skip : length;
        uint8_t *memory = dram_pointer(&dram, start, BLOCK_BYTES);

        assert_non_null(memory);
        if (current == HOST_PLAIN) {
            memcpy(write ? memory + skip : bytes, write ? bytes : memory + skip, count);
        } else {
            get_block(&through, start, block);
            memcpy(write ? block + skip : bytes, write ? bytes : block + skip, count);
        }
        if (write && current != HOST_PLAIN) {
            assert_int_equal(memory_controller_write(&through, 0, start, block, BLOCK_BYTES),
                             MEMORY_CONTROLLER_OK);
        }
        paddr += count;
        bytes += count;
        length -= count;
    }
}

void host_put(uint64_t paddr, const void *bytes, size_t length)
{
    access_memory(paddr, (uint8_t *)(uintptr_t)bytes, length, true); /* is only read */
}

void host_get(uint64_t paddr, void *bytes, size_t length)
{
    access_memory(paddr, bytes, length, false);
}

uint64_t host_place(struct host_layout layout, unsigned index, size_t length, uint32_t alignment)
{
    static uint8_t pattern[SUITE_SLOT_BYTES];
    const uint64_t paddr =
        suite_slot(index) + DRAM_PAGE_BYTES + (layout.offset & ~(uint64_t)(alignment - 1));

    memset(pattern, HOST_PATTERN, sizeof pattern);
    assert_true(length + 2 * HOST_MARGIN <= sizeof pattern);
    host_put(paddr - HOST_MARGIN, pattern, length + 2 * HOST_MARGIN);
    return paddr;
}

void host_check_around(uint64_t paddr, size_t length)
{
    const uint64_t margins[] = {paddr - HOST_MARGIN, paddr + length};
    uint8_t pattern[HOST_MARGIN];
    uint8_t seen[HOST_MARGIN];

    memset(pattern, HOST_PATTERN, sizeof pattern);
    for (size_t i = 0; i < sizeof margins / sizeof margins[0]; i++) {
        host_get(margins[i], seen, sizeof seen);
        assert_memory_equal(seen, pattern, sizeof seen);
    }
}

uint64_t host_place_bytes(struct host_layout layout, unsigned index, const void *bytes,
                          size_t length, uint32_t alignment)
{
    const uint64_t paddr = host_place(layout, index, length, alignment);

    host_put(paddr, bytes, length);
    return paddr;
}

int host_run(struct host_layout layout, uint32_t id, void *parameters, size_t size)
{
    const uint64_t paddr = host_place_bytes(layout, COMMAND_PLACE, parameters, size, 4);
    const int status = suite_issue(id, host_address(paddr));

    host_check_around(paddr, size);
    host_get(paddr, parameters, size);
    return status;
}

void host_assert_not_in_dram(const void *bytes, size_t length, const char *what)
{
    const uint8_t *secret = bytes;

    for (size_t i = 0; i + SECRET_BYTES <= length && i < 4 * SECRET_BYTES; i += SECRET_BYTES) {
        const uint8_t *found = memmem(suite.board.dram_file.bytes, suite.board.dram_file.length,
                                      secret + i, SECRET_BYTES);

        if (found != NULL) {
            fail_msg("%s: plaintext of %s stands in DRAM at offset %zx", host_mode_names[current],
                     what, (size_t)(found - suite.board.dram_file.bytes));
        }
    }
}

void host_get_guest(uint32_t asid, uint64_t paddr, void *bytes, size_t length)
{
    struct dram dram;
    const struct memory_controller through = controller(&dram);

    assert_int_equal(memory_controller_read(&through, asid, paddr, bytes, length),
                     MEMORY_CONTROLLER_OK);
}
