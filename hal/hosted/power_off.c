/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request to power off that a signal handler can make: a flag, and a pipe that ends a poll().
 */
#include "hal/hosted/power_off.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "hal/hosted/state.h"

static volatile sig_atomic_t requested;
static int wake[2] = {-1, -1};

bool hosted_power_off_requested(void)
{
    return requested != 0;
}

void hosted_power_off_clear(void)
{
    char byte;

    requested = 0;
    if (wake[0] < 0 && pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        hosted_guard("pipe2 failed");
    }
    while (read(wake[0], &byte, 1) == 1) {
        /* Bytes of earlier requests. */
    }
}

int hosted_power_off_descriptor(void)
{
    return wake[0];
}

void hosted_request_power_off(void)
{
    const int interrupted_errno = errno;

    requested = 1;
    if (write(wake[1], "", 1) < 0) {
        /* The pipe is full: it is readable already. */
    }
    errno = interrupted_errno;
}
