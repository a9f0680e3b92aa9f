/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Garbage: random ids, registers, addresses and parameters, rings and firmware images, from a fixed
 * seed. The firmware never hangs, never dies, and what it says of itself stays consistent.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/image.h"
#include "abi/mailbox.h"
#include "host/lib/ring.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/requests.h"
#include "tests/conformance/states.h"

#define SEED 0x5E5E5E5Eu
/* Commands, not seconds: what the catalogue says of the case is the same on a busy machine. */
#define CAMPAIGN_COMMANDS 16000u
#define CAMPAIGN_QUICK_COMMANDS 5000u
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

/** The row of a random command, or NULL for an id that is most likely none. */
static const struct row *random_row(void)
{
    return below(16) == 0 ? NULL : &rows[below((uint32_t)row_count)];
}

/** Puts random parameters where a command's are. */
static void put_random_request(const struct row *row)
{
    struct request request = {.row = NULL};

    if (row->size != 0) {
        random_request(&request, row);
    }
    if (row->id == SEV_COMMAND_LAUNCH_START && below(2) == 0) {
        memset(request.parameters, 0, sizeof request.parameters);
    }
    if (row->id == SEV_COMMAND_RING_BUFFER && below(4) != 0) {
        const struct sev_ring_buffer good = ring_parameters(suite_slot(below(SUITE_SLOTS)));

        memcpy(request.parameters, &good, sizeof good);
    }
    memcpy(suite_at(suite.board.command_paddr, sizeof request.parameters), request.parameters,
           sizeof request.parameters);
}

/** Puts a few random commands behind the others of a queue, or does as if there were some. */
static void fill_queue(struct ring_client *ring, enum ring_queue_id queue)
{
    for (uint32_t count = below(8); count != 0; count--) {
        const struct row *row = random_row();
        struct sev_ring_command *entry = ring_command(ring, queue, ring->tails[queue]);

        if (entry != NULL) {
            *entry = (struct sev_ring_command){
                .command_id = (uint16_t)(row != NULL ? row->id : next()),
                .flags = (uint16_t)next(),
                .command_buffer_paddr = below(4) == 0 ? random_paddr() : suite.board.command_paddr,
            };
        }
        if (row != NULL) {
            put_random_request(row);
        }
        ring->tails[queue] = (ring->tails[queue] + 1) % SEV_RING_ENTRIES;
    }
    if (below(16) == 0) {
        ring->tails[queue] = below(2 * SEV_RING_ENTRIES); /* Perhaps impossible. */
    }
}

/** Random rings, in ring-buffer mode; then leaves the mode. */
static void attack_rings(struct sev_ring_buffer parameters)
{
    struct ring_client ring = {.board = &suite.board, .parameters = parameters};
    bool ended = false;
    int status;

    for (uint32_t rounds = below(4); rounds != 0 && !ended; rounds--) {
        fill_queue(&ring, RING_QUEUE_LOW);
        fill_queue(&ring, RING_QUEUE_HIGH);
        assert_int_equal(ring_go(&ring, below(2) == 0), MAILBOX_OK);
        assert_int_equal(ring_wait(&ring, SUITE_COMMAND_TIMEOUT_MS), MAILBOX_OK);
        ended = ring_has_ended(&ring); /* SHUTDOWN was among the commands. */
        ring.tails[RING_QUEUE_LOW] %= SEV_RING_ENTRIES;
        ring.tails[RING_QUEUE_HIGH] %= SEV_RING_ENTRIES;
    }
    status = ring_leave(&ring, SEV_COMMAND_NOP, 0, SUITE_COMMAND_TIMEOUT_MS);
    assert_status_is(status, ended ? SEV_STATUS_SUCCESS : SEV_STATUS_RING_BUFFER_EXIT);
}

