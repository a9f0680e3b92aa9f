/*
 * x86 DRAM of the Linux board, with a record of accesses that shows double fetches.
 */
#include <string.h>

#include "hal/dram.h"
#include "hal/hosted/state.h"

void hosted_dram_set_read_hook(hosted_dram_hook *hook, void *context)
{
    hosted_state()->dram.read_hook = hook;
    hosted_state()->dram.read_context = context;
}

void hosted_dram_trace_start(void)
{
    hosted_state()->dram.tracing = true;
    hosted_state()->dram.trace_count = 0;
}

static void record(uint64_t offset, size_t length, bool write)
{
    struct hosted_state *state = hosted_state();

    if (!state->dram.tracing || length == 0) {
        return;
    }
    if (state->dram.trace_count < HOSTED_TRACE_MAX) {
        state->trace[state->dram.trace_count] =
            (struct hosted_access){.offset = offset, .length = (uint32_t)length, .write = write};
    }
    state->dram.trace_count++;
}

size_t hosted_dram_trace(const struct hosted_access **accesses)
{
    const struct hosted_state *state = hosted_state();

    if (state->dram.trace_count > HOSTED_TRACE_MAX) {
        hosted_guard("the record of DRAM accesses is full");
    }
    *accesses = state->trace;
    return state->dram.trace_count;
}

size_t hosted_dram_rereads(uint64_t *first)
{
    const struct hosted_access *accesses;
    const size_t count = hosted_dram_trace(&accesses);
    uint64_t lowest = UINT64_MAX;
    size_t rereads = 0;

    for (size_t later = 1; later < count; later++) {
        const struct hosted_access *a = &accesses[later];
        bool again = false;
        for (size_t earlier = 0; !a->write && earlier < later; earlier++) {
            const struct hosted_access *b = &accesses[earlier];
            const uint64_t start = a->offset > b->offset ? a->offset : b->offset;
            if (start < a->offset + a->length && start < b->offset + b->length) {
                again = true;
                lowest = start < lowest ? start : lowest;
            }
        }
        rereads += again ? 1 : 0;
    }
    if (first != NULL) {
        *first = lowest;
    }
    return rereads;
}

uint64_t hal_dram_bytes(void)
{
    return hosted_dram_bytes();
}

void hal_dram_read(uint64_t offset, void *buffer, size_t length)
{
    const struct hosted_state *state = hosted_state();
    const uint8_t *from = hosted_memory_at(HOSTED_DRAM, offset, length, __func__);

    record(offset, length, false);
    if (state->dram.read_hook != NULL) {
        state->dram.read_hook(state->dram.read_context, offset, length);
    }
    memcpy(buffer, from, length);
}

void hal_dram_write(uint64_t offset, const void *buffer, size_t length)
{
    uint8_t *to = hosted_memory_at(HOSTED_DRAM, offset, length, __func__);

    record(offset, length, true);
    memcpy(to, buffer, length);
}
