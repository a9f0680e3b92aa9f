/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_RECLAIM, SNP_PAGE_UNSMASH and SNP_PAGE_SET_STATE (SNP 2.17) with pages in every state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_pages.h"

#define GCTX SNP_PAGE(0)
#define PAGE SNP_PAGE(1)
#define LIST SNP_PAGE(2)
#define GPA 0x80000000ull

/** Makes a page what a test needs. */
static void set(uint64_t paddr, enum rmp_state state, bool large)
{
    const struct rmp_page page = {
        .state = state,
        .size = large ? RMP_2M_PAGE : RMP_4K,
        .asid = state >= RMP_PRE_GUEST ? SNP_ASID : 0,
        .gpa = state == RMP_METADATA    ? GCTX
               : state >= RMP_PRE_GUEST ? GPA
                                        : 0,
    };

    snp_set(paddr, &page);
}

static void reclaim_ends_what_the_firmware_holds(void **state)
{
    static const enum rmp_state after[] = {
        [RMP_HYPERVISOR] = RMP_NO_STATE,     [RMP_HV_FIXED] = RMP_NO_STATE,
        [RMP_FIRMWARE] = RMP_RECLAIM,        [RMP_RECLAIM] = RMP_RECLAIM,
        [RMP_CONTEXT] = RMP_NO_STATE,        [RMP_METADATA] = RMP_RECLAIM,
        [RMP_PRE_GUEST] = RMP_GUEST_INVALID, [RMP_PRE_SWAP] = RMP_GUEST_VALID,
        [RMP_GUEST_INVALID] = RMP_NO_STATE,  [RMP_GUEST_VALID] = RMP_NO_STATE,
    };

    (void)state;
    for (uint32_t i = RMP_HYPERVISOR; i <= RMP_GUEST_VALID; i++) {
        for (uint32_t large = 0; large < 2; large++) {
            const uint64_t paddr = large != 0 ? SNP_REGION(0) : PAGE;
            const bool whole = large != 0 && i != RMP_HYPERVISOR && i != RMP_HV_FIXED;
            const bool changes = after[i] != RMP_NO_STATE;

            set(paddr, (enum rmp_state)i, large != 0);
            assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, paddr | (1u - large)),
                             large == 0 ? SEV_STATUS_INVALID_ADDRESS
                                        : SEV_STATUS_INVALID_PAGE_SIZE);
            assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, paddr | large),
                             changes ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PAGE_STATE);
            if (whole || large == 0) {
                assert_int_equal(snp_state(paddr + (whole ? 0x1000 : 0)), changes ? after[i] : i);
            }
        }
    }
}

static void reclaim_looks_at_its_address(void **state)
{
    (void)state;
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, PAGE | 2), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, PAGE | 0x800), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, PAGE | 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, 1ull << 40), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, SNP_RMP_BASE),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_state(SNP_RMP_BASE), RMP_FIRMWARE);
}

static void what_was_reclaimed_is_the_hosts_again(void **state)
{
    const struct rmpupdate_state host = {.assigned = 0};

    (void)state;
    pages_give(PAGE, false);
    assert_int_equal(pages_update(PAGE, &host), RMP_FAIL_PERMISSION);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, PAGE), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_update(PAGE, &host), RMP_SUCCESS);
    assert_int_equal(pages_state(PAGE), X86_RMP_HYPERVISOR);
    pages_check_counts();
}

/** 512 pages that can be one. */
static void make_region(uint64_t paddr, bool frozen)
{
    const struct pages_place whole = {paddr, GPA, SNP_ASID, true};
    struct pages_place place = {.asid = SNP_ASID};
    const struct x86_rmp *rmp = pages_rmp();

    pages_make_guest_valid(&whole);
    assert_int_equal(x86_psmash(rmp, 0, paddr).result, RMP_SUCCESS);
    for (uint32_t i = 0; frozen && i < RMP_REGION_PAGES; i++) {
        place.paddr = paddr + i * 0x1000u;
        place.gpa = GPA + i * 0x1000u;
        pages_freeze(&place);
    }
}

