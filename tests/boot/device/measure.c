/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speed of the board's drivers, best of several runs: others may use the machine, too.
 */
#include "tests/boot/device/measure.h"

#include <stdint.h>

#include "arch/arm/print.h"
#include "hal/dram.h"
#include "hal/entropy.h"
#include "hal/flash.h"
#include "hal/timer.h"

#define RUNS 5u
#define CHUNK 65536u
#define CHUNKS 512u
#define PAGE 4096u

static uint8_t buffer[CHUNK];

static void read_dram(void)
{
    for (uint32_t i = 0; i < CHUNKS; i++) {
        hal_dram_read((uint64_t)i * CHUNK, buffer, CHUNK);
    }
}

static void write_dram(void)
{
    for (uint32_t i = 0; i < CHUNKS; i++) {
        hal_dram_write((uint64_t)i * CHUNK, buffer, CHUNK);
    }
}

static void read_small(void)
{
    for (uint32_t i = 0; i < 10000; i++) {
        hal_dram_read((uint64_t)(i % 8) * 0x200000 + i * 16, buffer, 16);
    }
}

static void program_flash(void)
{
    (void)!hal_flash_erase(0);
    for (uint32_t i = 0; i < 4; i++) {
        (void)!hal_flash_program(i * 2 * PAGE, buffer, 2 * PAGE);
    }
}

static void read_entropy(void)
{
    (void)!hal_entropy_read(buffer, 64);
}

static const struct {
    const char *name;
    void (*run)(void);
} subjects[] = {
    {"read 32 MiB of DRAM", read_dram},
    {"write 32 MiB of DRAM", write_dram},
    {"10000 reads of 16 bytes of DRAM", read_small},
    {"erase 256 KiB and program 32 KiB of flash", program_flash},
    {"read 64 bytes of entropy", read_entropy},
};

void measure(void)
{
    for (uint32_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        uint64_t best = UINT64_MAX;

        for (uint32_t run = 0; run < RUNS; run++) {
            uint64_t start = hal_timer_microseconds();
            uint64_t took;

            subjects[i].run();
            took = hal_timer_microseconds() - start;
            best = took < best ? took : best;
        }
        print_text("speed: ");
        print_text(subjects[i].name);
        print_text(": ");
        print_decimal((uint32_t)best);
        print_text(" us\n");
    }
}
