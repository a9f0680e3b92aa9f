/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random walks: what all steps need, and those of instructions (firmware_snp_walk.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_walk.h"

#define GPA_BASE 0x40000000ull

struct model walk_model;
struct random_state walk_dice;
unsigned walk_step;
unsigned walk_successes[0x100];

uint64_t walk_spa_of(size_t page)
{
    return WALK_BASE + page * 0x1000u;
}

size_t walk_base_of(size_t page)
{
    return page - page % RMP_MODEL_REGION;
}

bool walk_chance(uint32_t percent)
{
    return random_chance(&walk_dice, percent);
}

/* A page: one of few, so that what is done meets what was done; a page of 2 MiB by its first. */
size_t walk_some_page(void)
{
    static const uint32_t favourites[] = {0, 1, 2, 3, 511};
    const size_t page = random_below(&walk_dice, MODEL_REGIONS) * RMP_MODEL_REGION +
                        favourites[random_below(&walk_dice, 5)];

    return walk_model.pages[page].part_of_2m && walk_chance(80) ? walk_base_of(page) : page;
}

/* A page in a state, if a few looks find one. */
size_t walk_page_in(unsigned states)
{
    size_t page = walk_some_page();

    for (int i = 0; i < 30 && (states >> model_state(&walk_model, page) & 1u) == 0; i++) {
        page = walk_some_page();
    }
    return page;
}

bool walk_size_of(size_t page)
{
    return page % RMP_MODEL_REGION == 0 &&
           (walk_model.pages[page].part_of_2m ? walk_chance(95) : walk_chance(3));
}

enum rmp_result walk_end_of(enum rmp_model_end end)
{
    return end == RMP_MODEL_FAIL_INPUT        ? RMP_FAIL_INPUT
           : end == RMP_MODEL_FAIL_PERMISSION ? RMP_FAIL_PERMISSION
           : end == RMP_MODEL_FAIL_OVERLAP    ? RMP_FAIL_OVERLAP
                                              : RMP_SUCCESS;
}

/* Compares how a command ended. */
void walk_ended(uint32_t id, enum sev_status actual, enum sev_status expected)
{
    if (actual != expected) {
        fail_msg("step %u: command %03X: status %02X, not %02X", walk_step, id, actual, expected);
    }
    walk_successes[id & 0xFF] += actual == SEV_STATUS_SUCCESS;
}

static uint64_t some_gpa(size_t page)
{
    const size_t other = walk_chance(60) ? page : walk_some_page();

    return GPA_BASE + other * 0x1000u;
}

/* RMPUPDATE. What the guest wrote stays if its page does. */
size_t walk_update(void)
{
    const size_t page = walk_some_page();
    const bool assigned = walk_chance(80);
    const bool own = walk_chance(50);
    const bool large = page % RMP_MODEL_REGION == 0 && walk_chance(60);
    const struct rmp_model_page before = walk_model.pages[page];
    const bool again = before.asid != 0 && walk_chance(60);
    const unsigned asid =
        !assigned || (own && !again) ? 0 : 1 + random_below(&walk_dice, MODEL_GUESTS);
    struct rmp_model_request request = {
        .page = page,
        .whole_2m = again ? before.part_of_2m : large,
        .assigned = assigned,
        .immutable = assigned && walk_chance(70),
        .asid = again ? before.asid : asid,
        .gpa = again       ? before.gpa
               : asid == 0 ? 0
                           : some_gpa(page),
    };
    const struct rmpupdate_state state = {
        .gpa = request.gpa,
        .assigned = request.assigned,
        .page_size = request.whole_2m,
        .immutable = request.immutable,
        .asid = request.asid,
    };

    assert_int_equal(pages_update(walk_spa_of(page), &state),
                     walk_end_of(rmp_model_update(&walk_model.rmp, &request)));
    for (size_t i = page;
         i < page + (request.whole_2m && page == walk_base_of(page) ? RMP_MODEL_REGION : 1); i++) {
        if (walk_model.pages[i].asid == 0 || !walk_model.pages[i].validated) {
            walk_model.content[i] = 0;
        }
    }
    return page;
}

size_t walk_smash(void)
{
    const size_t page = walk_base_of(walk_some_page());

    assert_int_equal(x86_psmash(pages_rmp(), 0, walk_spa_of(page)).result,
                     walk_end_of(rmp_model_smash(&walk_model.rmp, page)));
    return page;
}

/* The guest validates a page, or adjusts it, or writes to it. */
size_t walk_use(void)
{
    static uint8_t written[SNP_PAGE_BYTES];
    const size_t page = walk_page_in(1u << RMP_GUEST_INVALID | 1u << RMP_GUEST_VALID);
    const struct rmp_model_page *it = &walk_model.pages[page];
    const struct rmp_model_guest guest = {
        .asid = it->asid, .mapped_2m = it->part_of_2m, .gpa = it->gpa, .page = page};
    const struct x86_rmp_guest x86 = {.asid = it->asid,
                                      .c_bit = true,
                                      .nested_large = it->part_of_2m,
                                      .gpa = it->gpa,
                                      .spa = walk_spa_of(page)};
    const struct rmp_model_grant grant = {
        .whole_2m = it->part_of_2m,
        .vmpl = 1 + random_below(&walk_dice, 3),
        .permissions = {walk_chance(50), walk_chance(50), false, false},
        .vmsa = !it->part_of_2m && walk_chance(30)};
    const uint64_t bits = grant.vmpl | (grant.permissions.read ? 0x100u : 0) |
                          (grant.permissions.write ? 0x200u : 0) | (grant.vmsa ? 0x10000u : 0);
    bool same;

    if ((it->part_of_2m && page != walk_base_of(page)) || it->asid == 0 || it->immutable) {
        return page;
    }
    if (!it->validated || walk_chance(10)) {
        const bool valid = !it->validated;

        assert_int_equal(x86_pvalidate(pages_rmp(), &x86, 0, it->part_of_2m, valid).result,
                         RMP_SUCCESS);
        assert_int_equal(rmp_model_validate(&walk_model.rmp, &guest, it->part_of_2m, valid, &same),
                         RMP_MODEL_SUCCESS);
        walk_model.content[page] = 0;
    } else if (walk_chance(30)) {
        assert_int_equal(x86_rmpadjust(pages_rmp(), &x86, 0, it->part_of_2m, bits).result,
                         RMP_SUCCESS);
        assert_int_equal(rmp_model_adjust(&walk_model.rmp, &guest, &grant), RMP_MODEL_SUCCESS);
    } else {
        walk_model.content[page] = random_bits(&walk_dice) | 1u;
        memcpy(written, &walk_model.content[page], sizeof walk_model.content[page]);
        oracle_write_memory(it->asid, walk_spa_of(page), written, sizeof written);
    }
    return page;
}
