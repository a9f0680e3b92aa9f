/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell for tests that count its bytes (doorbell.h).
 *
 * How to settle, at any speed of either side: bytes come in the order of their commands, and before the
 * firmware looks for a command, the byte of the one before it is with the device, which holds one. So
 * as soon as a NOP is answered in CmdResp, all but one byte of the commands before it are in the
 * socket, and are taken; that one, which may have bit 1 set, and the NOP's own can still come. Then
 * follow a NOP without IOC, whose byte has bit 1 clear, and one with it: of the bytes behind the first,
 * the only one with bit 1 set is that of the last command.
 */
#include "tests/common/doorbell.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "host/lib/deadline.h"

#define WAIT_MS 60000
#define LOST_MS 1000 /* A byte that is not there by then may never come: it is asked for anew. */
#define TRIES (WAIT_MS / LOST_MS)
#define STEP_US 50

#define NOP ((uint32_t)SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT)

static bool issue(struct mailbox_client *client, uint32_t request, uint64_t paddr)
{
    mailbox_write(client, MAILBOX_INTSTS, 0);
    mailbox_write(client, MAILBOX_CMDBUF_LO, (uint32_t)paddr);
    mailbox_write(client, MAILBOX_CMDBUF_HI, (uint32_t)(paddr >> 32));
    mailbox_write(client, MAILBOX_CMDRESP, request);
    return mailbox_ring(client) == MAILBOX_OK;
}

/** Waits for the response alone. */
static bool await_response(const struct mailbox_client *client)
{
    const int64_t deadline = deadline_after(WAIT_MS);

    while ((mailbox_read(client, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) == 0) {
        if (deadline_left_ms(deadline) == 0) {
            return false;
        }
        deadline_sleep_us(STEP_US);
    }
    return true;
}

/** @return the next byte, or -1 when none comes in time */
static int take(const struct mailbox_client *client, int timeout_ms)
{
    const int64_t deadline = deadline_after(timeout_ms);
    struct pollfd event = {.fd = client->doorbell, .events = POLLIN};
    uint8_t byte = 0;
    int ready;

    do {
        ready = poll(&event, 1, deadline_left_ms(deadline));
    } while (ready < 0 && errno == EINTR);
    return ready == 1 && recv(event.fd, &byte, 1, 0) == 1 ? byte : -1;
}

/** Issues NOP and waits for the response, not for the byte. */
static bool answered_nop(struct mailbox_client *client, uint32_t bits)
{
    return issue(client, NOP | bits, 0) && await_response(client);
}

/** Takes bytes up to the first with bit 1 set that has another one before it. @return whether it came */
static bool take_last(const struct mailbox_client *client)
{
    int byte = take(client, LOST_MS);

    while (byte >= 0) {
        byte = take(client, LOST_MS);
        if (byte >= 0 && (byte & DOORBELL_INTERRUPT) != 0) {
            return true;
        }
    }
    return false;
}

/** @param[out] settled  whether the board has rung for the last command */
static bool try_to_settle(struct mailbox_client *client, bool *settled)
{
    if (!answered_nop(client, 0)) {
        return false;
    }
    while (take(client, 0) >= 0) {
    }
    if (!answered_nop(client, 0)) {
        return false;
    }
    mailbox_write(client, MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    if (!answered_nop(client, MAILBOX_CMDRESP_IOC)) {
        return false;
    }
    *settled = take_last(client);
    mailbox_write(client, MAILBOX_INTEN, 0);
    mailbox_write(client, MAILBOX_INTSTS, 0);
    return true;
}

bool doorbell_settle(struct mailbox_client *client)
{
    bool settled = false;

    for (int i = 0; i < TRIES && !settled; i++) {
        if (!try_to_settle(client, &settled)) {
            return false;
        }
    }
    return settled;
}

int doorbell_take(const struct mailbox_client *client)
{
    return take(client, WAIT_MS);
}

int doorbell_command(struct mailbox_client *client, uint32_t request, uint64_t paddr)
{
    return issue(client, request, paddr) ? take(client, WAIT_MS) : -1;
}
