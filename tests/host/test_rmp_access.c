/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reverse map table allows host, devices and guests, and VMRUN: rule by rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rmp_machine.h"

#define KIB4 0x1000ull
#define MIB2 0x200000ull
#define PAGE 0x603000ull   /* The guest's, of 4 KiB, valid. */
#define NEXT 0x604000ull   /* The host's. */
#define REGION 0x800000ull /* The guest's, of 2 MiB, valid. */
#define FREE 0xA00000ull   /* All the host's. */
#define GPA 0x40003000ull
#define GPA_REGION 0x50000000ull
#define ASID 7u
#define LOCK 0x8000000000000000ull
#define VMSA 0x2000000000000000ull

/* #PF: present, RMP; write, user, fetch. */
#define PF 0x80000001ull
#define PF_WRITE 0x80000003ull
#define USER 4u
#define FETCH 0x10u

/* EXITINFO1: present, user, RMP; the final access or a page table's; C-bit; VMPL. */
#define NPF 0x580000005ull
#define NPF_PLAIN 0x180000005ull
#define NPF_TABLE 0x680000005ull
#define WRITE 2u
#define VMPL 0x1000000000ull

static const struct x86_rmp_guest small = {.asid = ASID, .c_bit = true, .gpa = GPA, .spa = PAGE};
static const struct x86_rmp_guest large = {
    .asid = ASID, .c_bit = true, .nested_large = true, .gpa = GPA_REGION, .spa = REGION};

static int set_up(void **state)
{
    (void)rmp_machine_set_up(state);
    rmp_machine_give(PAGE, false, ASID, GPA);
    rmp_machine_give(REGION, true, ASID, GPA_REGION);
    return 0;
}

static bool may_write(uint64_t spa, bool with_2m)
{
    return x86_rmp_host_may_write(&rmp_machine.rmp, spa, with_2m);
}

static struct x86_rmp_outcome check(const struct x86_rmp_guest *guest, enum x86_rmp_access access)
{
    return x86_rmp_check_guest(&rmp_machine.rmp, guest, access);
}

static struct x86_rmp_outcome walk(const struct x86_rmp_guest *guest, enum x86_rmp_access access)
{
    return x86_rmp_check_guest_walk(&rmp_machine.rmp, guest, access);
}

/* Every kind of access of the guest with the C-bit raises #NPF. */
static void all_fault(const struct x86_rmp_guest *guest)
{
    rmp_machine_raises(check(guest, X86_RMP_READ), X86_RMP_EVENT_NPF, NPF);
    rmp_machine_raises(check(guest, X86_RMP_WRITE), X86_RMP_EVENT_NPF, NPF | WRITE);
    rmp_machine_raises(check(guest, X86_RMP_FETCH), X86_RMP_EVENT_NPF, NPF | FETCH);
    rmp_machine_raises(walk(guest, X86_RMP_READ), X86_RMP_EVENT_NPF, NPF_TABLE);
    rmp_machine_raises(walk(guest, X86_RMP_WRITE), X86_RMP_EVENT_NPF, NPF_TABLE | WRITE);
}

static void host_reads_and_fetches_anything(void **state)
{
    (void)state;
    const uint64_t pages[] = {PAGE, NEXT, REGION, RMP_MACHINE_TABLE, RMP_MACHINE_COVERED};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        rmp_machine_is(x86_rmp_check_host(&rmp_machine.rmp, X86_RMP_READ, pages[i], true, true),
                       RMP_SUCCESS);
        rmp_machine_is(x86_rmp_check_host(&rmp_machine.rmp, X86_RMP_FETCH, pages[i], false, false),
                       RMP_SUCCESS);
    }
}

