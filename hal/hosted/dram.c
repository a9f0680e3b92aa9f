/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 DRAM of the Linux board, with a record of accesses that shows double fetches.
 */
#include <string.h>

#include "hal/dram.h"
#include "hal/hosted/access.h"
#include "hal/hosted/memory.h"
#include "hal/hosted/state.h"

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
    const uint8_t *from = hosted_memory_at(HOSTED_DRAM, offset, length, __func__);

    record(offset, length, false);
    hosted_access(HOSTED_DRAM, HOSTED_READ, offset, length);
    memcpy(buffer, from, length);
}

void hal_dram_write(uint64_t offset, const void *buffer, size_t length)
{
    uint8_t *to = hosted_memory_at(HOSTED_DRAM, offset, length, __func__);

    record(offset, length, true);
    hosted_access(HOSTED_DRAM, HOSTED_WRITE, offset, length);
    memcpy(to, buffer, length);
}

/** Prepares an access to a word, and tells of it. @return where it is */
static uint64_t *word_at(uint64_t offset, enum hosted_access_kind kind, const char *caller)
{
    uint8_t *word = hosted_memory_at(HOSTED_DRAM, offset, sizeof(uint64_t), caller);

    if (offset % sizeof(uint64_t) != 0) {
        hosted_guard("%s: 0x%llx is no multiple of 8", caller, (unsigned long long)offset);
    }
    record(offset, sizeof(uint64_t), kind != HOSTED_READ);
    hosted_access(HOSTED_DRAM, kind, offset, sizeof(uint64_t));
    return (uint64_t *)(void *)word;
}

uint64_t hal_dram_load(uint64_t offset)
{
    return __atomic_load_n(word_at(offset, HOSTED_READ, __func__), __ATOMIC_SEQ_CST);
}

void hal_dram_store(uint64_t offset, uint64_t value)
{
    __atomic_store_n(word_at(offset, HOSTED_WRITE, __func__), value, __ATOMIC_SEQ_CST);
}

bool hal_dram_replace(uint64_t offset, uint64_t *expected, uint64_t value)
{
    return __atomic_compare_exchange_n(word_at(offset, HOSTED_REPLACE, __func__), expected, value,
                                       false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

uint64_t hal_dram_exchange(uint64_t offset, uint64_t value)
{
    return __atomic_exchange_n(word_at(offset, HOSTED_REPLACE, __func__), value, __ATOMIC_SEQ_CST);
}
