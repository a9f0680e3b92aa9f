/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guards of the Linux board: each call of a hal_ function outside its contract ends the process
 * and says which function it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "hal/dram.h"
#include "hal/entropy.h"
#include "hal/fabric.h"
#include "hal/flash.h"
#include "hal/hosted/hosted.h"
#include "hal/mailbox.h"

static uint8_t buffer[8192];

static int dram_read_past_the_end(void *unused)
{
    (void)unused;
    hal_dram_read(HOSTED_DRAM_BYTES_DEFAULT - 8, buffer, 16);
    return 0;
}

static int dram_write_at_the_end(void *unused)
{
    (void)unused;
    hal_dram_write(HOSTED_DRAM_BYTES_DEFAULT, buffer, 1);
    return 0;
}

static int dram_read_that_wraps(void *unused)
{
    (void)unused;
    hal_dram_read(UINT64_MAX, buffer, 2);
    return 0;
}

static int dram_word_unaligned(void *unused)
{
    (void)unused;
    hal_dram_store(0x1004, 0);
    return 0;
}

static int dram_word_past_the_end(void *unused)
{
    uint64_t expected = 0;

    (void)unused;
    return hal_dram_replace(HOSTED_DRAM_BYTES_DEFAULT, &expected, 0);
}

static int fabric_read_past_the_end(void *unused)
{
    (void)unused;
    hal_fabric_read(FABRIC_FILE_BYTES - 1, buffer, 2);
    return 0;
}

static int fabric_write_that_wraps(void *unused)
{
    (void)unused;
    hal_fabric_write(0xFFFFFFFFu, buffer, 2);
    return 0;
}

static int mailbox_read_unaligned(void *unused)
{
    (void)unused;
    return (int)hal_mailbox_read(MAILBOX_CMDRESP + 2);
}

static int mailbox_write_past_the_bar(void *unused)
{
    (void)unused;
    hal_mailbox_write(MAILBOX_BAR_BYTES, 0);
    return 0;
}

static int entropy_too_long(void *unused)
{
    (void)unused;
    return hal_entropy_read(buffer, 4097);
}

static int flash_read_that_wraps(void *unused)
{
    (void)unused;
    hal_flash_read(0xFFFFFFF8u, buffer, 16);
    return 0;
}

static int flash_erase_in_a_sector(void *unused)
{
    (void)unused;
    return hal_flash_erase(8);
}

static int flash_erase_at_the_end(void *unused)
{
    (void)unused;
    return hal_flash_erase(HOSTED_FLASH_BYTES);
}

static int flash_program_unaligned(void *unused)
{
    (void)unused;
    return hal_flash_program(4, buffer, 8);
}

static int flash_program_half_a_word(void *unused)
{
    (void)unused;
    return hal_flash_program(0, buffer, 4);
}

static int flash_program_past_the_end(void *unused)
{
    (void)unused;
    return hal_flash_program(HOSTED_FLASH_BYTES - 8, buffer, 16);
}

static int flash_set_a_bit_when_strict(void *unused)
{
    (void)unused;
    hosted_flash_set_strict(true);
    return hal_flash_program(0, buffer, 8) && hal_flash_program(0, "\1\0\0\0\0\0\0", 8);
}

static const struct {
    int (*call)(void *unused);
    const char *message; /**< How the guard's message starts. */
} misuses[] = {
    {dram_read_past_the_end, "hal_dram_read: [0x3fffff8, +0x10)"},
    {dram_write_at_the_end, "hal_dram_write: [0x4000000, +0x1)"},
    {dram_read_that_wraps, "hal_dram_read: [0xffffffffffffffff, +0x2)"},
    {dram_word_unaligned, "hal_dram_store: 0x1004 is no multiple of 8"},
    {dram_word_past_the_end, "hal_dram_replace: [0x4000000, +0x8)"},
    {fabric_read_past_the_end, "hal_fabric_read: [0x1fffff, +0x2)"},
    {fabric_write_that_wraps, "hal_fabric_write: [0xffffffff, +0x2)"},
    {mailbox_read_unaligned, "hal_mailbox_read: there is no register 0x10982"},
    {mailbox_write_past_the_bar, "hal_mailbox_write: there is no register 0x100000"},
    {entropy_too_long, "hal_entropy_read: 4097 bytes"},
    {flash_read_that_wraps, "hal_flash_read: [0xfffffff8, +0x10)"},
    {flash_erase_in_a_sector, "hal_flash_erase: no sector starts at 0x8"},
    {flash_erase_at_the_end, "hal_flash_erase: [0x200000, +0x40000)"},
    {flash_program_unaligned, "hal_flash_program: [0x4, +0x8)"},
    {flash_program_half_a_word, "hal_flash_program: [0x0, +0x4)"},
    {flash_program_past_the_end, "hal_flash_program: [0x1ffff8, +0x10)"},
    {flash_set_a_bit_when_strict, "hal_flash_program: byte 0x0 is 00 and cannot become 01"},
};

static void misuse_ends_the_process(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
        hosted_reset();
        assert_int_equal(hosted_boot(misuses[i].call, NULL, NULL), HOSTED_DIED);
        assert_ptr_equal(strstr(hosted_guard_message(), misuses[i].message),
                         hosted_guard_message());
    }
}

static int use_all_limits(void *unused)
{
    (void)unused;
    hal_dram_read(HOSTED_DRAM_BYTES_DEFAULT - 16, buffer, 16);
    hal_dram_write(HOSTED_DRAM_BYTES_DEFAULT, buffer, 0);
    hal_fabric_write(FABRIC_FILE_BYTES - 2, buffer, 2);
    hal_mailbox_write(MAILBOX_BAR_BYTES - 4, 0);
    hal_flash_read(HOSTED_FLASH_BYTES - 16, buffer, 16);
    return hal_entropy_read(buffer, 4096) &&
           hal_flash_erase(HOSTED_FLASH_BYTES - HAL_FLASH_SECTOR_BYTES) &&
           hal_flash_program(HOSTED_FLASH_BYTES - 8, buffer, 8);
}

static void the_last_byte_of_each_device_may_be_used(void **state)
{
    int result = 0;

    (void)state;
    hosted_reset();
    assert_int_equal(hosted_boot(use_all_limits, NULL, &result), HOSTED_RETURNED);
    assert_int_equal(result, 1);
    assert_string_equal(hosted_guard_message(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(misuse_ends_the_process),
        cmocka_unit_test(the_last_byte_of_each_device_may_be_used),
    };

    return cmocka_run_group_tests_name("hosted guards", tests, NULL, NULL);
}