static void host_writes_its_own_pages_only(void **state)
{
    (void)state;
    const struct rmpupdate_state firmware = {.assigned = 1, .immutable = 1};
    assert_true(may_write(NEXT + 0xFFF, false));
    assert_true(may_write(RMP_MACHINE_COVERED, false));
    assert_false(may_write(PAGE + 0xFFF, false));
    assert_false(may_write(REGION + 5 * KIB4, false));
    assert_int_equal(rmp_machine_update(FREE, &firmware), RMP_SUCCESS);
    assert_false(may_write(FREE, false));
    rmp_machine_words(FREE)[0] = 4; /* HV-fixed pages are the host's. */
    assert_true(may_write(FREE, false));
    rmp_machine_is(x86_rmp_check_host(&rmp_machine.rmp, X86_RMP_WRITE, NEXT, false, true),
                   RMP_SUCCESS);
    rmp_machine_raises(x86_rmp_check_host(&rmp_machine.rmp, X86_RMP_WRITE, PAGE, false, false),
                       X86_RMP_EVENT_PF, PF_WRITE);
    rmp_machine_raises(x86_rmp_check_host(&rmp_machine.rmp, X86_RMP_WRITE, PAGE, false, true),
                       X86_RMP_EVENT_PF, PF_WRITE | USER);
}

static void mapping_of_2m_needs_the_whole_region(void **state)
{
    (void)state;
    assert_true(may_write(FREE + KIB4, true));
    assert_false(may_write(NEXT, true));
    assert_false(may_write(REGION + KIB4, true));
    assert_true(may_write(RMP_MACHINE_COVERED, true));
    rmp_machine_assign(FREE, false, ASID, GPA); /* Only the first page. */
    assert_false(may_write(FREE + KIB4, true));
    assert_true(may_write(FREE + KIB4, false));
    rmp_machine_raises(
        x86_rmp_check_host(&rmp_machine.rmp, X86_RMP_WRITE, FREE + KIB4, true, false),
        X86_RMP_EVENT_PF, PF_WRITE);
    rmp_machine_is(x86_rmp_check_host(&rmp_machine.rmp, X86_RMP_WRITE, FREE + MIB2, true, false),
                   RMP_SUCCESS);
}

/* Bits of the fault are those of the access that the walk was for. */
static void host_walk_writes_its_own_pages_only(void **state)
{
    (void)state;
    struct x86_rmp *rmp = &rmp_machine.rmp;
    rmp_machine_is(x86_rmp_check_host_walk(rmp, X86_RMP_READ, NEXT + 8, false), RMP_SUCCESS);
    rmp_machine_raises(x86_rmp_check_host_walk(rmp, X86_RMP_READ, PAGE + 8, false),
                       X86_RMP_EVENT_PF, PF);
    rmp_machine_raises(x86_rmp_check_host_walk(rmp, X86_RMP_WRITE, PAGE + 8, true),
                       X86_RMP_EVENT_PF, PF_WRITE | USER);
    rmp_machine_raises(x86_rmp_check_host_walk(rmp, X86_RMP_FETCH, PAGE + 8, true),
                       X86_RMP_EVENT_PF, PF | FETCH | USER);
}

/* Before it is in force, and whatever its own entries say. */
static void nobody_writes_the_table(void **state)
{
    (void)state;
    const uint32_t flags[] = {FABRIC_RMP_PROTECTED, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED};
    const uint64_t end = RMP_MACHINE_TABLE + RMP_MACHINE_TABLE_BYTES;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        rmp_machine_place(RMP_MACHINE_TABLE, end - 1, flags[i]);
        assert_false(may_write(RMP_MACHINE_TABLE, false));
        assert_false(may_write(end - 1, false));
        assert_true(may_write(RMP_MACHINE_TABLE - 1, false));
        assert_true(may_write(end, false));
        assert_false(may_write(RMP_MACHINE_TABLE - 1, true));
        assert_true(may_write(end, true));
    }
    rmp_machine_place(RMP_MACHINE_TABLE, end - 1, FABRIC_RMP_PROTECTED);
    assert_true(may_write(PAGE, false)); /* Nobody's page is anything yet. */
    rmp_machine_place(RMP_MACHINE_TABLE, end - 1, 0);
    assert_true(may_write(RMP_MACHINE_TABLE, false));
    assert_true(may_write(PAGE, true));
}

