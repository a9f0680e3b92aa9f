/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_UPDATE of CPUID pages: what is accepted, and how the rest is corrected.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/fabric.h"

#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_launch.h"

#define PAGE SNP_PAGE(8)
#define GPA 0x80E000ull

static _Alignas(16) uint8_t plain[SNP_PAGE_BYTES];
static _Alignas(16) uint8_t found[SNP_PAGE_BYTES];
static struct snp_cpuid_table *const given = (struct snp_cpuid_table *)plain;

static int boot(void **state)
{
    (void)launch_boot(state);
    memset(plain, 0, sizeof plain);
    return 0;
}

/** Puts a function into the page. */
static struct snp_cpuid_function *put(uint32_t leaf, uint32_t subleaf)
{
    struct snp_cpuid_function *function = &given->functions[given->count++];

    *function = (struct snp_cpuid_function){.eax_in = leaf, .ecx_in = subleaf};
    return function;
}

/** Fails unless the page is accepted, measured as one of its type, and encrypted as it is. */
static void assert_accepted(void)
{
    const struct snp_page_info info = {.page_type = SNP_PAGE_CPUID, .gpa = GPA};
    uint8_t digest[SNP_DIGEST_BYTES];

    memcpy(digest, launch_guest(LAUNCH_GCTX)->digest, sizeof digest);
    assert_int_equal(launch_add(SNP_PAGE_CPUID, PAGE, GPA, plain), SEV_STATUS_SUCCESS);
    launch_expect(digest, info, NULL);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
    assert_int_equal(snp_state(PAGE), RMP_GUEST_VALID);
    oracle_read_memory(SNP_ASID, PAGE, found, sizeof found);
    assert_memory_equal(found, plain, sizeof plain);
    snp_take(PAGE);
}

/** Fails unless the page is refused; FOUND gets what the firmware has left there. */
static void assert_refused(void)
{
    uint8_t digest[SNP_DIGEST_BYTES];

    memcpy(digest, launch_guest(LAUNCH_GCTX)->digest, sizeof digest);
    assert_int_equal(launch_add(SNP_PAGE_CPUID, PAGE, GPA, plain), SEV_STATUS_INVALID_PARAM);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
    assert_int_equal(snp_state(PAGE), RMP_PRE_GUEST);
    memcpy(found, board_dram(PAGE), sizeof found);
    snp_take(PAGE);
}

/** Fails unless the page is refused, and what is there then, which is accepted, is EXPECTED. */
static void assert_corrected(const void *expected)
{
    assert_refused();
    assert_memory_equal(found, expected, sizeof found);
    memcpy(plain, found, sizeof plain);
    assert_accepted();
}

static void what_is_not_known_is_accepted(void **state)
{
    static const uint32_t leaves[] = {2, 5, 7, 0xB, 0x40000000, 0x80000008, 0x8000001E, 0xC0000000};

    (void)state;
    assert_accepted(); /* No function at all. */
    for (uint32_t i = 0; i < SNP_CPUID_MAX; i++) {
        struct snp_cpuid_function *function = put(leaves[i % 8], i);

        function->xcr0_in = i;
        function->eax = 0xDEADBEEF;
        function->ebx = i;
        function->ecx = ~i;
        function->edx = UINT32_MAX;
    }
    assert_accepted();
}

static void too_many_functions_are_left_alone(void **state)
{
    (void)state;
    memset(plain, 0x77, sizeof plain);
    for (uint32_t count = SNP_CPUID_MAX + 1; count != 0; count <<= 1) {
        given->count = count;
        assert_refused();
        assert_memory_equal(found, plain, sizeof plain);
    }
}

static void vendor_and_c_bit_are_corrected(void **state)
{
    static const struct {
        uint32_t leaf;
        uint32_t output; /**< Of eax, ebx, ecx, edx. */
        uint32_t value;
        uint32_t mask; /**< Of bits that are compared. */
    } known[] = {
        {0x00000000, 1, 0x68747541, UINT32_MAX},
        {0x00000000, 2, 0x444D4163, UINT32_MAX},
        {0x00000000, 3, 0x69746E65, UINT32_MAX},
        {0x80000000, 1, 0x68747541, UINT32_MAX},
        {0x80000000, 2, 0x444D4163, UINT32_MAX},
        {0x80000000, 3, 0x69746E65, UINT32_MAX},
        {0x8000001F, 1, 51, 0x3F},
    };

    (void)state;
    assert_int_equal(fabric_config()->c_bit, 51);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        for (uint32_t bit = 0; bit < 32; bit++) {
            static _Alignas(16) uint8_t right[SNP_PAGE_BYTES];
            struct snp_cpuid_function *function;

            memset(plain, 0, sizeof plain);
            function = put(known[i].leaf, 0);
            function->ebx = known[i].leaf == 0x8000001F ? 0x4140 : 0x68747541;
            function->ecx = 0x444D4163;
            function->edx = 0x69746E65;
            (&function->eax)[known[i].output] |= known[i].value;
            memcpy(right, plain, sizeof right);
            (&function->eax)[known[i].output] ^= 1u << bit;
            if ((known[i].mask & 1u << bit) != 0) {
                assert_corrected(right);
            } else {
                assert_accepted();
            }
        }
    }
}

