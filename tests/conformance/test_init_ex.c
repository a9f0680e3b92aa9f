/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT_EX (section 4.1): persistent data in a block of host memory.
 */
#include <string.h>

#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/nv_block.h"
#include "tests/conformance/states.h"

static void init_ex(void)
{
    struct sev_init_ex parameters = nv_parameters();

    assert_status(RUN(INIT_EX, &parameters), SUCCESS);
}

static void length_must_be_24h(void **state)
{
    static const uint32_t lengths[] = {0, 0x14, 0x23, 0x25, 0x28, 0xFFFFFFFFu};

    (void)state;
    to_uninit();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_init_ex parameters = nv_parameters();

        parameters.length = lengths[i];
        assert_refused(INIT_EX, &parameters, INVALID_LENGTH);
    }
}

static void options_are_those_of_init(void **state)
{
    (void)state;
    to_uninit();
    for (unsigned bit = 1; bit < 32; bit++) {
        struct sev_init_ex parameters = nv_parameters();

        parameters.options = 1u << bit;
        assert_refused(INIT_EX, &parameters, INVALID_PARAM);
    }
    struct sev_init_ex parameters = nv_parameters();

    parameters.options = SEV_INIT_OPTION_ES;
    parameters.tmr_paddr = suite.tmr;
    assert_refused(INIT_EX, &parameters, INVALID_LENGTH);
    parameters.tmr_length = SEV_TMR_BYTES;
    parameters.tmr_paddr = suite.tmr + 0x1000;
    assert_refused(INIT_EX, &parameters, INVALID_ADDRESS);
    parameters.nv_length--; /* Lengths come before addresses. */
    assert_refused(INIT_EX, &parameters, INVALID_LENGTH);
}