static void guest_without_c_bit_reaches_the_hosts_pages(void **state)
{
    (void)state;
    struct x86_rmp_guest plain = small;
    plain.c_bit = false;
    rmp_machine_raises(check(&plain, X86_RMP_READ), X86_RMP_EVENT_NPF, NPF_PLAIN);
    rmp_machine_raises(check(&plain, X86_RMP_WRITE), X86_RMP_EVENT_NPF, NPF_PLAIN | WRITE);
    /* Its fetches have the C-bit all the same. */
    rmp_machine_is(check(&plain, X86_RMP_FETCH), RMP_SUCCESS);
    plain.spa = NEXT;
    rmp_machine_is(check(&plain, X86_RMP_READ), RMP_SUCCESS);
    rmp_machine_is(check(&plain, X86_RMP_WRITE), RMP_SUCCESS);
    rmp_machine_raises(check(&plain, X86_RMP_FETCH), X86_RMP_EVENT_NPF, NPF | FETCH);
    plain.nested_large = true;
    rmp_machine_is(check(&plain, X86_RMP_WRITE), RMP_SUCCESS);
    plain.spa = RMP_MACHINE_COVERED;
    rmp_machine_is(check(&plain, X86_RMP_WRITE), RMP_SUCCESS);
    plain.spa = RMP_MACHINE_TABLE;
    rmp_machine_raises(check(&plain, X86_RMP_WRITE), X86_RMP_EVENT_NPF, NPF_PLAIN | WRITE);
}

static void guest_reaches_its_own_pages(void **state)
{
    (void)state;
    struct x86_rmp_guest inner = large;
    inner.gpa += 0x5678;
    inner.spa += 0x5678;
    const struct x86_rmp_guest *const guests[] = {&small, &large, &inner};
    for (size_t i = 0; i < sizeof guests / sizeof guests[0]; i++) {
        rmp_machine_is(check(guests[i], X86_RMP_READ), RMP_SUCCESS);
        rmp_machine_is(check(guests[i], X86_RMP_WRITE), RMP_SUCCESS);
        rmp_machine_is(check(guests[i], X86_RMP_FETCH), RMP_SUCCESS);
        rmp_machine_is(walk(guests[i], X86_RMP_READ), RMP_SUCCESS);
        rmp_machine_is(walk(guests[i], X86_RMP_WRITE), RMP_SUCCESS);
    }
}

static void page_must_be_the_guests(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    other.asid++;
    all_fault(&other);
    other = small;
    other.gpa += KIB4;
    all_fault(&other);
    other = large;
    other.gpa += KIB4;
    all_fault(&other);
    other = small;
    other.spa = NEXT;
    all_fault(&other);
    other.spa = RMP_MACHINE_COVERED;
    all_fault(&other);
    rmp_machine_words(PAGE)[0] |= 4;
    all_fault(&small);
    rmp_machine_words(PAGE)[0] = 1; /* Reclaim: ASID 0 is no guest's. */
    all_fault(&(struct x86_rmp_guest){.c_bit = true, .spa = PAGE});
}

static void sizes_must_agree(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    other.nested_large = true;
    all_fault(&other);
    other = large;
    other.nested_large = false;
    all_fault(&other);
}

static void page_that_is_not_validated_raises_vc(void **state)
{
    (void)state;
    rmp_machine_assign(PAGE, false, ASID, GPA + KIB4);
    struct x86_rmp_guest guest = small;
    all_fault(&guest);
    guest.gpa += KIB4;
    rmp_machine_raises(check(&guest, X86_RMP_READ), X86_RMP_EVENT_VC, 0x404);
    rmp_machine_raises(check(&guest, X86_RMP_WRITE), X86_RMP_EVENT_VC, 0x404);
    rmp_machine_raises(check(&guest, X86_RMP_FETCH), X86_RMP_EVENT_VC, 0x404);
    rmp_machine_raises(walk(&guest, X86_RMP_READ), X86_RMP_EVENT_VC, 0x404);
    /* Sizes come before, permissions after. */
    guest.nested_large = true;
    all_fault(&guest);
    guest.nested_large = false;
    guest.vmpl = 3;
    rmp_machine_raises(check(&guest, X86_RMP_READ), X86_RMP_EVENT_VC, 0x404);
}

