/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to x86 memory: which addresses it refuses, and which key it applies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/fabric.h"
#include "firmware/hostmem.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_oracle.h"

#define MIB 0x100000ull
#define GIB 0x40000000ull
#define DRAM HOSTED_DRAM_BYTES_DEFAULT
#define HOST 0u /* ASID of the host's key. */

static struct hostmem_range range;
static uint8_t buffer[0x3000];
static uint8_t copy[0x3000];

static enum sev_status resolve_for(uint8_t direction, uint64_t paddr, uint32_t length,
                                   uint32_t alignment)
{
    const struct hostmem_access access = {.direction = direction, .alignment = alignment};

    return hostmem_resolve(paddr, length, &access, &range);
}

static enum sev_status resolve(uint64_t paddr, uint32_t length, uint32_t alignment)
{
    return resolve_for(HOSTMEM_READ | HOSTMEM_WRITE, paddr, length, alignment);
}

/** Low memory up to 32 MiB at 0, the rest from 4 GiB; a second piece joins it without a gap. */
static void describe_hole(void)
{
    struct fabric_config *config = board_describe();

    config->range_count = 3;
    config->ranges[0] = (struct fabric_range){.base = 0, .length = 32 * MIB, .dram_offset = 0};
    config->ranges[1] =
        (struct fabric_range){.base = 4 * GIB, .length = 16 * MIB, .dram_offset = 48 * MIB};
    config->ranges[2] = (struct fabric_range){
        .base = 4 * GIB + 16 * MIB, .length = 16 * MIB, .dram_offset = 32 * MIB};
    fabric_latch();
    assert_int_equal(fabric_config()->range_count, 3);
}

