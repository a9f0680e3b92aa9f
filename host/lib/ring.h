/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of ring-buffer mode (docs/mailbox.md, SEV firmware API 1.7): two queues of commands in x86
 * memory that the firmware works through without a round trip for each.
 */
#ifndef HOST_LIB_RING_H
#define HOST_LIB_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "host/lib/board.h"

#define RING_PAGES 4u

/** A queue holds one command less than it has entries: a full one must not look empty. */
#define RING_CAPACITY (SEV_RING_ENTRIES - 1u)

enum ring_queue_id {
    RING_QUEUE_LOW,
    RING_QUEUE_HIGH,
    RING_QUEUE_COUNT,
};

struct ring_client {
    struct board *board;
    struct sev_ring_buffer parameters; /**< Where the rings are. */
    uint32_t tails[RING_QUEUE_COUNT];  /**< Index behind the last command of each queue. */
};

/** @return parameters of RING_BUFFER for RING_PAGES consecutive pages, without interrupts */
struct sev_ring_buffer ring_parameters(uint64_t paddr);

/**
 * Enters ring-buffer mode with both queues empty.
 *
 * @param[out] ring   use it until ring_leave()
 * @param parameters  of RING_BUFFER
 * @return status of RING_BUFFER, or an enum mailbox_result below 0
 */
int ring_enter(struct ring_client *ring, struct board *board,
               const struct sev_ring_buffer *parameters);

/** @return the queue's index of the next command that the firmware will take */
uint32_t ring_head(const struct ring_client *ring, enum ring_queue_id queue);

/** @return commands that wait in the queue */
uint32_t ring_waiting(const struct ring_client *ring, enum ring_queue_id queue);

/** @return whether a command failed, so that the queues stand still */
bool ring_is_paused(const struct ring_client *ring);

/** @return the entry's place in memory, or NULL when the ring is not in DRAM */
struct sev_ring_command *ring_command(const struct ring_client *ring, enum ring_queue_id queue,
                                      uint32_t index);
struct sev_ring_status *ring_status(const struct ring_client *ring, enum ring_queue_id queue,
                                    uint32_t index);

/**
 * Puts a command behind the others of a queue; the firmware does not see it before ring_go().
 *
 * @param id, paddr  as for mailbox_command()
 * @return its index, or -1 when the queue is full
 */
int ring_submit(struct ring_client *ring, enum ring_queue_id queue, uint32_t id, uint64_t paddr);

/**
 * Tells the firmware about what was submitted.
 *
 * @param clear  whether queues that stand still go on
 * @return MAILBOX_OK, or why the firmware cannot be told; MAILBOX_TIMEOUT: it did not look at the
 *         last message
 */
enum mailbox_result ring_go(const struct ring_client *ring, bool clear)
    __attribute__((warn_unused_result));

/** As ring_go(), with any tails: 10:0 of the low queue, 26:16 of the high one. */
enum mailbox_result ring_go_to(const struct ring_client *ring, uint32_t tails, bool clear)
    __attribute__((warn_unused_result));

/**
 * Sleeps until both queues are empty, a command has failed, or the mode has ended.
 *
 * @param timeout_ms  longest wait in milliseconds
 */
enum mailbox_result ring_wait(const struct ring_client *ring, int timeout_ms)
    __attribute__((warn_unused_result));

/** @return whether SHUTDOWN in a queue has ended the mode */
bool ring_has_ended(const struct ring_client *ring);

/**
 * Issues an ordinary mailbox command, which ends the mode: the command is not executed.
 *
 * @return RING_BUFFER_EXIT; INVALID_COMMAND when the mode stays on: ring_go() has the queues served
 *         further; another status when the mode had ended before; or an enum mailbox_result below 0
 */
int ring_leave(const struct ring_client *ring, uint32_t id, uint64_t paddr, int timeout_ms);

#endif
