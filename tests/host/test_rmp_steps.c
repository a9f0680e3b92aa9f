/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others see of an instruction that is not done yet: after each single write the table is true
 * for whoever looks at it, and two cores that go step by step, in every order, see nothing that
 * nobody has made.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/rmp_words.h"
#include "tests/host/rmp_machine.h"

#define KIB4 0x1000ull
#define REGION 0x600000ull
#define PAGES 512u
#define GPA 0x40000000ull
#define OTHER_GPA 0x80000000ull
#define ASID 7u
#define OTHER_ASID 8u
#define COUNTED 16u /* ASIDs whose counters are looked at. */
#define LOCK (1ull << 63)
#define BOOKKEEPING 0xFFAull /* 2M and SUBPAGES. */
#define WHOLE 3ull           /* ASSIGNED and 2M. */
#define TRIES 40u

/* --- Instructions --- */

static void update(uint64_t spa, bool large, bool assigned, uint32_t asid, uint64_t gpa)
{
    const struct rmpupdate_state state = {
        .gpa = gpa, .assigned = assigned ? 1 : 0, .page_size = large ? 1 : 0, .asid = asid};
    (void)x86_rmpupdate(&rmp_machine.rmp, 0, spa, &state);
}

static void assign_inner(void)
{
    update(REGION + KIB4, false, true, ASID, GPA + KIB4);
}

static void assign_inner_to_other(void)
{
    update(REGION + KIB4, false, true, OTHER_ASID, OTHER_GPA + KIB4);
}

static void free_inner(void)
{
    update(REGION + KIB4, false, false, 0, 0);
}

static void assign_first(void)
{
    update(REGION, false, true, ASID, GPA);
}

static void free_first(void)
{
    update(REGION, false, false, 0, 0);
}

static void assign_large(void)
{
    update(REGION, true, true, ASID, GPA);
}

static void assign_large_to_other(void)
{
    update(REGION, true, true, OTHER_ASID, OTHER_GPA);
}

static void free_large(void)
{
    update(REGION, true, false, 0, 0);
}

static void smash(void)
{
    (void)x86_psmash(&rmp_machine.rmp, 0, REGION);
}

static struct x86_rmp_guest guest_at(uint64_t offset, bool large)
{
    return (struct x86_rmp_guest){.asid = ASID,
                                  .c_bit = true,
                                  .nested_large = large,
                                  .gpa = GPA + offset,
                                  .spa = REGION + offset};
}

static void validate_inner(void)
{
    const struct x86_rmp_guest guest = guest_at(KIB4, false);
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 0, 1);
}

static void validate_large(void)
{
    const struct x86_rmp_guest guest = guest_at(0, true);
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 1, 1);
}

static void adjust_inner(uint64_t permissions, bool vmsa)
{
    const struct x86_rmp_guest guest = guest_at(KIB4, false);
    (void)x86_rmpadjust(&rmp_machine.rmp, &guest, 0, 0,
                        1 | permissions << 8 | (vmsa ? 1u << 16 : 0));
}

static void grant_inner(void)
{
    adjust_inner(3, false);
}

static void make_vmsa(void)
{
    adjust_inner(0, true);
}

static void unmake_vmsa(void)
{
    adjust_inner(0, false);
}

static void nothing(void)
{
}

/* --- After each write --- */

/* What an entry says of a page, whoever has the lock: the low word, as of a page of 4 KiB. */
static uint64_t seen(uint32_t page)
{
    const uint64_t first = *rmp_machine_words(REGION);
    if ((first & WHOLE) == WHOLE) {
        return (first & ~(LOCK | BOOKKEEPING)) + page * KIB4;
    }
    return *rmp_machine_words(REGION + page * KIB4) & ~(LOCK | BOOKKEEPING);
}

static struct {
    uint64_t before[PAGES];
    uint64_t after[PAGES];
    unsigned looks;
} observed;

