/*
 * Garbage: random ids, registers, addresses and parameters, from a fixed seed. The firmware never
 * hangs, never dies, and what it says of itself stays consistent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/requests.h"
#include "tests/conformance/states.h"

#define SEED 0x5E5E5E5Eu
#define CAMPAIGN_MS 10000
#define CAMPAIGN_QUICK_MS 3000
#define HANDLES_MAX 64u
#define CHECK_EVERY 64u

static uint64_t random_state;

/** xorshift64*: the same sequence for the same seed. */
static uint64_t next(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545F4914F6CDD1Dull;
}

static uint32_t below(uint32_t limit)
{
    return (uint32_t)(next() >> 33) % limit;
}

static uint32_t known_handles[HANDLES_MAX];

static uint64_t random_paddr(void)
{
    const uint64_t paddrs[] = {
        suite_slot(below(SUITE_SLOTS)),
        suite_slot(below(SUITE_SLOTS)) + (below(0x100) << 4),
        suite.tmr,
        suite.nv,
        suite.low_end - below(0x100),
        suite.high_base + (below(0x100) << 4),
        next() & 0x3FFFFFF,
        next(),
    };
    const uint64_t c_bit = below(8) == 0 ? 1ull << suite.machine.c_bit : 0;

    return paddrs[below(sizeof paddrs / sizeof paddrs[0])] | c_bit;
}

static uint32_t random_length(const struct row_buffer *buffer)
{
    const uint32_t lengths[] = {buffer->length,
                                buffer->length,
                                buffer->length,
                                buffer->length + 1,
                                16 * below(0x100),
                                below(0x10000),
                                0,
                                (uint32_t)next()};

    return lengths[below(sizeof lengths / sizeof lengths[0])];
}

/** Parameters that are right in parts. */
static void random_request(struct request *request, const struct row *row)
{
    request->row = row;
    for (uint32_t i = 0; i < row->size; i++) {
        request->parameters[i] = below(4) == 0 ? (uint8_t)next() : 0;
    }
    if (row->guest_states != 0 && below(8) != 0) {
        request_set_u32(request, row->handle_offset, known_handles[below(HANDLES_MAX)]);
    }
    for (size_t i = 0; i < row->buffer_count; i++) {
        request_set_u64(request, row->buffers[i].paddr_offset, random_paddr());
        request_set_u32(request, row->buffers[i].length_offset, random_length(&row->buffers[i]));
    }
    if (below(4) == 0) {
        request_set_u32(request, below(row->size / 4) * 4, below(4));
    }
}

/** Whether the command would end the campaign: firmware replacement is tested elsewhere. */
static bool is_excluded(uint32_t id)
{
    return id == SEV_COMMAND_DOWNLOAD_FIRMWARE || id == SEV_COMMAND_RING_BUFFER;
}

/** One random command. */
static void attack(void)
{
    const struct row *row = below(16) == 0 ? NULL : &rows[below((uint32_t)row_count)];
    uint64_t paddr = below(8) == 0 ? random_paddr() : suite.board.command_paddr;
    struct request request = {.row = NULL};
    uint32_t id = below(0x800);

    if (row != NULL && !is_excluded(row->id)) {
        id = row->id;
        if (row->size != 0) {
            random_request(&request, row);
        }
        if (id == SEV_COMMAND_LAUNCH_START && below(2) == 0) {
            memset(request.parameters, 0, sizeof request.parameters);
        }
        memcpy(suite_at(suite.board.command_paddr, sizeof request.parameters), request.parameters,
               sizeof request.parameters);
    }
    if (is_excluded(id) || (id == SEV_COMMAND_SHUTDOWN && below(16) != 0)) {
        return; /* SHUTDOWN takes all guests: not too often. */
    }
    mailbox_write(&suite.board.mailbox, MAILBOX_INTEN, (uint32_t)next());
    mailbox_write(&suite.board.mailbox, 0x10980 + 4 + below(8) * 4, (uint32_t)next());
    const int status = suite_issue(id, paddr);

    if (status == SEV_STATUS_SUCCESS && id == SEV_COMMAND_LAUNCH_START &&
        paddr == suite.board.command_paddr) {
        memcpy(&known_handles[below(HANDLES_MAX)],
               suite_at(paddr + offsetof(struct sev_launch_start, handle), 4), 4);
    }
}

/** What the firmware says of itself, with the questions at a quiet place. */
static void check_consistency(void)
{
    assert_status(suite_issue(SEV_COMMAND_NOP, 0), SUCCESS);
    const struct sev_platform_status status = platform_status();
    const bool has_guests = status.guest_count != 0;

    assert_int_equal(status.api_major, SEV_API_MAJOR);
    assert_int_equal(status.api_minor, SEV_API_MINOR);
    assert_int_equal(status.build, SEV_BUILD);
    assert_int_equal(status.reserved, 0);
    assert_true(status.owner <= 1);
    assert_true(status.state <= SEV_PLATFORM_WORKING);
    assert_int_equal(status.state == SEV_PLATFORM_WORKING, has_guests);
    assert_true(status.state != SEV_PLATFORM_UNINIT || status.config == 0);
    const uint32_t generation =
        *(const uint32_t *)(const void *)(suite.board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET +
                                          offsetof(struct fabric_memctl, generation));

    assert_int_equal(generation % 2, 0);
}

static void random_commands(void **state)
{
    const int64_t end = deadline_after(suite.quick ? CAMPAIGN_QUICK_MS : CAMPAIGN_MS);
    unsigned long count = 0;

    (void)state;
    random_state = SEED;
    to_init();
    for (uint32_t i = 0; i < HANDLES_MAX; i++) {
        known_handles[i] = i % 4 == 0 ? guest_in_state(SEV_GUEST_RUNNING, true) : launch_active(0);
    }
    while (deadline_left_ms(end) > 0) {
        attack();
        if (++count % CHECK_EVERY == 0) {
            check_consistency();
            if (platform_status().state == SEV_PLATFORM_UNINIT) {
                to_init();
                for (uint32_t i = 0; i < HANDLES_MAX; i++) {
                    known_handles[i] = launch_active(0);
                }
            }
        }
    }
    (void)printf("             %lu random commands\n", count);
    mailbox_write(&suite.board.mailbox, MAILBOX_INTEN, 0);
    to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    to_init();
    (void)launch_active(0);
}

/** Bytes of the mailbox that are no register may hold anything. */
static void garbage_around_the_registers(void **state)
{
    (void)state;
    to_uninit();
    random_state = SEED + 1;
    for (unsigned i = 0; i < 2000; i++) {
        const uint32_t offset = below(MAILBOX_BAR_BYTES / 4) * 4;

        if (offset != MAILBOX_CMDRESP && offset != MAILBOX_FEATURE) {
            mailbox_write(&suite.board.mailbox, offset, (uint32_t)next());
        }
    }
    mailbox_write(&suite.board.mailbox, MAILBOX_INTEN, 0);
    check_consistency();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_commands),
    cmocka_unit_test(garbage_around_the_registers),
};
TEST_GROUP(garbage, tests);
