/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that serves what wants the board: one call after the other, as a driver's mutex has it,
 * while another thread answers what does not.
 */
#ifndef HOST_EXEC_WORKER_H
#define HOST_EXEC_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "host/exec/call.h"

#define EXEC_WORKER_CALLS 4096u /**< That wait at most; each is a thread of the program. */

struct exec_worker {
    /** Answers a call. */
    void (*serve)(void *context, const struct exec_call *call);
    /** There has been nothing to do for a while. */
    void (*idle)(void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool ends;
    size_t first;
    size_t count;
    struct exec_call calls[EXEC_WORKER_CALLS]; /**< A ring. */
};

/**
 * Starts the thread.
 *
 * @param worker  SERVE, IDLE and CONTEXT are set, the rest is 0
 * @return 0 or an error number
 */
int exec_worker_start(struct exec_worker *worker) __attribute__((warn_unused_result));

/** Hands a call over; answers it with ENOMEM when too many wait. */
void exec_worker_add(struct exec_worker *worker, const struct exec_call *call);

/** Ends the thread, once it has answered the call that it is at. */
void exec_worker_end(struct exec_worker *worker);

#endif
