/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPUID and the MSRs of memory encryption, and how a machine is opened and reset.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/snp_launch.h"
#include "host/x86/cpuid.h"
#include "host/x86/msr.h"
#include "tests/host/x86_stage.h"

#define ENCRYPTION SYSCFG_MEMORY_ENCRYPTION
#define SNP (SYSCFG_SNP_EN | SYSCFG_SNP_VMPL_EN)

static uint64_t rdmsr(uint32_t msr)
{
    uint64_t value;
    assert_int_equal(x86_rdmsr(&stage.machine, 1, NULL, msr, &value), X86_MSR_DONE);
    return value;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
    assert_int_equal(x86_wrmsr(&stage.machine, 1, NULL, msr, value), X86_MSR_DONE);
}

static void refuse(uint32_t msr, uint64_t value)
{
    const struct fabric_core before = *stage_core(1);
    assert_int_equal(x86_wrmsr(&stage.machine, 1, NULL, msr, value), X86_MSR_GP);
    assert_memory_equal(stage_core(1), &before, sizeof before);
}

static void msrs_are_in_the_fabric(void **state)
{
    (void)state;
    wrmsr(X86_MSR_SYSCFG, ENCRYPTION | SYSCFG_MFDM);
    wrmsr(X86_MSR_HWCR, 0x11);
    wrmsr(X86_MSR_VM_HSAVE_PA, 0x7000);
    wrmsr(X86_MSR_RMP_BASE, 0x102000);
    wrmsr(X86_MSR_RMP_END, 0x200000);
    wrmsr(X86_MSR_RMP_CFG, 0);
    assert_int_equal(stage_core(1)->syscfg, ENCRYPTION | SYSCFG_MFDM);
    assert_int_equal(stage_core(1)->hwcr, 0x11);
    assert_int_equal(stage_core(1)->vm_hsave_pa, 0x7000);
    assert_int_equal(stage_core(1)->rmp_base, 0x102000);
    assert_int_equal(stage_core(1)->rmp_end, 0x201FFF);
    assert_int_equal(stage_core(0)->hwcr, 0);
    assert_int_equal(rdmsr(X86_MSR_SYSCFG), ENCRYPTION | SYSCFG_MFDM);
    assert_int_equal(rdmsr(X86_MSR_HWCR), 0x11);
    assert_int_equal(rdmsr(X86_MSR_VM_HSAVE_PA), 0x7000);
    assert_int_equal(rdmsr(X86_MSR_RMP_BASE), 0x102000);
    assert_int_equal(rdmsr(X86_MSR_RMP_END), 0x201FFF);
    assert_int_equal(rdmsr(X86_MSR_RMP_CFG), 0);
    assert_int_equal(rdmsr(X86_MSR_SEV_STATUS), 0);
}

static void what_snp_locks_stays_until_reset(void **state)
{
    (void)state;
    wrmsr(X86_MSR_SYSCFG, ENCRYPTION | SYSCFG_MFDM | SNP);
    wrmsr(X86_MSR_SYSCFG, 1 << 20);
    assert_int_equal(rdmsr(X86_MSR_SYSCFG), ENCRYPTION | SYSCFG_MFDM | SNP | 1 << 20);
    refuse(X86_MSR_RMP_BASE, 0x200000);
    refuse(X86_MSR_RMP_END, 0x2FFFFF);
    x86_machine_reset(&stage.machine);
    assert_int_equal(rdmsr(X86_MSR_SYSCFG), 0);
    wrmsr(X86_MSR_RMP_BASE, 0x200000);
}

static void values_that_there_are_not(void **state)
{
    (void)state;
    refuse(X86_MSR_VM_HSAVE_PA, 0x7001);
    refuse(X86_MSR_VM_HSAVE_PA, 1ull << 48);
    refuse(X86_MSR_RMP_BASE, 0x101000);
    refuse(X86_MSR_RMP_BASE, 1ull << 48);
    refuse(X86_MSR_RMP_END, 1ull << 48);
    refuse(X86_MSR_RMP_CFG, 1);
    refuse(X86_MSR_SEV_STATUS, 0);
    refuse(X86_MSR_VM_PAGE_FLUSH, 0x5000);
    refuse(X86_MSR_VM_PAGE_FLUSH, 0x5000 | 510);
    stage_rmp();
    stage_give(0x100000, false, STAGE_ES_ASID, 0x5000);
    refuse(X86_MSR_VM_HSAVE_PA, 0x100000);
    wrmsr(X86_MSR_VM_HSAVE_PA, 0x101000 | 1ull << 51);
}

