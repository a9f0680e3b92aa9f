/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV's commands on a machine with SEV-SNP (SNP 2): both platforms live side by side, and what SEV's
 * commands read and write must be pages that they may.
 */
#include <string.h>

#include "tests/conformance/states.h"
#include "tests/hypervisor/hypervisor.h"

static struct sev_platform_status sev_status(void)
{
    struct sev_platform_status status = {0};

    assert_status(hypervisor_ask(SEV_COMMAND_PLATFORM_STATUS, &status, sizeof status), SUCCESS);
    return status;
}

static void results_go_to_pages_of_the_firmware(void **state)
{
    struct sev_platform_status status = {0};

    (void)state;
    hypervisor_to_init();
    assert_status(RUN(PLATFORM_STATUS, &status), INVALID_PAGE_STATE);
    assert_int_equal(sev_status().api_minor, 58);
    assert_int_equal(sev_status().state, SEV_PLATFORM_UNINIT);
    struct sev_get_id id = {.id_paddr = hypervisor_page(0), .id_length = 2 * SEV_CHIP_ID_BYTES};

    assert_status(hypervisor_ask(SEV_COMMAND_GET_ID, &id, sizeof id), INVALID_PAGE_STATE);
    hypervisor_give(hypervisor_page(0));
    assert_status(hypervisor_ask(SEV_COMMAND_GET_ID, &id, sizeof id), SUCCESS);
    assert_page(hypervisor_page(0), FIRMWARE);
    hypervisor_take(hypervisor_page(0));
    id.id_paddr = hypervisor.unowned;
    assert_status(hypervisor_ask(SEV_COMMAND_GET_ID, &id, sizeof id), SUCCESS);
}

static void sev_starts_and_ends_while_snp_is_on(void **state)
{
    struct sev_init init = {0};

    (void)state;
    hypervisor_to_init();
    (void)hypervisor_create(hypervisor_page(1));
    assert_status(RUN(INIT, &init), SUCCESS);
    assert_int_equal(sev_status().state, SEV_PLATFORM_INIT);
    assert_int_equal(hypervisor_status().state, SNP_PLATFORM_INIT);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_int_equal(hypervisor_status().state, SNP_PLATFORM_INIT);
    assert_status(SNP_OF(DECOMMISSION, hypervisor_page(1)), SUCCESS);
}

static void snp_starts_and_ends_while_sev_is_on(void **state)
{
    (void)state;
    hypervisor_to_uninit();
    to_init();
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), SUCCESS);
    assert_int_equal(sev_status().state, SEV_PLATFORM_INIT);
    hypervisor_flush();
    (void)hypervisor_create(hypervisor_page(1));
    assert_status(hypervisor_shutdown(SNP_SHUTDOWN_X86), SUCCESS);
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
    flush(); /* All ASIDs wait for it. */
    (void)launch_active(0);
}

/** A guest of SEV under SNP: its memory is the hypervisor's. */
static void sev_guests_launch_while_snp_is_on(void **state)
{
    struct sev_launch_start start = {.policy = 0};
    struct sev_init init = {0};

    (void)state;
    hypervisor_to_init();
    assert_status(RUN(INIT, &init), SUCCESS);
    hypervisor_flush();
    assert_status(hypervisor_ask(SEV_COMMAND_LAUNCH_START, &start, sizeof start), SUCCESS);
    struct sev_activate activation = {.handle = start.handle, .asid = suite.machine.min_sev_asid};
    struct sev_launch_update update = {
        .handle = start.handle, .paddr = hypervisor_page(2), .length = DRAM_PAGE_BYTES};

    assert_status(RUN(ACTIVATE, &activation), SUCCESS);
    assert_status(RUN(LAUNCH_UPDATE_DATA, &update), SUCCESS);
    hypervisor_give(hypervisor_page(2));
    assert_status(RUN(LAUNCH_UPDATE_DATA, &update), INVALID_PAGE_STATE);
    hypervisor_take(hypervisor_page(2));
    assert_int_equal(sev_status().guest_count, 1);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
}

static void a_factory_reset_leaves_snp_alone(void **state)
{
    struct snp_config config = {.flags = SNP_CONFIG_MASK_CHIP_ID};

    (void)state;
    hypervisor_to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    hypervisor_to_init();
    (void)hypervisor_create(hypervisor_page(1));
    assert_status(SNP_RUN(CONFIG, &config), SUCCESS);
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    assert_int_equal(hypervisor_status().flags & 3u, SNP_STATUS_MASK_CHIP_ID);
    assert_int_equal(hypervisor_status().guest_count, 1);
    assert_page(hypervisor_page(1), CONTEXT);
}

/** The NV block of an earlier INIT_EX is a guest's page now. */
static void a_factory_reset_writes_no_page_of_a_guest(void **state)
{
    const struct snp_range none = {.page_count = 0};
    uint8_t *block;

    (void)state;
    hypervisor_to_uninit();
    set_init_mode(INIT_WITH_NV);
    to_init();
    set_init_mode(INIT_PLAIN);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_status(hypervisor_init_with(&none, 0), SUCCESS);
    hypervisor_flush();
    block = suite_at(suite.nv, SEV_NV_BYTES);
    memset(block, SUITE_PATTERN, SEV_NV_BYTES);
    assert_true(hypervisor_make(suite.nv, X86_RMP_PRE_GUEST));
    assert_status(RUN_PLAIN(PLATFORM_RESET), INVALID_PAGE_STATE);
    for (size_t i = 0; i < SEV_NV_BYTES; i++) {
        assert_int_equal(block[i], SUITE_PATTERN);
    }
    hypervisor_to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(results_go_to_pages_of_the_firmware),
    cmocka_unit_test(sev_starts_and_ends_while_snp_is_on),
    cmocka_unit_test(snp_starts_and_ends_while_sev_is_on),
    cmocka_unit_test(sev_guests_launch_while_snp_is_on),
    cmocka_unit_test(a_factory_reset_leaves_snp_alone),
    cmocka_unit_test(a_factory_reset_writes_no_page_of_a_guest),
};

PROGRAM_GROUP(legacy, tests);
