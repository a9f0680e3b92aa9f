/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status block: what it says after each command, that it is true whenever the x86 side can look,
 * and that it costs little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "firmware/command_table.h"
#include "firmware/mailbox.h"
#include "firmware/platform/chip.h"
#include "firmware/status_block.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_flow.h"
#include "tests/unit/firmware_rings.h"

#define WRITES_PER_COMMAND 3u /* Generation, what changed, generation. */

static const struct fabric_status *block(void)
{
    return (const struct fabric_status *)(const void *)(hosted_fabric() + FABRIC_STATUS_OFFSET);
}

static struct fabric_status *writable_block(void)
{
    return (struct fabric_status *)(void *)(hosted_fabric() + FABRIC_STATUS_OFFSET);
}

static int open_board(void **state)
{
    (void)board_boot(state);
    mailbox_open(0, SEV_STATUS_SUCCESS);
    return 0;
}

/** Issues a command through the mailbox. @return its status */
static uint32_t serve(uint32_t id, const void *parameters, size_t size)
{
    if (size != 0) {
        memcpy(board_dram(BOARD_PARAMETERS), parameters, size);
    }
    return rings_mailbox(id << MAILBOX_CMDRESP_ID_SHIFT, BOARD_PARAMETERS) & 0xFFFFu;
}

static uint32_t serve_init(uint32_t options)
{
    const struct sev_init parameters = {
        .options = options, .tmr_paddr = BOARD_TMR, .tmr_length = SEV_TMR_BYTES};

    return serve(SEV_COMMAND_INIT, &parameters, sizeof(parameters));
}

static uint32_t serve_launch_start(void)
{
    const struct sev_launch_start parameters = {.policy = 0};

    return serve(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters));
}

static void open_block_tells_what_runs(void **state)
{
    uint8_t id[SEV_CHIP_ID_BYTES];

    (void)state;
    chip_id(0, id);
    assert_int_equal(block()->magic, FABRIC_STATUS_MAGIC);
    assert_memory_equal(&block()->magic, "VASTATUS", 8);
    assert_int_equal(block()->generation % 2, 0);
    assert_int_equal(block()->api_major, SNP_API_MAJOR);
    assert_int_equal(block()->api_minor, SNP_API_MINOR);
    assert_int_equal(block()->build, SEV_BUILD);
    assert_int_equal(block()->boot_count, 1);
    assert_int_equal(block()->sev_state, SEV_PLATFORM_UNINIT);
    assert_int_equal(block()->flags, 0);
    assert_int_equal(block()->commands, 0);
    assert_string_equal(block()->engine, HOSTED_CIPHER_NAME);
    assert_memory_equal(block()->chip_id, id, sizeof(id));
    for (uint32_t number = 0; number < FABRIC_STATUS_ID_WORDS * 32u; number++) {
        const bool told = (block()->ids[number / 32u] >> (number % 32u) & 1u) != 0;

        assert_int_equal(told, command_table_find(number) != NULL);
    }
}

