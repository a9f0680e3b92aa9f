/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random commands of SEV-SNP while x86 software executes random instructions between any two accesses
 * of the firmware. Whatever comes of it: statuses are those that the command documents, states are
 * states, no lock is left, and counters count. VIRTASP_SEED chooses another walk, VIRTASP_LONG=1 makes
 * it long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/common/random.h"
#include "tests/unit/firmware_snp_pages.h"

#define STEPS 3000u
#define STEPS_LONG 100000u
#define CHECKED 20u /* Steps from one look at everything to the next. */
#define SEED 0xC4A05u
#define GCTX(guest) SNP_PAGE(guest)
#define LIST SNP_PAGE(8)
#define REGIONS 2u
#define GPA 0x40000000ull

static struct random_state dice;
static uint32_t instructions;
static uint32_t successes;

/* A page of few; sometimes its region's first. */
static uint64_t some_page(void)
{
    static const uint32_t pages[] = {0, 0, 1, 2, 511};

    return SNP_REGION(random_below(&dice, REGIONS)) + pages[random_below(&dice, 5)] * 0x1000ull;
}

static void update(uint64_t page)
{
    const bool large = page % RMP_REGION_BYTES == 0 && random_chance(&dice, 40);
    const uint32_t asid = random_below(&dice, 3);
    const bool assigned = random_chance(&dice, 80);
    const struct rmpupdate_state state = {
        .gpa = assigned && asid != 0 ? GPA : 0,
        .assigned = assigned,
        .page_size = large,
        .immutable = assigned && random_chance(&dice, 60),
        .asid = assigned ? asid : 0,
    };

    instructions += x86_rmpupdate(pages_rmp(), 0, page, &state).result == RMP_SUCCESS;
}

static void instruction(void)
{
    const uint64_t page = some_page();
    struct x86_rmp_guest guest = {.c_bit = true, .spa = page};
    struct x86_rmp_page seen;

    if (random_chance(&dice, 70)) {
        update(page);
        return;
    }
    if (random_chance(&dice, 30)) {
        instructions += x86_psmash(pages_rmp(), 0, page & ~0x1FFFFFull).result == RMP_SUCCESS;
        return;
    }
    if (x86_rmp_look_up(pages_rmp(), page, &seen) && seen.asid != 0) {
        guest.asid = seen.asid;
        guest.gpa = seen.gpa;
        guest.nested_large = seen.large;
        instructions +=
            x86_pvalidate(pages_rmp(), &guest, 0, seen.large, 1).event == X86_RMP_EVENT_NONE;
    }
}

static void disturb(void *context, const struct hosted_step *access)
{
    (void)context;
    (void)access;
    if (random_chance(&dice, 4)) {
        instruction();
    }
}

static void order(uint32_t id, void *parameters, size_t size)
{
    const struct command_row *row = command_table_find(id);
    enum sev_status status;

    hosted_set_access_hook(disturb, NULL);
    status = board_command(id, parameters, size);
    hosted_set_access_hook(NULL, NULL);
    if ((row->statuses >> status & 1u) == 0) {
        fail_msg("%s answers %02X", row->name, status);
    }
    successes += status == SEV_STATUS_SUCCESS;
}

static void order_address(uint32_t id, bool with_size)
{
    struct snp_address parameters = {.paddr = some_page()};

    if (with_size && parameters.paddr % RMP_REGION_BYTES == 0 && random_chance(&dice, 50)) {
        parameters.paddr |= 1;
    }
    order(id, &parameters, sizeof parameters);
}

static void order_swap(uint32_t id)
{
    struct snp_page_swap parameters = {
        .gctx_paddr = GCTX(random_below(&dice, 2)),
        .src_paddr = some_page(),
        .dst_paddr = some_page(),
        .mdata_paddr = some_page() + 0x40u * random_below(&dice, 2),
        .flags = random_below(&dice, 2) << 1 | (random_chance(&dice, 30) ? 0x10u : 0),
    };

    order(id, &parameters, sizeof parameters);
}

static void order_move(void)
{
    struct snp_page_move parameters = {
        .gctx_paddr = GCTX(random_below(&dice, 2)),
        .src_paddr = some_page(),
        .dst_paddr = some_page(),
    };

    order(SNP_COMMAND_PAGE_MOVE, &parameters, sizeof parameters);
}

static void order_list(void)
{
    struct snp_page_set_state parameters = {.length = sizeof parameters, .list_paddr = LIST};
    const struct snp_range_list list = {.num_elements = 1};
    const struct snp_range range = {.base = SNP_REGION(1) + 511 * 0x1000u, .page_count = 1};

    memcpy(board_dram(LIST), &list, sizeof list);
    memcpy(board_dram(LIST) + sizeof list, &range, sizeof range);
    order(SNP_COMMAND_PAGE_SET_STATE, &parameters, sizeof parameters);
}

static void command(void)
{
    struct snp_page_md_init md_init = {GCTX(random_below(&dice, 2)), some_page()};

    switch (random_below(&dice, 12)) {
    case 0:
        order_address(SNP_COMMAND_GCTX_CREATE, false);
        break;
    case 1:
        order_address(SNP_COMMAND_DECOMMISSION, false);
        break;
    case 2:
        order_address(SNP_COMMAND_PLATFORM_STATUS, false);
        break;
    case 3:
        order_address(SNP_COMMAND_PAGE_UNSMASH, false);
        break;
    case 4:
        order(SNP_COMMAND_PAGE_MD_INIT, &md_init, sizeof md_init);
        break;
    case 5:
        order_move();
        break;
    case 6:
        order_swap(SNP_COMMAND_PAGE_SWAP_OUT);
        break;
    case 7:
        order_swap(SNP_COMMAND_PAGE_SWAP_IN);
        break;
    case 8:
        if (random_chance(&dice, 5)) {
            order_list();
        }
        break;
    default:
        order_address(SNP_COMMAND_PAGE_RECLAIM, true);
        break;
    }
}

static void check_everything(void)
{
    for (uint32_t region = 0; region < REGIONS; region++) {
        assert_int_equal(snp_entry(SNP_REGION(region))->low & RMP_LOCK, 0);
        for (uint32_t i = 0; i < RMP_REGION_PAGES; i++) {
            assert_int_not_equal(pages_state(SNP_REGION(region) + i * 0x1000u), X86_RMP_UNKNOWN);
        }
    }
    pages_check_counts();
}

static void commands_and_instructions_do_no_harm(void **state)
{
    const char *seed = getenv("VIRTASP_SEED");
    const uint32_t steps = getenv("VIRTASP_LONG") != NULL ? STEPS_LONG : STEPS;

    (void)state;
    dice.state = seed != NULL ? strtoull(seed, NULL, 0) : SEED;
    for (uint32_t step = 0; step < steps; step++) {
        command();
        instruction();
        if (step % CHECKED == 0) {
            check_everything();
        }
    }
    check_everything();
    assert_true(successes > steps / 20);
    assert_true(instructions > steps / 10);
}

static int boot(void **state)
{
    (void)pages_boot(state);
    pages_make_guest(GCTX(0), 1, 0);
    pages_make_guest(GCTX(1), 2, 0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(commands_and_instructions_do_no_harm, boot),
    };

    return cmocka_run_group_tests_name("SNP commands among instructions", tests, NULL, NULL);
}