static void first_and_last_byte_of_dram_are_the_limits(void **state)
{
    (void)state;
    assert_int_equal(resolve(0, 1, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(resolve(DRAM - 1, 1, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(resolve(0, DRAM, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(resolve(DRAM, 1, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(DRAM - 1, 2, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(1, DRAM, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0, UINT32_MAX, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0, 0, 1), SEV_STATUS_INVALID_ADDRESS);
}

static void sums_that_wrap_are_refused(void **state)
{
    (void)state;
    assert_int_equal(resolve(UINT64_MAX, 1, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(UINT64_MAX & ~BOARD_C_BIT, 16, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0ull - 16, 32, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0ull - 16, UINT32_MAX, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(1ull << 63, 16, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(1ull << 32, 16, 1), SEV_STATUS_INVALID_ADDRESS);
}

static void alignment_is_that_of_the_address_without_c_bit(void **state)
{
    (void)state;
    for (uint32_t alignment = 1; alignment <= 0x100000; alignment *= 2) {
        assert_int_equal(resolve(0x100000 + alignment, 16, alignment), SEV_STATUS_SUCCESS);
        assert_int_equal(resolve(BOARD_C_BIT | (0x100000 + alignment), 16, alignment),
                         SEV_STATUS_SUCCESS);
        if (alignment > 1) {
            assert_int_equal(resolve(0x100000 + alignment / 2, 16, alignment),
                             SEV_STATUS_INVALID_ADDRESS);
        }
    }
}

static void c_bit_is_stripped_and_remembered(void **state)
{
    (void)state;
    assert_int_equal(resolve(0x1000, 16, 1), SEV_STATUS_SUCCESS);
    assert_false(range.encrypted);
    assert_int_equal(resolve(BOARD_C_BIT | 0x1000, 16, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(range.paddr, 0x1000);
    assert_true(range.encrypted);
    assert_int_equal(resolve((BOARD_C_BIT >> 1) | 0x1000, 16, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve((BOARD_C_BIT << 1) | 0x1000, 16, 1), SEV_STATUS_INVALID_ADDRESS);
}

static void tsme_encrypts_every_address(void **state)
{
    (void)state;
    board_describe()->flags = FABRIC_FLAG_TSME;
    fabric_latch();
    assert_int_equal(resolve(0x1000, 16, 1), SEV_STATUS_SUCCESS);
    assert_true(range.encrypted);
}

static void hole_below_4_gib_is_no_memory(void **state)
{
    (void)state;
    describe_hole();
    assert_int_equal(resolve(32 * MIB - 1, 1, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(resolve(32 * MIB, 1, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(32 * MIB - 16, 32, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(4 * GIB - 1, 1, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(4 * GIB - 16, 32, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(4 * GIB, 16, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(resolve(4 * GIB + 32 * MIB - 16, 16, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(resolve(4 * GIB + 32 * MIB - 16, 17, 1), SEV_STATUS_INVALID_ADDRESS);
}

static void range_may_cross_pieces_that_join(void **state)
{
    (void)state;
    describe_hole();
    memset(buffer, 0x11, 0x1000);
    memset(buffer + 0x1000, 0x22, 0x1000);
    assert_int_equal(resolve(4 * GIB + 16 * MIB - 0x1000, 0x2000, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(hostmem_copy_out(&range, 0, buffer, 0x2000), SEV_STATUS_SUCCESS);
    assert_memory_equal(hosted_dram() + DRAM - 0x1000, buffer, 0x1000);
    assert_memory_equal(hosted_dram() + 32 * MIB, buffer + 0x1000, 0x1000);
    assert_int_equal(hostmem_copy_in(&range, 0, copy, 0x2000), SEV_STATUS_SUCCESS);
    assert_memory_equal(copy, buffer, 0x2000);
}

static void held_pages_are_refused_to_all_but_their_holder(void **state)
{
    (void)state;
    assert_int_equal(resolve(0x10000, 0x8000, 1), SEV_STATUS_SUCCESS);
    hostmem_hold(HOSTMEM_NV, &range);
    assert_int_equal(resolve(0x10000, 0x8000, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0x0FFFF, 2, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0x17FFF, 1, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0x00000, DRAM, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(BOARD_C_BIT | 0x10000, 1, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(resolve(0x0FFFF, 1, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(resolve(0x18000, 1, 1), SEV_STATUS_SUCCESS);
    hostmem_release(HOSTMEM_TMR);
    assert_int_equal(resolve(0x10000, 0x8000, 1), SEV_STATUS_INVALID_ADDRESS);
    hostmem_release(HOSTMEM_NV);
    assert_int_equal(resolve(0x10000, 0x8000, 1), SEV_STATUS_SUCCESS);
}

static void holder_may_hold_several_ranges(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        assert_int_equal(resolve(0x10000 + i * 0x2000, 0x1000, 1), SEV_STATUS_SUCCESS);
        hostmem_hold(i % 2 == 0 ? HOSTMEM_RING : HOSTMEM_NV, &range);
    }
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        assert_int_equal(resolve(0x10FFF + i * 0x2000, 1, 1), SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(resolve(0x11000 + i * 0x2000, 0x1000, 1), SEV_STATUS_SUCCESS);
    }
    hostmem_release(HOSTMEM_RING);
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        assert_int_equal(resolve(0x10000 + i * 0x2000, 0x1000, 1),
                         i % 2 == 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_ADDRESS);
    }
    hostmem_release(HOSTMEM_NV);
}

static enum sev_status success_if(bool allowed)
{
    return allowed ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_UNSAFE;
}

/** What a range is for follows from the row of a command: nothing else can be done with it. */
static void range_allows_its_direction_only(void **state)
{
    struct crypto_memory_key key = {{0}};

    (void)state;
    for (uint8_t direction = 0; direction <= (HOSTMEM_READ | HOSTMEM_WRITE); direction++) {
        const enum sev_status read = success_if((direction & HOSTMEM_READ) != 0);
        const enum sev_status write = success_if((direction & HOSTMEM_WRITE) != 0);

        assert_int_equal(resolve_for(direction, 0x10000, 0x100, 1), SEV_STATUS_SUCCESS);
        assert_int_equal(hostmem_copy_in(&range, 0, copy, 16), read);
        assert_int_equal(hostmem_copy_in_guest(&range, &key, 0, copy, 16), read);
        memset(hosted_dram() + 0x10000, 0x5A, 16);
        memset(buffer, 0x77, 16);
        assert_int_equal(hostmem_copy_out(&range, 0, buffer, 16), write);
        assert_int_equal(hosted_dram()[0x10000], (direction & HOSTMEM_WRITE) != 0 ? 0x77 : 0x5A);
        memset(hosted_dram() + 0x10000, 0x5A, 16);
        assert_int_equal(hostmem_copy_out_guest(&range, &key, 0, buffer, 16), write);
        assert_int_equal(hosted_dram()[0x10000] == 0x5A, (direction & HOSTMEM_WRITE) == 0);
    }
}

static void c_bit_is_ignored_where_it_has_no_meaning(void **state)
{
    const struct hostmem_access access = {
        .direction = HOSTMEM_READ, .ignores_c_bit = true, .alignment = 1};

    (void)state;
    assert_int_equal(hostmem_resolve(BOARD_C_BIT | 0x10000, 16, &access, &range),
                     SEV_STATUS_SUCCESS);
    assert_false(range.encrypted);
    assert_int_equal(range.paddr, 0x10000);
}

/** CVE-2024-21978: a range that was good when it was made. */
static void range_is_checked_again_at_every_access(void **state)
{
    struct hostmem_range held;
    struct crypto_memory_key key = {{0}};

    (void)state;
    memset(buffer, 0x77, sizeof(buffer));
    assert_int_equal(resolve(0x10080, 0x10, 1), SEV_STATUS_SUCCESS);
    held = range;
    assert_int_equal(resolve(0x10000, 0x100, 1), SEV_STATUS_SUCCESS);
    hostmem_hold(HOSTMEM_TMR, &held);
    memset(copy, 0xEE, sizeof(copy));
    assert_int_equal(hostmem_copy_in(&range, 0, copy, 0x100), SEV_STATUS_HWERROR_UNSAFE);
    memset(buffer, 0, 0x100);
    assert_memory_equal(copy, buffer, 0x100); /* Zeroed. */
    assert_int_equal(copy[0x100], 0xEE);
    memset(buffer, 0x77, sizeof(buffer));
    assert_int_equal(hostmem_copy_out(&range, 0, buffer, 0x100), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_copy_out_guest(&range, &key, 0, buffer, 0x100),
                     SEV_STATUS_HWERROR_UNSAFE);
    memset(copy, 0xEE, sizeof(copy));
    assert_int_equal(hostmem_copy_in_guest(&range, &key, 0, copy, 0x100),
                     SEV_STATUS_HWERROR_UNSAFE);
    memset(buffer, 0, 0x100);
    assert_memory_equal(copy, buffer, 0x100);
    for (uint32_t i = 0; i < 0x100; i++) {
        assert_int_equal(hosted_dram()[0x10000 + i], 0);
    }
    hostmem_release(HOSTMEM_TMR);
}

static void part_outside_the_range_is_refused(void **state)
{
    (void)state;
    assert_int_equal(resolve(0x10000, 0x100, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(hostmem_copy_in(&range, 0x100, copy, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(hostmem_copy_in(&range, 0x100, copy, 1), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_copy_in(&range, 0x101, copy, 0), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_copy_in(&range, 1, copy, 0x100), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_copy_out(&range, 0xFF, copy, 2), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_copy_out(&range, UINT32_MAX, copy, 2), SEV_STATUS_HWERROR_UNSAFE);
}

/** The word that is to be replaced has been written by somebody else. */
static void write_word(void *context, const struct hosted_step *step)
{
    if (step->kind == HOSTED_REPLACE) {
        memcpy(hosted_dram() + step->offset, context, sizeof(uint64_t));
    }
}

static void words_change_in_one_step(void **state)
{
    const uint64_t others = 0x8877665544332211u;
    uint64_t found = 7;

    (void)state;
    assert_int_equal(resolve(0x10000, 0x100, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(hostmem_set_word(&range, 8, 0x1122334455667788u), SEV_STATUS_SUCCESS);
    assert_int_equal(*(uint64_t *)(void *)(hosted_dram() + 0x10008), 0x1122334455667788u);
    assert_int_equal(hostmem_replace_word(&range, 8, 0x1122334455667788u, 5, &found),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(found, 0x1122334455667788u);
    assert_int_equal(*(uint64_t *)(void *)(hosted_dram() + 0x10008), 5);
    assert_int_equal(hostmem_replace_word(&range, 8, 6, 9, &found), SEV_STATUS_SUCCESS);
    assert_int_equal(found, 5); /* Not what was expected: nothing is written. */
    assert_int_equal(*(uint64_t *)(void *)(hosted_dram() + 0x10008), 5);
    hosted_set_access_hook(write_word, (void *)(uintptr_t)&others);
    assert_int_equal(hostmem_replace_word(&range, 8, 5, 9, &found), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(found, others);
    assert_int_equal(*(uint64_t *)(void *)(hosted_dram() + 0x10008), others);
    assert_int_equal(hostmem_exchange_word(&range, 8, 5, &found),
                     SEV_STATUS_SUCCESS); /* Whatever is there. */
    assert_int_equal(found, others);
    assert_int_equal(*(uint64_t *)(void *)(hosted_dram() + 0x10008), 5);
}

static void words_that_cannot_be_reached_are_refused(void **state)
{
    uint64_t found = 7;

    (void)state;
    assert_int_equal(resolve(0x10000, 0x100, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(hostmem_set_word(&range, 0xFC, 1), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_set_word(&range, 0x100, 1), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_set_word(&range, 4, 1), SEV_STATUS_HWERROR_UNSAFE); /* Not aligned. */
    assert_int_equal(hostmem_replace_word(&range, 4, 0, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(found, 0);
    found = 7;
    assert_int_equal(hostmem_exchange_word(&range, 4, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(found, 0);
    range.direction = HOSTMEM_READ;
    assert_int_equal(hostmem_set_word(&range, 8, 1), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_replace_word(&range, 8, 0, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_exchange_word(&range, 8, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    range.direction = HOSTMEM_WRITE;
    assert_int_equal(hostmem_replace_word(&range, 8, 0, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_exchange_word(&range, 8, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    range.direction = HOSTMEM_READ | HOSTMEM_WRITE;
    range.encrypted = true; /* A word is no block. */
    assert_int_equal(hostmem_set_word(&range, 8, 1), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_replace_word(&range, 8, 0, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_exchange_word(&range, 8, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    range.encrypted = false;
    hostmem_hold(HOSTMEM_TMR, &range);
    assert_int_equal(hostmem_set_word(&range, 8, 1), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_replace_word(&range, 8, 0, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_exchange_word(&range, 8, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    hostmem_release(HOSTMEM_TMR);
    assert_int_equal(*(uint64_t *)(void *)(hosted_dram() + 0x10008), 0);
    assert_int_equal(hostmem_set_word(&range, 8, 1), SEV_STATUS_SUCCESS);
}

static void overlap_is_a_shared_byte(void **state)
{
    const struct hostmem_range a = {.paddr = 0x1000, .length = 0x100};
    const struct hostmem_range absent = {.paddr = 0x1010, .length = 0};
    struct hostmem_range b = {.length = 0x10};

    (void)state;
    for (b.paddr = 0xFE0; b.paddr < 0x1120; b.paddr++) {
        const bool expected = b.paddr + 0x10 > 0x1000 && b.paddr < 0x1100;
        assert_int_equal(hostmem_overlap(&a, &b), expected);
        assert_int_equal(hostmem_overlap(&b, &a), expected);
    }
    assert_false(hostmem_overlap(&a, &absent));
    assert_false(hostmem_overlap(&absent, &a));
    b = (struct hostmem_range){.paddr = 0x1010, .length = 0x10, .encrypted = true};
    assert_true(hostmem_overlap(&a, &b)); /* The C-bit makes no other memory. */
}

static void host_key_is_applied_as_openssl_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < 0x2000; i++) {
        buffer[i] = (uint8_t)(i * 7);
    }
    oracle_write_memory(HOST, 0x10000, buffer, 0x2000);
    assert_int_equal(resolve(BOARD_C_BIT | 0x10000, 0x2000, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(hostmem_copy_in(&range, 0, copy, 0x2000), SEV_STATUS_SUCCESS);
    assert_memory_equal(copy, buffer, 0x2000);
    assert_int_equal(hostmem_copy_in(&range, 0x0FF3, copy, 0x21),
                     SEV_STATUS_SUCCESS); /* Partial blocks, two pages. */
    assert_memory_equal(copy, buffer + 0x0FF3, 0x21);
}

static void writes_of_part_of_a_block_keep_the_rest(void **state)
{
    static const uint32_t lengths[] = {1, 3, 15, 16, 17, 31, 0x40, 0x1001};
    static const uint32_t offsets[] = {0, 1, 8, 15, 16, 0xFFF, 0x7F1};

    (void)state;
    for (size_t o = 0; o < sizeof(offsets) / sizeof(offsets[0]); o++) {
        for (size_t l = 0; l < sizeof(lengths) / sizeof(lengths[0]); l++) {
            memset(buffer, 0x3C, sizeof(buffer));
            oracle_write_memory(HOST, 0x10000, buffer, sizeof(buffer));
            memset(copy, 0xC3, lengths[l]);
            assert_int_equal(resolve(BOARD_C_BIT | 0x10000, 0x3000, 1), SEV_STATUS_SUCCESS);
            assert_int_equal(hostmem_copy_out(&range, offsets[o], copy, lengths[l]),
                             SEV_STATUS_SUCCESS);
            memset(buffer + offsets[o], 0xC3, lengths[l]);
            oracle_read_memory(HOST, 0x10000, copy, sizeof(copy));
            assert_memory_equal(copy, buffer, sizeof(buffer));
        }
    }
}

static void guest_key_applies_whatever_the_c_bit(void **state)
{
    static const uint8_t vek[16] = "a guest's key..";
    struct crypto_memory_key key;

    (void)state;
    crypto_memory_key_set(&key, vek, board_memctl()->tweak_key);
    for (int c = 0; c < 2; c++) {
        memset(buffer, 0x51 + c, 0x1000);
        memcpy(copy, buffer, 0x1000);
        assert_int_equal(resolve((c == 1 ? BOARD_C_BIT : 0) | 0x10000, 0x1000, 1),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(hostmem_copy_out_guest(&range, &key, 0, copy, 0x1000), SEV_STATUS_SUCCESS);
        oracle_page(vek, board_memctl()->tweak_key, 0x10000, hosted_dram() + 0x10000, copy, false);
        assert_memory_equal(copy, buffer, 0x1000);
        assert_int_equal(hostmem_copy_in_guest(&range, &key, 0x10, copy, 0x20), SEV_STATUS_SUCCESS);
        assert_memory_equal(copy, buffer + 0x10, 0x20);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, board_boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_and_last_byte_of_dram_are_the_limits),
        TEST(sums_that_wrap_are_refused),
        TEST(alignment_is_that_of_the_address_without_c_bit),
        TEST(c_bit_is_stripped_and_remembered),
        TEST(tsme_encrypts_every_address),
        TEST(hole_below_4_gib_is_no_memory),
        TEST(range_may_cross_pieces_that_join),
        TEST(held_pages_are_refused_to_all_but_their_holder),
        TEST(holder_may_hold_several_ranges),
        TEST(range_allows_its_direction_only),
        TEST(c_bit_is_ignored_where_it_has_no_meaning),
        TEST(range_is_checked_again_at_every_access),
        TEST(part_outside_the_range_is_refused),
        TEST(words_change_in_one_step),
        TEST(words_that_cannot_be_reached_are_refused),
        TEST(overlap_is_a_shared_byte),
        TEST(host_key_is_applied_as_openssl_does),
        TEST(writes_of_part_of_a_block_keep_the_rest),
        TEST(guest_key_applies_whatever_the_c_bit),
    };

    return cmocka_run_group_tests_name("hostmem", tests, NULL, NULL);
}
