/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T02: a page that was checked is not written any more once it is somebody else's. A core gives each
 * page that a command writes to an SEV-SNP guest by RMPUPDATE, at every step of the command: either the
 * instruction finds the page in use, or the firmware leaves it alone from then on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/memctl.h"
#include "firmware/rmp.h"
#include "host/x86/rmp_instructions.h"

#include "tests/unit/firmware_sample.h"
#include "tests/unit/firmware_snp_sample.h"

/** What the core does, and what it found. */
static struct {
    struct x86_rmp rmp;
    struct dram dram;
    uint64_t page;
    uint32_t at;    /**< Before the access of this number. */
    uint32_t steps; /**< Accesses so far. */
    bool taken;
    uint8_t bytes[SNP_PAGE_BYTES]; /**< Of the page, when it was taken. */
} core;

static uint32_t given;
static uint32_t refused;

static void take(void *context, const struct hosted_step *step)
{
    const struct rmpupdate_state guests = {
        .gpa = 0x7000, .assigned = 1, .immutable = 1, .asid = SNP_ASID + 1u};

    (void)context;
    (void)step;
    if (core.steps++ == core.at) {
        core.taken = x86_rmpupdate(&core.rmp, 0, core.page, &guests).result == RMP_SUCCESS;
        memcpy(core.bytes, board_dram(core.page), sizeof core.bytes);
        given += core.taken ? 1 : 0;
        refused += core.taken ? 0 : 1;
    }
}

static void attach(void)
{
    dram_open(&core.dram, hosted_dram(), hosted_dram_bytes(), NULL);
    x86_rmp_attach(&core.rmp, hosted_fabric(), &core.dram);
    core.rmp.tries = 2; /* The firmware does not go on meanwhile. */
}

/** Runs a command to its end, beside a core. @return whether the core came to do it */
static bool race(uint64_t page, uint32_t at, void (*run)(void))
{
    attach();
    core.page = page;
    core.at = at;
    core.steps = 0;
    core.taken = false;
    hosted_set_access_hook(take, NULL);
    run();
    hosted_set_access_hook(NULL, NULL);
    if (core.taken) {
        assert_memory_equal(board_dram(page), core.bytes, sizeof core.bytes);
        assert_int_equal(snp_state(page), RMP_PRE_GUEST);
    }
    return core.steps > at;
}

static struct sample sev;

static void run_sev(void)
{
    (void)sample_run(&sev);
}

/** A table in which the command's guest page is the host's, as SEV's commands want it. */
static void put_in_force(void)
{
    const struct rmp_place place = {SNP_RMP_BASE, SNP_RMP_END};

    assert_int_equal(rmp_start(&place, true), SEV_STATUS_SUCCESS);
    memctl_set_rmp(place.base, place.end, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    (void)board_describe(); /* Counts for the cores. */
    snp_core(0)->syscfg = SYSCFG_SNP_EN;
}

/** SEV's commands for guests' memory write pages that instructions can give away. */
static void pages_of_sev_guests_are_held(void **state)
{
    static const uint32_t ids[] = {SEV_COMMAND_LAUNCH_UPDATE_DATA, SEV_COMMAND_DBG_ENCRYPT,
                                   SEV_COMMAND_LAUNCH_UPDATE_SECRET};

    (void)state;
    given = 0;
    refused = 0;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const struct command_row *row = command_table_find(ids[i]);
        bool goes_on = true;

        for (uint32_t at = 0; goes_on; at++) {
            uint64_t page = 0;

            sample_prepare(&sev, row);
            for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
                if (command_is_guests(row->buffers[b].direction)) {
                    page = sample_address(&sev, b) & ~0xFFFull;
                }
            }
            assert_int_not_equal(page, 0);
            put_in_force();
            goes_on = race(page, at, run_sev);
            rmp_stop();
        }
    }
    assert_int_not_equal(given, 0);
    assert_int_not_equal(refused, 0);
}

static struct snp_sample snp;

static void run_snp(void)
{
    (void)snp_sample_run(&snp);
}

/** What SEV-SNP's commands write is immutable: no instruction gives it away. */
static void pages_of_snp_commands_are_immutable(struct snp_sample *sample)
{
    const struct command_row *row = sample->row;

    for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
        for (uint32_t at = 0; at < 4 && snp_sample_has(sample, b); at++) {
            if (row->id != SNP_COMMAND_INIT_EX &&
                (command_access(row->buffers[b].direction) & HOSTMEM_WRITE) != 0) {
                snp_sample_prepare(&snp, row);
                (void)race(snp_sample_address(&snp, b) & ~0xFFFull, at, run_snp);
                assert_false(core.taken);
            }
        }
    }
}

static void nobody_takes_an_output_of_snp(void **state)
{
    (void)state;
    snp_sample_for_each(pages_of_snp_commands_are_immutable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(pages_of_sev_guests_are_held, board_unhook),
        cmocka_unit_test_teardown(nobody_takes_an_output_of_snp, board_unhook),
    };

    return cmocka_run_group_tests_name("T02 SNP page state", tests, NULL, NULL);
}
