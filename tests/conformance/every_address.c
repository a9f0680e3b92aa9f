/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For every command: addresses of parameters and buffers that are misaligned, not DRAM, or wrap
 * around are INVALID_ADDRESS; every other address works, 0 among them (sections 0.3, 1.4).
 */
#include <string.h>

#include "tests/conformance/every.h"

#define PARAMETERS_ALIGNMENT 4u
#define ADDRESSES_MAX 24u
#define FREE_SLOT 8u /**< No request uses it. */

/** Lowest multiple of ALIGNMENT at or above PADDR. */
static uint64_t align_up(uint64_t paddr, uint64_t alignment)
{
    return (paddr + alignment - 1) & ~(alignment - 1);
}

/** Addresses at which LENGTH bytes must not lie. @return how many */
static size_t wrong_addresses(uint32_t length, uint32_t alignment,
                              uint64_t addresses[ADDRESSES_MAX])
{
    const uint64_t crossing_low = align_up(suite.low_end - length + 1, alignment);
    const uint64_t crossing_high = align_up(suite.high_end - length + 1, alignment);
    const uint64_t c_bit = 1ull << suite.machine.c_bit;
    const uint64_t wrong[] = {
        suite.low_end,
        crossing_low,
        crossing_high,
        suite.high_end,
        suite_hole_end() - alignment, /* from the hole into memory, or in the hole */
        suite_hole_end() - align_up(length, alignment),
        0x80000000ull,
        0xFEE00000ull,           /* a device */
        0x100000000000ull,       /* 16 TiB */
        0x7FFFFFFFFF000ull,      /* the last page below the C-bit */
        0xFFFFFFFFFFFFF000ull,   /* the end wraps to 0 */
        0 - (uint64_t)alignment, /* the end wraps beyond 0 */
        c_bit | suite.low_end,   /* the same with the C-bit */
        c_bit | 0x100000000000ull,
        (c_bit << 1) | suite.slots, /* bits above the C-bit are not ignored */
        1ull << 63 | suite.slots,
    };
    size_t count = sizeof wrong / sizeof wrong[0];

    memcpy(addresses, wrong, sizeof wrong);
    if (alignment > 1) {
        addresses[count++] = suite_slot(FREE_SLOT) + 1;
        addresses[count++] = suite_slot(FREE_SLOT) + alignment / 2;
        addresses[count++] = suite_slot(FREE_SLOT) + alignment - 1;
    }
    return count;
}

/** Addresses at which LENGTH bytes may lie. @return how many */
static size_t right_addresses(uint32_t length, uint32_t alignment,
                              uint64_t addresses[ADDRESSES_MAX])
{
    /* No better aligned than it must be. */
    const uint64_t odd = alignment > SUITE_SLOT_BYTES ? suite.tmr : suite_slot(FREE_SLOT);
    const uint64_t right[] = {
        0,
        (suite.low_end - length) & ~((uint64_t)alignment - 1),
        suite.high_base,
        (suite.high_end - length) & ~((uint64_t)alignment - 1),
        odd + alignment,
    };

    memcpy(addresses, right, sizeof right);
    return suite.quick ? 2 : sizeof right / sizeof right[0];
}

void every_parameters_address(void **state)
{
    uint64_t addresses[ADDRESSES_MAX];
    struct request request;

    request_prepare(&request, *state);
    const size_t count = wrong_addresses(request.row->size, PARAMETERS_ALIGNMENT, addresses);

    for (size_t i = 0; i < count; i++) {
        snapshot_take();
        assert_status(suite_issue(request.row->id, addresses[i]), INVALID_ADDRESS);
        snapshot_compare(__FILE__, __LINE__);
    }
    assert_request_succeeds(&request);
}

void every_buffer_address(void **state)
{
    struct request request;

    request_prepare(&request, *state);
    for (size_t i = 0; i < request.row->buffer_count; i++) {
        const struct row_buffer *buffer = &request.row->buffers[i];
        const uint32_t length = request_buffer_bytes(&request, buffer);
        uint64_t addresses[ADDRESSES_MAX];
        const size_t count =
            length == 0 ? 0
                        : wrong_addresses(length, request_alignment(&request, buffer), addresses);

        for (size_t j = 0; j < count; j++) {
            struct request wrong = request;

            request_set_u64(&wrong, buffer->paddr_offset, addresses[j]);
            assert_request_refused(&wrong, INVALID_ADDRESS);
        }
    }
    assert_request_succeeds(&request);
}

/** A legal place for the parameters, and then for each buffer. */
void every_legal_address(void **state)
{
    const struct row *row = *state;
    uint64_t addresses[ADDRESSES_MAX];
    size_t count = right_addresses(row->size, PARAMETERS_ALIGNMENT, addresses);

    for (size_t i = 0; i < count; i++) {
        struct request request;

        request_prepare(&request, row);
        memcpy(suite_at(addresses[i], row->size), request.parameters, row->size);
        assert_status_is(suite_issue(row->id, addresses[i]), request.success);
    }
    for (size_t i = 0; i < row->buffer_count; i++) {
        for (size_t j = 0; j < count; j++) {
            const struct row_buffer *buffer = &row->buffers[i];
            struct request request;

            request_prepare(&request, row);
            const uint32_t length = request_buffer_bytes(&request, buffer);

            if (length == 0 || (request.anchored && buffer->direction == ROW_GUEST)) {
                break;
            }
            count = right_addresses(length, request_alignment(&request, buffer), addresses);
            request_move(&request, buffer, addresses[j]);
            assert_request_succeeds(&request);
        }
    }
}