static void page_flush_asks_for_a_translation(void **state)
{
    uint64_t value;
    (void)state;
    assert_int_equal(x86_wrmsr(&stage.machine, 1, NULL, X86_MSR_VM_PAGE_FLUSH, 0x5000 | 509),
                     X86_MSR_FLUSH);
    assert_int_equal(x86_rdmsr(&stage.machine, 1, NULL, X86_MSR_VM_PAGE_FLUSH, &value), X86_MSR_GP);
}

static void other_msrs_and_cores(void **state)
{
    uint64_t value = 0;
    (void)state;
    assert_int_equal(x86_rdmsr(&stage.machine, 1, NULL, 0xC0000080, &value), X86_MSR_OTHER);
    assert_int_equal(x86_wrmsr(&stage.machine, 1, NULL, 0xC0000080, value), X86_MSR_OTHER);
    assert_int_equal(x86_rdmsr(&stage.machine, 4, NULL, X86_MSR_SYSCFG, &value), X86_MSR_GP);
    assert_int_equal(x86_wrmsr(&stage.machine, 4, NULL, X86_MSR_SYSCFG, 0), X86_MSR_GP);
}

static void guest_reads_its_status_alone(void **state)
{
    struct x86_guest guest = {.asid = STAGE_ASID, .sev = true};
    uint64_t value;
    (void)state;
    assert_int_equal(x86_rdmsr(&stage.machine, 0, &guest, X86_MSR_SEV_STATUS, &value),
                     X86_MSR_DONE);
    assert_int_equal(value, X86_SEV_STATUS_SEV);
    guest.es = true;
    assert_int_equal(x86_sev_status(&guest), 3);
    guest.snp = true;
    guest.features = SNP_VMSA_FEATURE_ACTIVE | 1 << 1 | 1 << 5;
    assert_int_equal(x86_sev_status(&guest), 7 | 1 << 3 | 1 << 7);
    guest.sev = false;
    assert_int_equal(x86_sev_status(&guest), 0);
    assert_int_equal(x86_rdmsr(&stage.machine, 0, &guest, X86_MSR_SYSCFG, &value), X86_MSR_GP);
    assert_int_equal(x86_wrmsr(&stage.machine, 0, &guest, X86_MSR_HWCR, 0), X86_MSR_GP);
}

static void chip_without_snp_has_none_of_its_msrs(void **state)
{
    const struct stage_options options = {.snp = false};
    stage_tear_down(state);
    stage_open(&options);
    refuse(X86_MSR_SYSCFG, ENCRYPTION | SYSCFG_SNP_EN);
    refuse(X86_MSR_SYSCFG, ENCRYPTION | SYSCFG_SNP_VMPL_EN);
    refuse(X86_MSR_RMP_BASE, 0x200000);
    refuse(X86_MSR_RMP_END, 0x2FFFFF);
}

static struct x86_cpuid cpuid(uint32_t leaf)
{
    struct x86_cpuid values = {0x12345678, 1, 2, 3};
    assert_true(x86_cpuid(&stage.machine, leaf, &values));
    return values;
}

static void cpuid_tells_what_the_machine_has(void **state)
{
    struct x86_cpuid values = {1, 2, 3, 4};
    (void)state;
    assert_int_equal(cpuid(0x80000000).eax, 0x8000001F);
    assert_int_equal(cpuid(0x80000008).eax, 0x12345630);
    assert_int_equal(cpuid(0x8000001F).eax, 0x20007F);
    assert_int_equal(cpuid(0x8000001F).ebx, 4 << 12 | 5 << 6 | 51);
    assert_int_equal(cpuid(0x8000001F).ecx, 509);
    assert_int_equal(cpuid(0x8000001F).edx, 100);
    assert_false(x86_cpuid(&stage.machine, 1, &values));
    assert_int_equal(values.eax, 1);
    values.eax = 0x80000026;
    assert_true(x86_cpuid(&stage.machine, 0x80000000, &values));
    assert_int_equal(values.eax, 0x80000026);
}

