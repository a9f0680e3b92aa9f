/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fabric that a user gives to a board: what the firmware could not use is refused in words, and
 * stays as it is; and where commands find room in memory that is in many pieces.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/lib/fabric.h"
#include "tests/host/places.h"

#define MIB 0x100000ull
#define MEMORY_MIB 8u

static struct board_places found;
static struct shared_file fabric; /* of the test, configured for MEMORY_MIB */

static struct fabric_config *configuration(void)
{
    return (void *)fabric.bytes;
}

static struct fabric_core *core(uint32_t number)
{
    return (struct fabric_core *)(void *)(fabric.bytes + FABRIC_CORES_OFFSET) + number;
}

static int set_up(void **state)
{
    const struct fabric_options machine = FABRIC_DEFAULT_OPTIONS;
    const int result = places_set_up(state);
    places.options.fabric = places_make_file("fabric", "", FABRIC_FILE_BYTES);
    places.options.memory_mib = MEMORY_MIB;
    assert_true(shared_file_open(&fabric, places.options.fabric, FABRIC_FILE_BYTES));
    fabric_configure(fabric.bytes, &machine, MEMORY_MIB * MIB);
    return result;
}

static int tear_down(void **state)
{
    shared_file_close(&fabric);
    return places_tear_down(state);
}

static enum board_result find(void)
{
    return board_places_find(&places.board, &places.options, &found);
}

static void file_that_is_no_fabric_is_refused(void **state)
{
    (void)state;
    configuration()->flags = FABRIC_FLAGS_KNOWN;
    assert_int_equal(find(), BOARD_OK);
    places.options.fabric = places_make_file("file", "", FABRIC_FILE_BYTES);
    assert_int_equal(find(), BOARD_OK); /* nobody has configured it */
    places.options.fabric = places_make_file("file", "letters to home", FABRIC_FILE_BYTES);
    assert_int_equal(find(), BOARD_FAILED);
    places_assert_said("file: holds something else than a fabric");
    places_assert_file(places.options.fabric, "letters to home", FABRIC_FILE_BYTES);
}

static void fabric_that_describes_more_memory_than_there_is_is_refused(void **state)
{
    (void)state;
    places.options.memory_mib = MEMORY_MIB - 2;
    assert_int_equal(find(), BOARD_FAILED);
    places_assert_said(
        "/fabric: describes a machine that cannot be, with 6 MiB of memory (run/dram)");
    places_assert_said("DRAM range 1, at address 100000000h, is to have 400000h bytes of the DRAM "
                       "file from byte 400000h on, and that has 600000h bytes (6 MiB)");
    places.options.memory_mib = 0;
    places.options.dram = places_make_file("other", "", 4 * MIB);
    assert_int_equal(find(), BOARD_FAILED);
    places_assert_said("/other): DRAM range 1");
    places_assert_file(places.options.dram, "", 4 * MIB);
    places.options.dram = places_make_file("other", "", 10 * MIB); /* less than there is is fine */
    assert_int_equal(find(), BOARD_OK);
}

