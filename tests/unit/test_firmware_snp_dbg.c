/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_DBG_DECRYPT and SNP_DBG_ENCRYPT: what they move, and everything that is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cve/search.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_launch.h"

#define GUEST_PAGE SNP_PAGE(8)
#define HOST_PAGE SNP_PAGE(9)
#define OTHER SNP_PAGE(1)

static uint8_t plain[SNP_PAGE_BYTES];
static uint8_t found[SNP_PAGE_BYTES];

static int boot(void **state)
{
    (void)snp_boot_init(state);
    launch_make(LAUNCH_GCTX, SNP_ASID, LAUNCH_POLICY | SNP_POLICY_DEBUG, 0);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 3 + (i >> 8) + 5);
    }
    return 0;
}

/** The command reads the first page and writes the second. */
static enum sev_status run_for(uint64_t gctx, uint32_t id, uint64_t source, uint64_t destination)
{
    struct snp_dbg parameters = {.gctx_paddr = gctx, .src_paddr = source, .dst_paddr = destination};

    return board_command(id, &parameters, sizeof parameters);
}

static enum sev_status decrypt(void)
{
    return run_for(LAUNCH_GCTX, SNP_COMMAND_DBG_DECRYPT, GUEST_PAGE, HOST_PAGE);
}

static enum sev_status encrypt(void)
{
    return run_for(LAUNCH_GCTX, SNP_COMMAND_DBG_ENCRYPT, HOST_PAGE, GUEST_PAGE);
}

/** Makes the guest's page what a test needs. */
static void set_page(enum rmp_state state, uint32_t asid)
{
    snp_set(GUEST_PAGE, &(const struct rmp_page){.state = state,
                                                 .size = RMP_4K,
                                                 .asid = asid,
                                                 .gpa = 0x7000,
                                                 .permissions = {0xF, 1, 2, 3}});
}

/** Fails unless the status is that, and neither page has changed. */
static void assert_refused(enum sev_status (*run)(void), enum sev_status status)
{
    memset(board_dram(GUEST_PAGE), 0x11, SNP_PAGE_BYTES);
    memset(board_dram(HOST_PAGE), 0x22, SNP_PAGE_BYTES);
    assert_int_equal(run(), status);
    memset(found, 0x11, sizeof found);
    assert_memory_equal(board_dram(GUEST_PAGE), found, sizeof found);
    memset(found, 0x22, sizeof found);
    assert_memory_equal(board_dram(HOST_PAGE), found, sizeof found);
}

