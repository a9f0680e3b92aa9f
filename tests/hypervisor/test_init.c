/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The beginning and end of SEV-SNP: SNP_INIT, SNP_INIT_EX, SNP_SHUTDOWN, SNP_SHUTDOWN_EX (SNP 2.1, 2.2),
 * and what the memory controller is told of the RMP.
 */
#include <string.h>

#include "host/lib/fabric.h"
#include "tests/conformance/states.h"
#include "tests/hypervisor/hypervisor.h"

#define IN_FORCE (FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED)

static const struct fabric_rmp *rmp(void)
{
    const struct fabric_memctl *memctl = (const void *)(suite_fabric() + FABRIC_MEMCTL_OFFSET);

    return &memctl->rmp;
}

static struct fabric_core *core(uint32_t index)
{
    struct fabric_core *found = fabric_core_at(suite_fabric(), index);

    assert_non_null(found);
    return found;
}

static void a_new_table_is_the_host_s_but_for_itself(void **state)
{
    (void)state;
    hypervisor_to_uninit();
    memset(suite_at(hypervisor.table, HYPERVISOR_TABLE_BYTES), SUITE_PATTERN,
           HYPERVISOR_TABLE_BYTES);
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), SUCCESS);
    assert_int_equal(rmp()->flags, IN_FORCE);
    assert_int_equal(rmp()->base, hypervisor.table);
    assert_int_equal(rmp()->end, hypervisor.table + HYPERVISOR_TABLE_BYTES - 1);
    assert_page(hypervisor_page(0), HYPERVISOR);
    assert_page(hypervisor.table - 1, HYPERVISOR);
    assert_page(hypervisor.table, FIRMWARE);
    assert_page(hypervisor.table + HYPERVISOR_TABLE_BYTES - 1, FIRMWARE);
    assert_page(hypervisor.table + HYPERVISOR_TABLE_BYTES, HYPERVISOR);
    assert_page(hypervisor.unowned, DEFAULT);
    assert_int_equal(hypervisor_status().state, SNP_PLATFORM_INIT);
}

static void snp_init_makes_the_table_anew(void **state)
{
    (void)state;
    hypervisor_to_init();
    hypervisor_give(hypervisor_page(0));
    assert_status(hypervisor_shutdown(0), SUCCESS);
    assert_status(SNP_PLAIN(INIT), SUCCESS);
    assert_page(hypervisor_page(0), HYPERVISOR);
}

static void every_core_must_be_set_up(void **state)
{
    static const uint64_t bits[] = {SYSCFG_MFDM, SYSCFG_MEMORY_ENCRYPTION, SYSCFG_SNP_EN,
                                    SYSCFG_SNP_VMPL_EN};

    (void)state;
    hypervisor_to_uninit();
    for (uint32_t i = 0; i < suite.machine.cores; i++) {
        const struct fabric_core good = *core(i);

        for (size_t j = 0; j < sizeof bits / sizeof bits[0]; j++) {
            core(i)->syscfg &= ~bits[j];
            assert_status(SNP_PLAIN(INIT), INVALID_CONFIG);
            *core(i) = good;
        }
        core(i)->vm_hsave_pa = 0x1000;
        assert_status(hypervisor_init_ex(SNP_INIT_RMP), INVALID_CONFIG);
        *core(i) = good;
        core(i)->rmp_base += RMP_ALIGNMENT;
        assert_status(hypervisor_init_ex(SNP_INIT_RMP), INVALID_CONFIG);
        *core(i) = good;
        core(i)->rmp_end += RMP_ALIGNMENT;
        assert_status(hypervisor_init_ex(SNP_INIT_RMP), INVALID_CONFIG);
        *core(i) = good;
        assert_int_equal(rmp()->flags, 0);
    }
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), SUCCESS);
}

