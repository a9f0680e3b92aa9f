/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random instructions and accesses, each compared with the model of the reverse map table
 * (tests/common/rmp_model.h): how it ends, and what the table says afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/common/random.h"
#include "tests/common/rmp_model.h"
#include "tests/host/rmp_compare.h"
#include "tests/host/rmp_machine.h"

#define STEPS 100000u
#define SEED 0x5EEDu
#define REGIONS 3u
#define PAGES (REGIONS * RMP_MODEL_REGION)
#define KIB4 0x1000ull
#define SPA_BASE 0x600000ull   /* Of the model's page 0. */
#define GPA_BASE 0x40000000ull /* Where the guests most often have it. */
#define ASIDS 4u               /* 0, two guests', and one that there is not. */
#define FULL_COMPARISON 500u   /* Steps from one to the next. */

static struct rmp_model model;
static struct random_state random_state = {.state = SEED};

/* What has happened, so that a run that tests nothing does not pass. */
static unsigned ends[RMP_MODEL_NOT_VALIDATED + 1];
static unsigned vmruns;

static uint64_t spa_of(size_t page)
{
    return SPA_BASE + page * KIB4;
}

static uint64_t gpa_of(size_t page)
{
    return GPA_BASE + page * KIB4;
}

/* A page: most often one of few, so that what is done meets what was done. */
static size_t some_page(void)
{
    static const uint32_t favourites[] = {0, 0, 1, 2, 511};
    const size_t region = random_below(&random_state, REGIONS);
    const uint32_t index = random_chance(&random_state, 95)
                               ? favourites[random_below(&random_state, 5)]
                               : random_below(&random_state, RMP_MODEL_REGION);
    return region * RMP_MODEL_REGION + index;
}

/* The owner and place that a page has, or others. */
static unsigned some_asid(size_t page)
{
    return model.pages[page].asid != 0 && random_chance(&random_state, 85)
               ? model.pages[page].asid
               : random_below(&random_state, ASIDS);
}

static uint64_t some_gpa(size_t page)
{
    return random_chance(&random_state, 90) ? gpa_of(page) : gpa_of(some_page());
}

static struct rmp_model_guest some_guest(void)
{
    size_t page = some_page();
    for (int i = 0; i < 4 && !model.pages[page].assigned; i++) {
        page = some_page();
    }
    const bool fits = random_chance(&random_state, 80);
    return (struct rmp_model_guest){
        .asid = some_asid(page),
        .vmpl = random_chance(&random_state, 60) ? 0 : random_below(&random_state, 4),
        .user = random_chance(&random_state, 5),
        .mapped_2m = fits ? model.pages[page].part_of_2m : random_chance(&random_state, 50),
        .gpa = random_chance(&random_state, 95) ? model.pages[page].gpa : some_gpa(page),
        .page = page,
    };
}

/* The guest as the processor knows it. */
static struct x86_rmp_guest real(const struct rmp_model_guest *guest)
{
    return (struct x86_rmp_guest){.asid = guest->asid,
                                  .vmpl = (uint8_t)guest->vmpl,
                                  .cpl = guest->user ? 3 : 0,
                                  .c_bit = true,
                                  .nested_large = guest->mapped_2m,
                                  .gpa = guest->gpa,
                                  .spa = spa_of(guest->page)};
}

static struct rmp_model_permissions some_permissions(void)
{
    const uint32_t bits = random_below(&random_state, 16);
    return (struct rmp_model_permissions){(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0,
                                          (bits & 8) != 0};
}

static void same_end(struct x86_rmp_outcome outcome, enum rmp_model_end end, uint64_t fault)
{
    ends[end]++;
    rmp_compare_end(outcome, end, fault);
}

static void compare_page(size_t number)
{
    rmp_compare_page(&model, SPA_BASE, number);
}

static void compare_all(void)
{
    for (size_t page = 0; page < PAGES; page++) {
        compare_page(page);
    }
    for (unsigned asid = 0; asid < ASIDS; asid++) {
        assert_int_equal(rmp_machine_count(asid), rmp_model_pages_of(&model, asid));
    }
}

static void update(const struct rmp_model_request *request)
{
    const struct rmpupdate_state operand = {
        .gpa = request->gpa,
        .assigned = request->assigned ? 1 : 0,
        .page_size = request->whole_2m ? 1 : 0,
        .immutable = request->immutable ? 1 : 0,
        .asid = request->asid,
    };
    same_end(x86_rmpupdate(&rmp_machine.rmp, 0, spa_of(request->page), &operand),
             rmp_model_update(&model, request), 0);
}

static size_t try_update(void)
{
    const bool whole_2m = random_chance(&random_state, 30);
    const size_t any = some_page();
    const size_t page =
        whole_2m && random_chance(&random_state, 80) ? any - any % RMP_MODEL_REGION : any;
    const bool assigned = random_chance(&random_state, 75);
    update(&(struct rmp_model_request){
        .page = page,
        .whole_2m = whole_2m,
        .assigned = assigned,
        .immutable = random_chance(&random_state, assigned ? 15 : 3),
        .asid = assigned || random_chance(&random_state, 3) ? some_asid(page) : 0,
        .gpa = !assigned || random_chance(&random_state, 10) ? 0 : some_gpa(page),
    });
    return page;
}

static size_t try_smash(void)
{
    const size_t page = some_page() / RMP_MODEL_REGION * RMP_MODEL_REGION;
    if (model.pages[page].part_of_2m && random_chance(&random_state, 80)) {
        return page;
    }
    same_end(x86_psmash(&rmp_machine.rmp, 0, spa_of(page)), rmp_model_smash(&model, page), 0);
    return page;
}

static size_t try_read(void)
{
    const size_t number = some_page();
    const struct rmp_model_page *page = &model.pages[number];
    struct rmpread_state read;
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, spa_of(number), &read), RMP_SUCCESS);
    assert_int_equal(read.gpa, page->gpa);
    assert_int_equal(read.assigned, page->assigned);
    assert_int_equal(read.page_size,
                     (page->part_of_2m ? 1 : 0) | (rmp_model_is_divided(&model, number) ? 2 : 0));
    assert_int_equal(read.immutable, page->immutable);
    assert_int_equal(read.reserved, 0);
    assert_int_equal(read.asid, page->asid);
    return number;
}

