/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For every command: what it writes may overlap neither its parameters nor another buffer; and
 * nothing may lie in memory that the firmware holds, the TMR and the NV block (sections 1.4, B.2,
 * B.3).
 */
#include "tests/conformance/every.h"

static bool is_written(const struct row_buffer *buffer)
{
    return buffer->direction != ROW_IN;
}

bool has_written_buffer(const struct row *row)
{
    for (size_t i = 0; i < row->buffer_count; i++) {
        if (is_written(&row->buffers[i])) {
            return true;
        }
    }
    return false;
}

bool can_run_with_es(const struct row *row)
{
    return row->size != 0 && (row->platform_states & ~(1u << SEV_PLATFORM_UNINIT)) != 0;
}

/** A written buffer over [paddr, paddr + length): on its start, on its last byte. */
static void refuse_overlap(const struct request *request, const struct row_buffer *buffer,
                           uint64_t paddr, uint32_t length)
{
    const uint32_t own = request_buffer_bytes(request, buffer);
    const uint64_t alignment = request_alignment(request, buffer);
    const uint64_t places[] = {
        paddr & ~(alignment - 1), (paddr + length - 1) & ~(alignment - 1),
        ((paddr - own) & ~(alignment - 1)) + alignment, /* its last bytes on the other's first */
    };

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct request wrong = *request;

        if (places[i] >= paddr + length || places[i] + own <= paddr) {
            continue; /* Alignment makes it miss. */
        }
        request_set_u64(&wrong, buffer->paddr_offset, places[i]);
        assert_request_refused(&wrong, INVALID_ADDRESS);
    }
}

void every_overlap(void **state)
{
    struct request request;

    request_prepare(&request, *state);
    const struct row *row = request.row;

    for (size_t i = 0; i < row->buffer_count; i++) {
        if (!is_written(&row->buffers[i]) ||
            request_buffer_bytes(&request, &row->buffers[i]) == 0) {
            continue;
        }
        refuse_overlap(&request, &row->buffers[i], suite.board.command_paddr, row->size);
        for (size_t j = 0; j < row->buffer_count; j++) {
            const uint32_t other = request_buffer_bytes(&request, &row->buffers[j]);

            if (j != i && other != 0) {
                refuse_overlap(&request, &row->buffers[i],
                               request_get_u64(&request, row->buffers[j].paddr_offset), other);
            }
        }
    }
    assert_request_succeeds(&request);
}

/** Parameters and buffers at the start and the end of a held range, and across both ends. */
static void refuse_held(const struct request *request, uint64_t base, uint64_t length)
{
    const struct row *row = request->row;
    const uint64_t c_bit = 1ull << suite.machine.c_bit;

    snapshot_take();
    assert_status(suite_issue(row->id, base), INVALID_ADDRESS);
    assert_status(suite_issue(row->id, base | c_bit), INVALID_ADDRESS);
    assert_status(suite_issue(row->id, base + length - ((row->size + 3u) & ~3u)), INVALID_ADDRESS);
    snapshot_compare(__FILE__, __LINE__);
    for (size_t i = 0; i < row->buffer_count; i++) {
        const uint32_t own = request_buffer_bytes(request, &row->buffers[i]);
        const uint64_t alignment = request_alignment(request, &row->buffers[i]);
        const uint64_t places[] = {
            base,         base + length - alignment, ((base - own) & ~(alignment - 1)) + alignment,
            base | c_bit, base + length / 2,
        };

        for (size_t j = 0; own != 0 && j < sizeof places / sizeof places[0]; j++) {
            struct request wrong = *request;

            request_set_u64(&wrong, row->buffers[i].paddr_offset, places[j]);
            assert_request_refused(&wrong, INVALID_ADDRESS);
        }
    }
}

void every_held_memory(void **state)
{
    struct request request;

    set_init_mode(INIT_WITH_TMR);
    request_prepare(&request, *state);
    refuse_held(&request, suite.tmr, SEV_TMR_BYTES);
    assert_request_succeeds(&request);
    set_init_mode(INIT_WITH_NV);
    request_prepare(&request, *state);
    refuse_held(&request, suite.nv, SEV_NV_BYTES);
    assert_request_succeeds(&request);
    set_init_mode(INIT_PLAIN);
}
