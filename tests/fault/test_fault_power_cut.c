/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power fails at each flash operation of each command that changes persistent data. After the
 * next boot INIT must succeed, with exactly the old or exactly the new identity: never
 * SECURE_DATA_INVALID, never a mixture, never a lost key.
 *
 * The short run programs in units of 1 KiB; VIRTASP_LONG=1 tries every 8-byte word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fault/fault_boot.h"

static uint64_t cut_at;

static void arm(void)
{
    hosted_power_cut_after(cut_at);
}

static bool is_long(void)
{
    return getenv("VIRTASP_LONG") != NULL;
}

/** A board with the unit of programming that this run tries. */
static void new_board(void)
{
    hosted_reset();
    hosted_flash_set_unit(is_long() ? 8 : 1024);
}

/** What the action would replace: its OCA, PEK and PDH, as the last boot reported them. */
static struct board_certificates old;

static void fail_at(enum fault_action action, uint64_t seed, const char *what)
{
    print_message("%s, cut in operation %llu, seed %llu: %s (INIT: %xh, guard: %s)\n",
                  fault_action_names[action], (unsigned long long)cut_at, (unsigned long long)seed,
                  what, (unsigned int)fault_report()->init, hosted_guard_message());
    fail();
}

/** PLATFORM_RESET has happened, or has not. After the action, a new identity differs by the PDH. */
static void check_identity(enum fault_action action, uint64_t seed)
{
    const struct board_certificates *now = &fault_report()->certificates;
    const bool same_pdh = memcmp(&now->pdh, &old.pdh, sizeof(old.pdh)) == 0;
    const bool same_pek = memcmp(&now->chain.pek, &old.chain.pek, sizeof(old.chain.pek)) == 0;
    const bool same_oca = memcmp(&now->chain.oca, &old.chain.oca, sizeof(old.chain.oca)) == 0;
    const bool is_old = same_pdh && same_pek && same_oca && fault_report()->owner == 0;
    bool is_new = false;

    switch (action) {
    case FAULT_INIT:
        return; /* There was no identity; INIT has made one. */
    case FAULT_PDH_GEN:
        is_new = !same_pdh && same_pek && same_oca;
        break;
    case FAULT_PEK_GEN:
        is_new = !same_pdh && !same_pek && same_oca;
        break;
    case FAULT_PEK_CERT_IMPORT:
        is_new = !same_pdh && !same_pek && !same_oca && fault_report()->owner == 1 &&
                 memcmp(&now->chain.pek, &old.chain.pek, SEV_CERTIFICATE_SIGNED_BYTES) == 0;
        break;
    default:
        is_new = !same_pdh && !same_pek && !same_oca && fault_report()->owner == 0;
        break;
    }
    if (!is_old && !is_new) {
        fail_at(action, seed, "the identity is neither the old nor the new one");
    }
}

/** One power cut, and the boots after it. */
static void cut(enum fault_action action, uint64_t seed)
{
    struct board_certificates first;

    fault_restore_flash();
    hosted_power_cut_seed(seed);
    if (fault_boot_with(action, arm) != HOSTED_POWER_CUT) {
        fail_at(action, seed, "no power cut");
    }
    hosted_power_cut_after(0);
    if (fault_boot(FAULT_INIT) != HOSTED_RETURNED || fault_report()->init != SEV_STATUS_SUCCESS) {
        fail_at(action, seed, "the next INIT failed");
    }
    check_identity(action, seed);
    first = fault_report()->certificates;
    if (!is_long() && seed != 1) {
        return; /* One boot more is enough for one seed. */
    }
    if (fault_boot(FAULT_INIT) != HOSTED_RETURNED || fault_report()->init != SEV_STATUS_SUCCESS ||
        memcmp(&first, &fault_report()->certificates, sizeof(first)) != 0) {
        fail_at(action, seed, "the identity did not stay");
    }
}

/** Cuts the power in every operation of an action that starts from the remembered flash. */
static void cut_everywhere(enum fault_action action, uint64_t seeds)
{
    uint64_t operations;

    fault_restore_flash();
    operations = fault_count_operations(action);
    assert_true(operations > 0);
    for (cut_at = 1; cut_at <= operations; cut_at++) {
        /* The words that decide, at the start and the end, are torn in more ways. */
        const bool decides = cut_at <= 3 || cut_at + 3 > operations;
        for (uint64_t seed = 1; seed <= (decides ? 2 * seeds : seeds); seed++) {
            cut(action, seed);
        }
    }
    assert_int_equal(hosted_flash_violations(), 0);
}

/** Flash with an identity in it that was saved @p saves times. */
static void with_identity(unsigned int saves)
{
    new_board();
    assert_int_equal(fault_boot(FAULT_INIT), HOSTED_RETURNED);
    for (unsigned int i = 1; i < saves; i++) {
        assert_int_equal(fault_boot(FAULT_PDH_GEN), HOSTED_RETURNED);
    }
    assert_int_equal(fault_report()->init, SEV_STATUS_SUCCESS);
    old = fault_report()->certificates;
    fault_remember_flash();
}

static void first_init(void **state)
{
    (void)state;
    new_board();
    fault_remember_flash();
    cut_everywhere(FAULT_INIT, 1);
}

/** QEMU makes a new flash image of zeros. */
static void first_init_on_a_flash_of_zeros(void **state)
{
    (void)state;
    new_board();
    memset(hosted_flash(), 0, HOSTED_FLASH_BYTES);
    fault_remember_flash();
    cut_everywhere(FAULT_INIT, 1);
}

static void pdh_gen_into_the_blank_sector(void **state)
{
    (void)state;
    with_identity(1);
    cut_everywhere(FAULT_PDH_GEN, 1);
}

static void pek_gen_over_an_old_record(void **state)
{
    (void)state;
    with_identity(2);
    cut_everywhere(FAULT_PEK_GEN, 1);
}

static void pek_cert_import_over_an_old_record(void **state)
{
    (void)state;
    with_identity(3);
    cut_everywhere(FAULT_PEK_CERT_IMPORT, 1);
}

static void platform_reset(void **state)
{
    (void)state;
    for (unsigned int saves = 1; saves <= 2; saves++) {
        with_identity(saves);
        cut_everywhere(FAULT_PLATFORM_RESET, is_long() ? 8 : 2);
    }
}

/** The power fails again and again while INIT recovers. */
static void cuts_in_a_row(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        new_board();
        fault_remember_flash();
        hosted_power_cut_seed(seed);
        for (cut_at = 1; cut_at <= 4; cut_at++) {
            assert_int_equal(fault_boot_with(FAULT_INIT, arm), HOSTED_POWER_CUT);
            hosted_power_cut_after(0);
        }
        if (fault_boot(FAULT_INIT) != HOSTED_RETURNED ||
            fault_report()->init != SEV_STATUS_SUCCESS) {
            fail_at(FAULT_INIT, seed, "INIT failed after power cuts in a row");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_init),
        cmocka_unit_test(first_init_on_a_flash_of_zeros),
        cmocka_unit_test(pdh_gen_into_the_blank_sector),
        cmocka_unit_test(pek_gen_over_an_old_record),
        cmocka_unit_test(pek_cert_import_over_an_old_record),
        cmocka_unit_test(platform_reset),
        cmocka_unit_test(cuts_in_a_row),
    };

    return cmocka_run_group_tests_name("power cuts", tests, NULL, NULL);
}
