/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SEV-SNP's platform is set to and tells: SNP_CONFIG, SNP_COMMIT, SNP_FEATURE_INFO,
 * SNP_PLATFORM_STATUS (SNP 10).
 */
#include <string.h>

#include "host/lib/status.h"
#include "tests/hypervisor/subjects.h"

#define ONE_IN(part) (1ull << (8u * (part))) /**< Part 7 is the microcode, 211 or 72. */

static int configure(uint64_t tcb, uint32_t flags)
{
    struct snp_config parameters = {.reported_tcb = tcb, .flags = flags};

    return SNP_RUN(CONFIG, &parameters);
}

static struct fabric_status told(void)
{
    struct fabric_status status;

    assert_int_equal(status_copy(suite_fabric(), STATUS_TIMEOUT_MS, &status), STATUS_SERVING);
    return status;
}

static void status_and_fabric_tell_the_same(void **state)
{
    (void)state;
    for (unsigned init = 0; init <= 1; init++) {
        hypervisor_to(init != 0 ? SNP_PLATFORM_INIT : SNP_PLATFORM_UNINIT);
        const struct snp_platform_status_page page = hypervisor_status();
        const struct fabric_status block = told();

        assert_int_equal(page.api_major, 1);
        assert_int_equal(page.api_minor, 58);
        assert_int_equal(page.state, init);
        assert_int_equal(page.rmp_flags & SNP_STATUS_RMP_INITIALIZED, init);
        assert_int_equal(page.guest_count, 0);
        assert_int_equal(page.build_id, block.build);
        assert_int_equal(page.current_tcb, block.tcb_current);
        assert_int_equal(page.reported_tcb, block.tcb_reported);
        assert_int_not_equal(page.flags & SNP_STATUS_FEATURE_INFO, 0);
        assert_int_equal(page.flags & (SNP_STATUS_MASK_CHIP_ID | SNP_STATUS_MASK_CHIP_KEY), 0);
    }
}

static void the_reported_tcb_is_at_most_the_committed_one(void **state)
{
    (void)state;
    hypervisor_to_init();
    const uint64_t tcb = told().tcb_committed;

    for (unsigned part = 0; part < sizeof tcb; part++) {
        assert_status(configure(tcb + ONE_IN(part), 0), INVALID_PARAM);
        assert_int_equal(hypervisor_status().reported_tcb, tcb);
    }
    assert_status(configure(tcb - ONE_IN(7), SNP_CONFIG_MASK_CHIP_ID), SUCCESS);
    assert_int_equal(hypervisor_status().reported_tcb, tcb - ONE_IN(7));
    assert_int_equal(hypervisor_status().flags & 3u, SNP_STATUS_MASK_CHIP_ID);
    assert_status(configure(0, SNP_CONFIG_MASK_CHIP_KEY), SUCCESS);
    assert_int_equal(hypervisor_status().reported_tcb, tcb);
    assert_int_equal(hypervisor_status().flags & 3u, SNP_STATUS_MASK_CHIP_KEY);
    for (unsigned bit = 2; bit < 32; bit++) {
        assert_status(configure(0, 1u << bit), INVALID_PARAM);
    }
    assert_int_equal(hypervisor_status().flags & 3u, SNP_STATUS_MASK_CHIP_KEY);
}

static void a_shutdown_forgets_the_settings(void **state)
{
    (void)state;
    hypervisor_to_init();
    const uint64_t tcb = told().tcb_committed;

    assert_status(configure(tcb - ONE_IN(7), SNP_CONFIG_MASK_CHIP_ID), SUCCESS);
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    assert_status(hypervisor_init_ex(0), SUCCESS);
    assert_int_equal(hypervisor_status().reported_tcb, tcb);
    assert_int_equal(hypervisor_status().flags & 3u, 0);
    hypervisor_flush();
}

static void a_commit_shows_what_runs(void **state)
{
    struct snp_commit parameters = {.length = sizeof parameters};

    (void)state;
    hypervisor_to_init();
    assert_status(configure(told().tcb_committed - ONE_IN(7), 0), SUCCESS);
    assert_status(SNP_RUN(COMMIT, &parameters), SUCCESS);
    assert_int_equal(told().tcb_committed, told().tcb_current);
    assert_int_equal(hypervisor_status().reported_tcb, told().tcb_current);
    hypervisor_to_uninit();
    assert_status(SNP_RUN(COMMIT, &parameters), SUCCESS);
}

static void features_are_told_in_every_state(void **state)
{
    const uint32_t expected[] = {0, 0, 0x203F, 0};

    (void)state;
    for (unsigned init = 0; init <= 1; init++) {
        struct snp_feature_info parameters = {.length = sizeof parameters};

        hypervisor_to(init != 0 ? SNP_PLATFORM_INIT : SNP_PLATFORM_UNINIT);
        parameters.feature_info_paddr = hypervisor_page(0);
        if (init != 0) {
            hypervisor_give(hypervisor_page(0));
        }
        assert_status(SNP_RUN(FEATURE_INFO, &parameters), SUCCESS);
        assert_memory_equal(suite_at(hypervisor_page(0), sizeof expected), expected,
                            sizeof expected);
        for (uint32_t leaf = 1; leaf != 0; leaf *= 2) {
            parameters.ecx_in = leaf;
            assert_status(SNP_RUN(FEATURE_INFO, &parameters), INVALID_PARAM);
        }
    }
}

/** What the key server wrapped for this chip, and nothing else. */
static void a_vlek_is_loaded_and_forgotten(void **state)
{
    struct request request;
    uint8_t *wrapped;

    (void)state;
    hypervisor_read_table();
    request_make(&request, row_find(SNP_COMMAND_VLEK_LOAD));
    wrapped = suite_at(request_address(&request, offsetof(struct snp_vlek_load, wrapped_paddr)),
                       sizeof(struct snp_wrapped_vlek));
    wrapped[0x100] ^= 1;
    assert_status(request_issue(&request), BAD_MEASUREMENT);
    assert_int_equal(hypervisor_status().flags & SNP_STATUS_VLEK_EN, 0);
    wrapped[0x100] ^= 1;
    assert_status(request_issue(&request), SUCCESS);
    assert_int_equal(hypervisor_status().flags & SNP_STATUS_VLEK_EN, SNP_STATUS_VLEK_EN);
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    assert_int_equal(hypervisor_status().flags & SNP_STATUS_VLEK_EN, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(status_and_fabric_tell_the_same),
    cmocka_unit_test(the_reported_tcb_is_at_most_the_committed_one),
    cmocka_unit_test(a_shutdown_forgets_the_settings),
    cmocka_unit_test(a_commit_shows_what_runs),
    cmocka_unit_test(features_are_told_in_every_state),
    cmocka_unit_test(a_vlek_is_loaded_and_forgotten),
};

PROGRAM_GROUP(settings, tests);
