/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long PLATFORM_STATUS takes by ioctl.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

#define CALLS_MAX 10000u
#define WARM_UP_CALLS 100u

static double now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

int client_rate(unsigned calls)
{
    static double samples[CALLS_MAX];
    struct sev_user_data_status status;
    const int file = client_open_sev(O_RDONLY);
    if (calls == 0 || calls > CALLS_MAX) {
        return EXIT_FAILURE;
    }
    for (unsigned i = 0; i < WARM_UP_CALLS + calls; i++) {
        const double started = now_us();
        if (client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) != 0) {
            return EXIT_FAILURE;
        }
        samples[i < WARM_UP_CALLS ? 0 : i - WARM_UP_CALLS] = now_us() - started;
    }
    qsort(samples, calls, sizeof samples[0], compare);
    (void)printf("%.1f\n", samples[calls / 2]);
    (void)close(file);
    return EXIT_SUCCESS;
}
