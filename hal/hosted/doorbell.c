/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell of the Linux board: a test's hook, or a socket as QEMU's chardev offers it.
 */
#include "hal/doorbell.h"

#include "hal/hosted/doorbell_socket.h"
#include "hal/hosted/state.h"

void hosted_doorbell_set_wait_hook(hosted_wait_hook *hook, void *context)
{
    hosted_state()->doorbell.wait_hook = hook;
    hosted_state()->doorbell.wait_context = context;
}

uint64_t hosted_doorbell_rings(void)
{
    return hosted_state()->doorbell.rings;
}

uint8_t hosted_doorbell_last(void)
{
    return hosted_state()->doorbell.last;
}

void hosted_doorbell_arrive(void)
{
    hosted_state()->doorbell.arrived++;
}

uint32_t hal_doorbell_drain(void)
{
    struct hosted_state *state = hosted_state();
    const uint32_t arrived = state->doorbell.arrived;

    if (hosted_socket_attached()) {
        return hosted_socket_drain();
    }
    state->doorbell.arrived = 0;
    return arrived;
}

void hal_doorbell_wait(uint32_t timeout_ms)
{
    const struct hosted_state *state = hosted_state();

    if (hosted_socket_attached()) {
        hosted_socket_wait(timeout_ms);
    } else if (state->doorbell.wait_hook != NULL) {
        state->doorbell.wait_hook(state->doorbell.wait_context, timeout_ms);
    }
}

void hal_doorbell_ring(uint8_t value)
{
    hosted_state()->doorbell.rings++;
    hosted_state()->doorbell.last = value;
    if (hosted_socket_attached()) {
        hosted_socket_ring(value);
    }
}
