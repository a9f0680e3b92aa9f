/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points in time until which something may take, so that every wait has a bound.
 */
#include "host/lib/deadline.h"

#include <limits.h>
#include <time.h>

int64_t deadline_now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t deadline_after(int timeout_ms)
{
    return deadline_now_us() + (int64_t)timeout_ms * 1000;
}

int deadline_left_ms(int64_t deadline)
{
    int64_t left = deadline - deadline_now_us();
    if (left <= 0) {
        return 0;
    }
    left = (left + 999) / 1000;
    return left < INT_MAX ? (int)left : INT_MAX;
}

void deadline_sleep_us(int64_t microseconds)
{
    struct timespec time = {.tv_sec = (time_t)(microseconds / 1000000),
                            .tv_nsec = (long)(microseconds % 1000000) * 1000};
    (void)nanosleep(&time, NULL);
}
