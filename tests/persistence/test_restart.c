/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity and ownership over restarts of the board (sections 3.4, 5.3, 5.4).
 */
#include <string.h>

#include "tests/conformance/certificates.h"
#include "tests/conformance/platform_owner.h"
#include "tests/persistence/persistence.h"

static void identity_survives_a_restart(void **state)
{
    static const uint32_t commands[] = {SEV_COMMAND_NOP, SEV_COMMAND_PEK_GEN, SEV_COMMAND_PDH_GEN};

    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        to_init();
        assert_status(suite_issue(commands[i], 0), SUCCESS);
        const struct identity before = look();

        restart();
        assert_status(initialise(), SUCCESS);
        const struct identity after = look();

        assert_same_identity(&before, &after);
    }
}

/** Nothing is lost when the board dies while it has nothing to do. */
static void identity_survives_a_power_cut_at_rest(void **state)
{
    (void)state;
    to_init();
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    const struct identity before = look();

    power_cut();
    assert_status(initialise(), SUCCESS);
    const struct identity after = look();

    assert_same_identity(&before, &after);
}

/** A reset of the board: memory stays, everything volatile in the firmware goes. */
static void identity_survives_a_reset(void **state)
{
    const struct fabric_memctl *memctl;
    uint8_t tweak_key[16];

    (void)state;
    to_init();
    const struct identity before = look();

    memctl = (const void *)(suite.board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET);
    memcpy(tweak_key, memctl->tweak_key, sizeof tweak_key);
    (void)launch_active(0);
    assert_int_equal(board_reset(&suite.board, BOARD_READY_TIMEOUT_MS), BOARD_OK);
    assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
    assert_int_equal(platform_status().guest_count, 0);
    memctl = (const void *)(suite.board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET);
    assert_memory_not_equal(tweak_key, memctl->tweak_key, sizeof tweak_key);
    for (uint32_t asid = 1; asid < FABRIC_SLOTS_MAX; asid++) {
        assert_int_equal(memctl->slots[asid].flags & FABRIC_SLOT_VALID, 0);
    }
    assert_status(initialise(), SUCCESS);
    const struct identity after = look();

    assert_same_identity(&before, &after);
}

static void platform_reset_is_final(void **state)
{
    (void)state;
    to_init();
    const struct identity before = look();

    to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    restart();
    assert_status(initialise(), SUCCESS);
    const struct identity after = look();

    assert_renewed_identity(&before, &after);
}

/** Also what PLATFORM_STATUS says before INIT (section 4.4). */
static void external_ownership_survives_a_restart(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    const struct identity before = look();

    restart();
    assert_int_equal(platform_status().owner, 1);
    assert_status(initialise(), SUCCESS);
    const struct identity after = look();

    assert_same_identity(&before, &after);
    assert_refused(PEK_CERT_IMPORT, &parameters, ALREADY_OWNED);
    assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
    restart();
    assert_int_equal(platform_status().owner, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(identity_survives_a_restart),
    cmocka_unit_test(identity_survives_a_power_cut_at_rest),
    cmocka_unit_test(identity_survives_a_reset),
    cmocka_unit_test(platform_reset_is_final),
    cmocka_unit_test(external_ownership_survives_a_restart),
};
PROGRAM_GROUP(restart, tests);
