/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several cores, and the firmware's part of the protocol beside them, on the same regions. Whatever
 * order things happen in, each look-up finds a page that somebody has made, and in the end all counts
 * are true.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/common/random.h"
#include "tests/host/rmp_machine.h"

#define THREADS 4u
#define STEPS 300000u /* Of each; enough that they meet on one processor too. */
#define KIB4 0x1000ull
#define MIB2 0x200000ull
#define BASE 0x600000ull /* Of two regions. */
#define PAGES 1024u
#define LOCK 0x8000000000000000ull
#define FIRST_BITS (LOCK | 0xFF8ull) /* LOCK and SUBPAGES. */

struct worker {
    pthread_t thread;
    struct random_state random;
    uint32_t number;
    unsigned faults; /* What must not be. */
};

static pthread_barrier_t start; /* Nobody is done before the last begins. */

static uint64_t spa_of(uint32_t page)
{
    return BASE + page * KIB4;
}

/* A guest has each page at one place, so that GPA and ASID of a page that is whole fit together. */
static uint64_t gpa_of(uint32_t asid, uint32_t page)
{
    return ((uint64_t)asid << 32) + page * KIB4;
}

/* So do permissions: VMPL 1 never has others than its guest's number, and a host's page none. */
static bool is_whole(const struct x86_rmp_page *page, uint32_t number)
{
    if (!page->assigned) {
        return page->gpa == 0 && page->asid == 0 && page->permissions[0] == 0 &&
               page->permissions[1] == 0 && !page->validated;
    }
    return page->asid >= 1 && page->asid <= 2 && page->gpa == gpa_of(page->asid, number) &&
           page->permissions[0] == RMP_PERMISSIONS_FULL &&
           (page->permissions[1] == 0 || (page->permissions[1] == page->asid && page->validated));
}

static uint32_t some_page(struct worker *worker)
{
    static const uint32_t favourites[] = {0, 0, 1, 511, 512, 513};
    return random_chance(&worker->random, 90) ? favourites[random_below(&worker->random, 6)]
                                              : random_below(&worker->random, PAGES);
}

static void update(struct worker *worker)
{
    const bool large = random_chance(&worker->random, 40);
    const uint32_t page = large ? random_below(&worker->random, 2) * 512 : some_page(worker);
    const bool assigned = random_chance(&worker->random, 50);
    const uint32_t asid = assigned ? 1 + random_below(&worker->random, 2) : 0;
    const struct rmpupdate_state state = {
        .gpa = assigned ? gpa_of(asid, page) : 0,
        .assigned = assigned ? 1 : 0,
        .page_size = large ? 1 : 0,
        .asid = asid,
    };
    const struct x86_rmp_outcome outcome =
        x86_rmpupdate(&rmp_machine.rmp, worker->number, spa_of(page), &state);
    worker->faults +=
        outcome.event != X86_RMP_EVENT_NONE || outcome.result == RMP_FAIL_INPUT ? 1 : 0;
}

static void smash(struct worker *worker)
{
    const uint32_t page = random_below(&worker->random, 2) * 512;
    const struct x86_rmp_outcome outcome =
        x86_psmash(&rmp_machine.rmp, worker->number, spa_of(page));
    worker->faults += outcome.event != X86_RMP_EVENT_NONE ? 1 : 0;
}

static void look(struct worker *worker)
{
    const uint32_t number = some_page(worker);
    struct x86_rmp_page page;
    if (x86_rmp_look_up(&rmp_machine.rmp, spa_of(number), &page) && !is_whole(&page, number)) {
        worker->faults++;
    }
}

/* A guest takes a page and grants it to VMPL 1. */
static void take(struct worker *worker)
{
    const uint32_t page = some_page(worker);
    const uint32_t asid = 1 + random_below(&worker->random, 2);
    const bool large = page % 512 == 0 && random_chance(&worker->random, 50);
    const struct x86_rmp_guest guest = {.asid = asid,
                                        .c_bit = true,
                                        .nested_large = large,
                                        .gpa = gpa_of(asid, page),
                                        .spa = spa_of(page)};
    if (random_chance(&worker->random, 50)) {
        (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, large ? 1 : 0, 1);
    } else {
        (void)x86_rmpadjust(&rmp_machine.rmp, &guest, 0, large ? 1 : 0, 1 | asid << 8);
    }
}

/* What PAGE_UNSMASH does in the firmware, without what it asks of the pages' states. */
static bool is_alike(const uint64_t *first, uint64_t low)
{
    for (uint64_t i = 1; i < 512; i++) {
        const uint64_t *entry = first + 2 * i;
        if (__atomic_load_n(&entry[0], __ATOMIC_SEQ_CST) != low + i * KIB4 ||
            __atomic_load_n(&entry[1], __ATOMIC_SEQ_CST) !=
                __atomic_load_n(&first[1], __ATOMIC_SEQ_CST)) {
            return false;
        }
    }
    return true;
}

