/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timer that ends runs (run_limit.h).
 */
#include "host/emulator/run_limit.h"

#include <stddef.h>
#include <sys/time.h>

#include "host/lib/deadline.h"

#define TICK_US 200000

/* What the handler of the timer looks at. It disturbs nothing unless the run is to end. */
static struct {
    struct backend *volatile backend; /* That runs now, or NULL. */
    const volatile sig_atomic_t *cancel;
    int64_t deadline; /* 0: none */
    struct sigaction before;
} running;

bool run_limit_is_over(void)
{
    return (running.cancel != NULL && *running.cancel != 0) ||
           (running.deadline != 0 && deadline_now_us() > running.deadline);
}

static void on_alarm(int number)
{
    (void)number;
    struct backend *backend = running.backend;
    if (backend != NULL && run_limit_is_over()) {
        backend_interrupt(backend);
    }
}

void run_limit_begin(const volatile sig_atomic_t *cancel, int64_t deadline)
{
    const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    const struct itimerval often = {.it_interval = {.tv_usec = TICK_US},
                                    .it_value = {.tv_usec = TICK_US}};
    running.backend = NULL;
    running.cancel = cancel;
    running.deadline = deadline;
    (void)sigaction(SIGALRM, &action, &running.before);
    (void)setitimer(ITIMER_REAL, &often, NULL);
}

void run_limit_end(void)
{
    const struct itimerval never = {0};
    (void)setitimer(ITIMER_REAL, &never, NULL);
    (void)sigaction(SIGALRM, &running.before, NULL);
    running.backend = NULL;
}

void run_limit_watch(struct backend *backend)
{
    running.backend = backend;
}
