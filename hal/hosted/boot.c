/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Booting and stopping the Linux board. Each boot runs in a child process of its own, which is what
 * gives the firmware fresh variables; the board's memories are shared with it.
 */
#include "hal/hosted/boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hal/hosted/state.h"

#define BOOT_SECONDS_MAX 120u

static bool in_child;

void hosted_set_stop_handler(hosted_stop_handler *handler, void *context)
{
    hosted_state()->system.stop_handler = handler;
    hosted_state()->system.stop_context = context;
}

static _Noreturn void end_child(enum hosted_ending ending, int result)
{
    hosted_state()->system.ending = ending;
    hosted_state()->system.result = result;
    (void)fflush(NULL);
    _exit(EXIT_SUCCESS);
}

void hosted_stop(enum hosted_ending ending)
{
    hosted_stop_handler *handler = hosted_state()->system.stop_handler;

    if (in_child) {
        end_child(ending, 0);
    }
    if (handler != NULL) {
        handler(hosted_state()->system.stop_context, ending);
        hosted_guard("the stop handler returned");
    }
    if (ending != HOSTED_POWER_OFF) {
        hosted_guard("the power was cut or the firmware replaced, and nobody handles it");
    }
    exit(EXIT_SUCCESS);
}

enum hosted_ending hosted_boot(int (*function)(void *context), void *context, int *result)
{
    struct hosted_state *state = hosted_state();
    int status;
    pid_t child;

    if (state->system.ending != HOSTED_REPLACED) {
        memset(&state->handover.left, 0, sizeof(state->handover.left));
        memset(state->handover.records, 0, sizeof(state->handover.records));
    }
    state->system.ending = HOSTED_DIED;
    state->system.result = 0;
    (void)fflush(NULL); /* Or the child would print it again. */
    child = fork();
    if (child < 0) {
        hosted_guard("fork failed");
    }
    if (child == 0) {
        in_child = true;
        (void)alarm(BOOT_SECONDS_MAX);
        end_child(HOSTED_RETURNED, function(context));
    }
    if (waitpid(child, &status, 0) != child) {
        hosted_guard("waitpid failed");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS) {
        state->system.ending = HOSTED_DIED;
        state->system.result = 0;
    }
    if (result != NULL) {
        *result = state->system.result;
    }
    return state->system.ending;
}
