/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random walks: pages that are moved, put away and brought back (firmware_snp_walk.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_walk.h"

/* A page where another of its owner, size and GPA could go. */
static size_t place_for(const struct rmp_model_page *page)
{
    for (size_t i = 0; i < 40; i++) {
        const size_t place = walk_some_page();
        const struct rmp_model_page *it = &walk_model.pages[place];

        if (page->asid == 0
                ? model_state(&walk_model, place) == RMP_FIRMWARE
                : model_state(&walk_model, place) == RMP_PRE_GUEST && it->asid == page->asid &&
                      it->gpa == page->gpa && it->part_of_2m == page->part_of_2m && it != page) {
            return place;
        }
    }
    return walk_some_page();
}

static unsigned guest_of(const struct rmp_model_page *page)
{
    return page->asid != 0 && walk_chance(90) ? page->asid - 1
                                              : random_below(&walk_dice, MODEL_GUESTS);
}

size_t walk_move(void)
{
    const size_t from = walk_page_in(1u << RMP_PRE_GUEST | 1u << RMP_PRE_SWAP | 1u << RMP_METADATA);
    const size_t to = place_for(&walk_model.pages[from]);
    const unsigned guest = guest_of(&walk_model.pages[from]);
    const bool large =
        from % RMP_MODEL_REGION == 0 && to % RMP_MODEL_REGION == 0 && walk_size_of(from);
    struct snp_page_move parameters = {WALK_GCTX(guest), large, 0, walk_spa_of(from),
                                       walk_spa_of(to)};

    walk_ended(SNP_COMMAND_PAGE_MOVE,
               board_command(SNP_COMMAND_PAGE_MOVE, &parameters, sizeof parameters),
               model_move(&walk_model, guest, from, to, large));
    return to;
}

static struct model_slot some_slot(void)
{
    return (struct model_slot){
        .root = walk_chance(10),
        .page = walk_page_in(1u << RMP_METADATA),
        .index = random_below(&walk_dice, MODEL_SLOTS),
    };
}

static struct snp_page_swap swap_of(unsigned guest, unsigned type, bool large,
                                    const struct model_slot *slot)
{
    return (struct snp_page_swap){
        .gctx_paddr = WALK_GCTX(guest),
        .mdata_paddr = walk_spa_of(slot->page) + slot->index * sizeof(struct snp_mdata_entry),
        .flags = (large ? 1u : 0) | type << 1 | (slot->root ? SNP_SWAP_ROOT_MDATA_EN : 0),
    };
}

/* The type that a page has, or another. */
static unsigned type_of(const struct rmp_model_page *page)
{
    return walk_chance(5)    ? random_below(&walk_dice, 3)
           : page->asid == 0 ? SNP_SWAP_METADATA
           : page->vmsa      ? SNP_SWAP_VMSA
                             : SNP_SWAP_DATA;
}

size_t walk_swap_out(void)
{
    const size_t from = walk_page_in(1u << RMP_PRE_GUEST | 1u << RMP_PRE_SWAP | 1u << RMP_METADATA);
    const struct model_slot slot = some_slot();
    const unsigned guest = guest_of(&walk_model.pages[from]);
    const unsigned type = type_of(&walk_model.pages[from]);
    const bool large = walk_size_of(from);
    const size_t bytes = large ? SNP_PAGE_2M_BYTES : SNP_PAGE_BYTES;
    const uint64_t away = large ? WALK_AWAY_LARGE : WALK_AWAY;
    struct snp_page_swap parameters = swap_of(guest, type, large, &slot);
    enum sev_status status;

    parameters.src_paddr = walk_spa_of(from);
    parameters.dst_paddr = away;
    status = board_command(SNP_COMMAND_PAGE_SWAP_OUT, &parameters, sizeof parameters);
    walk_ended(SNP_COMMAND_PAGE_SWAP_OUT, status,
               model_swap_out(&walk_model, guest, type, large, from, &slot));
    if (status == SEV_STATUS_SUCCESS) {
        struct model_item *item = &walk_model.items[walk_model.item_count - 1];

        item->ciphertext = malloc(bytes);
        assert_non_null(item->ciphertext);
        memcpy(item->ciphertext, board_dram(away), bytes);
    }
    return from;
}

size_t walk_swap_in(void)
{
    const struct model_slot slot = some_slot();
    const unsigned guest = random_below(&walk_dice, MODEL_GUESTS);
    const int number = model_item_of(&walk_model, guest, &slot);
    struct model_item *item = &walk_model.items[number == MODEL_NONE ? 0 : number];
    const size_t to = place_for(&item->page);
    const unsigned type = walk_chance(95) ? item->type : random_below(&walk_dice, 3);
    const bool large =
        to % RMP_MODEL_REGION == 0 && (walk_chance(95) ? item->large : walk_size_of(to));
    const size_t bytes = large ? SNP_PAGE_2M_BYTES : SNP_PAGE_BYTES;
    const uint64_t brings = large ? WALK_BRINGS_LARGE : WALK_BRINGS;
    const bool genuine = walk_chance(90);
    struct snp_page_swap parameters = swap_of(guest, type, large, &slot);
    enum sev_status status;

    if (item->ciphertext != NULL && item->large == large) {
        memcpy(board_dram(brings), item->ciphertext, bytes);
        board_dram(brings)[random_below(&walk_dice, (uint32_t)bytes)] ^= genuine ? 0 : 1;
    }
    parameters.src_paddr = brings;
    parameters.dst_paddr = walk_spa_of(to);
    status = board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters);
    walk_ended(SNP_COMMAND_PAGE_SWAP_IN, status,
               model_swap_in(&walk_model, guest, type, large, to, &slot, genuine));
    if (status == SEV_STATUS_SUCCESS) {
        free(item->ciphertext);
        item->ciphertext = NULL;
    }
    return to;
}
