/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COPY, DBG_DECRYPT and DBG_ENCRYPT of many pages: they go in large parts, the cipher engine works on
 * them, and a VMSA among the pages is still treated as one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/vmsa.h"

#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_sample.h"

#define PAGE 0x1000u
#define BYTES (37u * PAGE + 0x30u)
#define BEFORE_VMSA (19u * PAGE) /* In the middle of a part. */
#define AROUND_VMSA (SAMPLE_VMSA - BEFORE_VMSA)
#define ELSEWHERE BOARD_BUFFER(20)

static struct sample sample;
static uint8_t plain[BYTES + PAGE], found[BYTES + PAGE], before[BYTES + PAGE];

/** An SEV-ES guest with a VMSA, and data for it. */
static int begin(void **state)
{
    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_COPY));
    for (size_t i = 0; i < sizeof(plain); i++) {
        plain[i] = (uint8_t)(i * 13 + (i >> 8) + 1);
    }
    return 0;
}

static enum sev_status run(uint32_t id, uint64_t from, uint64_t to)
{
    struct sev_copy copy = {
        .handle = sample.handle, .length = BYTES, .src_paddr = from, .dst_paddr = to};
    struct sev_dbg dbg = {
        .handle = sample.handle, .length = BYTES, .src_paddr = from, .dst_paddr = to};

    return id == SEV_COMMAND_COPY ? board_command(id, &copy, sizeof(copy))
                                  : board_command(id, &dbg, sizeof(dbg));
}

/** Writes the data, to be read by the host or by the guest. */
static void put(bool encrypted, uint64_t paddr, size_t length)
{
    static uint8_t pages[39u * PAGE];

    if (encrypted) {
        memcpy(pages + paddr % PAGE, plain, length);
        oracle_write_memory(BOARD_ES_ASID, paddr - paddr % PAGE, pages, sizeof(pages));
    } else {
        memcpy(board_dram(paddr), plain, length);
    }
}

static const uint8_t *get(bool encrypted, uint64_t paddr, size_t length)
{
    if (encrypted) {
        oracle_read_memory(BOARD_ES_ASID, paddr, found, length);
    } else {
        memcpy(found, board_dram(paddr), length);
    }
    return found;
}

/** From anywhere to anywhere, and not a byte more. */
static void many_pages_arrive(void **state)
{
    static const struct {
        uint32_t id;
        bool from_guest, to_guest;
    } commands[] = {{SEV_COMMAND_COPY, true, true},
                    {SEV_COMMAND_DBG_DECRYPT, true, false},
                    {SEV_COMMAND_DBG_ENCRYPT, false, true}};
    static const uint32_t offsets[][2] = {
        {0, 0}, {0x10, 0x10}, {0, 0xFF0}, {0x7F0, 0}, {0x20, 0x40}};

    (void)state;
    for (size_t c = 0; c < sizeof(commands) / sizeof(commands[0]); c++) {
        for (size_t o = 0; o < sizeof(offsets) / sizeof(offsets[0]); o++) {
            const uint64_t from = BOARD_BUFFER(13) + offsets[o][0];
            const uint64_t to = ELSEWHERE + offsets[o][1];
            const uint64_t operations = hosted_cipher_operations();

            put(commands[c].from_guest, from, BYTES);
            memset(board_dram(ELSEWHERE), 0x77, BYTES + PAGE);
            assert_int_equal(run(commands[c].id, from, to), SEV_STATUS_SUCCESS);
            assert_memory_equal(get(commands[c].to_guest, to, BYTES), plain, BYTES);
            assert_memory_equal(get(commands[c].from_guest, from, BYTES), plain, BYTES);
            assert_int_equal(*board_dram(to + BYTES), 0x77);
            assert_true(o > 1 || hosted_cipher_operations() > operations);
        }
    }
}

static void vmsa_among_many_pages_moves(void **state)
{
    const uint64_t there = ELSEWHERE + BEFORE_VMSA;
    static uint8_t vmsa[SEV_VMSA_BYTES];

    (void)state;
    oracle_read_memory(BOARD_ES_ASID, SAMPLE_VMSA, vmsa, sizeof(vmsa));
    assert_int_equal(run(SEV_COMMAND_COPY, AROUND_VMSA, ELSEWHERE), SEV_STATUS_SUCCESS);
    assert_true(vmsa_is_intact(sample.handle, there, vmsa));
    assert_false(vmsa_is_known(sample.handle, SAMPLE_VMSA));
    assert_memory_equal(get(true, there, sizeof(vmsa)), vmsa, sizeof(vmsa));
}

static void vmsa_among_many_pages_follows_what_is_written(void **state)
{
    (void)state;
    put(false, ELSEWHERE, BYTES);
    assert_int_equal(run(SEV_COMMAND_DBG_ENCRYPT, ELSEWHERE, AROUND_VMSA), SEV_STATUS_SUCCESS);
    assert_true(vmsa_is_intact(sample.handle, SAMPLE_VMSA, plain + BEFORE_VMSA));
    assert_memory_equal(get(true, AROUND_VMSA, BYTES), plain, BYTES);
}

/** All is written but the VMSA that a core runs. */
static void vmsa_that_runs_among_many_pages_stays(void **state)
{
    static const uint32_t ids[] = {SEV_COMMAND_COPY, SEV_COMMAND_DBG_ENCRYPT};

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        const bool from_guest = ids[i] == SEV_COMMAND_COPY;
        const size_t after = BEFORE_VMSA + SEV_VMSA_BYTES;
        struct cpu_run core;

        (void)begin(state);
        put(from_guest, ELSEWHERE, BYTES);
        assert_true(cpu_enter(&core, BOARD_ES_ASID, SAMPLE_VMSA));
        memcpy(before, board_dram(SAMPLE_VMSA), SEV_VMSA_BYTES);
        assert_int_equal(run(ids[i], ELSEWHERE, AROUND_VMSA), SEV_STATUS_SUCCESS);
        assert_memory_equal(board_dram(SAMPLE_VMSA), before, SEV_VMSA_BYTES);
        assert_memory_equal(get(true, AROUND_VMSA, BYTES), plain, BEFORE_VMSA);
        assert_memory_equal(found + after, plain + after, BYTES - after);
        assert_true(cpu_leave(&core));
    }
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(many_pages_arrive),
        TEST(vmsa_among_many_pages_moves),
        TEST(vmsa_among_many_pages_follows_what_is_written),
        TEST(vmsa_that_runs_among_many_pages_stays),
    };

    return cmocka_run_group_tests_name("copies of many pages", tests, NULL, NULL);
}
