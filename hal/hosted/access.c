/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The x86 side in a test: what it does between two accesses of the firmware.
 */
#include "hal/hosted/access.h"

#include "hal/hosted/state.h"

void hosted_set_access_hook(hosted_access_hook *hook, void *context)
{
    hosted_state()->access.hook = hook;
    hosted_state()->access.context = context;
}

void hosted_access(enum hosted_memory memory, enum hosted_access_kind kind, uint64_t offset,
                   size_t length)
{
    const struct hosted_state *state = hosted_state();
    const struct hosted_step step = {
        .memory = memory, .kind = kind, .offset = offset, .length = length};

    if (state->access.hook != NULL) {
        state->access.hook(state->access.context, &step);
    }
}
