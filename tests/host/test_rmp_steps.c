/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two cores that go step by step, in every order, see nothing that nobody has made, and do not take
 * the same thing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rmp_machine.h"
#include "tests/host/rmp_sequence.h"
#include "tests/host/rmp_stage.h"

#define INNER RMP_SEQUENCE_INNER
#define ASID RMP_SEQUENCE_ASID
#define TRIES 40u

#define READS 7u /* Of a look-up that is not disturbed, and one more. */

static struct x86_rmp_page found;
static bool is_found;

static void look_up_inner(void)
{
    is_found = x86_rmp_look_up(&rmp_machine.rmp, INNER, &found);
}

static bool same(const struct x86_rmp_page *a, const struct x86_rmp_page *b)
{
    return a->covered == b->covered && a->assigned == b->assigned && a->large == b->large &&
           a->immutable == b->immutable && a->validated == b->validated && a->vmsa == b->vmsa &&
           a->asid == b->asid && a->gpa == b->gpa && a->subpages == b->subpages &&
           memcmp(a->permissions, b->permissions, sizeof a->permissions) == 0;
}

static void start_anew(void (*prepare)(void))
{
    memset(rmp_machine.bytes + RMP_MACHINE_TABLE, 0, RMP_BOOKKEEPING_BYTES);
    memset(rmp_machine_words(RMP_SEQUENCE_REGION), 0, sizeof(struct rmp_entry) * RMP_REGION_PAGES);
    prepare();
}

/* PSMASH and its reverse are long, and their middle is all alike. */
static unsigned next_stop(unsigned accesses)
{
    return accesses < 40 || (accesses >= 1000 && accesses < 1050) ? accesses + 1 : accesses + 160;
}

/* What a sequence does, and the pages that look-ups find between its instructions. */
struct sequence {
    void (*prepare)(void);
    void (*all)(void);
    void (*steps[6])(void);
};

static void find_nothing_in_between(const struct sequence *sequence)
{
    struct x86_rmp_page wholes[7];
    size_t count = 0;
    start_anew(sequence->prepare);
    wholes[count++] = rmp_machine_page(INNER);
    for (size_t i = 0; sequence->steps[i] != NULL; i++) {
        sequence->steps[i]();
        wholes[count++] = rmp_machine_page(INNER);
    }
    for (unsigned lead = 0; lead < READS; lead += 2) {
        bool goes = true;
        for (unsigned first = 1; goes; first = next_stop(first)) {
            for (unsigned second = 0; second < READS; second++) {
                start_anew(sequence->prepare);
                goes = rmp_stage_play(lead, sequence->all, first, look_up_inner, second);
                bool whole = !is_found;
                for (size_t i = 0; i < count; i++) {
                    whole = whole || same(&found, &wholes[i]);
                }
                assert_true(whole);
            }
        }
    }
}

/* The page goes to another guest and comes back, with the low word that it had. */
static void to_other_and_back(void)
{
    rmp_assign_inner_to_other();
    rmp_grant_by_other();
    rmp_assign_inner();
}

static void validate_and_grant(void)
{
    rmp_validate_inner();
    rmp_grant_inner();
}

static void assign_first_and_inner(void)
{
    rmp_assign_first();
    rmp_assign_inner();
}

static void free_both_and_assign_large(void)
{
    rmp_free_first();
    rmp_free_inner();
    rmp_assign_large();
}

static void look_ups_find_what_somebody_made(void **state)
{
    (void)state;
    static const struct sequence sequences[] = {
        {rmp_nothing, rmp_assign_inner, {rmp_assign_inner}},
        {rmp_assign_inner, rmp_free_inner, {rmp_free_inner}},
        {rmp_assign_inner,
         to_other_and_back,
         {rmp_assign_inner_to_other, rmp_validate_by_other, rmp_grant_by_other, rmp_assign_inner}},
        {rmp_assign_inner, validate_and_grant, {rmp_validate_inner, rmp_grant_inner}},
        {assign_first_and_inner,
         free_both_and_assign_large,
         {rmp_free_first, rmp_free_inner, rmp_assign_large}},
        {rmp_assign_and_validate_large, rmp_smash, {rmp_smash}},
    };
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        find_nothing_in_between(&sequences[i]);
    }
}

