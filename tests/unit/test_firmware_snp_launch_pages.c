/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_UPDATE: pages of 2 MiB, with and without a cipher engine; a host that writes
 * meanwhile; what is left behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/rmp.h"
#include "hal/cipher.h"

#include "tests/cve/search.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_launch.h"

#define PAGE SNP_PAGE(8)
#define LARGE SNP_REGION(1)
#define GPA 0x40000000ull
#define PAGES (SNP_PAGE_2M_BYTES / SNP_PAGE_BYTES)

static uint8_t plain[SNP_PAGE_2M_BYTES];
static uint8_t found[SNP_PAGE_2M_BYTES];

static int boot(void **state)
{
    (void)launch_boot(state);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 7 + (i >> 9) + (i >> 13) + 3);
    }
    return 0;
}

/** A page of 2 MiB of the guest, with the plaintext in it. */
static void assign_large(void)
{
    memcpy(board_dram(LARGE), plain, sizeof plain);
    snp_set(LARGE, &(const struct rmp_page){.state = RMP_PRE_GUEST,
                                            .size = RMP_2M_PAGE,
                                            .asid = SNP_ASID,
                                            .gpa = GPA,
                                            .permissions = {RMP_PERMISSIONS_FULL}});
}

static enum sev_status add_large(enum snp_page_type type)
{
    struct snp_launch_update parameters = launch_page(type, LARGE);

    parameters.flags |= SNP_PAGE_2M;
    return launch_update(&parameters);
}

/** LD after 512 pages of a type. */
static void expect_large(uint8_t digest[SNP_DIGEST_BYTES], enum snp_page_type type)
{
    for (size_t i = 0; i < PAGES; i++) {
        const struct snp_page_info info = {.page_type = (uint8_t)type,
                                           .gpa = GPA + i * SNP_PAGE_BYTES};

        launch_expect(digest, info, type == SNP_PAGE_NORMAL ? plain + i * SNP_PAGE_BYTES : NULL);
    }
}

static void assert_input_is_wiped(void)
{
    const uint8_t *bytes = hal_cipher_buffer(HAL_CIPHER_INPUT);

    for (size_t i = 0; i < HAL_CIPHER_BUFFER_BYTES; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

/** Adds 2 MiB of each type that has pages of that size, and compares everything. */
static void check_large(void)
{
    static const enum snp_page_type types[] = {SNP_PAGE_NORMAL, SNP_PAGE_ZERO, SNP_PAGE_UNMEASURED};
    uint8_t digest[SNP_DIGEST_BYTES] = {0};
    struct rmp_page page;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        assign_large();
        assert_int_equal(add_large(types[i]), SEV_STATUS_SUCCESS);
        expect_large(digest, types[i]);
        assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
        oracle_read_memory(SNP_ASID, LARGE, found, sizeof found);
        if (types[i] == SNP_PAGE_ZERO) {
            memset(plain, 0, sizeof plain);
        }
        assert_memory_equal(found, plain, sizeof plain);
        rmp_look_up(LARGE + 5 * SNP_PAGE_BYTES, &page);
        assert_int_equal(page.state, RMP_GUEST_VALID);
        assert_int_equal(page.size, RMP_2M_PAGE);
        assert_int_equal(page.gpa, GPA);
        assert_input_is_wiped();
    }
}

static void large_pages_count_as_512_small_ones(void **state)
{
    const uint64_t before = hosted_cipher_operations();

    (void)state;
    check_large();
    assert_true(hosted_cipher_operations() >= before + 3 * 32);
}

static void without_an_engine_all_is_the_same(void **state)
{
    (void)state;
    hosted_cipher_remove();
    assert_null(board_restart());
    (void)snp_machine();
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    launch_make(LAUNCH_GCTX, SNP_ASID, LAUNCH_POLICY, 0);
    check_large();
}

static void with_an_engine_that_fails_all_is_the_same(void **state)
{
    for (uint64_t at = 1; at <= 3; at++) {
        (void)boot(state);
        hosted_cipher_fault(HOSTED_CIPHER_FAILS, at);
        check_large();
        assert_null(hal_cipher_name());
    }
}

static void sizes_must_agree(void **state)
{
    static const enum snp_page_type small_only[] = {SNP_PAGE_VMSA, SNP_PAGE_SECRETS,
                                                    SNP_PAGE_CPUID};
    struct snp_launch_update parameters;
    uint8_t zero[SNP_DIGEST_BYTES] = {0};

    (void)state;
    snp_assign(LARGE, SNP_ASID, GPA);
    assert_int_equal(add_large(SNP_PAGE_NORMAL), SEV_STATUS_INVALID_PAGE_SIZE);
    assign_large();
    for (size_t i = 0; i < sizeof small_only / sizeof small_only[0]; i++) {
        assert_int_equal(add_large(small_only[i]), SEV_STATUS_INVALID_PAGE_SIZE);
    }
    for (uint32_t type = SNP_PAGE_NORMAL; type <= SNP_PAGE_CPUID; type++) {
        parameters = launch_page((enum snp_page_type)type, LARGE);
        assert_int_equal(launch_update(&parameters), SEV_STATUS_INVALID_PAGE_SIZE);
        parameters.page_paddr += SNP_PAGE_BYTES;
        assert_int_equal(launch_update(&parameters), SEV_STATUS_INVALID_PAGE_SIZE);
    }
    parameters.flags |= SNP_PAGE_2M;
    assert_int_equal(launch_update(&parameters), SEV_STATUS_INVALID_ADDRESS);
    assert_memory_equal(board_dram(LARGE), plain, sizeof plain);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, zero, sizeof zero);
}

