/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13: an SEV-SNP guest's keys end with it. After SNP_DECOMMISSION and SNP_SHUTDOWN none of them stands
 * in the firmware's variables, in x86 memory or in the fabric, also when the context was in its page
 * then; and while it lives x86 memory has none in plaintext (CVE-2023-31356).
 *
 * The test's own copies are on the heap, which is not searched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cve/search.h"
#include "tests/unit/firmware_snp_launch.h"

/** A guest's secrets, and how many bytes each of them has. */
struct secrets {
    uint8_t vek[SNP_VEK_BYTES];
    uint8_t vmpck[SNP_VMPCKS][SNP_KEY_BYTES];
    uint8_t oek[SNP_KEY_BYTES];
    uint8_t vmrk[SNP_KEY_BYTES];
};

static struct secrets *known;

static size_t in_memory(const uint8_t *secret, size_t length)
{
    return search_count(hosted_dram(), hosted_dram() + hosted_dram_bytes(), secret, length);
}

static size_t in_fabric(const uint8_t *secret, size_t length)
{
    return search_count(hosted_fabric(), hosted_fabric() + FABRIC_FILE_BYTES, secret, length);
}

/** Each secret stands so often in the variables and, VEK alone, in the fabric. */
static void assert_found(const uint8_t *secret, size_t length, size_t variables, size_t fabric)
{
    assert_int_equal(search_variables(secret, length), variables);
    assert_int_equal(in_fabric(secret, length), fabric);
    assert_int_equal(in_memory(secret, length), 0);
}

static void assert_all(size_t variables, size_t fabric)
{
    assert_found(known->vek, sizeof known->vek, variables, fabric);
    for (uint32_t i = 0; i < SNP_VMPCKS; i++) {
        assert_found(known->vmpck[i], sizeof known->vmpck[i], variables, 0);
    }
    assert_found(known->oek, sizeof known->oek, variables, 0);
    assert_found(known->vmrk, sizeof known->vmrk, variables, 0);
}

static int boot(void **state)
{
    const struct snp_guest *guest;

    (void)launch_boot(state);
    guest = launch_guest(LAUNCH_GCTX);
    known = test_malloc(sizeof *known);
    memcpy(known->vek, guest->vek, sizeof known->vek);
    memcpy(known->vmpck, guest->vmpck, sizeof known->vmpck);
    memcpy(known->oek, guest->oek, sizeof known->oek);
    memcpy(known->vmrk, guest->vmrk, sizeof known->vmrk);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    test_free(known);
    return 0;
}

/** Drives the context out of secure RAM, as many other guests do. */
static void seal(void)
{
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(snp_create(SNP_PAGE(30 + i)), SEV_STATUS_SUCCESS);
    }
}

static void decommission_wipes_an_open_context(void **state)
{
    (void)state;
    assert_all(1, 1); /* The search finds what is there. */
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    assert_all(0, 0);
}

static void decommission_wipes_a_sealed_context(void **state)
{
    static const uint8_t zero[SNP_PAGE_BYTES];

    (void)state;
    seal();
    assert_all(0, 1); /* The memory controller has its key as long as it is bound. */
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    assert_all(0, 0);
    assert_memory_equal(board_dram(LAUNCH_GCTX), zero, sizeof zero);
}

static void shut_down(void)
{
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_all(0, 0);
}

static void shutdown_wipes_open_contexts(void **state)
{
    (void)state;
    shut_down();
}

static void shutdown_wipes_sealed_contexts(void **state)
{
    (void)state;
    seal();
    shut_down();
}

/** The key that seals contexts is another one after SNP_INIT: what was kept opens no more. */
static void a_context_of_an_earlier_init_is_none(void **state)
{
    static uint8_t kept[SNP_PAGE_BYTES];

    (void)state;
    seal();
    memcpy(kept, board_dram(LAUNCH_GCTX), sizeof kept);
    shut_down();
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_create(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    seal();
    memcpy(board_dram(LAUNCH_GCTX), kept, sizeof kept);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, LAUNCH_GCTX), SEV_STATUS_INVALID_GUEST);
    assert_all(0, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, boot, clean_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(decommission_wipes_an_open_context),   TEST(decommission_wipes_a_sealed_context),
        TEST(shutdown_wipes_open_contexts),         TEST(shutdown_wipes_sealed_contexts),
        TEST(a_context_of_an_earlier_init_is_none),
    };

    return cmocka_run_group_tests_name("T13 SNP guests", tests, NULL, NULL);
}