static void look_at_all(void)
{
    uint64_t pages[COUNTED] = {0};
    const uint64_t *counters = dram_pointer(&rmp_machine.dram, RMP_MACHINE_TABLE, 8ull * COUNTED);
    observed.looks++;
    for (uint32_t page = 0; page < PAGES; page++) {
        const uint64_t low = seen(page);
        assert_true(low == observed.before[page] || low == observed.after[page]);
        pages[low >> 51 & (COUNTED - 1)] += low & 1;
    }
    for (uint32_t asid = 0; asid < COUNTED; asid++) {
        assert_true(counters[asid] >= pages[asid]);
    }
}

static void note(uint64_t pages[PAGES])
{
    for (uint32_t page = 0; page < PAGES; page++) {
        pages[page] = seen(page);
    }
}

static void observe(void (*prepare)(void), void (*instruction)(void))
{
    uint8_t *table = rmp_machine.bytes + RMP_MACHINE_TABLE;
    uint8_t *copy = malloc(RMP_MACHINE_TABLE_BYTES);
    assert_non_null(copy);
    memset(table, 0, RMP_MACHINE_TABLE_BYTES);
    prepare();
    memcpy(copy, table, RMP_MACHINE_TABLE_BYTES);
    note(observed.before);
    instruction();
    note(observed.after);
    assert_memory_not_equal(table, copy, RMP_MACHINE_TABLE_BYTES);
    memcpy(table, copy, RMP_MACHINE_TABLE_BYTES);
    free(copy);
    observed.looks = 0;
    x86_rmp_set_access_hook(look_at_all);
    instruction();
    x86_rmp_set_access_hook(NULL);
    look_at_all();
    assert_true(observed.looks > 5);
    assert_int_equal(*rmp_machine_words(REGION) & LOCK, 0);
}

static void assign_and_validate_large(void)
{
    assign_large();
    validate_large();
}

static void assign_and_validate_inner(void)
{
    assign_inner();
    validate_inner();
}

static void each_write_leaves_a_true_table(void **state)
{
    (void)state;
    observe(nothing, assign_inner);
    observe(nothing, assign_first);
    observe(nothing, assign_large);
    observe(assign_inner, free_inner);
    observe(assign_inner, assign_inner_to_other);
    observe(assign_first, free_first);
    observe(assign_first, assign_large);
    observe(assign_large, free_large);
    observe(assign_large, assign_large_to_other);
    observe(assign_and_validate_large, smash);
    observe(assign_inner, validate_inner);
    observe(assign_large, validate_large);
    observe(assign_and_validate_inner, make_vmsa);
}

/* --- Two cores, step by step --- */

enum role { MAIN, ONE, TWO };

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum role turn;
    unsigned left; /* Accesses that the one whose turn it is may make. */
    bool ended[3];
} stage = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static _Thread_local enum role role;

struct actor {
    pthread_t thread;
    enum role role;
    void (*act)(void);
};

/* Waits for the right to make an access. */
static void step(void)
{
    if (role == MAIN) {
        return;
    }
    (void)pthread_mutex_lock(&stage.mutex);
    while (stage.turn != role || stage.left == 0) {
        if (stage.turn == role) {
            stage.turn = MAIN;
            (void)pthread_cond_broadcast(&stage.changed);
        }
        (void)pthread_cond_wait(&stage.changed, &stage.mutex);
    }
    stage.left--;
    (void)pthread_mutex_unlock(&stage.mutex);
}

static void *act(void *argument)
{
    const struct actor *actor = argument;
    role = actor->role;
    actor->act();
    (void)pthread_mutex_lock(&stage.mutex);
    stage.ended[role] = true;
    if (stage.turn == role) {
        stage.turn = MAIN;
    }
    (void)pthread_cond_broadcast(&stage.changed);
    (void)pthread_mutex_unlock(&stage.mutex);
    return NULL;
}

/* Lets one go on for so many accesses. @return false when it had ended before */
static bool go(enum role whose, unsigned accesses)
{
    (void)pthread_mutex_lock(&stage.mutex);
    const bool goes = !stage.ended[whose];
    if (goes) {
        stage.turn = whose;
        stage.left = accesses;
        (void)pthread_cond_broadcast(&stage.changed);
    }
    while (stage.turn != MAIN) {
        (void)pthread_cond_wait(&stage.changed, &stage.mutex);
    }
    (void)pthread_mutex_unlock(&stage.mutex);
    return goes;
}