/** QEMU's EPYC-v4 is of family 17h, and is what most guests on newer chips are given. */
static void family_and_model_are_the_hypervisors_choice(void **state)
{
    static const uint32_t signatures[] = {0x00800F12, 0x00A00F10, 0x00A00F11, 0x00B00F20, 0};

    (void)state;
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        memset(plain, 0, sizeof plain);
        put(1, 0)->eax = signatures[i];
        put(0x80000001, 0)->eax = signatures[i];
        assert_accepted();
    }
}

static void xsave_areas_have_the_size_of_their_components(void **state)
{
    static const struct {
        uint64_t xcr0;
        uint64_t xss;
        uint32_t standard; /**< 0: unknown, everything is accepted. */
        uint32_t compacted;
    } sizes[] = {
        {0x1, 0, 0x240, 0x240},      {0x3, 0, 0x240, 0x240},        {0x7, 0, 0x340, 0x340},
        {0xE7, 0, 0x980, 0x980},     {0x207, 0, 0x988, 0x348},      {0x2E7, 0, 0x988, 0x988},
        {0x7, 0x1800, 0x340, 0x368}, {0x1, 0x800, 0x240, 0x250},    {0x27, 0, 0x380, 0x380},
        {0, 0, 0x240, 0x240},        {0x8000000000000007, 0, 0, 0}, {0x407, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (uint32_t subleaf = 0; subleaf < 3; subleaf++) {
            const uint32_t size = subleaf == 0   ? sizes[i].standard
                                  : subleaf == 1 ? sizes[i].compacted
                                                 : 0;
            static _Alignas(16) uint8_t right[SNP_PAGE_BYTES];
            struct snp_cpuid_function *function;

            memset(plain, 0, sizeof plain);
            function = put(0xD, subleaf);
            function->xcr0_in = sizes[i].xcr0;
            function->xss_in = sizes[i].xss;
            function->eax = 0x207;
            function->ebx = size;
            assert_accepted();
            memcpy(right, plain, sizeof right);
            function->ebx ^= 0x40;
            if (size != 0) {
                assert_corrected(right);
            } else {
                assert_accepted();
            }
        }
    }
    memset(plain, 0, sizeof plain); /* A supervisor component that is not known. */
    put(0xD, 1)->xcr0_in = 1;
    given->functions[0].xss_in = 1u << 8;
    assert_accepted();
}

static void what_is_reserved_is_cleared(void **state)
{
    static _Alignas(16) uint8_t right[SNP_PAGE_BYTES];
    static const size_t reserved[] = {
        0x04, 0x0F, 0x10 + 0x28, 0x10 + 0x2F, 0x10 + 2 * 0x30, 0xC10, SNP_PAGE_BYTES - 1};

    (void)state;
    put(0x80000008, 0)->eax = 0x3030;
    put(7, 0)->ebx = 1;
    memcpy(right, plain, sizeof right);
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        plain[reserved[i]] = 0x10;
        assert_corrected(right);
    }
}

/** A rejected page behind the C-bit is written back under the key that it was read with. */
static void corrections_are_under_the_hosts_key_behind_the_c_bit(void **state)
{
    const struct snp_launch_update parameters = launch_page(SNP_PAGE_CPUID, PAGE | BOARD_C_BIT);

    (void)state;
    put(0x8000001F, 0)->ebx = 52;
    oracle_write_memory(SEV_ASID_HOST, PAGE, plain, sizeof plain);
    snp_assign(PAGE, SNP_ASID, GPA);
    assert_int_equal(launch_update(&parameters), SEV_STATUS_INVALID_PARAM);
    oracle_read_memory(SEV_ASID_HOST, PAGE, found, sizeof found);
    given->functions[0].ebx = 51;
    assert_memory_equal(found, plain, sizeof plain);
}

static int boot_milan(void **state)
{
    board_set_product(SNP_PRODUCT_MILAN);
    return boot(state);
}

#define TEST(name) cmocka_unit_test_setup(name, boot_milan)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_known_is_accepted),
        TEST(too_many_functions_are_left_alone),
        TEST(vendor_and_c_bit_are_corrected),
        TEST(family_and_model_are_the_hypervisors_choice),
        TEST(xsave_areas_have_the_size_of_their_components),
        TEST(what_is_reserved_is_cleared),
        TEST(corrections_are_under_the_hosts_key_behind_the_c_bit),
    };

    return cmocka_run_group_tests_name("CPUID pages", tests, NULL, NULL);
}
