/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_DOWNLOAD_FIRMWARE_EX (SNP 10.2), and DOWNLOAD_FIRMWARE on a machine with SEV-SNP. The images are in
 * the chip's directory: same.img is what runs, older.img and newer.img differ in the security version.
 * The last group: what it commits stays.
 */
#include <string.h>

#include "host/lib/status.h"
#include "tests/conformance/states.h"
#include "tests/hypervisor/hypervisor.h"

#define SNP_PART (1ull << 48) /**< One version of the firmware's own part of a TCB. */

/** Puts an image into memory, which no RMP protects. */
static struct snp_download_firmware_ex load(const char *name, uint32_t flags)
{
    return (struct snp_download_firmware_ex){
        .length = sizeof(struct snp_download_firmware_ex),
        .fw_paddr = suite.tmr,
        .fw_length = (uint32_t)load_file(name, suite.tmr),
        .flags = flags,
    };
}

/** A Linux process cannot be replaced by what it accepts. */
static enum sev_status accepted(void)
{
    return program_settings.emulated ? SEV_STATUS_SUCCESS : SEV_STATUS_UNSUPPORTED;
}

/** Both commands. */
static void expect(const char *name, enum sev_status expected)
{
    struct snp_download_firmware_ex parameters = load(name, 0);
    struct sev_download_firmware legacy = {.fw_paddr = parameters.fw_paddr,
                                           .fw_length = parameters.fw_length};

    assert_status_is(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), expected);
    assert_status_is(RUN(DOWNLOAD_FIRMWARE, &legacy), expected);
}

static struct fabric_status told(void)
{
    struct fabric_status status;

    assert_int_equal(status_copy(suite_fabric(), STATUS_TIMEOUT_MS, &status), STATUS_SERVING);
    return status;
}

static void what_protects_guests_is_shut_down_first(void **state)
{
    (void)state;
    hypervisor_to_init();
    (void)hypervisor_create(hypervisor_page(0));
    expect("same.img", SEV_STATUS_SHUTDOWN_REQUIRED);
    assert_page(hypervisor_page(0), CONTEXT);
    assert_true(hypervisor_make(suite.tmr + DRAM_PAGE_BYTES, X86_RMP_PRE_GUEST));
    expect("same.img", SEV_STATUS_INVALID_PAGE_STATE);
    assert_status(SNP_OF(DECOMMISSION, hypervisor_page(0)), SUCCESS);
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    expect("same.img", SEV_STATUS_SHUTDOWN_REQUIRED);
    assert_page(hypervisor_page(0), FIRMWARE);
    assert_status(hypervisor_shutdown(SNP_SHUTDOWN_X86), SUCCESS);
    expect("same.img", accepted());
    hypervisor_to_init();
    assert_page(hypervisor_page(0), HYPERVISOR);
}

static void sev_is_shut_down_too(void **state)
{
    struct snp_download_firmware_ex parameters;

    (void)state;
    hypervisor_to_uninit();
    to_init();
    parameters = load("same.img", 0);
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), SHUTDOWN_REQUIRED);
    to_uninit();
    assert_status_is(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), accepted());
}

static void files_and_parameters_are_checked(void **state)
{
    struct snp_download_firmware_ex parameters;

    (void)state;
    hypervisor_to_uninit();
    expect("older.img", SEV_STATUS_BAD_SVN);
    parameters = load("same.img", 0);
    for (uint32_t bit = 1; bit < 32; bit++) {
        parameters.flags = 1u << bit;
        assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), INVALID_PARAM);
    }
    parameters = load("same.img", SNP_DOWNLOAD_COMMIT);
    parameters.reserved_04 = 1;
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), INVALID_PARAM);
    parameters = load("same.img", SNP_DOWNLOAD_COMMIT);
    parameters.fw_paddr += 16;
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), INVALID_ADDRESS);
    parameters = load("same.img", SNP_DOWNLOAD_COMMIT);
    parameters.fw_length -= 4;
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), UNSUPPORTED);
    parameters.fw_length = 0x201301;
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), INVALID_LENGTH);
    parameters.fw_length = 0x1003;
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), INVALID_LENGTH);
    parameters = load("same.img", SNP_DOWNLOAD_COMMIT);
    *(uint8_t *)suite_at(suite.tmr + parameters.fw_length - 1, 1) ^= 1;
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), BAD_SIGNATURE);
}