#define FAULT 0x580000005ull /* Present, user, RMP, the final access, C-bit. */

/* A virtual address that fits any size: what is aligned by chance is for test_rmp_guest. */
#define RAX 0u

static size_t try_validate(void)
{
    const struct rmp_model_guest guest = some_guest();
    const struct x86_rmp_guest x86 = real(&guest);
    const bool whole_2m = random_chance(&random_state, 80) ? model.pages[guest.page].part_of_2m
                                                           : random_chance(&random_state, 50);
    const bool valid = random_chance(&random_state, 85);
    bool same = false;
    const struct x86_rmp_outcome outcome =
        x86_pvalidate(&rmp_machine.rmp, &x86, RAX, whole_2m ? 1 : 0, valid ? 1 : 0);
    same_end(outcome, rmp_model_validate(&model, &guest, whole_2m, valid, &same), FAULT);
    assert_int_equal(outcome.carry, same);
    return guest.page;
}

static size_t try_adjust(void)
{
    const struct rmp_model_guest guest = some_guest();
    const struct x86_rmp_guest x86 = real(&guest);
    const struct rmp_model_grant grant = {
        .whole_2m = random_chance(&random_state, 80) ? model.pages[guest.page].part_of_2m
                                                     : random_chance(&random_state, 50),
        .vmpl = random_below(&random_state, 4),
        .permissions = some_permissions(),
        .vmsa = random_chance(&random_state, 15),
    };
    const uint64_t rdx =
        grant.vmpl | rmp_compare_bits(&grant.permissions) << 8 | (grant.vmsa ? 1u << 16 : 0);
    same_end(x86_rmpadjust(&rmp_machine.rmp, &x86, RAX, grant.whole_2m ? 1 : 0, rdx),
             rmp_model_adjust(&model, &guest, &grant), FAULT);
    return guest.page;
}

static size_t try_query(void)
{
    const struct rmp_model_guest guest = some_guest();
    const struct x86_rmp_guest x86 = real(&guest);
    const unsigned vmpl = random_below(&random_state, 4);
    struct x86_rmpquery_answer answer;
    struct rmp_model_page page;
    const enum rmp_model_end end = rmp_model_query(&model, &guest, vmpl, &page);
    same_end(x86_rmpquery(&rmp_machine.rmp, &x86, RAX, vmpl, &answer), end, FAULT);
    if (end == RMP_MODEL_SUCCESS) {
        assert_int_equal(answer.rcx, page.part_of_2m ? 1 : 0);
        assert_int_equal(answer.rdx, vmpl | rmp_compare_bits(&page.vmpl[vmpl]) << 8 |
                                         (page.vmsa ? 1u << 16 : 0));
    }
    return guest.page;
}

static size_t try_access(void)
{
    const struct rmp_model_guest guest = some_guest();
    struct x86_rmp_guest x86 = real(&guest);
    const enum rmp_model_access access = (enum rmp_model_access)random_below(&random_state, 3);
    const uint64_t bits = access == RMP_MODEL_WRITE ? 2 : access == RMP_MODEL_EXECUTE ? 0x10 : 0;
    const enum x86_rmp_access wanted = access == RMP_MODEL_WRITE     ? X86_RMP_WRITE
                                       : access == RMP_MODEL_EXECUTE ? X86_RMP_FETCH
                                                                     : X86_RMP_READ;
    const uint32_t offset = random_below(&random_state, 0x1000);
    x86.gpa += offset;
    x86.spa += offset;
    same_end(x86_rmp_check_guest(&rmp_machine.rmp, &x86, wanted),
             rmp_model_private(&model, &guest, access), FAULT | bits);
    if (access != RMP_MODEL_EXECUTE) {
        struct rmp_model_guest walk = guest;
        walk.user = false;
        same_end(x86_rmp_check_guest_walk(&rmp_machine.rmp, &x86, wanted),
                 rmp_model_private(&model, &walk, access), 0x680000005ull | bits);
        x86.c_bit = false;
        same_end(x86_rmp_check_guest(&rmp_machine.rmp, &x86, wanted),
                 rmp_model_shared(&model, guest.page, false), 0x180000005ull | bits);
    }
    return guest.page;
}

