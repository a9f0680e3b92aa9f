/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of the SEV firmware API as C functions (abi/sev_commands.h).
 */
#include "host/lib/sev.h"

#include "host/lib/deadline.h"
#include "host/lib/host_memory.h"

static int issue(struct board *board, uint32_t id, void *buffer, size_t length)
{
    uint64_t paddr = buffer != NULL ? board->command_paddr : 0;
    if (length > DRAM_PAGE_BYTES ||
        (buffer != NULL &&
         host_memory_write(&board->memory, paddr, buffer, length) != MEMORY_CONTROLLER_OK)) {
        return MAILBOX_ERROR;
    }
    uint16_t status = 0;
    enum mailbox_result result =
        mailbox_command(&board->mailbox, id, paddr, &status, board->timeout_ms);
    if (result != MAILBOX_OK) {
        return result;
    }
    if (buffer != NULL &&
        host_memory_read(&board->memory, paddr, buffer, length) != MEMORY_CONTROLLER_OK) {
        return MAILBOX_ERROR;
    }
    return status;
}

int sev_command(struct board *board, uint32_t id, void *buffer, size_t length)
{
    const struct board_observer *observer = &board->observer;
    const int64_t started = observer->after != NULL ? deadline_now_us() : 0;
    if (observer->before != NULL) {
        observer->before(observer->context, id);
    }
    const int result = issue(board, id, buffer, length);
    if (observer->after != NULL) {
        observer->after(observer->context, id, result, deadline_now_us() - started);
    }
    return result;
}

#define SEV_DEFINE(function, command, structure)                                                   \
    int sev_##function(struct board *board, struct structure *buffer)                              \
    {                                                                                              \
        return sev_command(board, SEV_COMMAND_##command, buffer, sizeof *buffer);                  \
    }
SEV_BUFFER_COMMANDS(SEV_DEFINE)
#undef SEV_DEFINE

#define SEV_DEFINE(function, command)                                                              \
    int sev_##function(struct board *board)                                                        \
    {                                                                                              \
        return sev_command(board, SEV_COMMAND_##command, NULL, 0);                                 \
    }
SEV_PLAIN_COMMANDS(SEV_DEFINE)
#undef SEV_DEFINE
