/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode with the rings in encrypted host memory.
 */
#include <string.h>

#include "abi/mailbox.h"
#include "host/lib/ring.h"
#include "tests/memory/flows.h"

#define RINGS_PLACE 0u
#define PARAMETERS_PLACE 1u
#define COMMANDS 200u
#define WAIT_MS 30000

static struct ring_client ring;

/** Writes one entry of the high queue. */
static void put(uint32_t index, uint16_t id, uint64_t paddr)
{
    const struct sev_ring_command entry = {.command_id = id, .command_buffer_paddr = paddr};

    host_put(suite_slot(RINGS_PLACE) + 2 * SEV_RING_BYTES + index * sizeof entry, &entry,
             sizeof entry);
}

static struct sev_ring_status status_at(uint32_t index)
{
    struct sev_ring_status status;

    host_get(suite_slot(RINGS_PLACE) + 3 * SEV_RING_BYTES + index * sizeof status, &status,
             sizeof status);
    return status;
}

/** Lets the firmware run up to an index. */
static void go(uint32_t tail, bool clear)
{
    ring.tails[RING_QUEUE_HIGH] = tail;
    assert_int_equal(ring_go(&ring, clear), MAILBOX_OK);
    assert_int_equal(ring_wait(&ring, WAIT_MS), MAILBOX_OK);
}

static void rings_flow(struct host_layout layout)
{
    struct sev_ring_buffer parameters = ring_parameters(host_address(suite_slot(RINGS_PLACE)));
    struct sev_platform_status status;
    uint64_t paddr;

    flow_initialise(layout, false);
    memset(&status, SUITE_PATTERN, sizeof status);
    paddr = host_place_bytes(layout, PARAMETERS_PLACE, &status, sizeof status, 4);
    assert_status(HOST_RUN(layout, RING_BUFFER, &parameters), SUCCESS);
    ring = (struct ring_client){.board = &suite.board, .parameters = parameters};
    for (uint32_t i = 0; i < COMMANDS; i++) {
        put(i, SEV_COMMAND_NOP, 0);
    }
    put(7, SEV_COMMAND_PLATFORM_STATUS, host_address(paddr));
    put(8, 0x7FF, 0);
    go(COMMANDS, false);
    assert_true(ring_is_paused(&ring));
    assert_int_equal(ring_head(&ring, RING_QUEUE_HIGH), 9);
    assert_int_equal(status_at(8).status, SEV_STATUS_INVALID_COMMAND);
    host_check_around(paddr, sizeof status);
    host_get(paddr, &status, sizeof status);
    assert_int_equal(status.api_minor, suite.api_minor);
    assert_int_equal(status.state, SEV_PLATFORM_INIT);
    go(COMMANDS, true);
    assert_int_equal(ring_head(&ring, RING_QUEUE_HIGH), COMMANDS);
    for (uint32_t i = 0; i < COMMANDS; i++) {
        assert_int_equal(status_at(i).status, i == 8 ? SEV_STATUS_INVALID_COMMAND : 0);
    }
    assert_status(ring_leave(&ring, SEV_COMMAND_NOP, 0, WAIT_MS), RING_BUFFER_EXIT);
}

static void rings_work_in_every_memory(void **state)
{
    (void)state;
    flow_run_all(rings_flow);
}

static const struct CMUnitTest tests[] = {
    flow_test(rings_work_in_every_memory),
};

PROGRAM_GROUP(rings, tests);
