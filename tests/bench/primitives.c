/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is measured apart from commands: the board's primitives, which tests/bench/primitives.sh has
 * timed, and the model of the memory controller.
 */
#include <stdio.h>

#include "tests/bench/bench.h"

#define LINE_BYTES 128
#define REGION_BYTES (4u * BENCH_MIB)

bool bench_primitives(struct bench *bench)
{
    char line[LINE_BYTES];
    char key[LINE_BYTES];
    double value;
    unsigned found = 0;
    FILE *file = bench->primitives != NULL ? fopen(bench->primitives, "r") : NULL;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const bool parsed = sscanf(line, "%127s %lf", key, &value) == 2;
        const enum figure figure = parsed ? figures_find(key) : FIGURES;
        if (figure == FIGURES) {
            (void)fclose(file);
            return bench_fail("%s: not a figure: %s", bench->primitives, line);
        }
        figures_add(&bench->figures, figure, value);
        found++;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return bench->primitives == NULL || found > 0 ||
           bench_fail("%s: no figures there", bench->primitives);
}

bool bench_memory_controller(struct bench *bench)
{
    static uint8_t buffer[REGION_BYTES];
    uint64_t paddr;
    if (!bench_allocate(bench, REGION_BYTES, &paddr)) {
        return false;
    }
    bool done = true;
    for (unsigned left = bench_rounds(bench, 20, 5); left > 0 && done; left--) {
        int64_t started = bench_now_ns();
        done = memory_controller_write(&bench->board.memory, 0, paddr, buffer, REGION_BYTES) ==
                   MEMORY_CONTROLLER_OK &&
               memory_controller_read(&bench->board.memory, 0, paddr, buffer, REGION_BYTES) ==
                   MEMORY_CONTROLLER_OK;
        bench_add_rate(bench, FIGURE_MEMORY_CONTROLLER_MIB_S, 2ull * REGION_BYTES, started);
    }
    dram_free_all(&bench->board.dram);
    return done || bench_fail("the memory controller refuses the host's own memory");
}
