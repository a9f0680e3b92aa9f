/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode (docs/mailbox.md): how many NOPs go through the low queue when it is kept full.
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "tests/bench/bench.h"

#define BATCH (SEV_RING_ENTRIES - 1u) /* as many as fit without looking empty */
#define WAIT_MS 10000

#define PLACE(page) ((size_t)(page)*SEV_RING_BYTES)

enum page { LOW_COMMANDS, LOW_STATUSES, HIGH_COMMANDS, HIGH_STATUSES, PAGES };

/* Sends one byte; a full socket wakes the firmware too. */
static void ring_doorbell(const struct mailbox_client *client)
{
    const uint8_t look = DOORBELL_LOOK;
    if (client->doorbell >= 0) {
        (void)!send(client->doorbell, &look, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

/* Sleeps until a register has the wanted value under a mask. */
static bool wait_for(const struct mailbox_client *client, uint32_t offset, uint32_t mask,
                     uint32_t value)
{
    const int64_t deadline = deadline_after(WAIT_MS);
    uint8_t bytes[64];
    for (;;) {
        while (client->doorbell >= 0 &&
               recv(client->doorbell, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
        }
        if ((mailbox_read(client, offset) & mask) == value) {
            return true;
        }
        int left_ms = deadline_left_ms(deadline);
        if (left_ms == 0) {
            return bench_fail("the rings stand still");
        }
        struct pollfd doorbell = {.fd = client->doorbell, .events = POLLIN};
        (void)poll(&doorbell, 1, left_ms < 10 ? left_ms : 10);
    }
}

static bool enter(struct bench *bench, uint64_t paddr)
{
    struct sev_ring_buffer parameters = {
        .qlo_cmdptr_paddr = paddr + PLACE(LOW_COMMANDS),
        .qlo_statval_paddr = paddr + PLACE(LOW_STATUSES),
        .qhi_cmdptr_paddr = paddr + PLACE(HIGH_COMMANDS),
        .qhi_statval_paddr = paddr + PLACE(HIGH_STATUSES),
        .qlo_size = 1,
        .qhi_size = 1,
    };
    return bench_succeeded("RING_BUFFER", sev_command(&bench->board, SEV_COMMAND_RING_BUFFER,
                                                      &parameters, sizeof parameters));
}

/* An ordinary command ends the mode; it is not executed. */
static bool leave(struct bench *bench)
{
    struct mailbox_client *client = &bench->board.mailbox;
    mailbox_write(client, MAILBOX_CMDRESP, SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
    ring_doorbell(client);
    if (!wait_for(client, MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE, MAILBOX_CMDRESP_RESPONSE)) {
        return false;
    }
    uint32_t status = mailbox_read(client, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_STATUS_MASK;
    return status == SEV_STATUS_RING_BUFFER_EXIT ||
           bench_fail("the end of ring-buffer mode: %s", sev_result_text((int)status));
}

/* Hands over BATCH commands and waits until all are done. */
static bool run_batch(struct mailbox_client *client, uint32_t *tail)
{
    *tail = (*tail + BATCH) % SEV_RING_ENTRIES;
    mailbox_write(client, MAILBOX_RB_TAIL, *tail);
    mailbox_write(client, MAILBOX_RB_CTL, MAILBOX_RB_CTL_ACTIVE | MAILBOX_RB_CTL_DOORBELL);
    ring_doorbell(client);
    return wait_for(client, MAILBOX_RB_HEAD, MAILBOX_RB_INDEX_MASK | MAILBOX_RB_HEAD_PAUSED, *tail);
}

/* Every entry must have been executed: its status was overwritten with SUCCESS. */
static bool check_statuses(const struct sev_ring_status *statuses)
{
    for (uint32_t i = 0; i < SEV_RING_ENTRIES; i++) {
        if (statuses[i].status != SEV_STATUS_SUCCESS) {
            return bench_fail("ring entry %u: %s", i, sev_result_text(statuses[i].status));
        }
    }
    return true;
}

bool bench_ring(struct bench *bench)
{
    const unsigned batches = bench_rounds(bench, 20, 4);
    uint32_t tail = 0;
    uint64_t paddr;
    if (!bench_allocate(bench, PLACE(PAGES), &paddr)) {
        return false;
    }
    uint8_t *pages = bench_pointer(bench, paddr, PLACE(PAGES));
    struct sev_ring_command *commands = (void *)(pages + PLACE(LOW_COMMANDS));
    for (uint32_t i = 0; i < SEV_RING_ENTRIES; i++) {
        commands[i] = (struct sev_ring_command){.command_id = SEV_COMMAND_NOP};
    }
    memset(pages + PLACE(LOW_STATUSES), 0xFF, SEV_RING_BYTES);
    bool done = enter(bench, paddr);
    for (unsigned left = bench_rounds(bench, 10, 2); left > 0 && done; left--) {
        int64_t started = bench_now_ns();
        for (unsigned i = 0; i < batches && done; i++) {
            done = run_batch(&bench->board.mailbox, &tail);
        }
        figures_add(&bench->figures, FIGURE_RING_COMMANDS_S,
                    batches * BATCH / (bench_ms_since(started) / 1000));
    }
    dram_free_all(&bench->board.dram);
    return done && check_statuses((void *)(pages + PLACE(LOW_STATUSES))) && leave(bench);
}
