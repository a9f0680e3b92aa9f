/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T09: an SEV-SNP guest that is gone is gone for every command, whatever its page holds, and nothing
 * that a command writes may be a context, its parameters, or what else it names (CVE-2023-20519).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_sample.h"

static void check_stale(struct snp_sample *sample)
{
    static uint8_t context[SNP_PAGE_BYTES];
    uint64_t gctx;

    if (sample->row->guest_states == 0) {
        return;
    }
    memcpy(&gctx, sample->parameters + sample->row->guest_offset, sizeof gctx);
    /* Others drive it out of secure RAM, and the host keeps a copy. */
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(snp_create(SNP_PAGE(30 + i)), SEV_STATUS_SUCCESS);
    }
    memcpy(context, board_dram(gctx), sizeof context);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, gctx), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_sample_run(sample), SEV_STATUS_INVALID_GUEST);
    memcpy(board_dram(gctx), context, sizeof context);
    assert_int_equal(snp_sample_run(sample), SEV_STATUS_INVALID_GUEST);
    /* Not even as what another guest's context page holds. */
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, gctx), SEV_STATUS_SUCCESS);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(snp_create(SNP_PAGE(34 + i)), SEV_STATUS_SUCCESS);
    }
    memcpy(board_dram(gctx), context, sizeof context);
    assert_int_equal(snp_sample_run(sample), SEV_STATUS_INVALID_GUEST);
}

static void a_guest_that_is_gone_is_refused_by_every_command(void **state)
{
    (void)state;
    snp_sample_for_each(check_stale);
}

static bool is_written(const struct snp_sample *sample, uint32_t buffer)
{
    return snp_sample_has(sample, buffer) &&
           (command_access(sample->row->buffers[buffer].direction) & HOSTMEM_WRITE) != 0;
}

/** Fails unless the command is refused, and the memory at an address stays what it is. */
static void assert_refused(struct snp_sample *bad, uint64_t paddr)
{
    static uint8_t before[SNP_PAGE_BYTES];
    const uint64_t page = paddr & ~0xFFFull;
    enum sev_status status;

    memcpy(board_dram(BOARD_PARAMETERS), bad->parameters, bad->row->size);
    memcpy(before, board_dram(page), sizeof before);
    status = snp_sample_run(bad);
    if (status != SEV_STATUS_INVALID_ADDRESS && status != SEV_STATUS_INVALID_PAGE_STATE) {
        fail_msg("%s answers %x", bad->row->name, (unsigned int)status);
    }
    assert_memory_equal(board_dram(page), before, sizeof before);
}

static void check_overlap(struct snp_sample *sample)
{
    for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
        struct snp_sample bad = *sample;

        if (!is_written(sample, b)) {
            continue;
        }
        snp_sample_set_address(&bad, b, SNP_SAMPLE_GUEST);
        if (sample->row->id != SNP_COMMAND_INIT_EX) {
            assert_refused(&bad, SNP_SAMPLE_GUEST);
        }
        snp_sample_set_address(&bad, b, BOARD_PARAMETERS);
        assert_refused(&bad, BOARD_PARAMETERS);
        for (uint32_t other = 0; other < COMMAND_BUFFERS_MAX; other++) {
            if (other != b && snp_sample_has(sample, other)) {
                snp_sample_set_address(&bad, b, snp_sample_address(sample, other) & ~0xFFFull);
                assert_refused(&bad, snp_sample_address(sample, other));
            }
        }
    }
    assert_int_equal(snp_sample_run(sample), sample->expected); /* Nothing had changed. */
}

static void what_is_written_overlaps_nothing(void **state)
{
    (void)state;
    snp_sample_for_each(check_overlap);
}

/** While no table says whose a page is, nothing but the addresses keeps results apart. */
static void results_do_not_overlap_parameters_before_init(void **state)
{
    struct snp_address status = {.paddr = BOARD_PARAMETERS & ~0xFFFull};
    struct snp_verify_mitigation mitigation = {.length = sizeof mitigation,
                                               .flags = SNP_MITIGATION_DST_PADDR_EN,
                                               .dst_paddr = BOARD_PARAMETERS + 8u};

    (void)snp_boot(state);
    assert_int_equal(board_command(SNP_COMMAND_PLATFORM_STATUS, &status, sizeof status),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(status.paddr, BOARD_PARAMETERS & ~0xFFFull);
    assert_int_equal(board_command(SNP_COMMAND_VERIFY_MITIGATION, &mitigation, sizeof mitigation),
                     SEV_STATUS_INVALID_ADDRESS);
}

/** A context page is nobody's to give, to reclaim, to move or to put away. */
static void contexts_stay_where_they_are(void **state)
{
    const struct rmpupdate_state hosts = {.assigned = 0};

    (void)pages_boot(state);
    pages_make_guest(SNP_PAGE(0), SNP_ASID, SNP_SAMPLE_POLICY);
    assert_int_equal(pages_update(SNP_PAGE(0), &hosts), RMP_FAIL_PERMISSION);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, SNP_PAGE(0)),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, SNP_PAGE(0)),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(pages_state(SNP_PAGE(0)), X86_RMP_CONTEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_that_is_gone_is_refused_by_every_command),
        cmocka_unit_test(what_is_written_overlaps_nothing),
        cmocka_unit_test(results_do_not_overlap_parameters_before_init),
        cmocka_unit_test(contexts_stay_where_they_are),
    };

    return cmocka_run_group_tests_name("T09 SNP context", tests, NULL, NULL);
}
