/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SEV-SNP's commands for the platform need to succeed (subjects.h).
 */
#include <stdio.h>
#include <string.h>

#include "abi/fuses.h"
#include "host/lib/fabric.h"
#include "host/lib/status.h"
#include "tests/conformance/states.h"
#include "tests/hypervisor/subjects.h"
#include "tests/snp/chip_keys.h"

#define CSP_SECRET_BYTES 32u

static void prepare_nothing(void *parameters)
{
    (void)parameters;
}

static void prepare_flushed(void *parameters)
{
    (void)parameters;
    fabric_report_wbinvd_all(suite_fabric());
}

static void prepare_platform_status(void *parameters)
{
    struct snp_address *address = parameters;

    address->paddr = subject_firmware_page(OUTPUT_PAGE);
}

static void prepare_init_ex(void *parameters)
{
    struct snp_init_ex *init = parameters;

    init->flags = SNP_INIT_RMP | SNP_INIT_LIST_PADDR_EN;
    init->list_paddr = hypervisor_page(INPUT_PAGE);
    memset(suite_at(init->list_paddr, DRAM_PAGE_BYTES), 0, DRAM_PAGE_BYTES);
}

static void prepare_shutdown_ex(void *parameters)
{
    struct snp_shutdown_ex *shutdown = parameters;

    shutdown->length = sizeof *shutdown;
}

static void prepare_download_firmware_ex(void *parameters)
{
    struct snp_download_firmware_ex *download = parameters;

    download->length = sizeof *download;
    download->fw_paddr = suite.tmr;
    download->fw_length = (uint32_t)load_file("same.img", suite.tmr);
}

static void prepare_commit(void *parameters)
{
    struct snp_commit *commit = parameters;

    commit->length = sizeof *commit;
}

/** A hashstick that is wrapped for this chip. */
static void prepare_vlek_load(void *parameters)
{
    static const uint8_t secret[CSP_SECRET_BYTES] = {0x56};
    static const uint8_t iv[12] = {1};
    struct witness_stick stick;
    struct snp_vlek_load *load = parameters;
    struct fabric_status status;
    struct fuses fuses;
    char path[PATH_MAX];

    assert_true(board_path(path, suite_directory(NEEDS_CERTIFICATES), "fuses.bin"));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(&fuses, sizeof fuses, 1, file), 1);
    (void)fclose(file);
    assert_int_equal(status_copy(suite_fabric(), STATUS_TIMEOUT_MS, &status), STATUS_SERVING);
    load->length = sizeof *load;
    load->wrapped_paddr = hypervisor_page(INPUT_PAGE);
    witness_vlek_stick(secret, sizeof secret, status.tcb_current, &stick);
    witness_vlek_wrap(fuses.chip_secret, &stick, iv,
                      suite_at(load->wrapped_paddr, sizeof(struct snp_wrapped_vlek)));
}

static void prepare_feature_info(void *parameters)
{
    struct snp_feature_info *info = parameters;

    info->length = sizeof *info;
    info->feature_info_paddr = subject_firmware_page(OUTPUT_PAGE);
}

static void prepare_verify_mitigation(void *parameters)
{
    struct snp_verify_mitigation *verify = parameters;

    verify->length = sizeof *verify;
    verify->subcommand = SNP_MITIGATION_VERIFY;
    verify->vector = 1;
    verify->flags = SNP_MITIGATION_DST_PADDR_EN;
    verify->dst_paddr = subject_firmware_page(OUTPUT_PAGE);
}

#define UNINIT SNP_PLATFORM_UNINIT
#define INIT SNP_PLATFORM_INIT

const struct subject platform_subjects[] = {
    {SNP_COMMAND_INIT, UNINIT, .once = true, .prepare = prepare_nothing},
    {SNP_COMMAND_SHUTDOWN, INIT, .prepare = prepare_nothing},
    {SNP_COMMAND_PLATFORM_STATUS, INIT, .once = true, .prepare = prepare_platform_status},
    {SNP_COMMAND_DF_FLUSH, INIT, .prepare = prepare_flushed},
    {SNP_COMMAND_INIT_EX, UNINIT, .once = true, .prepare = prepare_init_ex},
    {SNP_COMMAND_SHUTDOWN_EX, INIT, .prepare = prepare_shutdown_ex},
    {SNP_COMMAND_VERIFY_MITIGATION, INIT, .prepare = prepare_verify_mitigation},
    {SNP_COMMAND_CONFIG, INIT, .prepare = prepare_nothing},
    {SNP_COMMAND_DOWNLOAD_FIRMWARE_EX, UNINIT, .board_only = true,
     .prepare = prepare_download_firmware_ex},
    {SNP_COMMAND_COMMIT, INIT, .prepare = prepare_commit},
    {SNP_COMMAND_VLEK_LOAD, INIT, .prepare = prepare_vlek_load},
    {SNP_COMMAND_FEATURE_INFO, INIT, .prepare = prepare_feature_info},
    {.prepare = NULL},
};
