/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that serves what wants the board (worker.h).
 */
#include "host/exec/worker.h"

#include <errno.h>
#include <time.h>

#define IDLE_NS 50000000L
#define SECOND_NS 1000000000L

static struct timespec later(void)
{
    struct timespec when = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_nsec += IDLE_NS;
    when.tv_sec += when.tv_nsec / SECOND_NS;
    when.tv_nsec %= SECOND_NS;
    return when;
}

/* Waits for a call. The mutex is locked. @return false at the end */
static bool next(struct exec_worker *worker, struct exec_call *call)
{
    bool told = false;
    while (worker->count == 0 && !worker->ends) {
        const struct timespec until = later();
        if (told) {
            (void)pthread_cond_wait(&worker->changed, &worker->mutex);
        } else if (pthread_cond_timedwait(&worker->changed, &worker->mutex, &until) == ETIMEDOUT &&
                   worker->count == 0) {
            told = true;
            (void)pthread_mutex_unlock(&worker->mutex);
            worker->idle(worker->context);
            (void)pthread_mutex_lock(&worker->mutex);
        }
    }
    if (worker->ends) {
        return false;
    }
    *call = worker->calls[worker->first];
    worker->first = (worker->first + 1) % EXEC_WORKER_CALLS;
    worker->count--;
    return true;
}

static void *work(void *context)
{
    struct exec_worker *worker = context;
    struct exec_call call;
    (void)pthread_mutex_lock(&worker->mutex);
    while (next(worker, &call)) {
        (void)pthread_mutex_unlock(&worker->mutex);
        worker->serve(worker->context, &call);
        (void)pthread_mutex_lock(&worker->mutex);
    }
    (void)pthread_mutex_unlock(&worker->mutex);
    return NULL;
}

int exec_worker_start(struct exec_worker *worker)
{
    pthread_condattr_t attributes;
    int error = pthread_mutex_init(&worker->mutex, NULL);
    if (error == 0) {
        error = pthread_condattr_init(&attributes);
    }
    if (error == 0) {
        error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    }
    if (error == 0) {
        error = pthread_cond_init(&worker->changed, &attributes);
    }
    return error == 0 ? pthread_create(&worker->thread, NULL, work, worker) : error;
}

void exec_worker_add(struct exec_worker *worker, const struct exec_call *call)
{
    (void)pthread_mutex_lock(&worker->mutex);
    const bool has_room = worker->count < EXEC_WORKER_CALLS && !worker->ends;
    if (has_room) {
        worker->calls[(worker->first + worker->count) % EXEC_WORKER_CALLS] = *call;
        worker->count++;
        (void)pthread_cond_signal(&worker->changed);
    }
    (void)pthread_mutex_unlock(&worker->mutex);
    if (!has_room) {
        exec_call_answer(call, -ENOMEM);
    }
}

void exec_worker_end(struct exec_worker *worker)
{
    (void)pthread_mutex_lock(&worker->mutex);
    worker->ends = true;
    (void)pthread_cond_signal(&worker->changed);
    (void)pthread_mutex_unlock(&worker->mutex);
    (void)pthread_join(worker->thread, NULL);
}
