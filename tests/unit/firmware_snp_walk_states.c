/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random walks: commands that change what pages are (firmware_snp_walk.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_walk.h"

/* RMPUPDATE of what was divided, page by page: it may become one page again. */
static void freeze_region(size_t first)
{
    for (size_t i = first; i < first + RMP_MODEL_REGION; i++) {
        const struct rmp_model_page *it = &walk_model.pages[i];
        const struct rmp_model_request request = {
            .page = i, .assigned = true, .immutable = true, .asid = it->asid, .gpa = it->gpa};
        const struct rmpupdate_state state = {
            .gpa = it->gpa, .assigned = 1, .immutable = 1, .asid = it->asid};

        if (it->asid != 0 && !it->immutable && !it->part_of_2m) {
            assert_int_equal(pages_update(walk_spa_of(i), &state),
                             walk_end_of(rmp_model_update(&walk_model.rmp, &request)));
        }
    }
}

/* The first page of a guest's 2 MiB, if there are some. */
static size_t large_page(void)
{
    for (size_t page = 0; page < MODEL_PAGES; page += RMP_MODEL_REGION) {
        if (walk_model.pages[page].part_of_2m && walk_model.pages[page].asid != 0 &&
            walk_chance(70)) {
            return page;
        }
    }
    return walk_base_of(walk_some_page());
}

size_t walk_unsmash(void)
{
    const size_t page = large_page();

    if (walk_model.pages[page].part_of_2m && walk_chance(80)) {
        walk_ended(SNP_COMMAND_PAGE_RECLAIM,
                   snp_order(SNP_COMMAND_PAGE_RECLAIM, walk_spa_of(page) | 1u),
                   model_reclaim(&walk_model, page, true));
        assert_int_equal(x86_psmash(pages_rmp(), 0, walk_spa_of(page)).result,
                         walk_end_of(rmp_model_smash(&walk_model.rmp, page)));
    }
    if (walk_chance(80)) {
        freeze_region(page);
    }
    walk_ended(SNP_COMMAND_PAGE_UNSMASH, snp_order(SNP_COMMAND_PAGE_UNSMASH, walk_spa_of(page)),
               model_unsmash(&walk_model, page));
    return page;
}

size_t walk_address(void)
{
    const uint32_t which = random_below(&walk_dice, 10);
    size_t page = which < 4 ? walk_some_page() : walk_page_in(1u << RMP_FIRMWARE);
    const bool large = walk_size_of(page);
    const uint64_t spa = walk_spa_of(page);

    switch (which) {
    case 4:
        walk_ended(SNP_COMMAND_PLATFORM_STATUS, snp_order(SNP_COMMAND_PLATFORM_STATUS, spa),
                   model_status_page(&walk_model, page));
        break;
    case 5:
        walk_ended(SNP_COMMAND_GCTX_CREATE, snp_order(SNP_COMMAND_GCTX_CREATE, spa),
                   model_create(&walk_model, page));
        break;
    case 6:
        page = walk_page_in(1u << RMP_CONTEXT);
        walk_ended(SNP_COMMAND_DECOMMISSION, snp_order(SNP_COMMAND_DECOMMISSION, walk_spa_of(page)),
                   model_decommission(&walk_model, page));
        break;
    default:
        walk_ended(SNP_COMMAND_PAGE_RECLAIM, snp_order(SNP_COMMAND_PAGE_RECLAIM, spa | large),
                   model_reclaim(&walk_model, page, large));
        break;
    }
    return page;
}

/* Rare: an HV-fixed page stays one. */
size_t walk_fix(void)
{
    const size_t page = walk_chance(80) ? walk_some_page() : walk_page_in(1u << RMP_FIRMWARE);
    const struct snp_range range = {.base = walk_spa_of(page), .page_count = 1};
    const struct snp_range_list list = {.num_elements = 1};
    struct snp_page_set_state parameters = {.length = sizeof parameters, .list_paddr = WALK_LIST};

    if (walk_base_of(page) != (MODEL_REGIONS - 1) * RMP_MODEL_REGION) {
        return page; /* In the other regions there can always be pages of 2 MiB. */
    }
    memcpy(board_dram(WALK_LIST), &list, sizeof list);
    memcpy(board_dram(WALK_LIST) + sizeof list, &range, sizeof range);
    walk_ended(SNP_COMMAND_PAGE_SET_STATE,
               board_command(SNP_COMMAND_PAGE_SET_STATE, &parameters, sizeof parameters),
               model_fix(&walk_model, page));
    return page;
}

/* Makes all pages of a region the host's again that can be. */
size_t walk_clear_region(void)
{
    const size_t first = walk_base_of(walk_some_page());

    for (size_t i = first; i < first + RMP_MODEL_REGION; i++) {
        const bool large = walk_model.pages[i].part_of_2m;
        const struct rmp_model_request request = {.page = i, .whole_2m = large};
        const struct rmpupdate_state state = {.page_size = large};

        if (!walk_model.pages[i].assigned || (large && i != first)) {
            continue;
        }
        if (model_state(&walk_model, i) == RMP_CONTEXT) {
            walk_ended(SNP_COMMAND_DECOMMISSION,
                       snp_order(SNP_COMMAND_DECOMMISSION, walk_spa_of(i)),
                       model_decommission(&walk_model, i));
        }
        walk_ended(SNP_COMMAND_PAGE_RECLAIM,
                   snp_order(SNP_COMMAND_PAGE_RECLAIM, walk_spa_of(i) | large),
                   model_reclaim(&walk_model, i, large));
        assert_int_equal(pages_update(walk_spa_of(i), &state),
                         walk_end_of(rmp_model_update(&walk_model.rmp, &request)));
        walk_model.content[i] = 0;
    }
    return first;
}

size_t walk_md_init(void)
{
    const size_t page = walk_page_in(1u << RMP_FIRMWARE);
    const unsigned guest = random_below(&walk_dice, MODEL_GUESTS);
    struct snp_page_md_init parameters = {WALK_GCTX(guest), walk_spa_of(page)};

    walk_ended(SNP_COMMAND_PAGE_MD_INIT,
               board_command(SNP_COMMAND_PAGE_MD_INIT, &parameters, sizeof parameters),
               model_md_init(&walk_model, guest, page));
    return page;
}