static void expect(struct x86_rmp_outcome outcome, bool allowed, uint64_t error)
{
    if (allowed) {
        rmp_machine_is(outcome, RMP_SUCCESS);
    } else {
        rmp_machine_raises(outcome, X86_RMP_EVENT_NPF, error | VMPL);
    }
}

/* Each VMPL, each set of permissions, each kind of access; the other VMPLs have the opposite. */
static void vmpls_permissions_decide(void **state)
{
    (void)state;
    struct x86_rmp_guest guest = small;
    for (uint8_t vmpl = 0; vmpl < 4; vmpl++) {
        guest.vmpl = vmpl;
        for (uint64_t mask = 0; mask < 16; mask++) {
            const uint64_t others = (~mask & 0xF) * 0x01010101 & ~(0xFFull << (8 * vmpl));
            rmp_machine_words(PAGE)[1] = others | mask << (8 * vmpl);
            guest.cpl = 3;
            expect(check(&guest, X86_RMP_READ), (mask & 1) != 0, NPF);
            expect(check(&guest, X86_RMP_WRITE), (mask & 2) != 0, NPF | WRITE);
            expect(check(&guest, X86_RMP_FETCH), (mask & 4) != 0, NPF | FETCH);
            guest.cpl = 0;
            expect(check(&guest, X86_RMP_FETCH), (mask & 8) != 0, NPF | FETCH);
            expect(walk(&guest, X86_RMP_READ), (mask & 1) != 0, NPF_TABLE);
            expect(walk(&guest, X86_RMP_WRITE), (mask & 2) != 0, NPF_TABLE | WRITE);
        }
    }
    rmp_machine_words(PAGE)[1] = UINT64_MAX;
    guest.vmpl = 4;
    expect(check(&guest, X86_RMP_READ), false, NPF);
}

static void guest_does_not_write_a_vmsa(void **state)
{
    (void)state;
    rmp_machine_words(PAGE)[0] |= VMSA;
    rmp_machine_is(check(&small, X86_RMP_READ), RMP_SUCCESS);
    expect(check(&small, X86_RMP_WRITE), false, NPF | WRITE);
    expect(walk(&small, X86_RMP_WRITE), false, NPF_TABLE | WRITE);
}

/* The firmware keeps a region locked while it works on a page of it. */
static void host_does_not_wait_for_locks(void **state)
{
    (void)state;
    rmp_machine_words(0x600000)[0] |= LOCK;
    rmp_machine_words(REGION)[0] |= LOCK;
    rmp_machine_words(FREE)[0] |= LOCK;
    assert_true(may_write(NEXT, false));
    assert_false(may_write(NEXT, true));
    assert_true(may_write(0x600000, false));
    assert_false(may_write(PAGE, false));
    assert_false(may_write(REGION, false));
    assert_false(may_write(REGION + KIB4, false));
    assert_true(may_write(FREE, true));
}

static void locked_region_is_refused(void **state)
{
    (void)state;
    rmp_machine_words(0x600000)[0] |= LOCK;
    rmp_machine_raises(check(&small, X86_RMP_READ), X86_RMP_EVENT_NPF, NPF);
    assert_int_equal(x86_rmp_vmrun(&rmp_machine.rmp, 0, ASID, PAGE), X86_RMP_VMRUN_INVALID);
    rmp_machine_words(PAGE)[0] |= VMSA;
    assert_int_equal(x86_rmp_vmrun(&rmp_machine.rmp, 0, ASID, PAGE), X86_RMP_VMRUN_BUSY);
}

/* Nobody can say which table is in force: the firmware is changing it, and does not end. */
static void unknown_table_refuses_everything(void **state)
{
    (void)state;
    struct fabric_memctl *memctl = (void *)(rmp_machine.fabric + FABRIC_MEMCTL_OFFSET);
    memctl->generation++;
    assert_false(may_write(NEXT, false));
    rmp_machine_raises(check(&small, X86_RMP_READ), X86_RMP_EVENT_NPF, NPF);
    assert_int_equal(x86_rmp_vmrun(&rmp_machine.rmp, 0, ASID, PAGE), X86_RMP_VMRUN_INVALID);
}

