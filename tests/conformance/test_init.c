/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT (section 4.1): options, SEV-ES and the TMR. Damaged flash is in test_damaged_flash.c.
 */
#include <string.h>

#include "host/lib/fabric.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

static const struct fabric_memctl *memctl(void)
{
    return (const void *)(suite_fabric() + FABRIC_MEMCTL_OFFSET);
}

static struct sev_init with_es(void)
{
    return (struct sev_init){
        .options = SEV_INIT_OPTION_ES,
        .tmr_paddr = suite.tmr,
        .tmr_length = SEV_TMR_BYTES,
    };
}

static void reserved_options_are_invalid_param(void **state)
{
    (void)state;
    to_uninit();
    for (unsigned bit = 1; bit < 32; bit++) {
        struct sev_init parameters = {.options = 1u << bit};

        assert_refused(INIT, &parameters, INVALID_PARAM);
        parameters.options |= SEV_INIT_OPTION_ES;
        assert_refused(INIT, &parameters, INVALID_PARAM);
    }
}

/** Reserved words, on the other hand, are ignored; so is the TMR without SEV-ES. */
static void tmr_and_reserved_words_are_ignored_without_es(void **state)
{
    struct sev_init parameters = {
        .reserved = 0xFFFFFFFFu,
        .tmr_paddr = 0xFFFFFFFFFFFFFFFFull,
        .tmr_length = 7,
    };

    (void)state;
    to_uninit();
    assert_status(RUN(INIT, &parameters), SUCCESS);
    assert_int_equal(platform_status().config, 0);
    assert_int_equal(memctl()->tmr[0].length, 0);
}

/** The usual default of a BIOS: Linux asks for ES all the same, and must get SEV. */
static void es_without_es_asids_is_no_error(void **state)
{
    struct sev_init parameters = with_es();

    (void)state;
    to_uninit();
    machine()->min_sev_asid = 1;
    assert_status(RUN(INIT, &parameters), SUCCESS);
    assert_int_equal(platform_status().config, SEV_STATUS_CONFIG_ES);
    const uint32_t handle = launch(SEV_POLICY_ES);
    struct sev_activate bind = {.handle = handle};

    for (bind.asid = 0; bind.asid <= machine()->max_asid; bind.asid++) {
        assert_refused(ACTIVATE, &bind, INVALID_ASID);
    }
}

/** Pages are protected whole: what is behind the TMR in its last page would be neither's. */
static void tmr_below_1_mib_or_with_a_part_of_a_page_is_invalid_length(void **state)
{
    static const uint32_t lengths[] = {0,
                                       1,
                                       0x1000,
                                       SEV_TMR_BYTES - 1,
                                       SEV_TMR_BYTES - 0x1000,
                                       SEV_TMR_BYTES + 1,
                                       2 * SEV_TMR_BYTES - 1,
                                       0xFFFFFFFFu};

    (void)state;
    to_uninit();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_init parameters = with_es();

        parameters.tmr_length = lengths[i];
        assert_refused(INIT, &parameters, INVALID_LENGTH);
        parameters.tmr_paddr = 1;
        assert_refused(INIT, &parameters, INVALID_LENGTH);
    }
}

static void tmr_address_must_be_aligned_dram(void **state)
{
    const uint64_t addresses[] = {
        suite.tmr + 1,  suite.tmr + 0x1000, suite.tmr + SEV_TMR_BYTES / 2,
        suite.low_end,  0x80000000ull,      suite_hole_end() - SEV_TMR_BYTES,
        suite.high_end, 0x100000000000ull,  0xFFFFFFFFFFF00000ull,
    };

    (void)state;
    to_uninit();
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct sev_init parameters = with_es();

        parameters.tmr_paddr = addresses[i];
        assert_refused(INIT, &parameters, INVALID_ADDRESS);
    }
    struct sev_init too_long = with_es();

    too_long.tmr_paddr = suite.low_end - SEV_TMR_BYTES;
    too_long.tmr_length = SEV_TMR_BYTES + 0x1000;
    assert_refused(INIT, &too_long, INVALID_ADDRESS);
    too_long.tmr_length = 0xFFFFF000u;
    assert_refused(INIT, &too_long, INVALID_ADDRESS);
}

