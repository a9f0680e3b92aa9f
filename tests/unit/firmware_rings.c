/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode as an x86 client drives it (firmware_rings.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/mailbox.h"

#include "tests/unit/firmware_rings.h"

/* More rounds than any test gives the firmware work for. */
#define ROUNDS_MAX 1000u

uint32_t rings_get(uint32_t offset)
{
    uint32_t value;

    memcpy(&value, hosted_mailbox() + offset, sizeof(value));
    return value;
}

void rings_set(uint32_t offset, uint32_t value)
{
    memcpy(hosted_mailbox() + offset, &value, sizeof(value));
}

int rings_boot(void **state)
{
    (void)board_boot_init(state);
    mailbox_open(0, SEV_STATUS_SUCCESS);
    return 0;
}

int rings_boot_entered(void **state)
{
    (void)rings_boot(state);
    rings_enter(rings_parameters());
    return 0;
}

struct sev_ring_buffer rings_parameters(void)
{
    return (struct sev_ring_buffer){
        .qlo_cmdptr_paddr = RINGS_PADDR,
        .qlo_statval_paddr = RINGS_PADDR + SEV_RING_BYTES,
        .qhi_cmdptr_paddr = RINGS_PADDR + 2u * SEV_RING_BYTES,
        .qhi_statval_paddr = RINGS_PADDR + 3u * SEV_RING_BYTES,
        .qlo_size = 1,
        .qhi_size = 1,
    };
}

void rings_enter(struct sev_ring_buffer parameters)
{
    memset(board_dram(RINGS_PADDR), 0xA5, (size_t)RINGS_PAGES * SEV_RING_BYTES);
    memcpy(board_dram(BOARD_PARAMETERS), &parameters, sizeof(parameters));
    assert_int_equal(
        rings_mailbox(SEV_COMMAND_RING_BUFFER << MAILBOX_CMDRESP_ID_SHIFT, BOARD_PARAMETERS),
        MAILBOX_CMDRESP_RESPONSE | (SEV_COMMAND_RING_BUFFER << MAILBOX_CMDRESP_ID_SHIFT));
}

/** @return an entry: page 0 of a queue holds the commands, page 1 the statuses */
static uint8_t *entry_at(enum ring_priority queue, uint32_t page, uint32_t index)
{
    return board_dram(RINGS_PADDR + ((queue == RING_HIGH ? 2u : 0u) + page) * SEV_RING_BYTES) +
           (size_t)(index % SEV_RING_ENTRIES) * sizeof(struct sev_ring_command);
}

void rings_put(enum ring_priority queue, uint32_t index, uint32_t id, uint64_t paddr)
{
    const struct sev_ring_command entry = {
        .command_id = (uint16_t)id,
        .command_buffer_paddr = paddr,
    };

    memcpy(entry_at(queue, 0, index), &entry, sizeof(entry));
}

void rings_put_nops(enum ring_priority queue, uint32_t index, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rings_put(queue, index + i, SEV_COMMAND_NOP, 0);
    }
}

void rings_ring(uint32_t low, uint32_t high, uint32_t control)
{
    rings_set(MAILBOX_RB_TAIL, low | high << MAILBOX_RB_HIGH_SHIFT);
    rings_set(MAILBOX_RB_CTL, control);
}

uint32_t rings_status(enum ring_priority queue, uint32_t index)
{
    struct sev_ring_status entry;

    memcpy(&entry, entry_at(queue, 1, index), sizeof(entry));
    for (size_t i = 0; i < sizeof(entry.reserved); i++) {
        assert_int_equal(entry.reserved[i], entry.status == RINGS_UNTOUCHED ? 0xA5 : 0);
    }
    return entry.status;
}

uint32_t rings_head(enum ring_priority queue)
{
    return rings_get(MAILBOX_RB_HEAD) >> (queue == RING_HIGH ? MAILBOX_RB_HIGH_SHIFT : 0u) &
           MAILBOX_RB_INDEX_MASK;
}

void rings_serve(void)
{
    for (uint32_t i = 0; i < ROUNDS_MAX; i++) {
        if (!mailbox_serve()) {
            return;
        }
    }
    fail_msg("the firmware still has something to do");
}

uint32_t rings_mailbox(uint32_t request, uint64_t paddr)
{
    rings_set(MAILBOX_CMDBUF_LO, (uint32_t)paddr);
    rings_set(MAILBOX_CMDBUF_HI, (uint32_t)(paddr >> 32));
    rings_set(MAILBOX_CMDRESP, request);
    assert_true(mailbox_serve());
    return rings_get(MAILBOX_CMDRESP);
}

void rings_assert(uint32_t low, uint32_t high, bool paused)
{
    assert_int_equal(rings_get(MAILBOX_RB_CTL), RINGS_TAKEN);
    assert_int_equal(rings_get(MAILBOX_RB_HEAD),
                     low | high << MAILBOX_RB_HIGH_SHIFT | (paused ? MAILBOX_RB_HEAD_PAUSED : 0u));
}

/** Before each access of the firmware. */
static void step(void *context, const struct hosted_step *access)
{
    struct rings_client *client = context;

    (void)access;
    client->step++;
    if (client->look != NULL) {
        client->look(client);
    }
    if (client->act != NULL && !client->acted && client->step >= client->at &&
        (client->may == NULL || client->may())) {
        client->acted = true;
        client->act(client);
    }
}

bool rings_serve_with(struct rings_client *client)
{
    client->bytes = hosted_doorbell_rings();
    hosted_set_access_hook(step, client);
    rings_serve();
    hosted_set_access_hook(NULL, NULL);
    if (client->look != NULL) {
        client->look(client);
    }
    return client->acted;
}

bool rings_is_taken(void)
{
    return rings_get(MAILBOX_RB_CTL) == RINGS_TAKEN;
}

bool rings_has_ended(void)
{
    const uint32_t bits = MAILBOX_CMDRESP_RESPONSE | MAILBOX_RB_CTL_ACTIVE;

    return (rings_get(MAILBOX_CMDRESP) & bits) == MAILBOX_CMDRESP_RESPONSE;
}

void rings_enter_again(struct sev_ring_buffer parameters)
{
    if (ring_is_active()) {
        assert_int_equal(rings_mailbox(SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT, 0) &
                             MAILBOX_CMDRESP_STATUS_MASK,
                         SEV_STATUS_RING_BUFFER_EXIT);
    }
    if (board_status().state == SEV_PLATFORM_UNINIT) {
        assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    }
    rings_set(MAILBOX_INTSTS, 0);
    rings_enter(parameters);
}