static void unsmash(struct worker *worker)
{
    uint64_t *first = rmp_machine_words(spa_of(random_below(&worker->random, 2) * 512));
    uint64_t low = __atomic_load_n(first, __ATOMIC_SEQ_CST);
    if ((low & (LOCK | 3)) != 1 ||
        !__atomic_compare_exchange_n(first, &low, low | LOCK, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST)) {
        return;
    }
    const uint64_t whole = (low & ~FIRST_BITS) | 2;
    if (!is_alike(first, low & ~FIRST_BITS)) {
        __atomic_store_n(first, low, __ATOMIC_SEQ_CST);
        return;
    }
    __atomic_store_n(first, whole | LOCK, __ATOMIC_SEQ_CST);
    for (uint64_t i = 1; i < 512; i++) {
        __atomic_store_n(&first[2 * i + 1], 0, __ATOMIC_SEQ_CST);
        __atomic_store_n(&first[2 * i], 0, __ATOMIC_SEQ_CST);
    }
    __atomic_store_n(first, whole, __ATOMIC_SEQ_CST);
}

/* The host writes where nothing is assigned, and nowhere else. */
static void write_for_host(struct worker *worker)
{
    const uint32_t number = some_page(worker);
    (void)x86_rmp_host_may_write(&rmp_machine.rmp, spa_of(number),
                                 random_chance(&worker->random, 50));
}

static void *work(void *argument)
{
    static void (*const actions[])(struct worker *) = {
        update, update, smash, look, look, look, take, take, unsmash, write_for_host,
    };
    struct worker *worker = argument;
    (void)pthread_barrier_wait(&start);
    for (unsigned step = 0; step < STEPS; step++) {
        actions[random_below(&worker->random, sizeof actions / sizeof actions[0])](worker);
    }
    return NULL;
}

static void run(struct worker workers[THREADS], void *(*function)(void *))
{
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (uint32_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.number = i, .random = {.state = i + 1}};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, function, &workers[i]), 0);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].faults, 0);
    }
    assert_int_equal(pthread_barrier_destroy(&start), 0);
}

static void counts_are_true_in_the_end(void **state)
{
    (void)state;
    struct worker workers[THREADS];
    uint64_t pages[3] = {0};
    unsigned subpages[2] = {0};
    run(workers, work);
    for (uint32_t number = 0; number < PAGES; number++) {
        const struct x86_rmp_page page = rmp_machine_page(spa_of(number));
        assert_true(is_whole(&page, number));
        pages[page.asid] += page.assigned ? 1 : 0;
        subpages[number / 512] += page.assigned && !page.large && number % 512 != 0 ? 1 : 0;
    }
    for (uint32_t region = 0; region < 2; region++) {
        assert_int_equal(rmp_machine_page(spa_of(region * 512)).subpages, subpages[region]);
    }
    for (uint32_t asid = 0; asid < 3; asid++) {
        assert_int_equal(rmp_machine_count(asid), pages[asid]);
    }
}

#define VMSA_ASID 3u
#define VMSA_GPA 0x7000ull

static unsigned cores_inside;

/* One thread makes and unmakes a VMSA, the others run it: at most one at a time, and while it is one. */
static void *run_vmsa(void *argument)
{
    struct worker *worker = argument;
    const struct x86_rmp_guest guest = {
        .asid = VMSA_ASID, .c_bit = true, .gpa = VMSA_GPA, .spa = BASE};
    (void)pthread_barrier_wait(&start);
    for (unsigned step = 0; step < STEPS; step++) {
        if (worker->number == 0) {
            const uint64_t vmsa = step % 2 == 0 ? 1 : 0;
            (void)x86_rmpadjust(&rmp_machine.rmp, &guest, 0, 0, 1 | vmsa << 16);
            continue;
        }
        if (x86_rmp_vmrun(&rmp_machine.rmp, worker->number, VMSA_ASID, BASE) != X86_RMP_VMRUN_OK) {
            continue;
        }
        struct x86_rmp_page page;
        worker->faults += __atomic_fetch_add(&cores_inside, 1, __ATOMIC_SEQ_CST) != 0 ? 1 : 0;
        worker->faults += x86_rmp_look_up(&rmp_machine.rmp, BASE, &page) && !page.vmsa ? 1 : 0;
        (void)__atomic_fetch_sub(&cores_inside, 1, __ATOMIC_SEQ_CST);
        x86_rmp_vmexit(&rmp_machine.rmp, worker->number);
    }
    return NULL;
}

static void vmsa_runs_on_one_core_while_it_is_one(void **state)
{
    (void)state;
    struct worker workers[THREADS];
    rmp_machine_give(BASE, false, VMSA_ASID, VMSA_GPA);
    cores_inside = 0;
    run(workers, run_vmsa);
    assert_false(x86_rmp_vmrun(&rmp_machine.rmp, 0, VMSA_ASID, BASE) == X86_RMP_VMRUN_BUSY);
}

static int set_up(void **state)
{
    (void)rmp_machine_set_up(state);
    for (uint32_t i = 0; i < THREADS; i++) {
        struct fabric_core *cores = (void *)(rmp_machine.fabric + FABRIC_CORES_OFFSET);
        cores[i].syscfg = SYSCFG_SNP_EN;
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_are_true_in_the_end, set_up, rmp_machine_tear_down),
        cmocka_unit_test_setup_teardown(vmsa_runs_on_one_core_while_it_is_one, set_up,
                                        rmp_machine_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
