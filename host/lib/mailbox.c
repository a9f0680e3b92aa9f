/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of the mailbox (abi/mailbox.h).
 *
 * Waiting cannot lose a wake-up: the socket is emptied first, then the registers are read, then
 * poll() sleeps. The firmware writes the response before it rings, so a byte that the first step
 * took came after a response that the second step sees, and any later byte ends the third.
 */
#include "host/lib/mailbox.h"

#include <errno.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "host/lib/deadline.h"
#include "host/lib/unix_socket.h"

#define LOCK_STEP_US 10000
#define NO_DOORBELL_STEP_US 200
#define LONGEST_SLEEP_MS 1000
#define RESET_US 500000

uint32_t mailbox_read(const struct mailbox_client *client, uint32_t offset)
{
    return __atomic_load_n((const uint32_t *)(const void *)(client->bar + offset),
                           __ATOMIC_SEQ_CST);
}

void mailbox_write(struct mailbox_client *client, uint32_t offset, uint32_t value)
{
    __atomic_store_n((uint32_t *)(void *)(client->bar + offset), value, __ATOMIC_SEQ_CST);
}

/*
 * One attempt, which waits for nothing: whoever holds the lock works with the board, and does not
 * keep others out while it waits for something itself. The lock comes before the connection because
 * a connection that is given up takes a place in the board's queue until the board looks at it.
 *
 * @return MAILBOX_OK; MAILBOX_IN_USE; MAILBOX_ERROR, with errno ETIMEDOUT when the queue is full
 */
static enum mailbox_result try_to_open(struct mailbox_client *client, int descriptor,
                                       const char *doorbell_path)
{
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? MAILBOX_IN_USE : MAILBOX_ERROR;
    }
    if (doorbell_path != NULL) {
        client->doorbell = unix_socket_connect(doorbell_path, 0);
        if (client->doorbell < 0) {
            int error = errno;
            (void)flock(descriptor, LOCK_UN);
            errno = error;
            return MAILBOX_ERROR;
        }
    }
    client->descriptor = descriptor;
    return MAILBOX_OK;
}

enum mailbox_result mailbox_open(struct mailbox_client *client, uint8_t *bar, int descriptor,
                                 const char *doorbell_path, int timeout_ms)
{
    *client =
        (struct mailbox_client){.bar = bar, .doorbell = -1, .descriptor = -1, .interrupt = true};
    const int64_t deadline = deadline_after(timeout_ms);
    for (;;) {
        enum mailbox_result result = try_to_open(client, descriptor, doorbell_path);
        bool may_change =
            result == MAILBOX_IN_USE || (result == MAILBOX_ERROR && errno == ETIMEDOUT);
        if (!may_change || deadline_left_ms(deadline) == 0) {
            return result;
        }
        deadline_sleep_us(LOCK_STEP_US);
    }
}

void mailbox_join(struct mailbox_client *client, uint8_t *bar)
{
    *client = (struct mailbox_client){.bar = bar, .doorbell = -1, .descriptor = -1};
}

void mailbox_close(struct mailbox_client *client)
{
    if (client->doorbell >= 0) {
        (void)close(client->doorbell);
    }
    if (client->descriptor >= 0) {
        (void)flock(client->descriptor, LOCK_UN);
    }
    client->doorbell = -1;
    client->descriptor = -1;
}

bool mailbox_is_idle(const struct mailbox_client *client)
{
    return mailbox_read(client, MAILBOX_FEATURE) == MAILBOX_FEATURE_SEV &&
           (mailbox_read(client, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) != 0;
}

/* A full socket already holds bytes that will wake the firmware. */
enum mailbox_result mailbox_ring(const struct mailbox_client *client)
{
    if (client->doorbell < 0) {
        return MAILBOX_OK;
    }
    const uint8_t look = DOORBELL_LOOK;
    while (send(client->doorbell, &look, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return MAILBOX_OK;
        }
        if (errno != EINTR) {
            return errno == EPIPE || errno == ECONNRESET ? MAILBOX_GONE : MAILBOX_ERROR;
        }
    }
    return MAILBOX_OK;
}

/* Takes all bytes that have arrived; what they say is in the registers too. */
static enum mailbox_result drain(const struct mailbox_client *client)
{
    uint8_t bytes[64];
    for (;;) {
        ssize_t count = recv(client->doorbell, bytes, sizeof bytes, MSG_DONTWAIT);
        if (count == 0 || (count < 0 && errno == ECONNRESET)) {
            return MAILBOX_GONE;
        }
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return MAILBOX_OK;
        }
        if (count < 0 && errno != EINTR) {
            return MAILBOX_ERROR;
        }
    }
}

/* What becomes of a command while it is waited for. */
struct fate {
    int64_t reset_seen; /* When the registers were first those of a reset; 0 = they are not. */
    bool lost;
};

/*
 * A reset clears the registers, and a firmware that starts says that there is a response, for which it
 * does not interrupt. For a moment between its two writes a real response looks like that, too.
 */