static void vmrun_takes_a_vmsa_for_one_core(void **state)
{
    (void)state;
    struct x86_rmp *rmp = &rmp_machine.rmp;
    const uint64_t low = rmp_machine_words(PAGE)[0] | VMSA;
    rmp_machine_words(PAGE)[0] = low;
    assert_int_equal(x86_rmp_vmrun(rmp, 0, ASID, PAGE), X86_RMP_VMRUN_OK);
    assert_int_equal(x86_rmp_vmrun(rmp, 1, ASID, PAGE), X86_RMP_VMRUN_BUSY);
    assert_int_equal(x86_rmp_vmrun(rmp, 1, ASID + 1, PAGE), X86_RMP_VMRUN_INVALID);
    x86_rmp_vmexit(rmp, 1);
    assert_int_equal(x86_rmp_vmrun(rmp, 1, ASID, PAGE), X86_RMP_VMRUN_BUSY);
    x86_rmp_vmexit(rmp, 0);
    assert_int_equal(x86_rmp_vmrun(rmp, 511, ASID, PAGE), X86_RMP_VMRUN_OK);
    x86_rmp_vmexit(rmp, 511);
    x86_rmp_vmexit(rmp, 512);
    assert_int_equal(rmp_machine_words(PAGE)[0], low);
    assert_int_equal(rmp_machine_words(0x600000)[0], 1 << 3);
}

static void vmrun_needs_a_valid_vmsa_of_the_guest(void **state)
{
    (void)state;
    struct x86_rmp *rmp = &rmp_machine.rmp;
    const uint64_t low = rmp_machine_words(PAGE)[0];
    const uint64_t wrong[] = {
        low,                                   /* no VMSA */
        (low | VMSA) & ~1ull,                  /* not assigned */
        (low | VMSA) & ~0x4000000000000000ull, /* not validated */
        low | VMSA | 4,                        /* Pre-Swap */
        VMSA | 0x4000000000000001ull | GPA,    /* ASID 0 */
        (low | VMSA) + (1ull << 51),           /* another guest's */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        rmp_machine_words(PAGE)[0] = wrong[i];
        assert_int_equal(x86_rmp_vmrun(rmp, 0, ASID, PAGE), X86_RMP_VMRUN_INVALID);
        assert_int_equal(x86_rmp_vmrun(rmp, 0, 0, PAGE), X86_RMP_VMRUN_INVALID);
    }
    rmp_machine_words(PAGE)[0] = low | VMSA;
    assert_int_equal(x86_rmp_vmrun(rmp, 0, ASID, PAGE + 16), X86_RMP_VMRUN_INVALID);
    assert_int_equal(x86_rmp_vmrun(rmp, 0, ASID, RMP_MACHINE_COVERED), X86_RMP_VMRUN_INVALID);
    assert_int_equal(x86_rmp_vmrun(rmp, FABRIC_CORES_MAX, ASID, PAGE), X86_RMP_VMRUN_INVALID);
    rmp_machine_words(REGION)[0] |= VMSA;
    assert_int_equal(x86_rmp_vmrun(rmp, 0, ASID, REGION), X86_RMP_VMRUN_INVALID);
    assert_int_equal(x86_rmp_vmrun(rmp, 0, ASID, PAGE), X86_RMP_VMRUN_OK);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(host_reads_and_fetches_anything),
        TEST(host_writes_its_own_pages_only),
        TEST(mapping_of_2m_needs_the_whole_region),
        TEST(host_walk_writes_its_own_pages_only),
        TEST(nobody_writes_the_table),
        TEST(guest_without_c_bit_reaches_the_hosts_pages),
        TEST(guest_reaches_its_own_pages),
        TEST(page_must_be_the_guests),
        TEST(sizes_must_agree),
        TEST(page_that_is_not_validated_raises_vc),
        TEST(vmpls_permissions_decide),
        TEST(guest_does_not_write_a_vmsa),
        TEST(host_does_not_wait_for_locks),
        TEST(locked_region_is_refused),
        TEST(unknown_table_refuses_everything),
        TEST(vmrun_takes_a_vmsa_for_one_core),
        TEST(vmrun_needs_a_valid_vmsa_of_the_guest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