static void the_table_must_be_where_it_can_be(void **state)
{
    uint8_t *fabric = suite_fabric();
    const uint64_t end = HYPERVISOR_TABLE_BYTES - 1;

    (void)state;
    hypervisor_to_uninit();
    const uint64_t places[][2] = {
        {hypervisor.table + 0x2000, hypervisor.table + end},
        {hypervisor.table, hypervisor.table + end - 0x2000},
        {hypervisor.table, hypervisor.table - 1},
        {suite.low_end, suite.low_end + end},                 /* No memory. */
        {suite.high_base, suite.high_base + end},             /* It does not cover itself. */
        {suite.low_end - RMP_ALIGNMENT, suite.low_end + end}, /* It ends in the hole. */
        {UINT64_MAX - end, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        fabric_set_up_snp(fabric, places[i][0], places[i][1]);
        assert_status(hypervisor_init_ex(SNP_INIT_RMP), INVALID_CONFIG);
        assert_int_equal(rmp()->flags, 0);
    }
}

static void flags_are_checked(void **state)
{
    struct snp_init_ex parameters;

    (void)state;
    hypervisor_to_uninit();
    for (uint32_t bit = 5; bit < 32; bit++) {
        assert_status(hypervisor_init_ex(SNP_INIT_RMP | 1u << bit), INVALID_PARAM);
    }
    assert_status(hypervisor_init_ex(SNP_INIT_RMP | SNP_INIT_TIO_EN), UNSUPPORTED);
    for (size_t i = 0; i < sizeof parameters.reserved_12; i++) {
        parameters = (struct snp_init_ex){.flags = SNP_INIT_RMP};
        parameters.reserved_12[i] = 1;
        assert_status(SNP_RUN(INIT_EX, &parameters), INVALID_PARAM);
    }
    parameters = (struct snp_init_ex){.flags = SNP_INIT_RMP, .reserved_04 = 1};
    assert_status(SNP_RUN(INIT_EX, &parameters), INVALID_PARAM);
    /* Ciphertext hiding parts the ASIDs of SEV-ES. */
    parameters = (struct snp_init_ex){.flags = SNP_INIT_RMP | SNP_INIT_CIPHERTEXT_HIDING_EN};
    assert_status(SNP_RUN(INIT_EX, &parameters), INVALID_PARAM);
    parameters.max_snp_asid = (uint16_t)suite.machine.min_sev_asid;
    assert_status(SNP_RUN(INIT_EX, &parameters), INVALID_PARAM);
    parameters.max_snp_asid--;
    assert_status(SNP_RUN(INIT_EX, &parameters), SUCCESS);
    assert_int_not_equal(hypervisor_status().flags & SNP_STATUS_CIPHERTEXT_HIDING_EN, 0);
}

static void listed_pages_are_fixed(void **state)
{
    const uint64_t page = DRAM_PAGE_BYTES;

    (void)state;
    hypervisor_to_uninit();
    const struct snp_range good[] = {{.base = hypervisor_page(4), .page_count = 3},
                                     {.base = hypervisor_page(9), .page_count = 1},
                                     {.base = hypervisor.unowned, .page_count = 1}};
    const struct snp_range odd = {.base = hypervisor_page(4) + 8, .page_count = 1};
    const struct snp_range own = {.base = hypervisor.table + page, .page_count = 1};

    assert_status(hypervisor_init_with(&odd, 1), INVALID_ADDRESS);
    assert_status(hypervisor_init_with(&own, 1), INVALID_PAGE_STATE);
    assert_int_equal(rmp()->flags, 0);
    assert_status(hypervisor_init_with(good, 3), SUCCESS);
    assert_page(hypervisor_page(3), HYPERVISOR);
    assert_page(hypervisor_page(4), HV_FIXED);
    assert_page(hypervisor_page(6), HV_FIXED);
    assert_page(hypervisor_page(7), HYPERVISOR);
    assert_page(hypervisor_page(9), HV_FIXED);
    assert_page(hypervisor.unowned, DEFAULT);
}

static void the_table_outlives_a_shutdown(void **state)
{
    (void)state;
    hypervisor_to_uninit();
    assert_status(hypervisor_init_ex(0), RMP_INIT_REQUIRED);
    hypervisor_to_init();
    hypervisor_give(hypervisor_page(1));
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    assert_int_equal(hypervisor_status().state, SNP_PLATFORM_UNINIT);
    assert_int_equal(hypervisor_status().rmp_flags & SNP_STATUS_RMP_INITIALIZED,
                     SNP_STATUS_RMP_INITIALIZED);
    assert_int_equal(rmp()->flags, IN_FORCE);
    assert_page(hypervisor_page(1), FIRMWARE);
    assert_status(hypervisor_init_ex(0), SUCCESS);
    assert_page(hypervisor_page(1), FIRMWARE);
    hypervisor_flush();
    assert_status(hypervisor_shutdown(SNP_SHUTDOWN_X86 | SNP_SHUTDOWN_IOMMU), SUCCESS);
    assert_int_equal(rmp()->flags, 0);
    assert_page(hypervisor_page(1), DEFAULT);
    assert_status(hypervisor_init_ex(0), RMP_INIT_REQUIRED);
}

static void shutdown_wants_caches_written_back(void **state)
{
    (void)state;
    hypervisor_to_uninit();
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), SUCCESS);
    assert_status(SNP_PLAIN(SHUTDOWN), WBINVD_REQUIRED);
    assert_status(hypervisor_shutdown(0), WBINVD_REQUIRED);
    assert_status(SNP_PLAIN(DF_FLUSH), WBINVD_REQUIRED);
    for (uint32_t i = 1; i < suite.machine.cores; i++) {
        assert_true(fabric_report_wbinvd(suite_fabric(), i));
    }
    assert_status(SNP_PLAIN(DF_FLUSH), WBINVD_REQUIRED); /* One is missing. */
    assert_true(fabric_report_wbinvd(suite_fabric(), 0));
    assert_status(SNP_PLAIN(SHUTDOWN), DFFLUSH_REQUIRED);
    assert_status(hypervisor_shutdown(SNP_SHUTDOWN_X86), DFFLUSH_REQUIRED);
    assert_int_equal(rmp()->flags, IN_FORCE);
    assert_status(SNP_PLAIN(DF_FLUSH), SUCCESS);
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    for (uint32_t bit = 2; bit < 32; bit++) {
        assert_status(hypervisor_shutdown(1u << bit), INVALID_PARAM);
    }
}

