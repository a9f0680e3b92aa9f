/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fault attack on the boot ROM: runs it again and again with an image that it must refuse, each
 * time with one instruction skipped, and looks whether the firmware is ever entered.
 *
 * usage: skip_test SOCKET ENTRY POWER-OFF <LIST
 *
 * ENTRY and POWER-OFF are addresses: being at the first is an accepted image, at the second a
 * refused one. LIST has a line "ADDRESS LENGTH" for each instruction to skip, in hexadecimal.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/boot/gdb_remote.h"

#define TIMES_MAX 20u /* An instruction is skipped when it is executed for the 1st ... 20th time. */
#define PATIENCE_MS 1500 /* Of the processor's time: a refusal takes less than a tenth of it. */
#define ARM_BYTES 4

static uint32_t entry;
static uint32_t power_off;

enum outcome {
    NOT_REACHED, /* The instruction was not executed that often. */
    REFUSED,
    STUCK, /* Neither: an endless loop. */
    ACCEPTED,
};

/** Runs to where the instruction is about to be executed for the N-th time. */
static bool reach(uint32_t address, unsigned int length, unsigned int times)
{
    bool there = false;

    gdb_reset();
    for (unsigned int i = 0; i < times; i++) {
        if (i > 0) {
            gdb_step();
        }
        gdb_break(address, length, true);
        there = gdb_continue(PATIENCE_MS) && gdb_read_pc() == address;
        gdb_break(address, length, false);
        if (!there) {
            return false;
        }
    }
    return there;
}

/** Whether the firmware's first instruction is executed, and not stopped by memory protection, which
 *  is in force until the boot ROM has accepted an image. */
static bool enters(void)
{
    uint32_t after;

    gdb_break(entry, ARM_BYTES, false);
    gdb_step();
    after = gdb_read_pc();
    gdb_break(entry, ARM_BYTES, true);
    return after == entry + ARM_BYTES;
}

static enum outcome skip(uint32_t address, unsigned int length, unsigned int times)
{
    if (!reach(address, length, times)) {
        return NOT_REACHED;
    }
    gdb_write_pc(address + length);
    if (!gdb_continue(PATIENCE_MS)) {
        return STUCK;
    }
    if (gdb_read_pc() == entry) {
        if (enters()) {
            return ACCEPTED;
        }
        if (!gdb_continue(PATIENCE_MS)) {
            return STUCK;
        }
    }
    return gdb_read_pc() == power_off ? REFUSED : STUCK;
}

int main(int argc, char **argv)
{
    unsigned int count[ACCEPTED + 1] = {0};
    unsigned int address;
    unsigned int length;

    if (argc != 4) {
        fprintf(stderr, "usage: skip_test SOCKET ENTRY POWER-OFF <LIST\n");
        return 2;
    }
    entry = (uint32_t)strtoul(argv[2], NULL, 16);
    power_off = (uint32_t)strtoul(argv[3], NULL, 16);
    gdb_connect(argv[1]);
    gdb_break(entry, ARM_BYTES, true);
    gdb_break(power_off, 2, true);
    while (scanf("%x %x", &address, &length) == 2) {
        enum outcome outcome = REFUSED;

        for (unsigned int times = 1; times <= TIMES_MAX && outcome != NOT_REACHED; times++) {
            outcome = skip(address, length, times);
            count[outcome]++;
            if (outcome == ACCEPTED) {
                printf("entered after the instruction at %x was skipped the %uth time\n", address,
                       times);
            }
        }
    }
    gdb_kill();
    printf("%u skips: %u refused, %u stuck, %u accepted\n",
           count[REFUSED] + count[STUCK] + count[ACCEPTED], count[REFUSED], count[STUCK],
           count[ACCEPTED]);
    return count[ACCEPTED] != 0 || count[REFUSED] == 0;
}
