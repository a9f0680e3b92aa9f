/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system call of the program that waits for an answer (call.h).
 */
#include "host/exec/call.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

/* A kernel that knows longer structures than this header gets room for them. */
#define ROOM 1024

union notification {
    struct seccomp_notif call;
    uint8_t room[ROOM];
};

union response {
    struct seccomp_notif_resp answer;
    uint8_t room[ROOM];
};

enum exec_received exec_call_receive(int listener, struct exec_call *call)
{
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    union notification received;
    if (poll(&waiting, 1, -1) < 0) {
        return errno == EINTR ? EXEC_NOTHING : EXEC_ENDED;
    }
    if ((waiting.revents & POLLIN) == 0) {
        return EXEC_ENDED;
    }
    memset(&received, 0, sizeof received); /* the kernel wants zeros */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received) != 0) {
        return errno == ENOENT || errno == EINTR ? EXEC_NOTHING : EXEC_ENDED;
    }
    *call = (struct exec_call){.listener = listener,
                               .id = received.call.id,
                               .thread = (pid_t)received.call.pid,
                               .number = received.call.data.nr};
    for (unsigned i = 0; i < EXEC_CALL_ARGUMENTS; i++) {
        call->arguments[i] = received.call.data.args[i];
    }
    return EXEC_RECEIVED;
}

/* What fails is that nobody waits any more. */
static void respond(const struct exec_call *call, int64_t result, uint32_t flags)
{
    union response response;
    memset(&response, 0, sizeof response);
    response.answer.id = call->id;
    response.answer.val = result >= 0 ? result : 0;
    response.answer.error = result < 0 ? (int32_t)result : 0;
    response.answer.flags = flags;
    (void)ioctl(call->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void exec_call_answer(const struct exec_call *call, int64_t result)
{
    respond(call, result, 0);
}

void exec_call_continue(const struct exec_call *call)
{
    respond(call, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

void exec_call_give(const struct exec_call *call, int file, uint32_t flags)
{
    struct seccomp_notif_addfd gift = {.id = call->id,
                                       .flags = SECCOMP_ADDFD_FLAG_SEND,
                                       .srcfd = (uint32_t)file,
                                       .newfd_flags = flags};
    if (ioctl(call->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &gift) < 0) {
        respond(call, -errno, 0);
    }
}

bool exec_call_waits(const struct exec_call *call)
{
    return ioctl(call->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) == 0;
}
