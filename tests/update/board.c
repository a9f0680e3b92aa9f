/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DOWNLOAD_FIRMWARE on a running security processor: the board, or the firmware as a Linux process,
 * which refuses good files as UNSUPPORTED because a Linux process cannot become an Arm image.
 *
 * STRIDE: the distance of damaged bytes; 0 leaves the cases of files out.
 *
 * usage: board CHIP-DIRECTORY VENDOR-DIRECTORY FIRMWARE STRIDE (--hosted PROGRAM | --cpu MODEL VARIANT)
 */
#include "tests/update/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/runner.h"
#include "host/lib/sev.h"

#define MEMORY_MIB 16u
#define QUIET_MS 80

struct setting setting;

int download_from(uint64_t paddr, uint32_t length, int quiet_ms)
{
    struct sev_download_firmware buffer = {.fw_paddr = paddr, .fw_length = length};
    return observe_command(SEV_COMMAND_DOWNLOAD_FIRMWARE, &buffer, sizeof buffer, quiet_ms);
}

int download(const struct provision_bytes *file, int quiet_ms)
{
    uint8_t *room = dram_pointer(&observed.dram, setting.paddr, ROOM_BYTES);
    assert_non_null(room);
    assert_true(file->length <= ROOM_BYTES);
    memcpy(room, file->data, file->length);
    return download_from(setting.paddr, (uint32_t)file->length, quiet_ms);
}

int download_made(const char *firmware, uint32_t security_version, bool wrapped)
{
    struct material material = subject.material;
    struct provision_error error = {0};
    struct provision_bytes file;
    if (firmware != NULL) {
        assert_true(
            provision_file_read(firmware, IMAGE_BODY_MAX, false, &material.firmware, &error));
    }
    material.security_version = security_version;
    material_file(&material, wrapped, &file);
    const int status = download(&file, QUIET_MS);
    provision_bytes_free(&file);
    if (firmware != NULL) {
        provision_bytes_free(&material.firmware);
    }
    return status;
}

static void judge(const char *what, const struct provision_bytes *file, enum sev_status expected)
{
    const bool replaces = expected == SEV_STATUS_SUCCESS && setting.replaces;
    const int wanted =
        expected == SEV_STATUS_SUCCESS && !replaces ? SEV_STATUS_UNSUPPORTED : (int)expected;
    uint8_t *room = dram_pointer(&observed.dram, setting.paddr, ROOM_BYTES);
    assert_non_null(room);
    memcpy(room, file->data, file->length);
    observe_remember();
    const int status =
        download_from(setting.paddr, (uint32_t)file->length, replaces ? QUIET_MS : 0);
    if (status != wanted) {
        fail_msg("%s: %s instead of %s", what, sev_result_text(status), sev_result_text(wanted));
    }
    (replaces ? observe_compare_replaced : observe_compare)(what);
}

static bool parse(int argc, char **argv, struct board_options *options)
{
    if (argc < 7 || !material_open(&subject.material, argv[2], argv[3], FLASH_SECURITY_VERSION)) {
        return false;
    }
    options->directory = argv[1];
    options->memory_mib = MEMORY_MIB;
    subject.stride = strtoul(argv[4], NULL, 10);
    setting.chip = argv[1];
    if (strcmp(argv[5], "--hosted") == 0 && argc == 7) {
        /* A Linux process was started by no boot ROM: only the fuses tell what is too old. */
        subject.material.security_version = FUSED_SECURITY_VERSION;
        options->hosted = argv[6];
        return true;
    }
    options->cpu = argv[6];
    setting.replaces = true;
    setting.variant = argv[argc - 1];
    return strcmp(argv[5], "--cpu") == 0 && argc == 8;
}

static int run_all(void)
{
    const struct CMUnitTest checks[] = {
        cmocka_unit_test(lengths_are_checked),
        cmocka_unit_test(addresses_are_checked),
        cmocka_unit_test(parameters_may_not_lie_in_the_file),
        cmocka_unit_test(only_an_uninitialised_platform_is_updated),
    };
    const struct CMUnitTest life[] = {
        cmocka_unit_test(identity_and_host_memory_survive),
        cmocka_unit_test(the_nv_block_is_known_after_an_update),
        cmocka_unit_test(the_largest_image_can_be_loaded),
        cmocka_unit_test(the_same_file_can_be_loaded_again),
        cmocka_unit_test(the_way_back_is_barred),
        cmocka_unit_test(encrypted_memory_may_hold_the_file),
        cmocka_unit_test(a_reset_returns_to_the_flash),
    };
    int failed = 0;
    if (subject.stride != 0) {
        failed = _cmocka_run_group_tests("files", update_cases, update_case_count, NULL, NULL);
    }
    failed += cmocka_run_group_tests_name("checks", checks, NULL, NULL);
    if (setting.replaces) {
        failed += cmocka_run_group_tests_name("life", life, NULL, NULL);
    }
    return failed;
}

int main(int argc, char **argv)
{
    struct board_options options = board_default_options;
    if (!parse(argc, argv, &options)) {
        (void)fprintf(stderr, "usage: board CHIP-DIRECTORY VENDOR-DIRECTORY FIRMWARE STRIDE "
                              "(--hosted PROGRAM | --cpu MODEL VARIANT)\n");
        return 2;
    }
    if (board_start(&observed, &options) != BOARD_OK) {
        (void)fprintf(stderr, "%s\n", observed.message);
        return 1;
    }
    subject.judge = judge;
    setting.paddr = dram_allocate(&observed.dram, 0, ROOM_BYTES, DRAM_PAGE_BYTES);
    observe_start(setting.chip);
    const int failed = run_all();
    observe_end();
    const bool stopped = board_stop(&observed) == BOARD_OK;
    material_close(&subject.material);
    return failed == 0 && stopped ? 0 : 1;
}
