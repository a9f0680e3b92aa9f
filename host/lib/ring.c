/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of ring-buffer mode (ring.h). The client writes RBCtl only after the firmware has taken note
 * of the previous value, because the firmware overwrites it then.
 */
#include "host/lib/ring.h"

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "host/lib/sev.h"

#define TAKE_NOTE_TIMEOUT_MS 60000

struct sev_ring_buffer ring_parameters(uint64_t paddr)
{
    return (struct sev_ring_buffer){
        .qlo_cmdptr_paddr = paddr,
        .qlo_statval_paddr = paddr + SEV_RING_BYTES,
        .qhi_cmdptr_paddr = paddr + UINT64_C(2) * SEV_RING_BYTES,
        .qhi_statval_paddr = paddr + UINT64_C(3) * SEV_RING_BYTES,
        .qlo_size = 1,
        .qhi_size = 1,
    };
}

int ring_enter(struct ring_client *ring, struct board *board,
               const struct sev_ring_buffer *parameters)
{
    *ring = (struct ring_client){.board = board, .parameters = *parameters};
    return sev_command(board, SEV_COMMAND_RING_BUFFER, &ring->parameters, sizeof ring->parameters);
}

/* Index in a head or tail register. */
static uint32_t index_in(uint32_t value, enum ring_queue_id queue)
{
    return (value >> (queue == RING_QUEUE_HIGH ? MAILBOX_RB_HIGH_SHIFT : 0)) &
           MAILBOX_RB_INDEX_MASK;
}

static uint32_t head_register(const struct ring_client *ring)
{
    return mailbox_read(&ring->board->mailbox, MAILBOX_RB_HEAD);
}

uint32_t ring_head(const struct ring_client *ring, enum ring_queue_id queue)
{
    return index_in(head_register(ring), queue);
}

uint32_t ring_waiting(const struct ring_client *ring, enum ring_queue_id queue)
{
    return (ring->tails[queue] - ring_head(ring, queue)) % SEV_RING_ENTRIES;
}

bool ring_is_paused(const struct ring_client *ring)
{
    return (head_register(ring) & MAILBOX_RB_HEAD_PAUSED) != 0;
}

static void *entry_at(const struct ring_client *ring, uint64_t paddr, uint32_t index)
{
    uint8_t *page = dram_pointer(&ring->board->dram, paddr, SEV_RING_BYTES);
    return page != NULL ? page + index * (size_t)(SEV_RING_BYTES / SEV_RING_ENTRIES) : NULL;
}

struct sev_ring_command *ring_command(const struct ring_client *ring, enum ring_queue_id queue,
                                      uint32_t index)
{
    return entry_at(ring,
                    queue == RING_QUEUE_HIGH ? ring->parameters.qhi_cmdptr_paddr
                                             : ring->parameters.qlo_cmdptr_paddr,
                    index);
}

struct sev_ring_status *ring_status(const struct ring_client *ring, enum ring_queue_id queue,
                                    uint32_t index)
{
    return entry_at(ring,
                    queue == RING_QUEUE_HIGH ? ring->parameters.qhi_statval_paddr
                                             : ring->parameters.qlo_statval_paddr,
                    index);
}

int ring_submit(struct ring_client *ring, enum ring_queue_id queue, uint32_t id, uint64_t paddr)
{
    const uint32_t index = ring->tails[queue];
    struct sev_ring_command *entry = ring_command(ring, queue, index);
    if (entry == NULL || ring_waiting(ring, queue) == RING_CAPACITY) {
        return -1;
    }
    *entry = (struct sev_ring_command){
        .command_id = (uint16_t)id,
        .command_buffer_paddr = paddr,
    };
    ring->tails[queue] = (index + 1) % SEV_RING_ENTRIES;
    return (int)index;
}

static bool has_taken_note(const struct mailbox_client *client, const void *context)
{
    (void)context;
    const uint32_t control = mailbox_read(client, MAILBOX_RB_CTL);
    /* The answer to RING_BUFFER has the doorbell's bit set, but not that of the mode. */
    return (control & (MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE)) !=
           (MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE);
}

enum mailbox_result ring_go_to(const struct ring_client *ring, uint32_t tails, bool clear)
{
    struct mailbox_client *client = &ring->board->mailbox;
    enum mailbox_result result = mailbox_wait(client, has_taken_note, NULL, TAKE_NOTE_TIMEOUT_MS);
    if (result != MAILBOX_OK) {
        return result;
    }
    mailbox_write(client, MAILBOX_RB_TAIL, tails);
    mailbox_write(client, MAILBOX_RB_CTL,
                  MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE |
                      (clear ? MAILBOX_RB_CTL_CLEAR : 0));
    return mailbox_ring(client);
}

enum mailbox_result ring_go(const struct ring_client *ring, bool clear)
{
    return ring_go_to(
        ring, ring->tails[RING_QUEUE_LOW] | ring->tails[RING_QUEUE_HIGH] << MAILBOX_RB_HIGH_SHIFT,
        clear);
}

bool ring_has_ended(const struct ring_client *ring)
{
    const uint32_t control = mailbox_read(&ring->board->mailbox, MAILBOX_CMDRESP);
    return (control & MAILBOX_CMDRESP_RESPONSE) != 0 && (control & MAILBOX_RB_CTL_ACTIVE) == 0;
}

/* Whether the firmware has stopped: nothing waits, or nothing may go on. */
static bool stands_still(const struct mailbox_client *client, const void *context)
{
    const struct ring_client *ring = context;
    if (ring_has_ended(ring)) {
        return true;
    }
    return has_taken_note(client, NULL) &&
           (ring_is_paused(ring) ||
            (ring_waiting(ring, RING_QUEUE_LOW) == 0 && ring_waiting(ring, RING_QUEUE_HIGH) == 0));
}

enum mailbox_result ring_wait(const struct ring_client *ring, int timeout_ms)
{
    return mailbox_wait(&ring->board->mailbox, stands_still, ring, timeout_ms);
}

int ring_leave(const struct ring_client *ring, uint32_t id, uint64_t paddr, int timeout_ms)
{
    struct mailbox_client *client = &ring->board->mailbox;
    uint16_t status = 0;
    enum mailbox_result result = mailbox_wait(client, has_taken_note, NULL, TAKE_NOTE_TIMEOUT_MS);
    if (result != MAILBOX_OK) {
        return result;
    }
    /* As the register looks between commands, which mailbox_command() waits for. */
    mailbox_write(client, MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
    result = mailbox_command(client, id, paddr, &status, timeout_ms);
    return result == MAILBOX_OK ? (int)status : result;
}
