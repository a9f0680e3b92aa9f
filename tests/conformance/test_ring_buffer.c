/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RING_BUFFER (section 1.7): entering and leaving the mode. tests/load drives the queues hard.
 */
#include <string.h>

#include "host/lib/ring.h"
#include "tests/conformance/coverage.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

static void enter(struct ring_client *ring)
{
    const struct sev_ring_buffer parameters = ring_parameters(suite_slot(0));

    assert_status(ring_enter(ring, &suite.board, &parameters), SUCCESS);
}

/** What a queue holds is a command as any other: see needs.h. */
static int submit(struct ring_client *ring, enum ring_queue_id queue, uint32_t id, uint64_t paddr)
{
    needs_of_command(id, NULL);
    return ring_submit(ring, queue, id, paddr);
}

static void leave(const struct ring_client *ring)
{
    needs_of_command(SEV_COMMAND_PEK_GEN, NULL);
    const int status = ring_leave(ring, SEV_COMMAND_PEK_GEN, 0, SUITE_COMMAND_TIMEOUT_MS);

    assert_status(status, RING_BUFFER_EXIT);
    coverage_record(SEV_COMMAND_PEK_GEN, (uint32_t)status);
}

static void sizes_and_reserved_bits_are_invalid_param(void **state)
{
    (void)state;
    to_init();
    for (unsigned i = 0; i < 21; i++) {
        struct sev_ring_buffer parameters = ring_parameters(suite_slot(0));

        if (i < 3) {
            parameters.qlo_size = i == 0 ? 0 : i == 1 ? 2 : 255;
        } else if (i < 6) {
            parameters.qhi_size = i == 3 ? 0 : i == 4 ? 2 : 255;
        } else {
            parameters.int_on_empty = (uint16_t)(1u << (i - 5));
        }
        assert_refused(RING_BUFFER, &parameters, INVALID_PARAM);
    }
}

static void queues_are_worked_through_high_first(void **state)
{
    struct sev_platform_status *answer = suite_at(suite_slot(1), sizeof *answer);
    struct ring_client ring;

    (void)state;
    to_init();
    enter(&ring);
    memset(answer, 0xFF, sizeof *answer);
    assert_int_equal(submit(&ring, RING_QUEUE_LOW, SEV_COMMAND_PLATFORM_STATUS, suite_slot(1)), 0);
    assert_int_equal(submit(&ring, RING_QUEUE_LOW, SEV_COMMAND_NOP, 0), 1);
    assert_int_equal(submit(&ring, RING_QUEUE_HIGH, SEV_COMMAND_PDH_GEN, 0), 0);
    assert_int_equal(ring_go(&ring, false), MAILBOX_OK);
    assert_int_equal(ring_wait(&ring, SUITE_COMMAND_TIMEOUT_MS), MAILBOX_OK);
    assert_int_equal(ring_head(&ring, RING_QUEUE_LOW), 2);
    assert_int_equal(ring_head(&ring, RING_QUEUE_HIGH), 1);
    assert_false(ring_is_paused(&ring));
    assert_int_equal(ring_status(&ring, RING_QUEUE_LOW, 0)->status, SEV_STATUS_SUCCESS);
    assert_int_equal(answer->state, SEV_PLATFORM_INIT);
    leave(&ring);
}

static void failing_command_stops_the_queues(void **state)
{
    struct ring_client ring;

    (void)state;
    to_init();
    enter(&ring);
    assert_int_equal(submit(&ring, RING_QUEUE_LOW, SEV_COMMAND_PLATFORM_RESET, 0), 0);
    assert_int_equal(submit(&ring, RING_QUEUE_LOW, SEV_COMMAND_NOP, 0), 1);
    assert_int_equal(ring_go(&ring, false), MAILBOX_OK);
    assert_int_equal(ring_wait(&ring, SUITE_COMMAND_TIMEOUT_MS), MAILBOX_OK);
    assert_true(ring_is_paused(&ring));
    assert_int_equal(ring_status(&ring, RING_QUEUE_LOW, 0)->status,
                     SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(ring_head(&ring, RING_QUEUE_LOW), 1);
    assert_int_equal(ring_go(&ring, true), MAILBOX_OK);
    assert_int_equal(ring_wait(&ring, SUITE_COMMAND_TIMEOUT_MS), MAILBOX_OK);
    assert_int_equal(ring_head(&ring, RING_QUEUE_LOW), 2);
    leave(&ring);
}

/** The command that ends the mode is not executed; the rings are the host's again. */
static void mailbox_command_ends_the_mode(void **state)
{
    struct sev_get_id id = {.id_paddr = suite_slot(0), .id_length = SEV_CHIP_ID_BYTES};
    struct sev_certificate_chain before;
    struct sev_certificate_chain after;
    struct sev_certificate pdh;
    struct ring_client ring;

    (void)state;
    to_init();
    export_certificates(&pdh, &before);
    enter(&ring);
    leave(&ring);
    export_certificates(&pdh, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_status(RUN(GET_ID, &id), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sizes_and_reserved_bits_are_invalid_param),
    cmocka_unit_test(queues_are_worked_through_high_first),
    cmocka_unit_test(failing_command_stops_the_queues),
    cmocka_unit_test(mailbox_command_ends_the_mode),
};
TEST_GROUP(ring_buffer, tests);
