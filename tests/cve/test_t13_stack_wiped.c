/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13: secrets of a session do not stay on the stack: the ECDH secret Z, the master secret, the keys
 * that wrap the transport keys, the copy of a new guest. Later calls use the same stack, so that what
 * a command leaves there says little; this test notes what is wiped instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/guest.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"

#include "tests/cve/wiped.h"
#include "tests/unit/firmware_sample.h"

/** Asserts that everything on the way from two keys to KEK and KIK was wiped (section 7.2). */
static void assert_derivation_wiped(const struct oracle_key *own, const struct oracle_key *peer,
                                    const struct sev_session *session)
{
    uint8_t shared[ORACLE_NUMBER];
    uint8_t master[16];
    uint8_t wrapping[32];

    oracle_ecdh(own, peer, shared);
    oracle_kdf(shared, sizeof(shared), SEV_LABEL_MASTER, session->nonce, sizeof(session->nonce),
               master, sizeof(master));
    oracle_kdf(master, sizeof(master), SEV_LABEL_KEK, NULL, 0, wrapping, 16);
    oracle_kdf(master, sizeof(master), SEV_LABEL_KIK, NULL, 0, wrapping + 16, 16);
    assert_true(was_wiped(sizeof(shared), 0, shared, sizeof(shared)));
    assert_true(was_wiped(sizeof(master), 0, master, sizeof(master)));
    assert_true(was_wiped(sizeof(wrapping), 0, wrapping, sizeof(wrapping)));
}

/** LAUNCH_START and RECEIVE_START: the owner's session, and the new guest. */
static void assert_start_wiped(uint32_t id)
{
    const size_t tek = offsetof(struct guest, keys) + offsetof(struct sev_transport_keys, tek);
    static struct sample sample;
    struct sev_certificate pdh;
    struct oracle_key platform;

    sample_prepare(&sample, command_table_find(id));
    pdh = platform_identity()->pdh;
    oracle_read_key(&pdh, &platform);
    wiped_start();
    assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
    assert_derivation_wiped(&sample.owner.key, &platform, &sample.owner.session);
    assert_true(was_wiped(sizeof(struct guest), tek, sample.owner.keys.tek, 16));
}

static void launch_start_wipes_session_secrets_and_the_new_guest(void **state)
{
    (void)state;
    assert_start_wiped(SEV_COMMAND_LAUNCH_START);
}

static void receive_start_wipes_session_secrets_and_the_new_guest(void **state)
{
    (void)state;
    assert_start_wiped(SEV_COMMAND_RECEIVE_START);
}

/** A session whose MAC is wrong ends before the keys are unwrapped. */
static void refused_session_is_wiped_too(void **state)
{
    static struct sample sample;
    struct sev_certificate pdh;
    struct oracle_key platform;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_LAUNCH_START));
    pdh = platform_identity()->pdh;
    oracle_read_key(&pdh, &platform);
    board_dram(sample_address(&sample, 1))[offsetof(struct sev_session, wrap_mac)] ^= 1;
    wiped_start();
    assert_int_equal(sample_run(&sample), SEV_STATUS_BAD_MEASUREMENT);
    assert_derivation_wiped(&sample.owner.key, &platform, &sample.owner.session);
}

/** SEND_START: the platform makes the session, for the target's PDH. */
static void send_start_wipes_session_secrets(void **state)
{
    static struct sample sample;
    struct sev_certificate target;
    struct sev_session session;
    struct oracle_key peer;
    struct oracle_key own;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_SEND_START));
    memcpy(&target, board_dram(sample_address(&sample, 0)), sizeof(target));
    oracle_read_key(&target, &peer);
    memcpy(own.d, platform_identity()->pdh_key.d, sizeof(own.d));
    wiped_start();
    assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
    memcpy(&session, board_dram(sample_address(&sample, 3)), sizeof(session));
    assert_derivation_wiped(&own, &peer, &session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(launch_start_wipes_session_secrets_and_the_new_guest),
        cmocka_unit_test(receive_start_wipes_session_secrets_and_the_new_guest),
        cmocka_unit_test(refused_session_is_wiped_too),
        cmocka_unit_test(send_start_wipes_session_secrets),
    };

    return cmocka_run_group_tests_name("T13 stack wiped", tests, NULL, NULL);
}