/* Each rule of docs/fabric.md, broken just so. */
static void fabric_that_the_firmware_cannot_use_is_refused_and_the_rule_named(void **state)
{
    (void)state;
    struct fabric_config *const config = configuration();
    struct fabric_range *const high = &config->ranges[1];
    const struct {
        void *field;
        size_t bytes;
        uint64_t value;
        const char *words;
    } rules[] = {
        {&config->version, 4, 1, "version: 1, and possible is 2 to 2"},
        {&config->flags, 4, 0x80000000, "flags without a meaning: 2147483648, and possible is 0"},
        {&config->sockets, 4, 0, "sockets: 0, and possible is 1 to 2"},
        {&config->sockets, 4, 3, "sockets: 3, "},
        {&config->cores, 4, 0, "cores: 0, and possible is 1 to 512"},
        {&config->cores, 4, 513, "cores: 513, "},
        {&config->max_asid, 4, 0, "max_asid: 0, and possible is 1 to 1023"},
        {&config->max_asid, 4, 1024, "max_asid: 1024, "},
        {&config->min_sev_asid, 4, 0, "min_sev_asid: 0, and possible is 1 to 510"},
        {&config->min_sev_asid, 4, 511, "min_sev_asid: 511, "},
        {&config->c_bit, 4, 31, "c_bit: 31, and possible is 32 to 62"},
        {&config->c_bit, 4, 63, "c_bit: 63, "},
        {&config->c_bit, 4, 32, "at address 100000000h, reaches the C-bit (32)"},
        {&config->tsc_khz, 8, 999, "tsc_khz: 999, and possible is 1000 to 100000000"},
        {&config->tsc_khz, 8, 100000001, "tsc_khz: 100000001, "},
        {&config->range_count, 4, 0, "range_count: 0, and possible is 1 to 16"},
        {&config->range_count, 4, 17, "range_count: 17, "},
        {&config->reserved[15], 1, 1, "reserved byte 3Fh is not 0"},
        {&high->length, 8, 0, "DRAM range 1 is empty"},
        {&high->length, 8, 0x400001, "DRAM range 1 does not consist of whole pages"},
        {&high->base, 8, 0x100000800, "DRAM range 1 does not consist of whole pages"},
        {&high->dram_offset, 8, 0x3FFFFF, "DRAM range 1 does not consist of whole pages"},
        {&high->base, 8, (1ull << 51) - 0x1000, "reaches the C-bit (51)"},
        {&high->length, 8, 0xFFFFFFFFFFFFF000, "reaches the C-bit (51)"},
        {&high->length, 8, 0x401000, "that has 800000h bytes (8 MiB)"},
        {&high->dram_offset, 8, 0x800000, "that has 800000h bytes (8 MiB)"},
        {&high->dram_offset, 8, 0xFFFFFFFFFFFFF000, "that has 800000h bytes (8 MiB)"},
        {&high->reserved, 8, 1, "reserved bytes of DRAM range 1 are not 0"},
        {&high->base, 8, 0x3FF000, "DRAM ranges 0 and 1 share addresses"},
        {&high->dram_offset, 8, 0x3FF000, "DRAM ranges 0 and 1 share bytes"},
        {&core(3)->socket, 4, 1, "core 3 is in socket 1, and there are 1"},
        {&core(3)->apic_id, 4, 1, "cores 1 and 3 have one APIC id, 1"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        uint64_t before = 0;
        memcpy(&before, rules[i].field, rules[i].bytes);
        memcpy(rules[i].field, &rules[i].value, rules[i].bytes); /* little-endian */
        assert_int_equal(find(), BOARD_FAILED);
        places_assert_said(rules[i].words);
        memcpy(rules[i].field, &before, rules[i].bytes);
        assert_int_equal(find(), BOARD_OK);
    }
}

static enum board_result open_board(void)
{
    const struct board_files files = {
        .mailbox = places_name("mailbox"),
        .fabric = places.options.fabric,
        .dram = places_name("dram"),
    };
    const enum board_result result = board_open_files(&places.board, &files);
    if (result == BOARD_OK) {
        board_close(&places.board);
    }
    return result;
}

/* As on a PC, with what lies below 640 KiB apart. */
static void commands_find_room_in_the_first_range_that_has_some(void **state)
{
    (void)state;
    places_make_file("mailbox", "", MAILBOX_FILE_BYTES);
    places_make_file("dram", "", MEMORY_MIB * MIB);
    struct fabric_range *const ranges = configuration()->ranges;
    ranges[0].length = 0xA0000;
    assert_int_equal(open_board(), BOARD_OK);
    assert_int_equal(places.board.command_paddr, ranges[1].base);
    ranges[1].length = 0x10000; /* not with the page of the command */
    assert_int_equal(open_board(), BOARD_FAILED);
    places_assert_said("/dram: no DRAM that ");
    places_assert_said("/fabric describes has room for commands: a page and 64 KiB");
    ranges[1].length = MEMORY_MIB * MIB;
    assert_int_equal(open_board(), BOARD_FAILED);
    places_assert_said("/fabric: describes a machine that cannot be, with the memory of ");
    places_assert_said("/dram: DRAM range 1");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(file_that_is_no_fabric_is_refused),
        TEST(fabric_that_describes_more_memory_than_there_is_is_refused),
        TEST(fabric_that_the_firmware_cannot_use_is_refused_and_the_rule_named),
        TEST(commands_find_room_in_the_first_range_that_has_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