static void unsmash_makes_one_page(void **state)
{
    struct x86_rmp_page page;

    (void)state;
    make_region(SNP_REGION(0), true);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(0) | 1), SEV_STATUS_SUCCESS);
    page = pages_look(SNP_REGION(0) + 0x5000);
    assert_true(page.large && page.validated && page.immutable);
    assert_int_equal(page.asid, SNP_ASID);
    assert_int_equal(page.gpa, GPA + 0x5000);
    pages_check_counts();
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(0)),
                     SEV_STATUS_INVALID_PAGE_SIZE);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, SNP_REGION(0) | 1), SEV_STATUS_SUCCESS);
    assert_int_equal(x86_psmash(pages_rmp(), 0, SNP_REGION(0)).result, RMP_SUCCESS);
    pages_check_counts();
}

static void unsmash_wants_512_pages_alike(void **state)
{
    static const uint32_t indices[] = {0, 1, 255, 511};
    static const struct {
        uint64_t flip_low;
        uint64_t flip_high;
        enum sev_status status; /**< Of a page other than the first. */
    } changes[] = {
        {RMP_IMMUTABLE, 0, SEV_STATUS_INVALID_PAGE_STATE},
        {RMP_VALIDATED, 0, SEV_STATUS_INVALID_PAGE_STATE},
        {RMP_VMSA, 0, SEV_STATUS_INVALID_PAGE_STATE},
        {0x400000, 0, SEV_STATUS_INVALID_PAGE_STATE},
        {0x1000, 0, SEV_STATUS_INVALID_PAGE_STATE},
        {2ull << RMP_ASID_SHIFT, 0, SEV_STATUS_INVALID_PAGE_OWNER},
        {RMP_ASSIGNED | (uint64_t)SNP_ASID << RMP_ASID_SHIFT, 0, SEV_STATUS_INVALID_PAGE_OWNER},
        {0, 0x100, SEV_STATUS_INVALID_PAGE_STATE},
        {0, 0x01, SEV_STATUS_INVALID_PAGE_STATE},
    };

    (void)state;
    make_region(SNP_REGION(0), true);
    for (size_t c = 0; c < sizeof changes / sizeof changes[0]; c++) {
        for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++) {
            struct rmp_entry *entry = snp_entry(SNP_REGION(0) + indices[i] * 0x1000u);
            const struct rmp_entry before = *entry;
            enum sev_status status;

            entry->low ^= changes[c].flip_low;
            entry->high ^= changes[c].flip_high;
            status = snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(0));
            if (indices[i] == 0) {
                assert_true(status == SEV_STATUS_INVALID_PAGE_STATE ||
                            status == SEV_STATUS_INVALID_PAGE_OWNER);
            } else {
                assert_int_equal(status, changes[c].status);
            }
            assert_int_equal(entry->low, before.low ^ changes[c].flip_low);
            *entry = before;
        }
    }
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(0)), SEV_STATUS_SUCCESS);
}

static void unsmash_makes_no_vmsa(void **state)
{
    (void)state;
    make_region(SNP_REGION(0), true);
    for (uint32_t i = 0; i < RMP_REGION_PAGES; i++) {
        snp_entry(SNP_REGION(0) + i * 0x1000u)->low |= RMP_VMSA;
    }
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(0)),
                     SEV_STATUS_INVALID_PAGE_STATE);
}

static void unsmash_leaves_pages_in_use(void **state)
{
    (void)state;
    make_region(SNP_REGION(0), false);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(0)),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(1)),
                     SEV_STATUS_INVALID_PAGE_STATE); /* Hypervisor. */
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, SNP_REGION(0) + 0x1000),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_UNSMASH, hosted_dram_bytes()),
                     SEV_STATUS_INVALID_ADDRESS);
}

static enum sev_status set_state(const struct snp_range *ranges, uint32_t count)
{
    struct snp_page_set_state parameters = {.length = sizeof parameters, .list_paddr = LIST};
    struct snp_range_list list = {.num_elements = count};

    memcpy(board_dram(LIST), &list, sizeof list);
    memcpy(board_dram(LIST) + sizeof list, ranges, count * sizeof *ranges);
    return board_command(SNP_COMMAND_PAGE_SET_STATE, &parameters, sizeof parameters);
}

