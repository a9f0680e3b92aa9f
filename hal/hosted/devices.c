/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small devices of the Linux board: entropy, timer and log.
 */
#include "hal/hosted/devices.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "hal/entropy.h"
#include "hal/hosted/random.h"
#include "hal/hosted/state.h"
#include "hal/log.h"
#include "hal/timer.h"

#define ENTROPY_READ_MAX 4096u

static int log_descriptor = -1;

void hosted_entropy_system(void)
{
    hosted_state()->entropy.source = HOSTED_ENTROPY_SYSTEM;
}

void hosted_entropy_seeded(uint64_t seed)
{
    hosted_state()->entropy.source = HOSTED_ENTROPY_SEEDED;
    hosted_state()->entropy.random = seed;
}

void hosted_entropy_stuck(uint8_t value)
{
    hosted_state()->entropy.source = HOSTED_ENTROPY_STUCK;
    hosted_state()->entropy.stuck = value;
}

void hosted_entropy_fail_after(uint64_t reads)
{
    hosted_state()->entropy.reads_left = reads;
}

static bool read_system(uint8_t *buffer, size_t length)
{
    size_t done = 0;

    while (done < length) {
        const ssize_t got = getrandom(buffer + done, length - done, 0);
        if (got < 0 && errno != EINTR) {
            return false;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool hal_entropy_read(uint8_t *buffer, size_t length)
{
    struct hosted_state *state = hosted_state();
    bool good = state->entropy.reads_left > 0;

    if (length > ENTROPY_READ_MAX) {
        hosted_guard("%s: %zu bytes are too many", __func__, length);
    }
    if (good && state->entropy.reads_left != UINT64_MAX) {
        state->entropy.reads_left--;
    }
    if (good && state->entropy.source == HOSTED_ENTROPY_SYSTEM) {
        good = read_system(buffer, length);
    }
    for (size_t i = 0; i < length && state->entropy.source != HOSTED_ENTROPY_SYSTEM; i++) {
        buffer[i] = state->entropy.source == HOSTED_ENTROPY_STUCK
                        ? state->entropy.stuck
                        : (uint8_t)hosted_random(&state->entropy.random);
    }
    if (!good) {
        memset(buffer, 0, length);
    }
    return good;
}

uint64_t hal_timer_microseconds(void)
{
    struct hosted_state *state = hosted_state();
    struct timespec now;
    uint64_t microseconds;

    if (state->timer.stopped) {
        return state->timer.advanced;
    }
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        hosted_guard("%s: %s", __func__, strerror(errno));
    }
    microseconds = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    if (state->timer.start == 0) {
        state->timer.start = microseconds; /* The board started when it was first asked. */
    }
    return microseconds - state->timer.start + state->timer.advanced;
}

void hosted_timer_stop(void)
{
    const uint64_t now = hal_timer_microseconds();

    hosted_state()->timer.stopped = true;
    hosted_state()->timer.advanced = now;
}

void hosted_timer_advance(uint64_t microseconds)
{
    hosted_state()->timer.advanced += microseconds;
}

void hosted_log_to(int descriptor)
{
    if (log_descriptor > STDERR_FILENO && log_descriptor != descriptor) {
        (void)close(log_descriptor);
    }
    log_descriptor = descriptor;
    if (descriptor < 0 && getenv("VIRTASP_LOG") != NULL) {
        log_descriptor = STDERR_FILENO;
    }
}

const char *hosted_log(void)
{
    return hosted_state()->log;
}

void hal_log_write(const char *text, size_t length)
{
    struct hosted_state *state = hosted_state();

    if (log_descriptor >= 0 && write(log_descriptor, text, length) < 0) {
        log_descriptor = -1; /* A log that cannot be written loses text; it stops nothing. */
    }
    if (length > HOSTED_LOG_BYTES) {
        text += length - HOSTED_LOG_BYTES;
        length = HOSTED_LOG_BYTES;
    }
    if (state->log_length + length > HOSTED_LOG_BYTES) {
        const size_t drop = state->log_length + length - HOSTED_LOG_BYTES;
        memmove(state->log, state->log + drop, state->log_length - drop);
        state->log_length -= drop;
    }
    memcpy(state->log + state->log_length, text, length);
    state->log_length += length;
    state->log[state->log_length] = '\0';
}