static void cpuid_of_other_machines(void **state)
{
    const struct stage_options naples = {.c_bit = 47};
    const struct stage_options low = {.c_bit = 36};
    stage_tear_down(state);
    stage_open(&naples);
    assert_int_equal(cpuid(0x8000001F).eax, 0xF);
    assert_int_equal(cpuid(0x8000001F).ebx, 5 << 6 | 47);
    stage_tear_down(state);
    stage_open(&low);
    assert_int_equal(cpuid(0x8000001F).ebx, 12 << 6 | 36);
}

static void cpuid_tells_the_features_of_the_cores(void **state)
{
    (void)state;
    stage.machine.sev_features = 1 << 5 | 1 << 9; /* debug swap, secure TSC */
    assert_int_equal(cpuid(0x8000001F).eax, 0x20007F | 1 << 14 | 1 << 8);
}

static void cpuid_of_guests(void **state)
{
    (void)state;
    assert_int_equal(x86_cpuid_for_guest(&stage.machine, false, false, false).eax, 0);
    assert_int_equal(x86_cpuid_for_guest(&stage.machine, false, false, false).ebx, 0);
    assert_int_equal(x86_cpuid_for_guest(&stage.machine, true, false, false).eax, 2);
    assert_int_equal(x86_cpuid_for_guest(&stage.machine, true, true, false).eax, 0xA);
    assert_int_equal(x86_cpuid_for_guest(&stage.machine, true, true, true).eax, 0x3A);
    assert_int_equal(x86_cpuid_for_guest(&stage.machine, true, true, true).ebx & 0xFFF,
                     5 << 6 | 51);
}

static void machines_that_there_are_not(void **state)
{
    struct fabric_config *configuration = (struct fabric_config *)(void *)stage.fabric;
    struct x86_machine_options options = {.fabric = stage.fabric, .dram = &stage.dram};
    struct x86_machine machine;
    (void)state;
    options.pages = X86_CACHE_PAGES_MIN - 1;
    assert_int_equal(x86_machine_open(&machine, &options), X86_MACHINE_NO_MEMORY);
    options.pages = 0;
    configuration->c_bit = 52;
    assert_int_equal(x86_machine_open(&machine, &options), X86_MACHINE_C_BIT);
    configuration->c_bit = 20;
    assert_int_equal(x86_machine_open(&machine, &options), X86_MACHINE_NOT_CONFIGURED);
    configuration->magic = 0;
    assert_int_equal(x86_machine_open(&machine, &options), X86_MACHINE_NOT_CONFIGURED);
    options.fabric = NULL;
    assert_int_equal(x86_machine_open(&machine, &options), X86_MACHINE_NOT_CONFIGURED);
    for (int result = 0; result <= X86_MACHINE_NO_MEMORY + 1; result++) {
        assert_non_null(x86_machine_result_text((enum x86_machine_result)result));
    }
}

static void reset_loses_what_is_cached(void **state)
{
    const uint64_t word = 7;
    (void)state;
    assert_int_equal(
        x86_cache_write(stage.machine.cache, 0x100000, X86_KEY_HOST, &word, sizeof word),
        MEMORY_CONTROLLER_OK);
    x86_machine_reset(&stage.machine);
    assert_false(x86_cache_has(stage.machine.cache, 0x100000, X86_KEY_HOST));
    assert_int_not_equal(stage_word(0x100000, X86_KEY_HOST), 7);
}

static void changes_of_the_firmware_are_told_once(void **state)
{
    (void)state;
    assert_true(x86_machine_changed(&stage.machine));
    assert_false(x86_machine_changed(&stage.machine));
    stage_set_key(STAGE_ASID, 0);
    assert_true(x86_machine_changed(&stage.machine));
    assert_false(x86_machine_changed(&stage.machine));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(msrs_are_in_the_fabric),
        STAGED(what_snp_locks_stays_until_reset),
        STAGED(values_that_there_are_not),
        STAGED(page_flush_asks_for_a_translation),
        STAGED(other_msrs_and_cores),
        STAGED(guest_reads_its_status_alone),
        STAGED(chip_without_snp_has_none_of_its_msrs),
        STAGED(cpuid_tells_what_the_machine_has),
        STAGED(cpuid_of_other_machines),
        STAGED(cpuid_tells_the_features_of_the_cores),
        STAGED(cpuid_of_guests),
        STAGED(machines_that_there_are_not),
        STAGED(reset_loses_what_is_cached),
        STAGED(changes_of_the_firmware_are_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
