/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions on one region (rmp_sequence.h).
 */
#include "tests/host/rmp_sequence.h"

#include "host/x86/rmp_words.h"
#include "tests/host/rmp_machine.h"

#define KIB4 0x1000ull
#define REGION RMP_SEQUENCE_REGION
#define GPA 0x40000000ull
#define OTHER_GPA 0x80000000ull
#define ASID RMP_SEQUENCE_ASID
#define OTHER_ASID 8u

static void update(uint64_t spa, bool large, bool assigned, uint32_t asid, uint64_t gpa)
{
    const struct rmpupdate_state state = {
        .gpa = gpa, .assigned = assigned ? 1 : 0, .page_size = large ? 1 : 0, .asid = asid};
    (void)x86_rmpupdate(&rmp_machine.rmp, 0, spa, &state);
}

void rmp_assign_inner(void)
{
    update(REGION + KIB4, false, true, ASID, GPA + KIB4);
}

void rmp_assign_inner_to_other(void)
{
    update(REGION + KIB4, false, true, OTHER_ASID, OTHER_GPA + KIB4);
}

void rmp_free_inner(void)
{
    update(REGION + KIB4, false, false, 0, 0);
}

void rmp_assign_first(void)
{
    update(REGION, false, true, ASID, GPA);
}

void rmp_free_first(void)
{
    update(REGION, false, false, 0, 0);
}

void rmp_assign_large(void)
{
    update(REGION, true, true, ASID, GPA);
}

void rmp_assign_large_to_other(void)
{
    update(REGION, true, true, OTHER_ASID, OTHER_GPA);
}

void rmp_free_large(void)
{
    update(REGION, true, false, 0, 0);
}

void rmp_smash(void)
{
    (void)x86_psmash(&rmp_machine.rmp, 0, REGION);
}

static struct x86_rmp_guest guest_at(uint64_t offset, bool large)
{
    return (struct x86_rmp_guest){.asid = ASID,
                                  .c_bit = true,
                                  .nested_large = large,
                                  .gpa = GPA + offset,
                                  .spa = REGION + offset};
}

void rmp_validate_inner(void)
{
    const struct x86_rmp_guest guest = guest_at(KIB4, false);
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 0, 1);
}

void rmp_validate_large(void)
{
    const struct x86_rmp_guest guest = guest_at(0, true);
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 1, 1);
}

static void adjust_inner(uint64_t permissions, bool vmsa)
{
    const struct x86_rmp_guest guest = guest_at(KIB4, false);
    (void)x86_rmpadjust(&rmp_machine.rmp, &guest, 0, 0,
                        1 | permissions << 8 | (vmsa ? 1u << 16 : 0));
}

void rmp_grant_inner(void)
{
    adjust_inner(3, false);
}

void rmp_make_vmsa(void)
{
    adjust_inner(0, true);
}

void rmp_unmake_vmsa(void)
{
    adjust_inner(0, false);
}

void rmp_nothing(void)
{
}

void rmp_assign_and_validate_large(void)
{
    rmp_assign_large();
    rmp_validate_large();
}

void rmp_assign_and_validate_inner(void)
{
    rmp_assign_inner();
    rmp_validate_inner();
}

void rmp_validate_by_other(void)
{
    struct x86_rmp_guest guest = guest_at(KIB4, false);
    guest.asid = OTHER_ASID;
    guest.gpa = OTHER_GPA + KIB4;
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 0, 1);
}

void rmp_grant_by_other(void)
{
    struct x86_rmp_guest guest = guest_at(KIB4, false);
    guest.asid = OTHER_ASID;
    guest.gpa = OTHER_GPA + KIB4;
    (void)x86_pvalidate(&rmp_machine.rmp, &guest, 0, 0, 1);
    (void)x86_rmpadjust(&rmp_machine.rmp, &guest, 0, 0, 1 | 7 << 8);
}

void rmp_unsmash(void)
{
    uint64_t *first = rmp_machine_words(REGION);
    const uint64_t low = x86_rmp_word_load(first);
    const uint64_t whole = (low & ~RMP_SUBPAGES) | RMP_2M;
    if ((low & RMP_LOCK) != 0 || !x86_rmp_word_replace(first, low, low | RMP_LOCK)) {
        return;
    }
    x86_rmp_word_store(first, whole | RMP_LOCK);
    for (uint32_t i = 1; i < RMP_REGION_PAGES; i++) {
        x86_rmp_word_store(&first[2 * i + 1], 0);
        x86_rmp_word_store(&first[2 * i], 0);
    }
    x86_rmp_word_store(first, whole);
}
