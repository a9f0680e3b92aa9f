/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T22: SEV-SNP's commands in every state of platform and guest (SNP 1.3, 1.4) that they are not for;
 * and a policy holds in every state of its guest, also when its context was in its page meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/platform/snp.h"

#include "tests/unit/firmware_snp_sample.h"

static uint64_t guest_of(const struct snp_sample *sample)
{
    uint64_t gctx;

    memcpy(&gctx, sample->parameters + sample->row->guest_offset, sizeof gctx);
    return gctx;
}

/** Fails unless the command answers that, and neither its guest nor any page has changed. */
static void assert_refused(const struct snp_sample *sample, enum sev_status status)
{
    static uint8_t pages[SNP_REGION(0) - SNP_PAGE(0)];
    const bool has_guest = sample->row->guest_states != 0;
    struct snp_guest before = {.id = 0};

    if (has_guest) {
        before = *pages_guest(guest_of(sample));
    }
    memcpy(pages, board_dram(SNP_PAGE(0)), sizeof pages);
    if (snp_sample_run(sample) != status) {
        fail_msg("%s", sample->row->name);
    }
    assert_memory_equal(board_dram(SNP_PAGE(0)), pages, sizeof pages);
    if (has_guest) {
        assert_memory_equal(pages_guest(guest_of(sample)), &before, sizeof before);
    }
}

static void check_guest_states(struct snp_sample *sample)
{
    struct snp_guest *guest;
    uint8_t good;

    if (sample->row->guest_states == 0) {
        return;
    }
    guest = pages_guest(guest_of(sample));
    good = guest->state;
    for (uint8_t s = SNP_GUEST_INIT; s <= SNP_GUEST_RUNNING; s++) {
        guest->state = s;
        if ((sample->row->guest_states & COMMAND_STATE(s)) == 0) {
            assert_refused(sample, SEV_STATUS_INVALID_GUEST_STATE);
        }
    }
    guest->state = good;
    assert_int_equal(snp_sample_run(sample), sample->expected);
}

static void guests_in_other_states_are_refused(void **state)
{
    (void)state;
    snp_sample_for_each(check_guest_states);
}

/** Commands that want a guest with an ASID. */
static void check_inactive(struct snp_sample *sample)
{
    struct snp_guest *guest;

    if (!sample->row->needs_active) {
        return;
    }
    guest = pages_guest(guest_of(sample));
    guest->asid = 0;
    assert_refused(sample, SEV_STATUS_INACTIVE);
    guest->asid = SNP_ASID;
    assert_int_equal(snp_sample_run(sample), sample->expected);
}

static void guests_without_an_asid_are_refused(void **state)
{
    (void)state;
    snp_sample_for_each(check_inactive);
}

static void check_platform(struct snp_sample *sample)
{
    const bool is_init = platform_snp_state() == SNP_PLATFORM_INIT;
    const uint8_t other = COMMAND_STATE(is_init ? SNP_PLATFORM_UNINIT : SNP_PLATFORM_INIT);

    if ((sample->row->snp_states & other) != 0) {
        return;
    }
    if (is_init) {
        board_wbinvd();
        assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
        assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    } else {
        assert_int_equal(board_order(SNP_COMMAND_INIT), SEV_STATUS_SUCCESS);
    }
    assert_int_equal(snp_sample_run(sample), SEV_STATUS_INVALID_PLATFORM_STATE);
}

static void a_platform_in_the_other_state_serves_nothing(void **state)
{
    (void)state;
    snp_sample_for_each(check_platform);
}

/** What a policy forbids, and with what. */
static const struct {
    uint16_t id;
    uint64_t policy;
} forbidden[] = {
    {SNP_COMMAND_DBG_DECRYPT, SNP_SAMPLE_POLICY & ~SNP_POLICY_DEBUG},
    {SNP_COMMAND_DBG_ENCRYPT, SNP_SAMPLE_POLICY & ~SNP_POLICY_DEBUG},
    {SNP_COMMAND_PAGE_SWAP_OUT, SNP_SAMPLE_POLICY | SNP_POLICY_PAGE_SWAP_DISABLE},
    {SNP_COMMAND_PAGE_SWAP_IN, SNP_SAMPLE_POLICY | SNP_POLICY_PAGE_SWAP_DISABLE},
    {SNP_COMMAND_PAGE_MOVE, SNP_SAMPLE_POLICY | SNP_POLICY_PAGE_SWAP_DISABLE},
};

/** Drives the guest's context out of secure RAM, and back. */
static void seal_and_open(void)
{
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(snp_create(SNP_PAGE(30 + i)), SEV_STATUS_SUCCESS);
    }
    (void)pages_guest(SNP_SAMPLE_GUEST);
}

static void policies_hold_in_every_state(void **state)
{
    struct snp_sample sample;

    (void)state;
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        snp_sample_prepare(&sample, command_table_find(forbidden[i].id));
        pages_guest(SNP_SAMPLE_GUEST)->policy = forbidden[i].policy;
        assert_refused(&sample, SEV_STATUS_POLICY_FAILURE);
        pages_guest(SNP_SAMPLE_GUEST)->state = SNP_GUEST_RUNNING;
        assert_refused(&sample, SEV_STATUS_POLICY_FAILURE);
        seal_and_open();
        assert_int_equal(pages_guest(SNP_SAMPLE_GUEST)->policy, forbidden[i].policy);
        assert_refused(&sample, SEV_STATUS_POLICY_FAILURE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_in_other_states_are_refused),
        cmocka_unit_test(guests_without_an_asid_are_refused),
        cmocka_unit_test(a_platform_in_the_other_state_serves_nothing),
        cmocka_unit_test(policies_hold_in_every_state),
    };

    return cmocka_run_group_tests_name("T22 SNP states", tests, NULL, NULL);
}
