/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control state of the Linux board, and its guards.
 */
#include "hal/hosted/state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hal/fabric.h"

static struct hosted_state *the_state;

struct hosted_state *hosted_state(void)
{
    if (the_state == NULL) {
        hosted_guard("hosted_reset() was not called");
    }
    return the_state;
}

void hosted_state_reset(void)
{
    if (the_state == NULL) {
        void *memory = mmap(NULL, sizeof(*the_state), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            hosted_guard("mapping the board's state: %s", strerror(errno));
        }
        the_state = memory;
    }
    /* The trace comes last and is large: a count of zero empties it. */
    memset(the_state, 0, offsetof(struct hosted_state, trace));
}

void hosted_guard(const char *format, ...)
{
    static bool ending;
    char message[HOSTED_MESSAGE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (the_state != NULL) {
        memcpy(the_state->system.message, message, sizeof(message));
    }
    (void)fprintf(stderr, "hosted board: %s\n", message);
    if (!ending) {
        ending = true; /* A guard in there leads here again. */
        hal_fabric_withdraw();
    }
    abort();
}

const char *hosted_guard_message(void)
{
    return hosted_state()->system.message;
}