/** How often bytes of the page have been read, and what the host does when they are written. */
struct race {
    size_t bytes_read;
    bool locks;
    bool done;
};

static bool is_in_page(const struct hosted_step *step)
{
    return step->memory == HOSTED_DRAM && step->offset >= PAGE &&
           step->offset < PAGE + SNP_PAGE_BYTES;
}

/** Before the page is written, the host turns around all bytes of it, or locks its region. */
static void change_before_write(void *context, const struct hosted_step *step)
{
    struct race *race = context;

    if (is_in_page(step) && step->kind == HOSTED_READ) {
        race->bytes_read += step->length;
    }
    if (is_in_page(step) && step->kind == HOSTED_WRITE && !race->done) {
        race->done = true;
        if (race->locks) {
            snp_entry(PAGE & ~(uint64_t)(RMP_REGION_BYTES - 1u))->low |= RMP_LOCK;
        }
        for (size_t i = 0; i < SNP_PAGE_BYTES; i++) {
            hosted_dram()[PAGE + i] ^= 0xFF;
        }
    }
}

/** Host memory that does not obey the table would change nothing: each byte is read once. */
static void what_is_measured_is_what_is_encrypted(void **state)
{
    const struct snp_page_info info = {.page_type = SNP_PAGE_NORMAL, .gpa = GPA};
    uint8_t digest[SNP_DIGEST_BYTES] = {0};
    struct race race = {.bytes_read = 0};

    (void)state;
    hosted_set_access_hook(change_before_write, &race);
    assert_int_equal(launch_add(SNP_PAGE_NORMAL, PAGE, GPA, plain), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_true(race.done);
    assert_int_equal(race.bytes_read, SNP_PAGE_BYTES);
    launch_expect(digest, info, plain);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
    oracle_read_memory(SNP_ASID, PAGE, found, SNP_PAGE_BYTES);
    assert_memory_equal(found, plain, SNP_PAGE_BYTES);
}

static void a_page_whose_entry_is_kept_locked_does_not_count(void **state)
{
    uint8_t zero[SNP_DIGEST_BYTES] = {0};
    struct race race = {.locks = true};

    (void)state;
    hosted_set_access_hook(change_before_write, &race);
    assert_int_equal(launch_add(SNP_PAGE_NORMAL, PAGE, GPA, plain), SEV_STATUS_INVALID_PAGE_STATE);
    hosted_set_access_hook(NULL, NULL);
    snp_entry(PAGE & ~(uint64_t)(RMP_REGION_BYTES - 1u))->low &= ~RMP_LOCK;
    assert_int_equal(snp_state(PAGE), RMP_PRE_GUEST);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, zero, sizeof zero);
}

/**
 * The guest's keys stand in its context alone, which is open, and the memory controller has VEK.
 */
static void secrets_are_not_left_behind(void **state)
{
    uint8_t vmpck[SNP_KEY_BYTES];
    uint8_t vek[SNP_VEK_BYTES];

    (void)state;
    memcpy(vmpck, launch_guest(LAUNCH_GCTX)->vmpck[2], sizeof vmpck);
    memcpy(vek, launch_guest(LAUNCH_GCTX)->vek, sizeof vek);
    assert_int_equal(launch_add(SNP_PAGE_SECRETS, PAGE, GPA, plain), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(vmpck, sizeof vmpck), 1);
    assert_int_equal(
        search_count(board_dram(0), board_dram(0) + hosted_dram_bytes(), vmpck, sizeof vmpck), 0);
    assert_int_equal(
        search_count(board_dram(0), board_dram(0) + hosted_dram_bytes(), vek, sizeof vek), 0);
    assert_input_is_wiped();
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(vmpck, sizeof vmpck), 0);
    assert_int_equal(search_variables(vek, sizeof vek), 0);
    assert_int_equal(hosted_cipher_sessions(), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(large_pages_count_as_512_small_ones),
        TEST(without_an_engine_all_is_the_same),
        TEST(with_an_engine_that_fails_all_is_the_same),
        TEST(sizes_must_agree),
        TEST(what_is_measured_is_what_is_encrypted),
        TEST(a_page_whose_entry_is_kept_locked_does_not_count),
        TEST(secrets_are_not_left_behind),
    };

    return cmocka_run_group_tests_name("pages of SNP_LAUNCH_UPDATE", tests, NULL, NULL);
}