static void block_follows_the_platform(void **state)
{
    const struct sev_handle guest = {.handle = 0x401};

    (void)state;
    assert_int_equal(serve_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    assert_int_equal(block()->sev_state, SEV_PLATFORM_INIT);
    assert_int_equal(block()->flags, FABRIC_STATUS_ES);
    assert_int_equal(block()->commands, 1);
    assert_int_equal(block()->last_command, SEV_COMMAND_INIT);
    assert_int_equal(block()->last_status, SEV_STATUS_SUCCESS);
    assert_int_equal(serve_launch_start(), SEV_STATUS_SUCCESS);
    assert_int_equal(serve_launch_start(), SEV_STATUS_SUCCESS);
    assert_int_equal(block()->sev_state, SEV_PLATFORM_WORKING);
    assert_int_equal(block()->sev_guests, 2);
    assert_int_equal(serve(SEV_COMMAND_DECOMMISSION, &guest, sizeof(guest)),
                     SEV_STATUS_INVALID_GUEST);
    assert_int_equal(block()->commands, 4);
    assert_int_equal(block()->last_command, SEV_COMMAND_DECOMMISSION);
    assert_int_equal(block()->last_status, SEV_STATUS_INVALID_GUEST);
    assert_int_equal(serve(0x7FF, NULL, 0), SEV_STATUS_INVALID_COMMAND);
    assert_int_equal(block()->last_command, 0x7FF);
    assert_int_equal(serve(SEV_COMMAND_SHUTDOWN, NULL, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(block()->sev_state, SEV_PLATFORM_UNINIT);
    assert_int_equal(block()->sev_guests, 0);
    assert_int_equal(block()->flags, 0);
}

static void external_owner_is_told(void **state)
{
    struct sev_pek_cert_import import;
    struct oracle_key owner;

    (void)state;
    assert_int_equal(serve_init(0), SEV_STATUS_SUCCESS);
    flow_prepare_import(&import, &owner);
    assert_int_equal(serve(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(block()->flags, FABRIC_STATUS_EXTERNAL_OWNER);
}

static void commands_of_rings_count(void **state)
{
    uint64_t before;

    (void)rings_boot_entered(state);
    assert_int_equal(block()->flags, FABRIC_STATUS_RING);
    before = block()->commands;
    rings_put_nops(RING_LOW, 0, 2);
    rings_ring(2, 0, RINGS_GO);
    rings_serve();
    assert_int_equal(block()->commands, before + 2);
    assert_int_equal(block()->last_command, SEV_COMMAND_NOP);
    assert_int_equal(serve(SEV_COMMAND_NOP, NULL, 0), SEV_STATUS_RING_BUFFER_EXIT);
    assert_int_equal(block()->flags, 0);
    assert_int_equal(block()->last_status, SEV_STATUS_RING_BUFFER_EXIT);
}

/** What a reader has seen, and what it may expect. */
struct reader {
    struct fabric_status seen; /**< Its last good copy. */
    uint64_t commands;         /**< That must be told when the answer can be seen. */
    unsigned changes;
    unsigned writes; /**< To the status block. */
    bool lost;       /**< The block changed under one even generation. */
    bool late;       /**< An answer came before the block. */
};

/** A reader that looks before every access of the firmware. */
static void look(void *context, const struct hosted_step *step)
{
    struct reader *reader = context;
    struct fabric_status now;

    memcpy(&now, block(), sizeof(now));
    if (now.generation % 2 == 0) {
        if (now.generation != reader->seen.generation) {
            reader->changes++;
        } else if (memcmp(&now, &reader->seen, sizeof(now)) != 0) {
            reader->lost = true;
        }
        reader->seen = now;
    }
    if (step->memory == HOSTED_FABRIC && step->kind == HOSTED_WRITE &&
        step->offset >= FABRIC_STATUS_OFFSET && step->offset < FABRIC_CORES_OFFSET) {
        reader->writes++;
    }
    if (step->memory == HOSTED_MAILBOX && step->kind != HOSTED_READ &&
        step->offset == MAILBOX_CMDRESP && now.commands != reader->commands) {
        reader->late = true;
    }
}

static void half_a_change_is_never_visible(void **state)
{
    struct reader reader = {.seen = *block(), .commands = 0};

    (void)state;
    hosted_set_access_hook(look, &reader);
    for (unsigned i = 0; i < 3; i++) {
        reader.commands++;
        assert_int_equal(serve_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
        reader.commands++;
        assert_int_equal(serve_launch_start(), SEV_STATUS_SUCCESS);
        reader.commands++;
        assert_int_equal(serve(SEV_COMMAND_SHUTDOWN, NULL, 0), SEV_STATUS_SUCCESS);
    }
    mailbox_close();
    status_block_start();
    reader.commands = 0;
    mailbox_open(0, SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_false(reader.lost);
    assert_false(reader.late);
    assert_int_equal(reader.changes, 9 + 3); /* Commands; closed, started, opened. */
}

static void ordinary_command_costs_three_writes(void **state)
{
    struct reader reader = {.seen = *block(), .commands = 1};

    (void)state;
    hosted_set_access_hook(look, &reader);
    assert_int_equal(serve(SEV_COMMAND_NOP, NULL, 0), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(reader.writes, WRITES_PER_COMMAND);
}

static void nobody_serves_before_and_after(void **state)
{
    struct fabric_status before;

    (void)board_boot(state);
    assert_int_equal(block()->magic, 0);
    assert_int_equal(block()->generation % 2, 0);
    mailbox_open(0, SEV_STATUS_SUCCESS);
    assert_int_equal(serve(SEV_COMMAND_NOP, NULL, 0), SEV_STATUS_SUCCESS);
    before = *block();
    mailbox_close();
    assert_int_equal(block()->magic, 0);
    assert_true(block()->generation > before.generation);
    assert_int_equal(block()->generation % 2, 0);
    assert_memory_equal(&block()->api_major, &before.api_major,
                        sizeof(before) - offsetof(struct fabric_status, api_major));
    status_block_served(SEV_COMMAND_NOP, SEV_STATUS_SUCCESS); /* Nobody serves: nothing to tell. */
    assert_int_equal(block()->commands, 1);
}

/** As a reset does: the fabric stays, the firmware starts anew. */
static void restart(void)
{
    const uint64_t generation = block()->generation;

    status_block_start();
    assert_int_equal(block()->magic, 0);
    mailbox_open(0, SEV_STATUS_SUCCESS);
    assert_true(block()->generation > generation);
}

static void starts_are_counted(void **state)
{
    (void)state;
    assert_int_equal(serve(SEV_COMMAND_NOP, NULL, 0), SEV_STATUS_SUCCESS);
    restart();
    assert_int_equal(block()->boot_count, 2);
    assert_int_equal(block()->commands, 0);
    mailbox_close(); /* In good order, or in the middle of a change: both count. */
    restart();
    assert_int_equal(block()->boot_count, 3);
    writable_block()->generation |= 1;
    restart();
    assert_int_equal(block()->boot_count, 4);
    writable_block()->boot_count = UINT32_MAX;
    restart();
    assert_int_equal(block()->boot_count, UINT32_MAX);
    writable_block()->generation = 0; /* Never was a block: whatever stands there is no count. */
    writable_block()->boot_count = 1000;
    restart();
    assert_int_equal(block()->boot_count, 1);
}

static void answer_of_an_update_counts_as_a_command(void **state)
{
    (void)board_boot(state);
    mailbox_open(SEV_COMMAND_DOWNLOAD_FIRMWARE << MAILBOX_CMDRESP_ID_SHIFT, SEV_STATUS_SUCCESS);
    assert_int_equal(block()->magic, FABRIC_STATUS_MAGIC);
    assert_int_equal(block()->commands, 1);
    assert_int_equal(block()->last_command, SEV_COMMAND_DOWNLOAD_FIRMWARE);
    assert_int_equal(block()->last_status, SEV_STATUS_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup(name, open_board)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open_block_tells_what_runs),
        TEST(block_follows_the_platform),
        TEST(external_owner_is_told),
        TEST(commands_of_rings_count),
        TEST(half_a_change_is_never_visible),
        TEST(ordinary_command_costs_three_writes),
        TEST(nobody_serves_before_and_after),
        TEST(starts_are_counted),
        TEST(answer_of_an_update_counts_as_a_command),
    };

    return cmocka_run_group_tests_name("status block", tests, NULL, NULL);
}