static size_t try_host(void)
{
    const size_t page = some_page();
    const bool mapped_2m = random_chance(&random_state, 50);
    assert_int_equal(x86_rmp_host_may_write(&rmp_machine.rmp, spa_of(page), mapped_2m),
                     rmp_model_shared(&model, page, mapped_2m) == RMP_MODEL_SUCCESS);
    return page;
}

static size_t try_run(void)
{
    const size_t page = some_page();
    const unsigned asid = some_asid(page);
    const bool runs = rmp_model_runs(&model, page, asid);
    assert_int_equal(x86_rmp_vmrun(&rmp_machine.rmp, 0, asid, spa_of(page)),
                     runs ? X86_RMP_VMRUN_OK : X86_RMP_VMRUN_INVALID);
    x86_rmp_vmexit(&rmp_machine.rmp, 0);
    vmruns += runs ? 1 : 0;
    return page;
}

/* The firmware takes IMMUTABLE away. */
static void release(size_t number)
{
    const size_t first = number - number % RMP_MODEL_REGION;
    if (!model.pages[number].part_of_2m) {
        model.pages[number].immutable = false;
        rmp_machine_words(spa_of(number))[0] &= ~4ull;
        return;
    }
    for (size_t i = 0; i < RMP_MODEL_REGION; i++) {
        model.pages[first + i].immutable = false;
    }
    rmp_machine_words(spa_of(first))[0] &= ~4ull;
}

/* The firmware gives an immutable page back, or makes one of the host's HV-fixed. */
static size_t firmware_acts(void)
{
    const size_t page = some_page();
    if (model.pages[page].immutable) {
        release(page);
    } else if (!model.pages[page].assigned && random_chance(&random_state, 10)) {
        model.pages[page].immutable = true;
        rmp_machine_words(spa_of(page))[0] |= 4;
    }
    return page;
}

/* Everything in a region becomes the host's, and then one page of 2 MiB. */
static size_t clear_region(void)
{
    const size_t first = some_page() / RMP_MODEL_REGION * RMP_MODEL_REGION;
    if (random_chance(&random_state, 80)) {
        return first;
    }
    for (size_t page = first; page < first + RMP_MODEL_REGION; page++) {
        if (model.pages[page].immutable) {
            release(page);
        }
        if (model.pages[page].assigned) {
            update(&(struct rmp_model_request){.page = page,
                                               .whole_2m = model.pages[page].part_of_2m});
        }
    }
    return first;
}

static void do_step(void)
{
    static size_t (*const actions[])(void) = {
        try_update,   try_update,   try_update, try_smash,     try_read,
        try_validate, try_validate, try_adjust, try_adjust,    try_query,
        try_access,   try_host,     try_run,    firmware_acts, clear_region,
    };
    const size_t page = actions[random_below(&random_state, sizeof actions / sizeof actions[0])]();
    const size_t first = page / RMP_MODEL_REGION * RMP_MODEL_REGION;
    compare_page(page);
    compare_page(first);
    compare_page(first + 1);
    compare_page(first + RMP_MODEL_REGION - 1);
    compare_page(first + random_below(&random_state, RMP_MODEL_REGION));
}

static void every_step_is_the_models(void **state)
{
    (void)state;
    for (unsigned step = 0; step < STEPS; step++) {
        rmp_compare_step = step;
        do_step();
        if (step % FULL_COMPARISON == 0) {
            compare_all();
        }
    }
    compare_all();
    assert_true(vmruns >= 10);
    for (size_t end = 0; end < sizeof ends / sizeof ends[0]; end++) {
        if (ends[end] < STEPS / 1000) {
            fail_msg("only %u steps ended as %zu", ends[end], end);
        }
    }
}

static int set_up(void **state)
{
    model = (struct rmp_model){.count = PAGES, .max_asid = ASIDS - 2};
    model.pages = calloc(PAGES, sizeof model.pages[0]);
    assert_non_null(model.pages);
    (void)rmp_machine_set_up(state);
    ((struct fabric_config *)(void *)rmp_machine.fabric)->max_asid = model.max_asid;
    return 0;
}

static int tear_down(void **state)
{
    free(model.pages);
    return rmp_machine_tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_step_is_the_models, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
