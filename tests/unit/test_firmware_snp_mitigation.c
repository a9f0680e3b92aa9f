/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_VERIFY_MITIGATION: what is supported, what is verified, and what DST says of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/snp.h"

#include "tests/unit/firmware_snp.h"

#define DST SNP_PAGE(20)

static struct snp_verify_mitigation parameters;
static struct snp_mitigation answer;

static int boot(void **state)
{
    (void)snp_boot_init(state);
    snp_give(DST);
    parameters = (struct snp_verify_mitigation){
        .length = sizeof(parameters),
        .flags = SNP_MITIGATION_DST_PADDR_EN,
        .dst_paddr = DST,
    };
    return 0;
}

/** Runs the command; what DST holds then is in ANSWER, 5Ah if nothing was written. */
static enum sev_status run(uint16_t subcommand, uint64_t vector)
{
    enum sev_status status;

    parameters.subcommand = subcommand;
    parameters.vector = vector;
    memset(board_dram(DST), 0x5A, SNP_PAGE_BYTES);
    status = board_command(SNP_COMMAND_VERIFY_MITIGATION, &parameters, sizeof(parameters));
    memcpy(&answer, board_dram(DST), sizeof(answer));
    assert_int_equal(board_dram(DST)[sizeof(answer)], 0x5A);
    return status;
}

static void assert_answer(uint64_t verified, uint32_t failure_status)
{
    assert_int_equal(answer.verified, verified);
    assert_int_equal(answer.supported, 1);
    assert_int_equal(answer.failure_status, failure_status);
    assert_int_equal(snp_mitigations(), verified);
}

static void assert_refused(enum sev_status status)
{
    assert_int_equal(run(SNP_MITIGATION_VERIFY, 1), status);
    assert_int_equal(answer.failure_status, 0x5A5A5A5A);
    assert_int_equal(snp_mitigations(), 0);
}

static void what_is_verified_counts_until_the_reset(void **state)
{
    (void)state;
    assert_int_equal(run(SNP_MITIGATION_STATUS, ~0ull), SEV_STATUS_SUCCESS);
    assert_answer(0, 0);
    assert_int_equal(run(SNP_MITIGATION_VERIFY, 0), SEV_STATUS_SUCCESS);
    assert_answer(0, 0);
    assert_int_equal(run(SNP_MITIGATION_VERIFY, 1), SEV_STATUS_SUCCESS);
    assert_answer(1, 0);
    assert_int_equal(snp_state(DST), RMP_FIRMWARE);
    assert_int_equal(run(SNP_MITIGATION_STATUS, 0), SEV_STATUS_SUCCESS);
    assert_answer(1, 0);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(run(SNP_MITIGATION_STATUS, 0), SEV_STATUS_SUCCESS);
    assert_answer(1, 0);
    (void)boot(NULL);
    assert_int_equal(run(SNP_MITIGATION_STATUS, 0), SEV_STATUS_SUCCESS);
    assert_answer(0, 0);
}

static void what_is_not_supported_fails_as_a_whole(void **state)
{
    (void)state;
    for (unsigned bit = 1; bit < 64; bit++) {
        assert_int_equal(run(SNP_MITIGATION_VERIFY, 1ull << bit | 1), SEV_STATUS_INVALID_PARAM);
        assert_answer(0, 1);
    }
    assert_int_equal(run(SNP_MITIGATION_VERIFY, 1), SEV_STATUS_SUCCESS);
    assert_answer(1, 0);
}

static void without_dst_nothing_is_written(void **state)
{
    (void)state;
    for (uint32_t flags = 0; flags <= SNP_MITIGATION_SRC_PADDR_EN;
         flags += SNP_MITIGATION_SRC_PADDR_EN) {
        parameters.flags = flags;
        parameters.src_paddr = 1ull << 60;
        assert_int_equal(run(SNP_MITIGATION_VERIFY, 1), SEV_STATUS_SUCCESS);
        assert_int_equal(answer.failure_status, 0x5A5A5A5A);
        assert_int_equal(snp_mitigations(), 1);
        assert_int_equal(run(SNP_MITIGATION_VERIFY, 2), SEV_STATUS_INVALID_PARAM);
        assert_int_equal(answer.failure_status, 0x5A5A5A5A);
    }
}

static void each_fault_has_its_status(void **state)
{
    const struct snp_verify_mitigation good = parameters;

    (void)state;
#define REFUSED(field, value, status)                                                              \
    do {                                                                                           \
        parameters = good;                                                                         \
        parameters.field = (value);                                                                \
        assert_refused(status);                                                                    \
    } while (0)
    REFUSED(length, sizeof(good) - 1, SEV_STATUS_INVALID_LENGTH);
    REFUSED(reserved_06, 1, SEV_STATUS_INVALID_PARAM);
    REFUSED(flags, 5, SEV_STATUS_INVALID_PARAM);
    REFUSED(flags, 1 | 1u << 31, SEV_STATUS_INVALID_PARAM);
    REFUSED(reserved_14, 1, SEV_STATUS_INVALID_PARAM);
    REFUSED(reserved_28[0], 1, SEV_STATUS_INVALID_PARAM);
    REFUSED(reserved_28[23], 1, SEV_STATUS_INVALID_PARAM);
    REFUSED(dst_paddr, DST + 4, SEV_STATUS_INVALID_ADDRESS);
    REFUSED(dst_paddr, 1ull << 40, SEV_STATUS_INVALID_ADDRESS);
    REFUSED(dst_paddr, BOARD_PARAMETERS, SEV_STATUS_INVALID_ADDRESS);
#undef REFUSED
    parameters = good;
    assert_int_equal(run(2, 0), SEV_STATUS_INVALID_PARAM);
    snp_take(DST);
    assert_refused(SEV_STATUS_INVALID_PAGE_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_verified_counts_until_the_reset, boot),
        cmocka_unit_test_setup(what_is_not_supported_fails_as_a_whole, boot),
        cmocka_unit_test_setup(without_dst_nothing_is_written, boot),
        cmocka_unit_test_setup(each_fault_has_its_status, boot),
    };

    return cmocka_run_group_tests_name("SNP_VERIFY_MITIGATION", tests, NULL, NULL);
}
