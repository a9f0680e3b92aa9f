/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_UPDATE: what becomes of the pages of each type but CPUID, in memory, in the reverse
 * map table and in the launch digest; everything that is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/product.h"
#include "firmware/rmp.h"

#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_launch.h"

#define PAGE SNP_PAGE(8)
#define GPA 0x0000123456789000ull

static uint8_t plain[SNP_PAGE_BYTES];
static uint8_t found[SNP_PAGE_BYTES];
static uint8_t digest[SNP_DIGEST_BYTES];

static int boot(void **state)
{
    (void)launch_boot(state);
    memset(digest, 0, sizeof digest);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 11 + (i >> 8) + 1);
    }
    return 0;
}

/** Fails unless the page is the guest's, with these permissions, and holds what FOUND gets. */
static void assert_added(const uint8_t permissions[RMP_VMPLS], bool is_vmsa)
{
    struct rmp_page page;

    rmp_look_up(PAGE, &page);
    assert_int_equal(page.state, RMP_GUEST_VALID);
    assert_int_equal(page.size, RMP_4K);
    assert_int_equal(page.asid, SNP_ASID);
    assert_int_equal(page.gpa, GPA);
    assert_int_equal(page.vmsa, is_vmsa);
    assert_memory_equal(page.permissions, permissions, RMP_VMPLS);
    oracle_read_memory(SNP_ASID, PAGE, found, sizeof found);
}

/** Adds the plaintext, and fails unless LD is what OpenSSL gets. @param measured  or NULL */
static void add(enum snp_page_type type, const uint8_t *measured)
{
    static const uint8_t permissions[RMP_VMPLS] = {RMP_PERMISSIONS_FULL};
    const struct snp_page_info info = {.page_type = (uint8_t)type, .gpa = GPA};

    assert_int_equal(launch_add(type, PAGE, GPA, plain), SEV_STATUS_SUCCESS);
    launch_expect(digest, info, measured);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
    assert_added(permissions, type == SNP_PAGE_VMSA);
}

/** Fails unless the parameters give that status, and page and guest stay as they are. */
static void assert_refused(const struct snp_launch_update *parameters, enum sev_status status)
{
    const struct snp_guest before = *launch_guest(LAUNCH_GCTX);
    const struct rmp_entry entry = *snp_entry(PAGE);

    memcpy(board_dram(PAGE), plain, sizeof plain);
    assert_int_equal(launch_update(parameters), status);
    assert_memory_equal(board_dram(PAGE), plain, sizeof plain);
    assert_memory_equal(snp_entry(PAGE), &entry, sizeof entry);
    assert_memory_equal(launch_guest(LAUNCH_GCTX), &before, sizeof before);
}

static void normal_pages_are_measured_and_encrypted(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        plain[i] ^= 0x40;
        add(SNP_PAGE_NORMAL, plain);
        assert_memory_equal(found, plain, sizeof plain);
        assert_memory_not_equal(board_dram(PAGE), plain, sizeof plain);
        snp_take(PAGE);
    }
}

static void zero_pages_are_zero_whatever_is_there(void **state)
{
    static const uint8_t zero[SNP_PAGE_BYTES];

    (void)state;
    add(SNP_PAGE_ZERO, NULL);
    assert_memory_equal(found, zero, sizeof zero);
}

static void unmeasured_pages_keep_what_is_there(void **state)
{
    (void)state;
    add(SNP_PAGE_UNMEASURED, NULL);
    assert_memory_equal(found, plain, sizeof plain);
}

static void secrets_pages_hold_the_guests_keys(void **state)
{
    struct snp_secrets_page expected;

    (void)state;
    memset(launch_guest(LAUNCH_GCTX)->gosvw, 0x77, 16);
    for (uint32_t imi = 0; imi < 2; imi++) {
        struct snp_guest *guest = launch_guest(LAUNCH_GCTX);

        guest->has_imi = imi != 0;
        memset(&expected, 0, sizeof expected);
        expected.version = 3;
        expected.flags = imi;
        expected.fms = product()->cpuid_eax;
        memset(expected.gosvw, 0x77, sizeof expected.gosvw);
        memcpy(expected.vmpck, guest->vmpck, sizeof expected.vmpck);
        add(SNP_PAGE_SECRETS, NULL);
        assert_memory_equal(found, &expected, sizeof expected);
        snp_take(PAGE);
    }
}