/** The memory controller keeps x86 software out of it until SHUTDOWN. */
static void tmr_is_protected(void **state)
{
    struct sev_init parameters = with_es();
    uint8_t block[16];

    (void)state;
    to_uninit();
    assert_int_equal(memory_controller_read(suite_memory(), 0, suite.tmr, block, sizeof block),
                     MEMORY_CONTROLLER_OK);
    assert_status(RUN(INIT, &parameters), SUCCESS);
    assert_int_equal(memctl()->tmr[0].base, suite.tmr);
    assert_int_equal(memctl()->tmr[0].length, SEV_TMR_BYTES);
    assert_int_equal(memory_controller_read(suite_memory(), 0, suite.tmr, block, sizeof block),
                     MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(memory_controller_write(suite_memory(), 0, suite.tmr + SEV_TMR_BYTES - 16,
                                             block, sizeof block),
                     MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(
        memory_controller_write(suite_memory(), 0, suite.tmr + SEV_TMR_BYTES, block, sizeof block),
        MEMORY_CONTROLLER_OK);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_int_equal(memctl()->tmr[0].length, 0);
    assert_int_equal(memory_controller_read(suite_memory(), 0, suite.tmr, block, sizeof block),
                     MEMORY_CONTROLLER_OK);
}

/** The driver passes the TMR without C-bit; a firmware clears it anyway (section 11.4). */
static void c_bit_of_the_tmr_is_dropped(void **state)
{
    struct sev_init parameters = with_es();

    (void)state;
    to_uninit();
    parameters.tmr_paddr |= 1ull << suite.machine.c_bit;
    assert_status(RUN(INIT, &parameters), SUCCESS);
    assert_int_equal(memctl()->tmr[0].base, suite.tmr);
}

static void tmr_may_lie_at_0_and_above_4_gib(void **state)
{
    const uint64_t addresses[] = {0, suite.low_end - SEV_TMR_BYTES, suite.high_base,
                                  suite.high_end - SEV_TMR_BYTES};

    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct sev_init parameters = with_es();

        to_uninit();
        parameters.tmr_paddr = addresses[i];
        assert_status(RUN(INIT, &parameters), SUCCESS);
        assert_int_equal(memctl()->tmr[0].base, addresses[i]);
    }
    to_uninit();
}

/** INIT is a deactivation of everything: the next guest needs WBINVD and DF_FLUSH first. */
static void asids_need_a_flush_after_init(void **state)
{
    struct sev_init parameters = {.options = 0};

    (void)state;
    to_uninit();
    fabric_report_wbinvd_all(suite_fabric()); /* Too early: before INIT. */
    assert_status(RUN(INIT, &parameters), SUCCESS);
    assert_plain_refused(DF_FLUSH, WBINVD_REQUIRED);
    struct sev_activate activation = {.handle = launch(0), .asid = new_asid()};

    assert_refused(ACTIVATE, &activation, DFFLUSH_REQUIRED);
    flush();
    assert_status(RUN(ACTIVATE, &activation), SUCCESS);
}

static void identity_stays_from_init_to_init(void **state)
{
    struct sev_certificate_chain chains[2];
    struct sev_certificate pdhs[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        to_init();
        export_certificates(&pdhs[i], &chains[i]);
    }
    assert_memory_equal(&pdhs[0], &pdhs[1], sizeof pdhs[0]);
    assert_memory_equal(&chains[0], &chains[1], sizeof chains[0]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(reserved_options_are_invalid_param),
    cmocka_unit_test(tmr_and_reserved_words_are_ignored_without_es),
    cmocka_unit_test(es_without_es_asids_is_no_error),
    cmocka_unit_test(tmr_below_1_mib_or_with_a_part_of_a_page_is_invalid_length),
    cmocka_unit_test(tmr_address_must_be_aligned_dram),
    cmocka_unit_test(tmr_is_protected),
    cmocka_unit_test(c_bit_of_the_tmr_is_dropped),
    cmocka_unit_test(tmr_may_lie_at_0_and_above_4_gib),
    cmocka_unit_test(asids_need_a_flush_after_init),
    cmocka_unit_test(identity_stays_from_init_to_init),
};
TEST_GROUP(init, tests);
