/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queues of ring-buffer mode (section 1.7): which command runs when, where its status goes, what
 * stops the queues, which pages the firmware holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_rings.h"

#define QUERY BOARD_BUFFER(0) /* Parameters of commands in the queues. */

/** Entries [first, first + count) of a queue have a status. */
static void assert_statuses(enum ring_priority queue, uint32_t first, uint32_t count,
                            uint32_t status)
{
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(rings_status(queue, first + i), status);
    }
}

static void entering_empties_both_queues(void **state)
{
    (void)state;
    assert_true(ring_is_active());
    assert_int_equal(rings_get(MAILBOX_RB_HEAD), 0);
    assert_int_equal(rings_get(MAILBOX_RB_TAIL), 0);
    rings_ring(0, 0, RINGS_GO);
    rings_serve();
    rings_assert(0, 0, false);
    assert_statuses(RING_LOW, 0, SEV_RING_ENTRIES, RINGS_UNTOUCHED);
    assert_statuses(RING_HIGH, 0, SEV_RING_ENTRIES, RINGS_UNTOUCHED);
}

/** Each command sees what those before it did: PLATFORM_STATUS tells how many guests there are. */
static void the_high_queue_runs_before_the_low_one(void **state)
{
    static const struct sev_launch_start start;
    struct sev_platform_status seen[2];

    (void)state;
    memcpy(board_dram(QUERY + 0x100), &start, sizeof(start));
    rings_put(RING_LOW, 0, SEV_COMMAND_PLATFORM_STATUS, QUERY);
    rings_put(RING_HIGH, 0, SEV_COMMAND_PLATFORM_STATUS, QUERY + sizeof(seen[0]));
    rings_put(RING_HIGH, 1, SEV_COMMAND_LAUNCH_START, QUERY + 0x100);
    rings_ring(1, 2, RINGS_GO);
    rings_serve();
    rings_assert(1, 2, false);
    memcpy(seen, board_dram(QUERY), sizeof(seen));
    assert_int_equal(seen[0].guest_count, 1);
    assert_int_equal(seen[1].guest_count, 0);
}

static void every_status_goes_beside_its_command(void **state)
{
    static const struct {
        uint32_t id;
        uint64_t paddr;
        enum sev_status status;
    } commands[] = {
        {SEV_COMMAND_NOP, UINT64_MAX, SEV_STATUS_SUCCESS},
        {SEV_COMMAND_PLATFORM_RESET, 0, SEV_STATUS_INVALID_PLATFORM_STATE},
        {SEV_COMMAND_PLATFORM_STATUS, QUERY + 1, SEV_STATUS_INVALID_ADDRESS},
        {SEV_COMMAND_PLATFORM_STATUS, RINGS_PADDR, SEV_STATUS_INVALID_ADDRESS},
        {SEV_COMMAND_GUEST_STATUS, QUERY, SEV_STATUS_INVALID_GUEST},
        {SEV_COMMAND_GET_ID, QUERY, SEV_STATUS_INVALID_LENGTH},
        {SEV_COMMAND_RING_BUFFER, BOARD_PARAMETERS, SEV_STATUS_INVALID_COMMAND},
        {0, 0, SEV_STATUS_INVALID_COMMAND},
        {0x800u | SEV_COMMAND_NOP, 0, SEV_STATUS_INVALID_COMMAND}, /* Ids have 11 bits, not 16. */
        {UINT16_MAX, 0, SEV_STATUS_INVALID_COMMAND},
        {SEV_COMMAND_PDH_GEN, 0, SEV_STATUS_SUCCESS},
    };
    const uint32_t count = sizeof(commands) / sizeof(commands[0]);

    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        rings_put(RING_HIGH, i, commands[i].id, commands[i].paddr);
        memset(board_dram(QUERY), 0, 0x40);
        rings_ring(0, i + 1, RINGS_CLEAR);
        rings_serve();
        rings_assert(0, i + 1, commands[i].status != SEV_STATUS_SUCCESS);
        assert_int_equal(rings_status(RING_HIGH, i), commands[i].status);
    }
    assert_statuses(RING_HIGH, count, SEV_RING_ENTRIES - count, RINGS_UNTOUCHED);
    assert_statuses(RING_LOW, 0, SEV_RING_ENTRIES, RINGS_UNTOUCHED);
}

static void indices_wrap_around_after_256(void **state)
{
    static const uint32_t batches[] = {255, 255, 1, 1, 100, 200, 254, 3};
    uint32_t low = 0;
    uint32_t high = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
        memset(board_dram(RINGS_PADDR), 0xA5, (size_t)RINGS_PAGES * SEV_RING_BYTES);
        rings_put_nops(RING_LOW, low, batches[i]);
        rings_put_nops(RING_HIGH, high, 255 - batches[i]);
        rings_ring((low + batches[i]) % SEV_RING_ENTRIES,
                   (high + 255 - batches[i]) % SEV_RING_ENTRIES, RINGS_GO);
        rings_serve();
        assert_statuses(RING_LOW, low, batches[i], SEV_STATUS_SUCCESS);
        assert_statuses(RING_LOW, low + batches[i], SEV_RING_ENTRIES - batches[i], RINGS_UNTOUCHED);
        assert_statuses(RING_HIGH, high, 255 - batches[i], SEV_STATUS_SUCCESS);
        low = (low + batches[i]) % SEV_RING_ENTRIES;
        high = (high + 255 - batches[i]) % SEV_RING_ENTRIES;
        rings_assert(low, high, false);
    }
}