static void pages_in_every_state_of_a_guest_are_decrypted(void **state)
{
    (void)state;
    snp_give(HOST_PAGE);
    for (uint32_t running = 0; running < 2; running++) {
        for (enum rmp_state is = RMP_PRE_GUEST; is <= RMP_GUEST_VALID; is++) {
            struct rmp_entry entry;

            set_page(is, SNP_ASID);
            entry = *snp_entry(GUEST_PAGE);
            oracle_write_memory(SNP_ASID, GUEST_PAGE, plain, sizeof plain);
            memset(board_dram(HOST_PAGE), 0, SNP_PAGE_BYTES);
            assert_int_equal(decrypt(), SEV_STATUS_SUCCESS);
            assert_memory_equal(board_dram(HOST_PAGE), plain, sizeof plain);
            assert_memory_equal(snp_entry(GUEST_PAGE), &entry, sizeof entry);
            assert_int_equal(snp_state(HOST_PAGE), RMP_FIRMWARE);
        }
        if (running == 0) {
            assert_int_equal(launch_finish(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
        }
    }
    memset(board_dram(HOST_PAGE), 0, SNP_PAGE_BYTES);
    assert_int_equal(search_variables(plain, sizeof plain), 1); /* This test's own. */
}

static void immutable_pages_of_a_guest_are_written(void **state)
{
    static const enum rmp_state good[] = {RMP_PRE_GUEST, RMP_PRE_SWAP};

    (void)state;
    memcpy(board_dram(HOST_PAGE), plain, sizeof plain);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct rmp_entry entry;

        set_page(good[i], SNP_ASID);
        entry = *snp_entry(GUEST_PAGE);
        memset(board_dram(GUEST_PAGE), 0, SNP_PAGE_BYTES);
        assert_int_equal(encrypt(), SEV_STATUS_SUCCESS);
        oracle_read_memory(SNP_ASID, GUEST_PAGE, found, sizeof found);
        assert_memory_equal(found, plain, sizeof plain);
        assert_memory_equal(snp_entry(GUEST_PAGE), &entry, sizeof entry);
    }
    for (enum rmp_state is = RMP_GUEST_INVALID; is <= RMP_GUEST_VALID; is++) {
        set_page(is, SNP_ASID); /* The guest could touch it meanwhile. */
        assert_refused(encrypt, SEV_STATUS_INVALID_PAGE_STATE);
    }
}

/** With every state of a page of no guest, and with a page of another guest. */
static void check_guest_page(enum sev_status (*run)(void))
{
    for (enum rmp_state is = RMP_HYPERVISOR; is <= RMP_METADATA; is++) {
        const bool is_metadata = is == RMP_METADATA;

        snp_set(GUEST_PAGE, &(const struct rmp_page){.state = is,
                                                     .size = RMP_4K,
                                                     .vmsa = is == RMP_CONTEXT,
                                                     .gpa = is_metadata ? LAUNCH_GCTX : 0});
        assert_refused(run, SEV_STATUS_INVALID_PAGE_STATE);
    }
    set_page(RMP_PRE_GUEST, SNP_ASID + 1);
    assert_refused(run, SEV_STATUS_INVALID_PAGE_OWNER);
}

static void only_the_guests_own_pages_are_touched(void **state)
{
    (void)state;
    snp_give(HOST_PAGE);
    check_guest_page(decrypt);
    (void)boot(state);
    check_guest_page(encrypt);
}

static void pages_of_2_mib_are_refused(void **state)
{
    const struct rmp_page large = {
        .state = RMP_PRE_GUEST, .size = RMP_2M_PAGE, .asid = SNP_ASID, .gpa = 0x40000000};

    (void)state;
    snp_set(SNP_REGION(0), &large);
    snp_give(HOST_PAGE);
    assert_int_equal(
        run_for(LAUNCH_GCTX, SNP_COMMAND_DBG_DECRYPT, SNP_REGION(0) + 0x1000, HOST_PAGE),
        SEV_STATUS_INVALID_PAGE_SIZE);
    assert_int_equal(
        run_for(LAUNCH_GCTX, SNP_COMMAND_DBG_ENCRYPT, HOST_PAGE, SNP_REGION(0) + 0x1000),
        SEV_STATUS_INVALID_PAGE_SIZE);
}

static void plaintext_goes_to_pages_of_the_firmware_alone(void **state)
{
    (void)state;
    set_page(RMP_GUEST_VALID, SNP_ASID);
    for (enum rmp_state is = RMP_HYPERVISOR; is <= RMP_RECLAIM; is++) {
        snp_set(HOST_PAGE, &(const struct rmp_page){.state = is, .size = RMP_4K});
        if (is == RMP_FIRMWARE) {
            assert_int_equal(decrypt(), SEV_STATUS_SUCCESS);
        } else {
            assert_refused(decrypt, SEV_STATUS_INVALID_PAGE_STATE);
        }
    }
    snp_assign(HOST_PAGE, SNP_ASID, 0x9000); /* Nor from a guest's page. */
    set_page(RMP_PRE_GUEST, SNP_ASID);
    assert_refused(encrypt, SEV_STATUS_INVALID_PAGE_STATE);
    assert_refused(decrypt, SEV_STATUS_INVALID_PAGE_STATE);
}

/** Checks of the guest, each before the next; pages come last. */
static void check_guest(uint32_t id)
{
    assert_int_equal(run_for(LAUNCH_GCTX, id, GUEST_PAGE + 0x10, HOST_PAGE),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(run_for(LAUNCH_GCTX, id, GUEST_PAGE, HOST_PAGE + 0x800),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(run_for(LAUNCH_GCTX, id, GUEST_PAGE, GUEST_PAGE), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(run_for(LAUNCH_GCTX, id, 1ull << 40, HOST_PAGE), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(run_for(OTHER, id, GUEST_PAGE, HOST_PAGE), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(snp_create(OTHER), SEV_STATUS_SUCCESS);
    assert_int_equal(run_for(OTHER, id, GUEST_PAGE, HOST_PAGE), SEV_STATUS_INVALID_GUEST_STATE);
    assert_int_equal(launch_start(OTHER, LAUNCH_POLICY), SEV_STATUS_SUCCESS);
    assert_int_equal(run_for(OTHER, id, GUEST_PAGE, HOST_PAGE), SEV_STATUS_INACTIVE);
    assert_int_equal(launch_activate(OTHER, 2), SEV_STATUS_SUCCESS);
    assert_int_equal(run_for(OTHER, id, GUEST_PAGE, HOST_PAGE), SEV_STATUS_POLICY_FAILURE);
}

static void guests_are_checked_first(void **state)
{
    (void)state;
    check_guest(SNP_COMMAND_DBG_DECRYPT);
    (void)boot(state);
    check_guest(SNP_COMMAND_DBG_ENCRYPT);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pages_in_every_state_of_a_guest_are_decrypted),
        TEST(immutable_pages_of_a_guest_are_written),
        TEST(only_the_guests_own_pages_are_touched),
        TEST(pages_of_2_mib_are_refused),
        TEST(plaintext_goes_to_pages_of_the_firmware_alone),
        TEST(guests_are_checked_first),
    };

    return cmocka_run_group_tests_name("SNP_DBG", tests, NULL, NULL);
}
