/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode as the tests use it (rings.h).
 */
#include "tests/load/rings.h"

#include <string.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "tests/common/doorbell.h"

#define PAGES_SLOT 4u
#define BUFFERS_SLOT 5u
#define BUFFER_BYTES 64u
#define WAIT_MS 30000

struct ring_client rings;

uint64_t rings_paddr(void)
{
    return suite_slot(PAGES_SLOT) + SEV_RING_BYTES;
}

uint64_t rings_buffer(uint32_t index)
{
    assert_true(index < SUITE_SLOT_BYTES / BUFFER_BYTES);
    return suite_slot(BUFFERS_SLOT) + (uint64_t)index * BUFFER_BYTES;
}

void *rings_buffer_at(uint32_t index)
{
    return suite_at(rings_buffer(index), BUFFER_BYTES);
}

/** Parameters of RING_BUFFER on rings_paddr(), and status rings full of a pattern. */
static struct sev_ring_buffer prepare(const struct sev_ring_buffer *parameters)
{
    struct sev_ring_buffer whole = ring_parameters(rings_paddr());

    whole.qlo_threshold = parameters->qlo_threshold;
    whole.qhi_threshold = parameters->qhi_threshold;
    whole.int_on_empty = parameters->int_on_empty;
    memset(suite_at(rings_paddr(), RING_PAGES * SEV_RING_BYTES), SUITE_PATTERN,
           RING_PAGES * SEV_RING_BYTES);
    return whole;
}

void rings_enter_with(struct sev_ring_buffer parameters)
{
    const struct sev_ring_buffer whole = prepare(&parameters);

    assert_status(ring_enter(&rings, &suite.board, &whole), SUCCESS);
    rings_assert_heads(0, 0, false);
}

/* Not by the client library, which may leave the command's byte for the first round to find. */
void rings_enter_to_count(struct sev_ring_buffer parameters)
{
    const struct sev_ring_buffer whole = prepare(&parameters);
    const uint32_t request = (uint32_t)SEV_COMMAND_RING_BUFFER << MAILBOX_CMDRESP_ID_SHIFT;
    struct mailbox_client *mailbox = &suite.board.mailbox;

    rings = (struct ring_client){.board = &suite.board, .parameters = whole};
    memcpy(suite_at(suite.board.command_paddr, sizeof whole), &whole, sizeof whole);
    assert_true(doorbell_settle(mailbox));
    assert_int_equal(doorbell_command(mailbox, request, suite.board.command_paddr),
                     DOORBELL_COMPLETE);
    assert_int_equal(mailbox_read(mailbox, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_STATUS_MASK,
                     SEV_STATUS_SUCCESS);
    rings_assert_heads(0, 0, false);
}

void rings_enter(void)
{
    rings_enter_with((struct sev_ring_buffer){.int_on_empty = 0});
}

uint32_t rings_put(enum ring_queue_id queue, uint32_t id, uint64_t paddr)
{
    const int index = ring_submit(&rings, queue, id, paddr);

    assert_true(index >= 0);
    return (uint32_t)index;
}

void rings_put_nops(enum ring_queue_id queue, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        (void)rings_put(queue, SEV_COMMAND_NOP, 0);
    }
}

void rings_go(bool clear)
{
    assert_int_equal(ring_go(&rings, clear), MAILBOX_OK);
    assert_int_equal(ring_wait(&rings, WAIT_MS), MAILBOX_OK);
}

uint32_t rings_go_counting(bool clear)
{
    uint32_t interrupts = 0;
    int byte;

    assert_int_equal(ring_go(&rings, clear), MAILBOX_OK);
    /* The last byte of a round completes it without an interrupt. */
    do {
        byte = doorbell_take(&suite.board.mailbox);
        assert_true(byte >= 0);
        interrupts += (byte & DOORBELL_INTERRUPT) != 0 ? 1 : 0;
    } while ((byte & DOORBELL_INTERRUPT) != 0);
    return interrupts;
}

void rings_await_head(enum ring_queue_id queue, uint32_t index)
{
    const int64_t deadline = deadline_after(WAIT_MS);

    /* The firmware rings only at the end of its round. */
    while (ring_head(&rings, queue) == index && !ring_has_ended(&rings)) {
        assert_int_not_equal(deadline_left_ms(deadline), 0);
    }
}

int rings_status(enum ring_queue_id queue, uint32_t index)
{
    static const uint8_t zeros[sizeof(((struct sev_ring_status *)NULL)->reserved)];
    const struct sev_ring_status *entry = ring_status(&rings, queue, index);

    if (entry->status != RINGS_UNTOUCHED) {
        assert_memory_equal(entry->reserved, zeros, sizeof zeros);
    }
    return entry->status;
}

void rings_assert_statuses(enum ring_queue_id queue, uint32_t first, uint32_t count, int status)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t index = (first + i) % SEV_RING_ENTRIES;
        const int found = rings_status(queue, index);

        if (found != status) {
            fail_msg("queue %d, entry %u: status %x, not %x", (int)queue, index, (unsigned)found,
                     (unsigned)status);
        }
    }
}

void rings_assert_heads(uint32_t low, uint32_t high, bool paused)
{
    assert_int_equal(mailbox_read(&suite.board.mailbox, MAILBOX_RB_HEAD),
                     low | high << MAILBOX_RB_HIGH_SHIFT | (paused ? MAILBOX_RB_HEAD_PAUSED : 0));
}

void rings_leave(void)
{
    assert_status(ring_leave(&rings, SEV_COMMAND_NOP, 0, WAIT_MS), RING_BUFFER_EXIT);
}

int rings_teardown(void **state)
{
    const struct mailbox_client *mailbox = &suite.board.mailbox;

    (void)state;
    if (!suite.gone && (mailbox_read(mailbox, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) == 0) {
        suite.gone = ring_leave(&rings, SEV_COMMAND_NOP, 0, WAIT_MS) != SEV_STATUS_RING_BUFFER_EXIT;
    }
    return 0;
}
