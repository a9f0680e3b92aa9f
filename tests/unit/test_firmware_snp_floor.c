/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was committed (firmware/platform/rollback.h), as commands meet it: no file below it is taken, and
 * a firmware below it, which the fuses allow to run, does not commit itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/product.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/tcb.h"

#include "tests/unit/firmware_download.h"
#include "tests/unit/firmware_sight.h"
#include "tests/unit/firmware_snp.h"

/** Of DOWNLOAD_FIRMWARE or SNP_DOWNLOAD_FIRMWARE_EX. */
static enum sev_status take_file(uint32_t id, uint32_t length)
{
    struct snp_download_firmware_ex parameters = {
        .length = sizeof(parameters), .fw_paddr = DOWNLOAD_PADDR, .fw_length = length};

    return id == SEV_COMMAND_DOWNLOAD_FIRMWARE ? download_run(length)
                                               : board_command(id, &parameters, sizeof(parameters));
}

static const uint32_t takers[] = {SEV_COMMAND_DOWNLOAD_FIRMWARE, SNP_COMMAND_DOWNLOAD_FIRMWARE_EX};

/** Both commands compare major, minor and build as one number; UNSUPPORTED: they would enter it. */
static void no_version_below_the_committed_one_is_taken(void **state)
{
    const struct rollback_floor floor = {.api_major = 1, .api_minor = 58, .build = 7};
    struct download_file file = {.body_bytes = DOWNLOAD_BODY_BYTES};
    static const struct {
        uint8_t api_major;
        uint8_t api_minor;
        uint8_t build;
        enum sev_status expected;
    } versions[] = {
        {1, 58, 6, SEV_STATUS_BAD_VERSION},    {1, 57, 255, SEV_STATUS_BAD_VERSION},
        {0, 255, 255, SEV_STATUS_BAD_VERSION}, {1, 58, 7, SEV_STATUS_UNSUPPORTED},
        {1, 59, 0, SEV_STATUS_UNSUPPORTED},    {2, 0, 0, SEV_STATUS_UNSUPPORTED},
    };

    (void)state;
    assert_int_equal(rollback_commit(&floor), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        uint32_t length;

        file.api_major = versions[i].api_major;
        file.api_minor = versions[i].api_minor;
        file.build = versions[i].build;
        length = download_put(&file);
        for (size_t j = 0; j < sizeof(takers) / sizeof(takers[0]); j++) {
            (void)take_file(takers[j], length); /* Its parameters are the test's, and stay. */
            sight_take(0);
            assert_int_equal(take_file(takers[j], length), versions[i].expected);
            sight_check("a file", "another version");
        }
    }
}

/** What runs is as old as the other part of each floor says. */
static void what_is_below_the_floor_does_not_commit_itself(void **state)
{
    static const struct {
        uint8_t minor_above;
        uint8_t build_above;
        uint64_t tcb_above; /**< Each byte is a version of its own. */
        enum sev_status expected;
    } floors[] = {
        {0, 0, 0, SEV_STATUS_SUCCESS},          {0, 1, 0, SEV_STATUS_BAD_VERSION},
        {1, 0, 0, SEV_STATUS_BAD_VERSION},      {0, 0, 1, SEV_STATUS_BAD_SVN},
        {0, 0, 1ull << 56, SEV_STATUS_BAD_SVN}, {1, 1, 1ull << 48, SEV_STATUS_BAD_SVN},
    };

    for (size_t i = 0; i < sizeof(floors) / sizeof(floors[0]); i++) {
        struct snp_commit parameters = {.length = sizeof(parameters)};
        struct rollback_floor floor;

        (void)snp_boot(state);
        floor = (struct rollback_floor){
            .build = (uint8_t)(SEV_BUILD + floors[i].build_above),
            .api_minor = (uint8_t)(product()->api_minor + floors[i].minor_above),
            .api_major = product()->api_major,
            .tcb = tcb_current() + floors[i].tcb_above,
        };
        assert_int_equal(rollback_commit(&floor), SEV_STATUS_SUCCESS);
        memcpy(board_dram(BOARD_PARAMETERS), &parameters, sizeof(parameters));
        sight_take(0);
        assert_int_equal(board_command(SNP_COMMAND_COMMIT, &parameters, sizeof(parameters)),
                         floors[i].expected);
        if (floors[i].expected != SEV_STATUS_SUCCESS) {
            sight_check("SNP_COMMIT", "a floor above");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_version_below_the_committed_one_is_taken, snp_boot),
        cmocka_unit_test(what_is_below_the_floor_does_not_commit_itself),
    };

    return cmocka_run_group_tests_name("the floor", tests, download_make_keys, download_free_keys);
}
