/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine that the fabric describes: its cores are part of it, the platform is not initialised on
 * an impossible one, and nothing of it changes while the platform is initialised.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/fabric.h"

#include "tests/unit/firmware_board.h"

#define MARK_ASID 77u /* Not the default's: shows that the description was taken. */

static struct fabric_config *described;

static int describe(void **state)
{
    (void)board_boot(state);
    described = board_describe();
    described->max_asid = MARK_ASID;
    described->min_sev_asid = 10;
    return 0;
}

static bool is_taken(void)
{
    fabric_latch();
    return fabric_is_usable();
}

static struct fabric_core *core_entry(uint32_t core)
{
    return (struct fabric_core *)(void *)(hosted_fabric() + FABRIC_CORES_OFFSET) + core;
}

static void cores_have_ids_of_their_own(void **state)
{
    const uint32_t last = described->cores - 1;

    (void)state;
    for (uint32_t core = 0; core < last; core++) {
        core_entry(last)->apic_id = core;
        assert_false(is_taken());
    }
    core_entry(last)->apic_id = UINT32_MAX;
    assert_true(is_taken());
    core_entry(last + 1)->apic_id = 0; /* Not in use. */
    assert_true(is_taken());
}

static void cores_are_on_sockets_that_exist(void **state)
{
    (void)state;
    core_entry(2)->socket = 1;
    assert_false(is_taken());
    described->sockets = 2;
    assert_true(is_taken());
    core_entry(0)->socket = 2;
    assert_false(is_taken());
    core_entry(0)->socket = UINT32_MAX;
    assert_false(is_taken());
    core_entry(0)->socket = 0;
    core_entry(described->cores)->socket = 2; /* Not in use. */
    assert_true(is_taken());
}

/** The attack: with the defaults DF_FLUSH would succeed without WBINVD. */
static void impossible_machine_is_not_initialised(void **state)
{
    struct sev_get_id id = {.id_paddr = BOARD_BUFFER(0), .id_length = SEV_CHIP_ID_BYTES};

    (void)state;
    described->flags = FABRIC_FLAG_WBINVD_REPORTED;
    described->sockets = 3;
    assert_int_equal(board_init(0), SEV_STATUS_INVALID_CONFIG);
    assert_int_equal(board_init_ex(), SEV_STATUS_INVALID_CONFIG);
    assert_int_equal(board_command(SEV_COMMAND_GET_ID, &id, sizeof(id)),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(board_order(SEV_COMMAND_NOP), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_INVALID_PLATFORM_STATE);
    described->sockets = 2;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
}

static void impossibility_is_logged_once(void **state)
{
    static const char line[] = "firmware: fabric: impossible description: sockets\n";
    const char *found;

    (void)state;
    described->sockets = 3;
    for (unsigned i = 0; i < 3; i++) {
        assert_false(is_taken());
    }
    found = strstr(hosted_log(), line);
    assert_non_null(found);
    found += sizeof(line) - 1;
    assert_null(strstr(found, "impossible"));
    described->sockets = 1;
    assert_true(is_taken());
    described->sockets = 3;
    assert_false(is_taken());
    assert_non_null(strstr(found, line));
}

/** GET_ID tells of as many sockets as there are and as there is room for. */
static void ids_are_of_sockets_that_exist(void **state)
{
    static const struct {
        uint32_t sockets;
        uint32_t room;
        uint32_t told;
    } cases[] = {{1, 1, 1}, {1, 2, 1}, {2, 1, 1}, {2, 2, 2}, {2, 3, 2}};
    uint8_t *ids = board_dram(BOARD_BUFFER(0));
    uint8_t untouched[3 * SEV_CHIP_ID_BYTES];

    (void)state;
    memset(untouched, 0xA5, sizeof(untouched));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        /* A part of one more id is no room for it. */
        struct sev_get_id id = {.id_paddr = BOARD_BUFFER(0),
                                .id_length = cases[i].room * SEV_CHIP_ID_BYTES + 8};
        const uint32_t told = cases[i].told * SEV_CHIP_ID_BYTES;

        described->sockets = cases[i].sockets;
        memset(ids, 0xA5, 5 * SEV_CHIP_ID_BYTES);
        assert_int_equal(board_command(SEV_COMMAND_GET_ID, &id, sizeof(id)), SEV_STATUS_SUCCESS);
        assert_int_equal(id.id_length, told);
        assert_memory_not_equal(ids + told - SEV_CHIP_ID_BYTES, untouched, SEV_CHIP_ID_BYTES);
        assert_memory_equal(ids + told, untouched, sizeof(untouched));
    }
}

/** What the x86 side does while a description is read. */
struct writer {
    uint8_t reads[FABRIC_MEMCTL_OFFSET]; /**< How often each byte of it was read. */
    bool started;
};

/** Counts reads; makes the description impossible once its first byte has been read. */
static void write_meanwhile(void *context, const struct hosted_step *step)
{
    struct writer *writer = context;

    if (step->memory != HOSTED_FABRIC || step->kind != HOSTED_READ ||
        step->offset + step->length > sizeof(writer->reads)) {
        return;
    }
    if (writer->started) {
        described->sockets = 3;
        described->ranges[0].length = 0;
    }
    writer->started = true;
    for (uint64_t i = 0; i < step->length; i++) {
        writer->reads[step->offset + i]++;
    }
}

/** What was checked is what is used: nothing is read again. */
static void description_is_read_once(void **state)
{
    static struct writer writer;

    (void)state;
    memset(&writer, 0, sizeof(writer));
    hosted_set_access_hook(write_meanwhile, &writer);
    fabric_latch();
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(described->sockets, 3);
    assert_true(fabric_is_usable());
    assert_int_equal(fabric_config()->sockets, 1);
    assert_int_equal(fabric_config()->ranges[0].length, hosted_dram_bytes());
    assert_int_equal(writer.reads[0], 1);
    assert_int_equal(writer.reads[FABRIC_CORES_OFFSET + offsetof(struct fabric_core, socket)], 1);
    for (size_t i = 0; i < sizeof(writer.reads); i++) {
        assert_true(writer.reads[i] <= 1);
    }
}

static void cores_keep_their_ids_from_init_to_shutdown(void **state)
{
    uint32_t core;

    (void)state;
    core_entry(3)->apic_id = 77;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    core_entry(3)->apic_id = 1;
    assert_true(fabric_find_core(77, &core));
    assert_int_equal(core, 3);
    assert_true(fabric_find_core(1, &core));
    assert_int_equal(core, 1);
    assert_false(fabric_find_core(78, &core));
}

static void description_is_kept_from_init_to_shutdown(void **state)
{
    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    described->max_asid = MARK_ASID + 1;
    described->ranges[0].length = 0x1000;
    (void)board_status();
    assert_int_equal(fabric_config()->max_asid, MARK_ASID);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    described->ranges[0].length = hosted_dram_bytes();
    (void)board_status();
    assert_int_equal(fabric_config()->max_asid, MARK_ASID + 1);
}

#define TEST(name) cmocka_unit_test_setup(name, describe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cores_have_ids_of_their_own),
        TEST(cores_are_on_sockets_that_exist),
        TEST(impossible_machine_is_not_initialised),
        TEST(impossibility_is_logged_once),
        TEST(ids_are_of_sockets_that_exist),
        TEST(description_is_read_once),
        TEST(cores_keep_their_ids_from_init_to_shutdown),
        TEST(description_is_kept_from_init_to_shutdown),
    };

    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