static void permissions_come_from_the_parameters(void **state)
{
    static const uint8_t permissions[RMP_VMPLS] = {RMP_PERMISSIONS_FULL, 0xF, 0x3, 0x1};
    const struct snp_page_info info = {.page_type = SNP_PAGE_NORMAL,
                                       .vmpl1_perms = 0xF,
                                       .vmpl2_perms = 0x3,
                                       .vmpl3_perms = 0x1,
                                       .gpa = GPA};
    struct snp_launch_update parameters = launch_page(SNP_PAGE_NORMAL, PAGE);

    (void)state;
    memcpy(board_dram(PAGE), plain, sizeof plain);
    snp_assign(PAGE, SNP_ASID, GPA);
    parameters.vmpl1_perms = 0xF;
    parameters.vmpl2_perms = 0x3;
    parameters.vmpl3_perms = 0x1;
    assert_int_equal(launch_update(&parameters), SEV_STATUS_SUCCESS);
    assert_added(permissions, false);
    launch_expect(digest, info, plain);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
}

static void pages_of_the_image_count_twice(void **state)
{
    struct snp_page_info info = {.page_type = SNP_PAGE_NORMAL, .gpa = GPA};
    struct snp_launch_update parameters = launch_page(SNP_PAGE_NORMAL, PAGE);
    uint8_t imd[SNP_DIGEST_BYTES] = {0};

    (void)state;
    launch_guest(LAUNCH_GCTX)->has_imi = true;
    add(SNP_PAGE_NORMAL, plain);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->imd, imd, sizeof imd);
    snp_assign(PAGE, SNP_ASID, GPA);
    memcpy(board_dram(PAGE), plain, sizeof plain);
    parameters.flags |= SNP_LAUNCH_IMI_PAGE;
    info.imi_page = 1;
    assert_int_equal(launch_update(&parameters), SEV_STATUS_SUCCESS);
    launch_expect(digest, info, plain);
    launch_expect(imd, info, plain);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->imd, imd, sizeof imd);
}

static void plaintext_behind_the_c_bit_is_under_the_hosts_key(void **state)
{
    const struct snp_launch_update parameters = launch_page(SNP_PAGE_NORMAL, PAGE | BOARD_C_BIT);
    const struct snp_page_info info = {.page_type = SNP_PAGE_NORMAL, .gpa = GPA};

    (void)state;
    oracle_write_memory(SEV_ASID_HOST, PAGE, plain, sizeof plain);
    snp_assign(PAGE, SNP_ASID, GPA);
    assert_int_equal(launch_update(&parameters), SEV_STATUS_SUCCESS);
    launch_expect(digest, info, plain);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
    oracle_read_memory(SNP_ASID, PAGE, found, sizeof found);
    assert_memory_equal(found, plain, sizeof plain);
}

static void guests_are_checked_first(void **state)
{
    struct snp_launch_update parameters = launch_page(SNP_PAGE_NORMAL, PAGE);

    (void)state;
    snp_assign(PAGE, SNP_ASID, GPA);
    parameters.flags = 0xFFFFFFFE;
    parameters.gctx_paddr = LAUNCH_GCTX + 1;
    assert_refused(&parameters, SEV_STATUS_INVALID_ADDRESS);
    parameters.gctx_paddr = SNP_PAGE(1);
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST);
    assert_int_equal(snp_create(SNP_PAGE(1)), SEV_STATUS_SUCCESS);
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST_STATE);
    assert_int_equal(launch_start(SNP_PAGE(1), LAUNCH_POLICY), SEV_STATUS_SUCCESS);
    assert_refused(&parameters, SEV_STATUS_INACTIVE);
    assert_int_equal(launch_activate(SNP_PAGE(1), 2), SEV_STATUS_SUCCESS);
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    assert_int_equal(launch_finish(SNP_PAGE(1)), SEV_STATUS_SUCCESS);
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST_STATE);
}

