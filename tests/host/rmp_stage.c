/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two cores that go step by step (rmp_stage.h): threads, one of which goes on at a time.
 */
#include "tests/host/rmp_stage.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/rmp_words.h"

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

bool rmp_stage_play(unsigned lead, void (*one)(void), unsigned first, void (*two)(void),
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
