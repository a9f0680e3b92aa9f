/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caches of host/x86: how many pages a second an emulator can have filled, each decrypted.
 */
#include "host/x86/machine.h"
#include "tests/bench/bench.h"

#define REGION_BYTES (16u * BENCH_MIB)
#define CACHE_PAGES 1024u /* a quarter of the region: no page is there when it is asked for again */

static bool fill_region(struct x86_machine *machine, uint64_t paddr)
{
    struct x86_cache_page page;
    for (uint64_t offset = 0; offset < REGION_BYTES; offset += X86_PAGE_BYTES) {
        if (x86_cache_fill(machine->cache, paddr + offset, X86_KEY_HOST, false, &page) !=
            MEMORY_CONTROLLER_OK) {
            return false;
        }
    }
    return true;
}

bool bench_x86(struct bench *bench)
{
    const struct x86_machine_options options = {
        .fabric = bench->board.fabric_file.bytes,
        .dram = &bench->board.dram,
        .pages = CACHE_PAGES,
    };
    struct x86_machine machine;
    uint64_t paddr;
    if (!bench_allocate(bench, REGION_BYTES, &paddr)) {
        return false;
    }
    const enum x86_machine_result opened = x86_machine_open(&machine, &options);
    if (opened != X86_MACHINE_OK) {
        return bench_fail("%s", x86_machine_result_text(opened));
    }
    bool done = true;
    for (unsigned left = bench_rounds(bench, 50, 5); left > 0 && done; left--) {
        const int64_t started = bench_now_ns();
        done = fill_region(&machine, paddr);
        const double seconds = bench_ms_since(started) / 1000;
        figures_add(&bench->figures, FIGURE_X86_PAGE_FILLS_S,
                    REGION_BYTES / X86_PAGE_BYTES / seconds);
    }
    x86_machine_close(&machine);
    dram_free_all(&bench->board.dram);
    return done || bench_fail("the caches cannot be filled from the host's own memory");
}