/** It becomes the firmware's, and is not whole regions of 2 MiB. */
static void a_small_tmr_is_in_the_way(void **state)
{
    (void)state;
    hypervisor_to_uninit();
    to_init_es();
    assert_status(SNP_PLAIN(INIT), INVALID_ADDRESS);
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), INVALID_ADDRESS);
    to_uninit();
    assert_status(SNP_PLAIN(INIT), SUCCESS);
}

static void guests_of_sev_come_first(void **state)
{
    (void)state;
    hypervisor_to_uninit();
    (void)to_working();
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), INVALID_CONFIG);
    assert_status(SNP_PLAIN(INIT), INVALID_CONFIG);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_new_table_is_the_host_s_but_for_itself),
    cmocka_unit_test(snp_init_makes_the_table_anew),
    cmocka_unit_test(every_core_must_be_set_up),
    cmocka_unit_test(the_table_must_be_where_it_can_be),
    cmocka_unit_test(flags_are_checked),
    cmocka_unit_test(listed_pages_are_fixed),
    cmocka_unit_test(the_table_outlives_a_shutdown),
    cmocka_unit_test(shutdown_wants_caches_written_back),
    cmocka_unit_test(a_small_tmr_is_in_the_way),
    cmocka_unit_test(guests_of_sev_come_first),
};

PROGRAM_GROUP(init, tests);