static bool may_write;
static bool writes_large;

static void write_inner(void)
{
    may_write = x86_rmp_host_may_write(&rmp_machine.rmp, INNER, writes_large);
}

/* The page is never free between these instructions, nor at their ends. */
static void never_let_the_host_write(void (*prepare)(void), void (*all)(void))
{
    for (unsigned lead = 0; lead < 3; lead++) {
        bool goes = true;
        for (unsigned first = 1; goes; first = next_stop(first)) {
            for (unsigned second = 0; second < 4; second++) {
                writes_large = second % 2 != 0;
                start_anew(prepare);
                goes = rmp_stage_play(lead, all, first, write_inner, (second + 1) / 2);
                assert_false(may_write);
            }
        }
    }
}

static void smash_again(void)
{
    rmp_unsmash();
    rmp_smash();
}

static void prepare_smashed(void)
{
    rmp_assign_and_validate_large();
    rmp_smash();
}

static void host_writes_no_page_that_stays_assigned(void **state)
{
    (void)state;
    never_let_the_host_write(rmp_assign_and_validate_inner, to_other_and_back);
    never_let_the_host_write(rmp_assign_and_validate_inner, rmp_make_vmsa);
    never_let_the_host_write(rmp_assign_and_validate_large, rmp_smash);
    never_let_the_host_write(rmp_assign_large, rmp_assign_large_to_other);
    never_let_the_host_write(prepare_smashed, rmp_unsmash);
    never_let_the_host_write(prepare_smashed, smash_again);
}

static enum x86_rmp_vmrun run_result;
static enum x86_rmp_vmrun other_result;

static void run_inner(void)
{
    run_result = x86_rmp_vmrun(&rmp_machine.rmp, 1, ASID, INNER);
}

static void run_inner_too(void)
{
    other_result = x86_rmp_vmrun(&rmp_machine.rmp, 2, ASID, INNER);
}

static void prepare_vmsa(void)
{
    x86_rmp_vmexit(&rmp_machine.rmp, 1);
    x86_rmp_vmexit(&rmp_machine.rmp, 2);
    rmp_assign_and_validate_inner();
    rmp_make_vmsa();
}

/* However they meet: a VMSA that a core has taken stays one, and the guest's. */
static void assert_running_is_a_vmsa(void)
{
    if (run_result == X86_RMP_VMRUN_OK) {
        const struct x86_rmp_page page = rmp_machine_page(INNER);
        assert_true(page.assigned && page.vmsa && page.asid == ASID);
    }
}

static void vmsa_that_was_taken_stays_one(void **state)
{
    (void)state;
    void (*const others[])(void) = {rmp_unmake_vmsa, rmp_free_inner, rmp_assign_inner_to_other};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        bool goes[2] = {true, true};
        for (unsigned first = 0; goes[0] || goes[1]; first++) {
            for (unsigned second = 0; second < 24; second++) {
                start_anew(prepare_vmsa);
                goes[0] = rmp_stage_play(0, run_inner, first, others[i], second);
                assert_running_is_a_vmsa();
                start_anew(prepare_vmsa);
                goes[1] = rmp_stage_play(0, others[i], first, run_inner, second);
                assert_running_is_a_vmsa();
            }
        }
    }
}

static void vmsa_is_taken_once(void **state)
{
    (void)state;
    bool goes = true;
    for (unsigned first = 0; goes; first++) {
        for (unsigned second = 0; second < 24; second++) {
            start_anew(prepare_vmsa);
            goes = rmp_stage_play(0, run_inner, first, run_inner_too, second);
            assert_false(run_result == X86_RMP_VMRUN_OK && other_result == X86_RMP_VMRUN_OK);
        }
    }
}

static int set_up(void **state)
{
    (void)rmp_machine_set_up(state);
    rmp_machine.rmp.tries = TRIES;
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(look_ups_find_what_somebody_made),
        TEST(host_writes_no_page_that_stays_assigned),
        TEST(vmsa_that_was_taken_stays_one),
        TEST(vmsa_is_taken_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