static void blank_block_gets_a_fresh_identity(void **state)
{
    static const uint8_t blanks[] = {0xFF, 0x00};
    struct sev_certificate_chain chains[2];
    struct sev_certificate pdhs[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        to_uninit();
        memset(nv_block(), blanks[i], SEV_NV_BYTES);
        init_ex();
        /* The driver stores the block right after success. */
        assert_int_not_equal(nv_record_bytes(), 0);
        assert_true(nv_block_is(0xFF, nv_record_bytes()));
        export_certificates(&pdhs[i], &chains[i]);
        assert_platform_certificates(&pdhs[i], &chains[i]);
        assert_chain_verifies(&pdhs[i], &chains[i]);
    }
    assert_memory_not_equal(&pdhs[0], &pdhs[1], SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_not_equal(&chains[0].pek, &chains[1].pek, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_not_equal(&chains[0].oca, &chains[1].oca, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_equal(&chains[0].cek, &chains[1].cek, sizeof chains[0].cek);
}

static void identity_is_the_blocks_not_the_flashs(void **state)
{
    struct sev_certificate_chain in_flash;
    struct sev_certificate_chain in_block;
    struct sev_certificate_chain again;
    struct sev_certificate pdh;

    (void)state;
    to_init();
    export_certificates(&pdh, &in_flash);
    to_uninit();
    memset(nv_block(), 0xFF, SEV_NV_BYTES);
    init_ex();
    export_certificates(&pdh, &in_block);
    assert_memory_not_equal(&in_flash.oca, &in_block.oca, sizeof in_block.oca);
    to_uninit();
    init_ex();
    export_certificates(&pdh, &again);
    assert_memory_equal(&in_block, &again, sizeof again);
    to_init();
    export_certificates(&pdh, &again);
    assert_memory_equal(&in_flash, &again, sizeof again);
}

/** Commands that change the identity rewrite the block before they complete; no other touches it. */
static void block_follows_the_identity(void **state)
{
    static const uint32_t commands[] = {SEV_COMMAND_PEK_GEN, SEV_COMMAND_PDH_GEN};
    static uint8_t before[SEV_NV_BYTES];
    struct sev_certificate_chain chains[2];
    struct sev_certificate pdhs[2];

    (void)state;
    to_uninit();
    init_ex();
    for (size_t i = 0; i < 2; i++) {
        memcpy(before, nv_block(), sizeof before);
        assert_status(suite_issue(commands[i], 0), SUCCESS);
        assert_memory_not_equal(before, nv_block(), sizeof before);
        export_certificates(&pdhs[0], &chains[0]);
        memcpy(before, nv_block(), sizeof before);
        to_uninit();
        init_ex();
        assert_memory_equal(before, nv_block(), sizeof before);
        export_certificates(&pdhs[1], &chains[1]);
        assert_memory_equal(&pdhs[0], &pdhs[1], sizeof pdhs[0]);
        assert_memory_equal(&chains[0], &chains[1], sizeof chains[0]);
    }
}

/** PLATFORM_RESET after SHUTDOWN fills the block that the last INIT_EX named. */
static void platform_reset_blanks_the_block(void **state)
{
    (void)state;
    to_uninit();
    init_ex();
    to_uninit();
    assert_int_not_equal(nv_record_bytes(), 0);
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    assert_true(nv_block_is(0xFF, 0));
    memset(nv_block(), 0x5A, SEV_NV_BYTES);
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    assert_true(nv_block_is(0x5A, 0)); /* It is the host's by now. */
    memset(nv_block(), 0xFF, SEV_NV_BYTES);
}

static void nv_block_tmr_and_parameters_must_not_overlap(void **state)
{
    struct sev_init_ex parameters = nv_parameters();

    (void)state;
    to_uninit();
    parameters.nv_paddr = suite.board.command_paddr;
    assert_refused(INIT_EX, &parameters, INVALID_ADDRESS);
    parameters.nv_paddr = suite.board.command_paddr - SEV_NV_BYTES + 0x1000;
    assert_refused(INIT_EX, &parameters, INVALID_ADDRESS);
    parameters.options = SEV_INIT_OPTION_ES;
    parameters.tmr_paddr = suite.tmr;
    parameters.tmr_length = SEV_TMR_BYTES;
    const uint64_t in_tmr[] = {
        suite.tmr,
        suite.tmr + SEV_TMR_BYTES - 0x1000,
        suite.tmr - SEV_NV_BYTES + 0x1000,
    };

    for (size_t i = 0; i < sizeof in_tmr / sizeof in_tmr[0]; i++) {
        parameters.nv_paddr = in_tmr[i];
        assert_refused(INIT_EX, &parameters, INVALID_ADDRESS);
    }
    parameters.nv_paddr = suite.nv;
    parameters.tmr_paddr = suite.board.command_paddr & ~(uint64_t)(SEV_TMR_BYTES - 1);
    assert_refused(INIT_EX, &parameters, INVALID_ADDRESS);
}

/** The block is the firmware's from INIT_EX to SHUTDOWN, and the host's before and after. */
static void block_is_given_back_at_shutdown(void **state)
{
    struct sev_get_id parameters = {.id_paddr = suite.nv, .id_length = SEV_CHIP_ID_BYTES};

    (void)state;
    to_uninit();
    init_ex();
    assert_refused(GET_ID, &parameters, INVALID_ADDRESS);
    to_uninit();
    assert_status(RUN(GET_ID, &parameters), SUCCESS);
    memset(nv_block(), 0xFF, SEV_NV_BYTES);
}

static void block_is_forgotten_by_init(void **state)
{
    (void)state;
    to_init(); /* INIT after INIT_EX: the block is forgotten, and PDH_GEN leaves it alone. */
    static uint8_t before[SEV_NV_BYTES];

    memcpy(before, nv_block(), sizeof before);
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    assert_memory_equal(before, nv_block(), sizeof before);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(length_must_be_24h),
    cmocka_unit_test(options_are_those_of_init),
    cmocka_unit_test(blank_block_gets_a_fresh_identity),
    cmocka_unit_test(identity_is_the_blocks_not_the_flashs),
    cmocka_unit_test(block_follows_the_identity),
    cmocka_unit_test(platform_reset_blanks_the_block),
    cmocka_unit_test(nv_block_tmr_and_parameters_must_not_overlap),
    cmocka_unit_test(block_is_given_back_at_shutdown),
    cmocka_unit_test(block_is_forgotten_by_init),
};
TEST_GROUP(init_ex, tests);
