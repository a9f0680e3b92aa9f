/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that serves what wants the board: in order, one at a time, with an end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/exec/worker.h"
#include "host/lib/deadline.h"

#define CALLS 100u
#define END_MS 60000

static struct exec_worker worker;
static struct {
    unsigned served;
    bool in_order;
    unsigned idle;
    bool gate; /* Holds what is served up. */
} seen;

static void serve(void *context, const struct exec_call *call)
{
    (void)context;
    while (__atomic_load_n(&seen.gate, __ATOMIC_SEQ_CST)) {
        deadline_sleep_us(100);
    }
    seen.in_order = seen.in_order && call->id == seen.served;
    (void)__atomic_add_fetch(&seen.served, 1, __ATOMIC_SEQ_CST);
}

static void rest(void *context)
{
    (void)context;
    (void)__atomic_add_fetch(&seen.idle, 1, __ATOMIC_SEQ_CST);
}

static int set_up(void **state)
{
    (void)state;
    memset(&worker, 0, sizeof worker);
    memset(&seen, 0, sizeof seen);
    seen.in_order = true;
    worker.serve = serve;
    worker.idle = rest;
    return exec_worker_start(&worker);
}

static void add(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct exec_call call = {.listener = -1, .id = i};
        exec_worker_add(&worker, &call);
    }
}

static void wait_for(const unsigned *number, unsigned value)
{
    const int64_t deadline = deadline_after(END_MS);
    while (__atomic_load_n(number, __ATOMIC_SEQ_CST) < value && deadline_left_ms(deadline) != 0) {
        deadline_sleep_us(100);
    }
    assert_true(__atomic_load_n(number, __ATOMIC_SEQ_CST) >= value);
}

static void calls_are_served_in_order(void **state)
{
    (void)state;
    add(CALLS);
    wait_for(&seen.served, CALLS);
    exec_worker_end(&worker);
    assert_true(seen.in_order);
    assert_int_equal(seen.served, CALLS);
}

static void rest_is_told_once(void **state)
{
    (void)state;
    wait_for(&seen.idle, 1);
    deadline_sleep_us(200000);
    assert_int_equal(__atomic_load_n(&seen.idle, __ATOMIC_SEQ_CST), 1);
    add(1);
    wait_for(&seen.idle, 2);
    exec_worker_end(&worker);
}

static void what_is_too_much_is_not_served(void **state)
{
    (void)state;
    __atomic_store_n(&seen.gate, true, __ATOMIC_SEQ_CST);
    add(EXEC_WORKER_CALLS + CALLS);
    __atomic_store_n(&seen.gate, false, __ATOMIC_SEQ_CST);
    wait_for(&seen.served, EXEC_WORKER_CALLS);
    exec_worker_end(&worker);
    /* One more, when it had been taken out of the queue at once. */
    assert_true(seen.served <= EXEC_WORKER_CALLS + 1);
}

static void an_end_does_not_wait_for_the_queue(void **state)
{
    (void)state;
    __atomic_store_n(&seen.gate, true, __ATOMIC_SEQ_CST);
    add(CALLS);
    (void)pthread_mutex_lock(&worker.mutex);
    worker.ends = true;
    (void)pthread_mutex_unlock(&worker.mutex);
    __atomic_store_n(&seen.gate, false, __ATOMIC_SEQ_CST);
    exec_worker_end(&worker);
    assert_true(seen.served <= 1);
    add(1);
    assert_true(seen.served <= 1);
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calls_are_served_in_order),
        TEST(rest_is_told_once),
        TEST(what_is_too_much_is_not_served),
        TEST(an_end_does_not_wait_for_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