static void a_failure_stops_both_queues_until_it_is_cleared(void **state)
{
    (void)state;
    rings_put_nops(RING_LOW, 0, 2);
    rings_put_nops(RING_HIGH, 0, 3);
    rings_put(RING_HIGH, 1, RINGS_FAILING, 0);
    rings_ring(2, 3, RINGS_GO);
    rings_serve();
    rings_assert(0, 2, true);
    rings_ring(2, 3, RINGS_GO);
    rings_serve();
    rings_assert(0, 2, true);
    assert_int_equal(rings_status(RING_HIGH, 2), RINGS_UNTOUCHED);
    rings_ring(2, 3, RINGS_CLEAR);
    rings_serve();
    rings_assert(2, 3, false);
}

static void impossible_tails_stop_the_queues(void **state)
{
    static const uint32_t impossible[] = {256, 257, 512, 1024, MAILBOX_RB_INDEX_MASK};

    (void)state;
    rings_put_nops(RING_LOW, 0, 2);
    rings_put_nops(RING_HIGH, 0, 2);
    for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
        rings_ring(impossible[i], 2, RINGS_CLEAR);
        rings_serve();
        rings_assert(0, 0, true);
        rings_ring(2, impossible[i], RINGS_CLEAR);
        rings_serve();
        rings_assert(0, 0, true);
        assert_int_equal(rings_status(RING_HIGH, 0), RINGS_UNTOUCHED);
    }
    /* Bits 15:11 and 31:27 are no part of a tail. */
    rings_set(MAILBOX_RB_TAIL, 0xF800F800u | 2u | 2u << MAILBOX_RB_HIGH_SHIFT);
    rings_set(MAILBOX_RB_CTL, RINGS_CLEAR);
    rings_serve();
    rings_assert(2, 2, false);
}

static void what_is_no_doorbell_is_left_alone(void **state)
{
    static const uint32_t values[] = {0, MAILBOX_CMDRESP_RESPONSE, MAILBOX_RB_CTL_ACTIVE | 5u,
                                      MAILBOX_RB_CTL_ACTIVE | MAILBOX_RB_CTL_CLEAR};

    (void)state;
    rings_put_nops(RING_LOW, 0, 1);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        rings_ring(1, 0, values[i]);
        rings_serve();
        assert_int_equal(rings_get(MAILBOX_RB_CTL), values[i]);
        assert_int_equal(rings_status(RING_LOW, 0), RINGS_UNTOUCHED);
    }
    rings_ring(1, 0, UINT32_MAX);
    rings_serve();
    rings_assert(1, 0, false);
}

/** Whether x86 software may name a page. */
static bool is_free(uint32_t page)
{
    const struct hostmem_access access = {.direction = HOSTMEM_READ, .alignment = 1};
    struct hostmem_range range;

    return hostmem_resolve(RINGS_PADDR + page * SEV_RING_BYTES, SEV_RING_BYTES, &access, &range) ==
           SEV_STATUS_SUCCESS;
}

static void the_pages_are_held_while_the_mode_is_on(void **state)
{
    (void)state;
    for (uint32_t page = 0; page < RINGS_PAGES; page++) {
        assert_false(is_free(page));
    }
    ring_stop();
    assert_false(ring_is_active());
    for (uint32_t page = 0; page < RINGS_PAGES; page++) {
        assert_true(is_free(page));
    }
}

/** A page that became someone else's is neither read nor written, and the queues stop. */
static void rings_that_are_gone_stop_the_queues(void **state)
{
    (void)state;
    for (uint32_t page = 0; page < RINGS_PAGES; page++) {
        const enum ring_priority queue = page < 2 ? RING_LOW : RING_HIGH;
        const struct hostmem_range taken = {.paddr = RINGS_PADDR + page * SEV_RING_BYTES,
                                            .length = SEV_RING_BYTES};

        rings_enter_again(rings_parameters());
        rings_put(queue, 0, SEV_COMMAND_PDH_GEN, 0);
        hostmem_hold(HOSTMEM_NV, &taken);
        rings_ring(queue == RING_LOW, queue == RING_HIGH, RINGS_GO);
        rings_serve();
        hostmem_release(HOSTMEM_NV);
        rings_assert(0, 0, true);
        assert_int_equal(rings_status(queue, 0), RINGS_UNTOUCHED);
        assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    }
}

static void entries_and_statuses_are_encrypted_where_the_c_bit_says_so(void **state)
{
    struct sev_ring_buffer parameters = rings_parameters();

    (void)state;
    parameters.qlo_statval_paddr |= BOARD_C_BIT;
    rings_enter_again(parameters);
    rings_put_nops(RING_LOW, 0, 2);
    rings_ring(1, 0, RINGS_GO);
    rings_serve();
    rings_assert(1, 0, false);
    /* Neither zeros nor the pattern stand there. */
    assert_memory_not_equal(board_dram(RINGS_PADDR + SEV_RING_BYTES),
                            board_dram(RINGS_PADDR + SEV_RING_BYTES + 0x10), 0x10);
    assert_int_not_equal(board_dram(RINGS_PADDR + SEV_RING_BYTES)[15], 0);
    assert_int_equal(rings_status(RING_LOW, 1), RINGS_UNTOUCHED);
}

#define TEST(name) cmocka_unit_test_setup(name, rings_boot_entered)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entering_empties_both_queues),
        TEST(the_high_queue_runs_before_the_low_one),
        TEST(every_status_goes_beside_its_command),
        TEST(indices_wrap_around_after_256),
        TEST(a_failure_stops_both_queues_until_it_is_cleared),
        TEST(impossible_tails_stop_the_queues),
        TEST(what_is_no_doorbell_is_left_alone),
        TEST(the_pages_are_held_while_the_mode_is_on),
        TEST(rings_that_are_gone_stop_the_queues),
        TEST(entries_and_statuses_are_encrypted_where_the_c_bit_says_so),
    };

    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
