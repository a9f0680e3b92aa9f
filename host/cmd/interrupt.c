/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that ask the command to end.
 */
#include "host/cmd/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t received;

static void on_signal(int number)
{
    received = number;
}

const volatile sig_atomic_t *interrupt_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = on_signal}; /* no restart: sleeps end */
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction old;
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void)sigaction(signals[i], &action, NULL);
        }
    }
    return &received;
}