/*
 * TWO makes LEAD accesses, ONE makes FIRST, TWO makes SECOND, ONE the rest, TWO the rest. Returns false
 * when ONE had ended before its last part: no longer FIRST shows anything new.
 */
static bool play(unsigned lead, void (*one)(void), unsigned first, void (*two)(void),
                 unsigned second)
{
    struct actor actors[] = {{.role = ONE, .act = one}, {.role = TWO, .act = two}};
    stage.turn = MAIN;
    memset(stage.ended, 0, sizeof stage.ended);
    x86_rmp_set_access_hook(step);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&actors[i].thread, NULL, act, &actors[i]), 0);
    }
    (void)go(TWO, lead);
    (void)go(ONE, first);
    (void)go(TWO, second);
    const bool goes = go(ONE, UINT32_MAX);
    (void)go(TWO, UINT32_MAX);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(actors[i].thread, NULL), 0);
    }
    x86_rmp_set_access_hook(NULL);
    return goes;
}

#define READS 7u /* Of a look-up that is not disturbed, and one more. */

static struct x86_rmp_page found;
static bool is_found;

static void look_up_inner(void)
{
    is_found = x86_rmp_look_up(&rmp_machine.rmp, REGION + KIB4, &found);
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
    memset(rmp_machine.bytes + RMP_MACHINE_TABLE, 0, sizeof(uint64_t) * COUNTED);
    memset(rmp_machine_words(REGION), 0, sizeof(struct rmp_entry) * PAGES);
    prepare();
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
    wholes[count++] = rmp_machine_page(REGION + KIB4);
    for (size_t i = 0; sequence->steps[i] != NULL; i++) {
        sequence->steps[i]();
        wholes[count++] = rmp_machine_page(REGION + KIB4);
    }
    for (unsigned lead = 0; lead < READS; lead += 2) {
        bool goes = true;
        /* A sequence with PSMASH is long; its middle is all alike. */
        for (unsigned first = 1; goes; first += first > 40 && first < 1000 ? 160 : 1) {
            for (unsigned second = 0; second < READS; second++) {
                start_anew(sequence->prepare);
                goes = play(lead, sequence->all, first, look_up_inner, second);
                bool whole = !is_found;
                for (size_t i = 0; i < count; i++) {
                    whole = whole || same(&found, &wholes[i]);
                }
                assert_true(whole);
            }
        }
    }
}

static void grant_by_other(void)
{
    struct x86_rmp_guest guest = guest_at(KIB4, false);
    guest.asid = OTHER_ASID;
    guest.gpa = OTHER_GPA + KIB4;
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 0, 1);
    (void)x86_rmpadjust(&rmp_machine.rmp, &guest, 0, 0, 1 | 7 << 8);
}

static void validate_by_other(void)
{
    struct x86_rmp_guest guest = guest_at(KIB4, false);
    guest.asid = OTHER_ASID;
    guest.gpa = OTHER_GPA + KIB4;
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 0, 1);
}

/* The page goes to another guest and comes back, with the low word that it had. */
static void to_other_and_back(void)
{
    assign_inner_to_other();
    grant_by_other();
    assign_inner();
}

static void validate_and_grant(void)
{
    validate_inner();
    grant_inner();
}

static void assign_first_and_inner(void)
{
    assign_first();
    assign_inner();
}

static void free_both_and_assign_large(void)
{
    free_first();
    free_inner();
    assign_large();
}

static void look_ups_find_what_somebody_made(void **state)
{
    (void)state;
    static const struct sequence sequences[] = {
        {nothing, assign_inner, {assign_inner}},
        {assign_inner, free_inner, {free_inner}},
        {assign_inner,
         to_other_and_back,
         {assign_inner_to_other, validate_by_other, grant_by_other, assign_inner}},
        {assign_inner, validate_and_grant, {validate_inner, grant_inner}},
        {assign_first_and_inner,
         free_both_and_assign_large,
         {free_first, free_inner, assign_large}},
        {assign_and_validate_large, smash, {smash}},
    };
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        find_nothing_in_between(&sequences[i]);
    }
}

