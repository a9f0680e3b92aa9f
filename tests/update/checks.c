/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DOWNLOAD_FIRMWARE checks before it looks at the file: length, address, platform state.
 */
#include <string.h>

#include "abi/sev_state.h"
#include "host/lib/sev.h"
#include "tests/update/board.h"

#define FILE_BYTES_MAX 0x201300u /**< 2 MiB of body, and what belongs to it. */

static uint32_t put_good_file(void)
{
    struct provision_bytes file;
    material_file(&subject.material, true, &file);
    uint8_t *room = dram_pointer(&observed.dram, setting.paddr, ROOM_BYTES);
    assert_non_null(room);
    memset(room, 0, ROOM_BYTES);
    memcpy(room, file.data, file.length);
    const uint32_t length = (uint32_t)file.length;
    provision_bytes_free(&file);
    return length;
}

static void refused(const char *what, uint64_t paddr, uint32_t length, int expected)
{
    observe_remember();
    const int status = download_from(paddr, length, 0);
    if (status != expected) {
        fail_msg("%s: %s instead of %s", what, sev_result_text(status), sev_result_text(expected));
    }
    observe_compare(what);
}

void lengths_are_checked(void **state)
{
    (void)state;
    (void)put_good_file();
    refused("no length", setting.paddr, 0, SEV_STATUS_INVALID_LENGTH);
    refused("one byte", setting.paddr, 1, SEV_STATUS_INVALID_LENGTH);
    refused("header alone", setting.paddr, IMAGE_HEADER_BYTES, SEV_STATUS_INVALID_LENGTH);
    refused("less than a word of body", setting.paddr, IMAGE_HEADER_BYTES + 3,
            SEV_STATUS_INVALID_LENGTH);
    refused("smallest length", setting.paddr, IMAGE_HEADER_BYTES + 4, SEV_STATUS_UNSUPPORTED);
    refused("largest length", setting.paddr, FILE_BYTES_MAX, SEV_STATUS_UNSUPPORTED);
    refused("above the largest length", setting.paddr, FILE_BYTES_MAX + 1,
            SEV_STATUS_INVALID_LENGTH);
    refused("4 GiB", setting.paddr, UINT32_MAX, SEV_STATUS_INVALID_LENGTH);
}

void addresses_are_checked(void **state)
{
    const uint32_t length = put_good_file();
    const struct fabric_range *last = &observed.dram.ranges[observed.dram.range_count - 1];
    const uint64_t end = last->base + last->length;
    (void)state;
    for (uint64_t shift = 1; shift < 32; shift *= 2) {
        refused("misaligned", setting.paddr + shift, length, SEV_STATUS_INVALID_ADDRESS);
    }
    refused("last page", end - DRAM_PAGE_BYTES, length, SEV_STATUS_INVALID_ADDRESS);
    refused("behind DRAM", end, length, SEV_STATUS_INVALID_ADDRESS);
    refused("in the hole", observed.dram.ranges[0].length - DRAM_PAGE_BYTES, length,
            SEV_STATUS_INVALID_ADDRESS);
    refused("highest address", ~UINT64_C(31), length, SEV_STATUS_INVALID_ADDRESS);
}

void parameters_may_not_lie_in_the_file(void **state)
{
    const uint32_t length = put_good_file();
    (void)state;
    /* The page of parameters is before the room: a range that ends in it, and one around it. */
    assert_true(observed.command_paddr < setting.paddr);
    refused("the file is over the parameters", observed.command_paddr, length,
            SEV_STATUS_INVALID_ADDRESS);
    refused("the file is around the parameters", observed.command_paddr - DRAM_PAGE_BYTES, length,
            SEV_STATUS_INVALID_ADDRESS);
}

void only_an_uninitialised_platform_is_updated(void **state)
{
    const uint32_t length = put_good_file();
    struct sev_init init = {0};
    struct sev_launch_start start = {0};
    (void)state;
    assert_int_equal(observe_command(SEV_COMMAND_INIT, &init, sizeof init, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(observe_status().state, SEV_PLATFORM_INIT);
    refused("INIT", setting.paddr, length, SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(observe_command(SEV_COMMAND_LAUNCH_START, &start, sizeof start, 0),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(observe_status().state, SEV_PLATFORM_WORKING);
    refused("WORKING", setting.paddr, length, SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(observe_command(SEV_COMMAND_SHUTDOWN, NULL, 0, 0), SEV_STATUS_SUCCESS);
    refused("UNINIT, file cut", setting.paddr, length - 4, SEV_STATUS_UNSUPPORTED);
}
