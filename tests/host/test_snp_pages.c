/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hypervisor prepares for SEV-SNP: cores, the size of the reverse map table, the states of pages;
 * and the names that programs print.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "host/lib/fabric.h"
#include "host/lib/snp.h"
#include "host/x86/snp_pages.h"

#include "tests/host/rmp_machine.h"

#define PAGE 0x400000ull
#define GPA 0x12345000ull
#define ASID 7u

static enum x86_rmp_state state_of(uint64_t spa)
{
    const struct x86_rmp_page page = rmp_machine_page(spa);
    return x86_rmp_state_of(&page);
}

static void pages_go_to_firmware_and_guests_and_back(void **state)
{
    const struct x86_rmp *rmp = &rmp_machine.rmp;
    (void)state;
    for (int large = 0; large <= 1; large++) {
        assert_int_equal(snp_page_to_firmware(rmp, PAGE, large != 0), RMP_SUCCESS);
        assert_int_equal(state_of(PAGE), X86_RMP_FIRMWARE);
        assert_int_equal(rmp_machine_page(PAGE + 0x1000).large, large != 0);
        /* Only the firmware gives an immutable page up. */
        assert_int_equal(snp_page_to_host(rmp, PAGE, large != 0), RMP_FAIL_PERMISSION);
        *rmp_machine_words(PAGE) &= ~RMP_IMMUTABLE;
        assert_int_equal(snp_page_to_host(rmp, PAGE, large != 0), RMP_SUCCESS);
        assert_int_equal(state_of(PAGE), X86_RMP_HYPERVISOR);
    }
    assert_int_equal(snp_page_to_guest(rmp, PAGE, false, ASID, GPA), RMP_SUCCESS);
    assert_int_equal(state_of(PAGE), X86_RMP_PRE_GUEST);
    assert_int_equal(rmp_machine_page(PAGE).asid, ASID);
    assert_int_equal(rmp_machine_page(PAGE).gpa, GPA);
    assert_int_equal(snp_page_to_guest(rmp, PAGE, true, ASID, GPA), RMP_FAIL_INPUT);
}

static void every_core_is_set_up(void **state)
{
    const uint64_t base = 0x200000;
    const uint64_t end = base + fabric_rmp_bytes(0x1000) - 1;
    struct fabric_core *core;
    uint32_t count = 0;
    (void)state;
    fabric_set_up_snp(rmp_machine.fabric, base, end);
    for (; (core = fabric_core_at(rmp_machine.fabric, count)) != NULL; count++) {
        assert_int_equal(core->syscfg, 0x3880000);
        assert_int_equal(core->vm_hsave_pa, 0);
        assert_int_equal(core->rmp_base, base);
        assert_int_equal(core->rmp_end, end);
        assert_int_equal(core->apic_id, count);
    }
    assert_int_equal(count, 4);
}

/** 252 MiB fit into the first MiB: its first 16 KiB count pages. */
static void tables_are_as_long_as_what_they_cover(void **state)
{
    (void)state;
    assert_int_equal(fabric_rmp_bytes(1), 0x100000);
    assert_int_equal(fabric_rmp_bytes(0xFC00000), 0x100000);
    assert_int_equal(fabric_rmp_bytes(0xFC00001), 0x200000);
    assert_int_equal(fabric_rmp_bytes(0x100000000), 0x1100000);
}

static void commands_and_states_have_names(void **state)
{
    (void)state;
    assert_string_equal(sev_command_name(SNP_COMMAND_INIT), "SNP_INIT");
    assert_string_equal(sev_command_name(0x0CE), "SNP_FEATURE_INFO");
    assert_string_equal(sev_command_name(0x0CC), "unknown command");
    assert_string_equal(sev_result_text(0x23), "SHUTDOWN_REQUIRED");
    assert_int_equal(sev_command_buffer_bytes(SNP_COMMAND_INIT_EX), 0x40);
    assert_int_equal(sev_command_buffer_bytes(SNP_COMMAND_PAGE_SWAP_IN), 0x30);
    assert_int_equal(sev_command_buffer_bytes(SNP_COMMAND_DF_FLUSH), 0);
    assert_string_equal(snp_platform_state_name(1), "INIT");
    assert_string_equal(snp_platform_state_name(2), "unknown state");
    assert_string_equal(snp_guest_state_name(2), "RUNNING");
    assert_string_equal(snp_guest_state_name(3), "unknown state");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rmp_machine_set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pages_go_to_firmware_and_guests_and_back),
        TEST(every_core_is_set_up),
        TEST(tables_are_as_long_as_what_they_cover),
        TEST(commands_and_states_have_names),
    };
    return cmocka_run_group_tests_name("pages for SNP", tests, NULL, NULL);
}