static void meaningless_parameters_are_refused(void **state)
{
    struct snp_launch_update parameters;

    (void)state; /* The page is the host's, which would come later. */
    for (uint32_t bit = 5; bit < 32; bit++) {
        parameters = launch_page(SNP_PAGE_NORMAL, PAGE);
        parameters.flags |= 1u << bit;
        assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    }
    parameters = launch_page((enum snp_page_type)0, PAGE);
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    parameters = launch_page((enum snp_page_type)7, PAGE);
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    for (size_t offset = 0x0C; offset < sizeof parameters; offset++) {
        const bool is_address = offset >= 0x10 && offset < 0x18;

        parameters = launch_page(SNP_PAGE_NORMAL, PAGE);
        ((uint8_t *)&parameters)[offset] |= 0x20; /* No permission either. */
        if (!is_address) {
            assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
        }
    }
    parameters = launch_page(SNP_PAGE_NORMAL, PAGE);
    parameters.flags |= SNP_LAUNCH_IMI_PAGE; /* For a guest without. */
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
}

static void shadow_stacks_are_for_products_that_have_them(void **state)
{
    static const uint32_t products[] = {SNP_PRODUCT_GENOA, SNP_PRODUCT_TURIN, SNP_PRODUCT_VENICE};
    static const uint8_t permissions[RMP_VMPLS] = {RMP_PERMISSIONS_FULL, 0x1F, 0, 0};
    struct snp_launch_update parameters = launch_page(SNP_PAGE_ZERO, PAGE);

    parameters.vmpl1_perms = 0x1F;
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        (void)snp_boot(state);
        board_set_product(products[i]);
        (void)board_boot(state);
        (void)snp_machine();
        assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
        assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
        launch_make(LAUNCH_GCTX, SNP_ASID, LAUNCH_POLICY, 0);
        snp_assign(PAGE, SNP_ASID, GPA);
        assert_int_equal(launch_update(&parameters), SEV_STATUS_SUCCESS);
        assert_added(permissions, false);
    }
}

static void pages_must_be_the_guests_and_not_yet_in_use(void **state)
{
    struct snp_launch_update parameters = launch_page(SNP_PAGE_NORMAL, PAGE);
    struct rmp_page page = {.size = RMP_4K, .asid = SNP_ASID, .gpa = GPA};

    (void)state;
    assert_refused(&parameters, SEV_STATUS_INVALID_PAGE_STATE);
    for (page.state = RMP_PRE_SWAP; page.state <= RMP_GUEST_VALID; page.state++) {
        snp_set(PAGE, &page);
        assert_refused(&parameters, SEV_STATUS_INVALID_PAGE_STATE);
    }
    snp_give(PAGE);
    assert_refused(&parameters, SEV_STATUS_INVALID_PAGE_STATE);
    snp_assign(PAGE, SNP_ASID + 1, GPA);
    assert_refused(&parameters, SEV_STATUS_INVALID_PAGE_OWNER);
    parameters = launch_page(SNP_PAGE_NORMAL, PAGE + 0x10);
    assert_refused(&parameters, SEV_STATUS_INVALID_ADDRESS);
    parameters = launch_page(SNP_PAGE_NORMAL, 1ull << 40);
    assert_refused(&parameters, SEV_STATUS_INVALID_ADDRESS);
    parameters = launch_page(SNP_PAGE_NORMAL, SNP_RMP_BASE);
    assert_refused(&parameters, SEV_STATUS_INVALID_ADDRESS);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(normal_pages_are_measured_and_encrypted),
        TEST(zero_pages_are_zero_whatever_is_there),
        TEST(unmeasured_pages_keep_what_is_there),
        TEST(secrets_pages_hold_the_guests_keys),
        TEST(permissions_come_from_the_parameters),
        TEST(pages_of_the_image_count_twice),
        TEST(plaintext_behind_the_c_bit_is_under_the_hosts_key),
        TEST(guests_are_checked_first),
        TEST(meaningless_parameters_are_refused),
        TEST(shadow_stacks_are_for_products_that_have_them),
        TEST(pages_must_be_the_guests_and_not_yet_in_use),
    };

    return cmocka_run_group_tests_name("SNP_LAUNCH_UPDATE", tests, NULL, NULL);
}