static enum x86_rmp_vmrun run_result;
static enum x86_rmp_vmrun other_result;

static void run_inner(void)
{
    run_result = x86_rmp_vmrun(&rmp_machine.rmp, 1, ASID, REGION + KIB4);
}

static void run_inner_too(void)
{
    other_result = x86_rmp_vmrun(&rmp_machine.rmp, 2, ASID, REGION + KIB4);
}

static void prepare_vmsa(void)
{
    x86_rmp_vmexit(&rmp_machine.rmp, 1);
    x86_rmp_vmexit(&rmp_machine.rmp, 2);
    assign_and_validate_inner();
    make_vmsa();
}

/* However they meet: a VMSA that a core has taken stays one, and the guest's. */
static void assert_running_is_a_vmsa(void)
{
    if (run_result == X86_RMP_VMRUN_OK) {
        const struct x86_rmp_page page = rmp_machine_page(REGION + KIB4);
        assert_true(page.assigned && page.vmsa && page.asid == ASID);
    }
}

static void vmsa_that_was_taken_stays_one(void **state)
{
    (void)state;
    void (*const others[])(void) = {unmake_vmsa, free_inner, assign_inner_to_other};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        bool goes[2] = {true, true};
        for (unsigned first = 0; goes[0] || goes[1]; first++) {
            for (unsigned second = 0; second < 24; second++) {
                start_anew(prepare_vmsa);
                goes[0] = play(0, run_inner, first, others[i], second);
                assert_running_is_a_vmsa();
                start_anew(prepare_vmsa);
                goes[1] = play(0, others[i], first, run_inner, second);
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
            goes = play(0, run_inner, first, run_inner_too, second);
            assert_false(run_result == X86_RMP_VMRUN_OK && other_result == X86_RMP_VMRUN_OK);
        }
    }
}

static void stop_enforcing(void)
{
    rmp_machine_place(0, 0, 0);
}

/* The firmware ends the table while an instruction waits for the lock: nothing is written any more. */
static unsigned accesses_until_the_end;

static void end_after_some(void)
{
    if (accesses_until_the_end-- == 0) {
        stop_enforcing();
        memset(rmp_machine.bytes + RMP_MACHINE_TABLE, 0xA8, RMP_MACHINE_TABLE_BYTES);
        *rmp_machine_words(REGION) = 0; /* Not locked, by chance. */
    }
}

static void table_that_ends_is_left_alone(void **state)
{
    (void)state;
    uint8_t *copy = malloc(RMP_MACHINE_TABLE_BYTES);
    assert_non_null(copy);
    memset(copy, 0xA8, RMP_MACHINE_TABLE_BYTES);
    memset(copy + 0x4000 + 16 * (REGION / KIB4), 0, 8);
    for (unsigned i = 0; i < 2; i++) {
        accesses_until_the_end = i;
        x86_rmp_set_access_hook(end_after_some);
        update(REGION + KIB4, false, true, ASID, GPA);
        x86_rmp_set_access_hook(NULL);
        assert_memory_equal(rmp_machine.bytes + RMP_MACHINE_TABLE, copy, RMP_MACHINE_TABLE_BYTES);
        rmp_machine_place(RMP_MACHINE_TABLE, RMP_MACHINE_TABLE + RMP_MACHINE_TABLE_BYTES - 1,
                          FABRIC_RMP_ENFORCED);
        memset(rmp_machine.bytes + RMP_MACHINE_TABLE, 0, RMP_MACHINE_TABLE_BYTES);
    }
    free(copy);
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
        TEST(each_write_leaves_a_true_table), TEST(look_ups_find_what_somebody_made),
        TEST(vmsa_that_was_taken_stays_one),  TEST(vmsa_is_taken_once),
        TEST(table_that_ends_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
