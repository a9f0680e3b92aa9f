/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform's identity through the commands that make and change it, checked with OpenSSL as a
 * guest owner would (sections 4.1, 4.5 to 4.9, 6.2, 6.6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_flow.h"

static struct board_certificates before;
static struct board_certificates after;

static int boot(void **state)
{
    (void)board_boot_init(state);
    board_export(&before);
    return 0;
}

static void assert_empty(const struct sev_signature_slot *slot)
{
    static const struct sev_signature_slot empty = {.usage = SEV_USAGE_INVALID};

    assert_memory_equal(slot, &empty, sizeof(empty));
}

/** The table of section 6.2, for the slots and usages; @p oca_slot is where the PEK has the OCA's. */
static void assert_chain_is_good(const struct board_certificates *made, uint32_t oca_slot)
{
    const struct sev_certificate_chain *chain = &made->chain;

    assert_int_equal(chain->oca.public_key_usage, SEV_USAGE_OCA);
    assert_true(oracle_verify(&chain->oca, 0, SEV_USAGE_OCA, &chain->oca));
    assert_empty(&chain->oca.slots[1]);
    assert_int_equal(chain->pek.public_key_usage, SEV_USAGE_PEK);
    assert_int_equal(chain->pek.public_key_algorithm, SEV_ALGORITHM_ECDSA_SHA256);
    assert_true(oracle_verify(&chain->pek, oca_slot, SEV_USAGE_OCA, &chain->oca));
    assert_true(oracle_verify(&chain->pek, 1 - oca_slot, SEV_USAGE_CEK, &chain->cek));
    assert_int_equal(made->pdh.public_key_usage, SEV_USAGE_PDH);
    assert_int_equal(made->pdh.public_key_algorithm, SEV_ALGORITHM_ECDH_SHA256);
    assert_true(oracle_verify(&made->pdh, 0, SEV_USAGE_PEK, &chain->pek));
    assert_empty(&made->pdh.slots[1]);
    assert_int_equal(chain->cek.public_key_usage, SEV_USAGE_CEK);
    assert_empty(&chain->cek.slots[0]);
    assert_empty(&chain->cek.slots[1]);
}

static bool same(const struct sev_certificate *a, const struct sev_certificate *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

static void first_init_makes_a_self_owned_chain(void **state)
{
    (void)state;
    assert_chain_is_good(&before, 0);
    assert_int_equal(board_status().owner, 0);
}

static void identity_survives_shutdown_and_reset(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&after);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_null(board_restart());
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&after);
    assert_memory_equal(&before, &after, sizeof(before));
}

static void pek_gen_changes_pek_and_pdh(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_PEK_GEN), SEV_STATUS_SUCCESS);
    board_export(&after);
    assert_chain_is_good(&after, 0);
    assert_false(same(&before.chain.pek, &after.chain.pek));
    assert_false(same(&before.pdh, &after.pdh));
    assert_true(same(&before.chain.oca, &after.chain.oca));
    assert_true(same(&before.chain.cek, &after.chain.cek));
}

static void pdh_gen_changes_the_pdh_only(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_PDH_GEN), SEV_STATUS_SUCCESS);
    board_export(&after);
    assert_chain_is_good(&after, 0);
    assert_false(same(&before.pdh, &after.pdh));
    assert_memory_equal(&before.chain, &after.chain, sizeof(before.chain));
}

static void csr_is_the_pek_without_signatures(void **state)
{
    struct sev_pek_csr parameters = {.csr_paddr = BOARD_BUFFER(2), .csr_length = 0x1000};
    struct sev_certificate csr;

    (void)state;
    assert_int_equal(board_command(SEV_COMMAND_PEK_CSR, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(parameters.csr_length, 0x824);
    memcpy(&csr, board_dram(BOARD_BUFFER(2)), sizeof(csr));
    assert_memory_equal(&csr, &before.chain.pek, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_empty(&csr.slots[0]);
    assert_empty(&csr.slots[1]);
}

static void import_gives_the_platform_an_owner(void **state)
{
    struct sev_pek_cert_import parameters;
    struct oracle_key owner;
    struct oracle_key exported;

    (void)state;
    flow_prepare_import(&parameters, &owner);
    assert_int_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(board_status().owner, 1);
    board_export(&after);
    assert_chain_is_good(&after, 0);
    assert_memory_equal(&after.chain.pek, &before.chain.pek, SEV_CERTIFICATE_SIGNED_BYTES);
    oracle_read_key(&after.chain.oca, &exported);
    assert_memory_equal(exported.x, owner.x, sizeof(owner.x));
    assert_false(same(&before.pdh, &after.pdh));
    assert_int_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &parameters, sizeof(parameters)),
                     SEV_STATUS_ALREADY_OWNED);

    assert_null(board_restart()); /* UNINIT after a reset: the owner is read from flash. */
    assert_int_equal(board_status().owner, 1);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&before);
    assert_memory_equal(&before, &after, sizeof(before));
}

static void signature_of_the_owner_may_be_in_either_slot(void **state)
{
    struct sev_pek_cert_import parameters;
    struct sev_certificate *pek = (struct sev_certificate *)(void *)board_dram(BOARD_BUFFER(6));
    struct oracle_key owner;

    (void)state;
    flow_prepare_import(&parameters, &owner);
    pek->slots[1] = pek->slots[0];
    pek->slots[0] = (struct sev_signature_slot){.usage = SEV_USAGE_INVALID};
    assert_int_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    board_export(&after);
    assert_chain_is_good(&after, 1);
}

static void pek_gen_takes_the_platform_back(void **state)
{
    struct sev_pek_cert_import parameters;
    struct oracle_key owner;

    (void)state;
    flow_prepare_import(&parameters, &owner);
    assert_int_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_PDH_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_status().owner, 1);
    assert_int_equal(board_order(SEV_COMMAND_PEK_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_status().owner, 0);
    board_export(&after);
    assert_chain_is_good(&after, 0);
    assert_false(same(&before.chain.oca, &after.chain.oca));
}

static void platform_reset_makes_a_new_identity_for_the_same_chip(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_SUCCESS);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&after);
    assert_chain_is_good(&after, 0);
    assert_false(same(&before.chain.oca, &after.chain.oca));
    assert_false(same(&before.chain.pek, &after.chain.pek));
    assert_false(same(&before.pdh, &after.pdh));
    assert_true(same(&before.chain.cek, &after.chain.cek));
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_init_makes_a_self_owned_chain),
        TEST(identity_survives_shutdown_and_reset),
        TEST(pek_gen_changes_pek_and_pdh),
        TEST(pdh_gen_changes_the_pdh_only),
        TEST(csr_is_the_pek_without_signatures),
        TEST(import_gives_the_platform_an_owner),
        TEST(signature_of_the_owner_may_be_in_either_slot),
        TEST(pek_gen_takes_the_platform_back),
        TEST(platform_reset_makes_a_new_identity_for_the_same_chip),
    };

    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