/** Current, committed and reported TCB go up one after the other, and never down. */
static void the_new_firmware_commits_itself_when_asked_to(void **state)
{
    struct snp_commit commit = {.length = sizeof commit};
    struct snp_download_firmware_ex parameters;

    (void)state;
    hypervisor_to_uninit();
    if (!program_settings.emulated) {
        skip();
    }
    assert_status(SNP_RUN(COMMIT, &commit), SUCCESS);
    const uint64_t before = told().tcb_current;

    assert_int_equal(told().tcb_committed, before);
    parameters = load("newer.img", 0);
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), SUCCESS);
    assert_int_equal(told().tcb_current, before + SNP_PART);
    assert_int_equal(told().tcb_committed, before);
    assert_int_equal(hypervisor_status().current_tcb, before + SNP_PART);
    assert_int_equal(hypervisor_status().reported_tcb, before);
    parameters.flags = SNP_DOWNLOAD_COMMIT;
    assert_status(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), SUCCESS);
    assert_int_equal(told().tcb_committed, before + SNP_PART);
    assert_int_equal(hypervisor_status().reported_tcb, before + SNP_PART);
    expect("same.img", SEV_STATUS_BAD_SVN);
}

/** With SEV-SNP on again, guests of SEV-ES launch as before. */
static void sev_es_guests_launch_after_an_update(void **state)
{
    struct snp_download_firmware_ex parameters;

    (void)state;
    hypervisor_to_uninit();
    parameters = load(program_settings.emulated ? "newer.img" : "same.img", 0);
    assert_status_is(SNP_RUN(DOWNLOAD_FIRMWARE_EX, &parameters), accepted());
    hypervisor_to_init();
    /* The TMR of SEV-ES under SNP is whole regions of 2 MiB, and the firmware's. */
    const uint64_t tmr = hypervisor.region;
    struct sev_init init = {
        .options = SEV_INIT_OPTION_ES, .tmr_paddr = tmr, .tmr_length = X86_RMP_REGION_BYTES};
    struct sev_launch_start start = {.policy = SEV_POLICY_ES};

    for (uint64_t at = tmr; at < tmr + X86_RMP_REGION_BYTES; at += DRAM_PAGE_BYTES) {
        hypervisor_give(at);
    }
    assert_status(RUN(INIT, &init), SUCCESS);
    hypervisor_flush();
    assert_status(hypervisor_ask(SEV_COMMAND_LAUNCH_START, &start, sizeof start), SUCCESS);
    struct sev_activate activation = {.handle = start.handle, .asid = 1};
    struct sev_launch_update update = {
        .handle = start.handle, .paddr = hypervisor_page(2), .length = DRAM_PAGE_BYTES};

    memset(suite_at(hypervisor_page(2), DRAM_PAGE_BYTES), 0, DRAM_PAGE_BYTES);
    assert_status(RUN(ACTIVATE, &activation), SUCCESS);
    assert_status(RUN(LAUNCH_UPDATE_VMSA, &update), SUCCESS);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_protects_guests_is_shut_down_first),
    cmocka_unit_test(sev_is_shut_down_too),
    cmocka_unit_test(files_and_parameters_are_checked),
    cmocka_unit_test(the_new_firmware_commits_itself_when_asked_to),
    cmocka_unit_test(sev_es_guests_launch_after_an_update),
};

PROGRAM_GROUP(update, tests);