static bool is_lost(struct fate *fate, bool looks_reset)
{
    const int64_t now = looks_reset ? deadline_now_us() : 0;
    if (!looks_reset || fate->reset_seen == 0) {
        fate->reset_seen = now;
    }
    fate->lost = looks_reset && now - fate->reset_seen >= RESET_US;
    return fate->lost;
}

static bool has_response(const struct mailbox_client *client, const void *context)
{
    struct fate *const *fate = context;
    const uint32_t response = mailbox_read(client, MAILBOX_CMDRESP);
    const bool complete =
        !client->interrupt || (mailbox_read(client, MAILBOX_INTSTS) & MAILBOX_INT_COMPLETE) != 0;
    return ((response & MAILBOX_CMDRESP_RESPONSE) != 0 && complete) ||
           is_lost(*fate, response == 0 || response == MAILBOX_CMDRESP_RESPONSE);
}

static enum mailbox_result sleep_until_rung(const struct mailbox_client *client, int left_ms)
{
    if (client->doorbell < 0) {
        deadline_sleep_us(NO_DOORBELL_STEP_US);
        return MAILBOX_OK;
    }
    /* The upper limit only matters for a firmware that forgets to ring. */
    struct pollfd doorbell = {.fd = client->doorbell, .events = POLLIN};
    int count = poll(&doorbell, 1, left_ms < LONGEST_SLEEP_MS ? left_ms : LONGEST_SLEEP_MS);
    return count >= 0 || errno == EINTR ? MAILBOX_OK : MAILBOX_ERROR;
}

enum mailbox_result mailbox_wait(const struct mailbox_client *client, mailbox_condition *condition,
                                 const void *context, int timeout_ms)
{
    const int64_t deadline = deadline_after(timeout_ms);
    for (;;) {
        enum mailbox_result socket = client->doorbell < 0 ? MAILBOX_OK : drain(client);
        if (condition(client, context)) {
            return MAILBOX_OK;
        }
        int left_ms = deadline_left_ms(deadline);
        if (socket == MAILBOX_OK && client->cancel != NULL && *client->cancel != 0) {
            socket = MAILBOX_CANCELLED;
        }
        if (socket == MAILBOX_OK && left_ms == 0) {
            socket = MAILBOX_TIMEOUT;
        }
        if (socket == MAILBOX_OK) {
            socket = sleep_until_rung(client, left_ms);
        }
        if (socket != MAILBOX_OK) {
            return socket;
        }
    }
}

enum mailbox_result mailbox_command(struct mailbox_client *client, uint32_t id, uint64_t paddr,
                                    uint16_t *status, int timeout_ms)
{
    if (mailbox_read(client, MAILBOX_FEATURE) != MAILBOX_FEATURE_SEV) {
        return MAILBOX_NOT_READY;
    }
    if ((mailbox_read(client, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) == 0) {
        return MAILBOX_BUSY;
    }
    if (client->interrupt) {
        mailbox_write(client, MAILBOX_INTSTS, 0);
    }
    mailbox_write(client, MAILBOX_CMDBUF_LO, (uint32_t)paddr);
    mailbox_write(client, MAILBOX_CMDBUF_HI, (uint32_t)(paddr >> 32));
    mailbox_write(client, MAILBOX_CMDRESP,
                  (id & MAILBOX_CMDRESP_ID_MASK) << MAILBOX_CMDRESP_ID_SHIFT |
                      (client->interrupt ? MAILBOX_CMDRESP_IOC : 0));
    struct fate fate = {0};
    struct fate *const watched = &fate;
    enum mailbox_result result = mailbox_ring(client);
    if (result == MAILBOX_OK) {
        result = mailbox_wait(client, has_response, &watched, timeout_ms);
    }
    if (result == MAILBOX_OK && fate.lost) {
        result = MAILBOX_GONE;
    }
    if (result == MAILBOX_OK) {
        *status = (uint16_t)(mailbox_read(client, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_STATUS_MASK);
    }
    return result;
}

enum mailbox_result mailbox_nop(struct mailbox_client *client, int timeout_ms)
{
    uint16_t status;
    enum mailbox_result result = mailbox_command(client, SEV_COMMAND_NOP, 0, &status, timeout_ms);
    return result == MAILBOX_OK && status != 0 ? MAILBOX_ERROR : result;
}

const char *mailbox_result_text(enum mailbox_result result)
{
    static const char *const texts[] = {
        [-MAILBOX_OK] = "done",
        [-MAILBOX_TIMEOUT] = "the firmware did not answer in time",
        [-MAILBOX_BUSY] = "the firmware is still busy with an earlier command",
        [-MAILBOX_NOT_READY] = "the firmware does not serve commands",
        [-MAILBOX_GONE] = "the board has stopped",
        [-MAILBOX_IN_USE] = "another program uses the mailbox",
        [-MAILBOX_ERROR] = "a system call failed",
        [-MAILBOX_CANCELLED] = "interrupted",
    };
    unsigned index = (unsigned)-(int)result;
    return index < sizeof texts / sizeof texts[0] ? texts[index] : "unknown result";
}