/** One random command. */
static void attack(void)
{
    const struct row *row = random_row();
    const uint64_t paddr = below(8) == 0 ? random_paddr() : suite.board.command_paddr;
    const uint32_t id = row != NULL ? row->id : below(0x800);
    struct sev_ring_buffer rings;

    if (row != NULL) {
        put_random_request(row);
    }
    if (id == SEV_COMMAND_SHUTDOWN && below(16) != 0) {
        return; /* It takes all guests: not too often. */
    }
    memcpy(&rings, suite_at(suite.board.command_paddr, sizeof rings), sizeof rings);
    mailbox_write(&suite.board.mailbox, MAILBOX_INTEN, (uint32_t)next());
    mailbox_write(&suite.board.mailbox, 0x10980 + 4 + below(8) * 4, (uint32_t)next());
    const int status = suite_issue(id, paddr);

    if (status != SEV_STATUS_SUCCESS) {
        return;
    }
    assert_int_not_equal(id, SEV_COMMAND_DOWNLOAD_FIRMWARE);
    if (id == SEV_COMMAND_LAUNCH_START && paddr == suite.board.command_paddr) {
        memcpy(&known_handles[below(HANDLES_MAX)],
               suite_at(paddr + offsetof(struct sev_launch_start, handle), 4), 4);
    } else if (id == SEV_COMMAND_RING_BUFFER) {
        attack_rings(rings);
    }
}

/** What the firmware says of itself, with the questions at a quiet place. */
static void check_consistency(void)
{
    assert_status(suite_issue(SEV_COMMAND_NOP, 0), SUCCESS);
    const struct sev_platform_status status = platform_status();
    const bool has_guests = status.guest_count != 0;

    assert_int_equal(status.api_major, suite.api_major);
    assert_int_equal(status.api_minor, suite.api_minor);
    assert_int_equal(status.build, suite.build);
    assert_int_equal(status.reserved, 0);
    assert_true(status.owner <= 1);
    assert_true(status.state <= SEV_PLATFORM_WORKING);
    assert_int_equal(status.state == SEV_PLATFORM_WORKING, has_guests);
    assert_true(status.state != SEV_PLATFORM_UNINIT || status.config == 0);
    const uint32_t generation =
        *(const uint32_t *)(const void *)(suite_fabric() + FABRIC_MEMCTL_OFFSET +
                                          offsetof(struct fabric_memctl, generation));

    assert_int_equal(generation % 2, 0);
}

static void random_commands(void **state)
{
    const uint32_t commands = suite.quick ? CAMPAIGN_QUICK_COMMANDS : CAMPAIGN_COMMANDS;

    (void)state;
    random_state = SEED;
    to_init();
    for (uint32_t i = 0; i < HANDLES_MAX; i++) {
        known_handles[i] = i % 4 == 0 ? guest_in_state(SEV_GUEST_RUNNING, true) : launch_active(0);
    }
    for (uint32_t count = 1; count <= commands; count++) {
        attack();
        if (count % CHECK_EVERY == 0) {
            check_consistency();
            if (platform_status().state == SEV_PLATFORM_UNINIT) {
                to_init();
                for (uint32_t i = 0; i < HANDLES_MAX; i++) {
                    known_handles[i] = launch_active(0);
                }
            }
        }
    }
    mailbox_write(&suite.board.mailbox, MAILBOX_INTEN, 0);
    to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    to_init();
    (void)launch_active(0);
}

/** The image that runs, with a few bytes damaged, and in a file of any length. */
static void garbage_is_no_firmware(void **state)
{
    const uint32_t rounds = suite.quick ? 20 : 100;

    (void)state;
    to_uninit();
    random_state = SEED + 2;
    for (uint32_t round = 0; round < rounds; round++) {
        const struct sev_download_firmware good = {
            .fw_paddr = suite.tmr, .fw_length = (uint32_t)load_file("same.img", suite.tmr)};
        struct sev_download_firmware parameters = good;
        uint8_t *bytes = suite_at(suite.tmr, good.fw_length);

        for (uint32_t damage = 1 + below(4); damage != 0; damage--) {
            const uint32_t reach = below(2) == 0 ? IMAGE_HEADER_BYTES : good.fw_length;

            bytes[below(reach)] ^= (uint8_t)(1 + below(255));
        }
        if (below(8) == 0) {
            parameters.fw_length = below(2 * good.fw_length);
        }
        if (below(8) == 0) {
            parameters.fw_paddr += 32ull * below(0x1000);
        }
        assert_int_not_equal(RUN(DOWNLOAD_FIRMWARE, &parameters), SEV_STATUS_SUCCESS);
    }
    check_consistency();
    assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
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
    cmocka_unit_test(garbage_is_no_firmware),
    cmocka_unit_test(garbage_around_the_registers),
};
TEST_GROUP(garbage, tests);