static void firmware_pages_become_hv_fixed(void **state)
{
    const struct snp_range ranges[] = {{.base = PAGE, .page_count = 1},
                                       {.base = SNP_PAGE(4), .page_count = 2},
                                       {.base = SNP_PAGE(4), .page_count = 1},
                                       {.base = 1ull << 40, .page_count = 7}};

    (void)state;
    pages_give(PAGE, false);
    pages_give(SNP_PAGE(4), false);
    pages_give(SNP_PAGE(5), false);
    assert_int_equal(set_state(ranges, 4), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(PAGE), X86_RMP_HV_FIXED);
    assert_int_equal(pages_state(SNP_PAGE(4)), X86_RMP_HV_FIXED);
    assert_int_equal(pages_state(SNP_PAGE(5)), X86_RMP_HV_FIXED);
    pages_check_counts();
    assert_int_equal(set_state(ranges, 4), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, PAGE), SEV_STATUS_INVALID_PAGE_STATE);
}

/** A list is all or nothing: the first page of each could be changed. */
static void refuses(struct snp_range range, enum sev_status expected)
{
    const struct snp_range ranges[] = {{.base = PAGE, .page_count = 1}, range};

    assert_int_equal(set_state(ranges, 2), expected);
    assert_int_equal(pages_state(PAGE), X86_RMP_FIRMWARE);
}

static void wrong_lists_change_nothing(void **state)
{
    struct snp_page_set_state parameters = {.length = sizeof parameters, .list_paddr = LIST};

    (void)state;
    pages_give(PAGE, false);
    pages_give(SNP_REGION(1), true);
    refuses((struct snp_range){.base = SNP_PAGE(6), .page_count = 1},
            SEV_STATUS_INVALID_PAGE_STATE);
    refuses((struct snp_range){.base = SNP_RMP_BASE, .page_count = 1},
            SEV_STATUS_INVALID_PAGE_STATE);
    refuses((struct snp_range){.base = SNP_REGION(1), .page_count = 512},
            SEV_STATUS_INVALID_PAGE_SIZE);
    refuses((struct snp_range){.base = SNP_PAGE(6) + 1, .page_count = 1},
            SEV_STATUS_INVALID_ADDRESS);
    refuses((struct snp_range){.base = ~0xFFFull, .page_count = 2}, SEV_STATUS_INVALID_ADDRESS);
    refuses((struct snp_range){.base = 0, .page_count = UINT32_MAX}, SEV_STATUS_INVALID_PARAM);
    refuses((struct snp_range){.base = PAGE, .page_count = 1, .reserved = 1},
            SEV_STATUS_INVALID_PARAM);
    for (enum rmp_state i = RMP_RECLAIM; i <= RMP_GUEST_VALID; i++) {
        set(SNP_PAGE(6), i, false);
        refuses((struct snp_range){.base = SNP_PAGE(6), .page_count = 1},
                SEV_STATUS_INVALID_PAGE_STATE);
    }
    *(uint32_t *)(void *)board_dram(LIST) = 256;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SET_STATE, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
    parameters.length--;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SET_STATE, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_LENGTH);
    parameters.length++;
    parameters.reserved_04 = 1;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SET_STATE, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
    parameters.reserved_04 = 0;
    parameters.list_paddr++;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SET_STATE, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_ADDRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reclaim_ends_what_the_firmware_holds, pages_boot),
        cmocka_unit_test_setup(reclaim_looks_at_its_address, pages_boot),
        cmocka_unit_test_setup(what_was_reclaimed_is_the_hosts_again, pages_boot),
        cmocka_unit_test_setup(unsmash_makes_one_page, pages_boot),
        cmocka_unit_test_setup(unsmash_wants_512_pages_alike, pages_boot),
        cmocka_unit_test_setup(unsmash_makes_no_vmsa, pages_boot),
        cmocka_unit_test_setup(unsmash_leaves_pages_in_use, pages_boot),
        cmocka_unit_test_setup(firmware_pages_become_hv_fixed, pages_boot),
        cmocka_unit_test_setup(wrong_lists_change_nothing, pages_boot),
    };

    return cmocka_run_group_tests_name("SNP page states", tests, NULL, NULL);
}
