/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random instructions of x86 software and random commands of SEV-SNP, each compared with a model: how
 * it ends, and then the states, owners, permissions and counters of pages, and what the guests have
 * written. VIRTASP_LONG=1 makes it long; VIRTASP_SEED chooses another walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_walk.h"

#define STEPS 30000u
#define STEPS_LONG 400000u
#define FULL_COMPARISON 1000u /* Steps from one to the next. */
#define SEED 0x5EEDu

static uint64_t count_before; /* Of the firmware's pages outside of the model. */

static unsigned bits_of(const struct rmp_model_permissions *permissions)
{
    return (permissions->read ? 1u : 0) | (permissions->write ? 2u : 0) |
           (permissions->execute_user ? 4u : 0) | (permissions->execute_supervisor ? 8u : 0);
}

static void compare_guests(size_t page, const struct x86_rmp_page *real)
{
    const struct rmp_model_page *it = &walk_model.pages[page];
    uint64_t content[2];

    assert_int_equal(real->vmsa, it->vmsa);
    for (unsigned vmpl = 0; vmpl < RMP_MODEL_VMPLS; vmpl++) {
        assert_int_equal(real->permissions[vmpl], bits_of(&it->vmpl[vmpl]));
    }
    if (walk_model.content[page] != 0 && it->validated) {
        oracle_read_memory(it->asid, walk_spa_of(page), content, sizeof content);
        assert_int_equal(content[0], walk_model.content[page]);
    }
}

static void compare(size_t page)
{
    const struct rmp_model_page *it = &walk_model.pages[page];
    const struct x86_rmp_page real = pages_look(walk_spa_of(page));

    if (real.assigned != it->assigned || real.immutable != it->immutable ||
        real.validated != it->validated || real.asid != it->asid || real.gpa != it->gpa ||
        real.large != it->part_of_2m) {
        fail_msg("step %u: page %zu is %s", walk_step, page,
                 x86_rmp_state_name(x86_rmp_state_of(&real)));
    }
    assert_int_equal(real.subpages, rmp_model_subpages(&walk_model.rmp, page));
    if (it->asid != 0) {
        compare_guests(page, &real);
    }
    for (unsigned i = 0; model_state(&walk_model, page) == RMP_METADATA && i < MODEL_SLOTS; i++) {
        const struct snp_mdata_entry *entries =
            (const struct snp_mdata_entry *)(const void *)board_dram(walk_spa_of(page));

        assert_int_equal(entries[i].info & SNP_MDATA_VALID,
                         walk_model.slots[page][i] != MODEL_NONE);
    }
}

static void compare_counts(void)
{
    for (unsigned asid = 0; asid <= MODEL_GUESTS; asid++) {
        uint64_t pages;

        assert_true(x86_rmp_pages_of(pages_rmp(), asid, &pages));
        assert_int_equal(pages, rmp_model_pages_of(&walk_model.rmp, asid) +
                                    (asid == 0 ? count_before : 0));
    }
}

static size_t act(void)
{
    static size_t (*const acts[])(void) = {
        walk_update,  walk_update,  walk_update,   walk_update,  walk_smash,
        walk_use,     walk_use,     walk_use,      walk_use,     walk_use,
        walk_move,    walk_move,    walk_swap_out, walk_swap_in, walk_swap_out,
        walk_swap_in, walk_address, walk_unsmash,  walk_address, walk_md_init,
    };

    return walk_chance(1)   ? walk_fix()
           : walk_chance(2) ? walk_clear_region()
                            : acts[random_below(&walk_dice, sizeof acts / sizeof acts[0])]();
}

static void random_walks_agree_with_the_model(void **state)
{
    const bool is_long = getenv("VIRTASP_LONG") != NULL;
    const char *seed = getenv("VIRTASP_SEED");
    const unsigned steps = is_long ? STEPS_LONG : STEPS;

    (void)state;
    walk_dice.state = seed != NULL ? strtoull(seed, NULL, 0) : SEED;
    for (walk_step = 0; walk_step < steps && walk_model.item_count < (int)MODEL_ITEMS;
         walk_step++) {
        const size_t touched = act();

        compare(touched);
        for (size_t region = 0; region < MODEL_PAGES; region += RMP_MODEL_REGION) {
            compare(region);
            compare(region + 1);
        }
        compare_counts();
        for (size_t page = 0; walk_step % FULL_COMPARISON == 0 && page < MODEL_PAGES; page++) {
            compare(page);
        }
    }
    for (int i = 0; i < walk_model.item_count; i++) {
        free(walk_model.items[i].ciphertext);
    }
    static const uint32_t ids[] = {
        SNP_COMMAND_PLATFORM_STATUS, SNP_COMMAND_GCTX_CREATE,    SNP_COMMAND_DECOMMISSION,
        SNP_COMMAND_PAGE_SWAP_OUT,   SNP_COMMAND_PAGE_SWAP_IN,   SNP_COMMAND_PAGE_MOVE,
        SNP_COMMAND_PAGE_MD_INIT,    SNP_COMMAND_PAGE_SET_STATE, SNP_COMMAND_PAGE_RECLAIM,
        SNP_COMMAND_PAGE_UNSMASH,
    };
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_true(walk_successes[ids[i] & 0xFF] > 4);
    }
}

static int boot(void **state)
{
    (void)pages_boot(state);
    model_start(&walk_model);
    for (unsigned guest = 0; guest < MODEL_GUESTS; guest++) {
        walk_model.gctx[guest] = WALK_GCTX(guest);
        pages_make_guest(WALK_GCTX(guest), guest + 1, 0);
    }
    pages_give(WALK_AWAY, false);
    pages_give(WALK_AWAY_LARGE, true);
    assert_true(x86_rmp_pages_of(pages_rmp(), 0, &count_before));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_walks_agree_with_the_model, boot),
    };

    return cmocka_run_group_tests_name("SNP, random walks", tests, NULL, NULL);
}
