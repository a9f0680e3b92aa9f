/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of SEV-SNP guests on the Linux board (firmware_snp_pages.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/snp_guest/context.h"

#include "tests/unit/firmware_snp_pages.h"

#define COUNTED_ASIDS 8u

static struct x86_rmp rmp;
static struct dram dram;

void pages_attach(void)
{
    dram_open(&dram, hosted_dram(), hosted_dram_bytes(), NULL); /* x86 addresses are offsets. */
    x86_rmp_attach(&rmp, hosted_fabric(), &dram);
    rmp.tries = 10; /* No thread has a lock here. */
}

int pages_boot(void **state)
{
    (void)snp_boot_init(state);
    pages_attach();
    return 0;
}

struct x86_rmp *pages_rmp(void)
{
    return &rmp;
}

enum rmp_result pages_update(uint64_t paddr, const struct rmpupdate_state *state)
{
    const struct x86_rmp_outcome outcome = x86_rmpupdate(&rmp, 0, paddr, state);

    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    return outcome.result;
}

static void must(uint64_t paddr, const struct rmpupdate_state *state)
{
    assert_int_equal(pages_update(paddr, state), RMP_SUCCESS);
}

void pages_give(uint64_t paddr, bool large)
{
    must(paddr, &(const struct rmpupdate_state){.assigned = 1, .page_size = large, .immutable = 1});
}

void pages_take(uint64_t paddr, bool large)
{
    must(paddr, &(const struct rmpupdate_state){.page_size = large});
}

static void assign(const struct pages_place *place, bool immutable)
{
    must(place->paddr, &(const struct rmpupdate_state){.gpa = place->gpa,
                                                       .assigned = 1,
                                                       .page_size = place->large,
                                                       .immutable = immutable,
                                                       .asid = place->asid});
}

void pages_make_pre_guest(const struct pages_place *place)
{
    assign(place, true);
}

void pages_make_guest_invalid(const struct pages_place *place)
{
    assign(place, false);
}

static struct x86_rmp_guest guest_of(const struct pages_place *place)
{
    return (struct x86_rmp_guest){.asid = place->asid,
                                  .c_bit = true,
                                  .nested_large = place->large,
                                  .gpa = place->gpa,
                                  .spa = place->paddr};
}

static void succeeded(struct x86_rmp_outcome outcome)
{
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    assert_int_equal(outcome.result, RMP_SUCCESS);
}

void pages_make_guest_valid(const struct pages_place *place)
{
    const struct x86_rmp_guest guest = guest_of(place);

    assign(place, false);
    succeeded(x86_pvalidate(&rmp, &guest, 0, place->large, X86_RMP_RDX_VALIDATED));
}

void pages_freeze(const struct pages_place *place)
{
    assign(place, true);
}

void pages_adjust(const struct pages_place *place, uint8_t permissions, bool vmsa)
{
    const struct x86_rmp_guest guest = guest_of(place);

    succeeded(x86_rmpadjust(&rmp, &guest, 0, place->large,
                            1u | (uint64_t)permissions << X86_RMP_RDX_PERMISSIONS_SHIFT |
                                (vmsa ? X86_RMP_RDX_VMSA : 0)));
}

struct x86_rmp_page pages_look(uint64_t paddr)
{
    struct x86_rmp_page page;

    assert_true(x86_rmp_look_up(&rmp, paddr, &page));
    return page;
}

enum x86_rmp_state pages_state(uint64_t paddr)
{
    const struct x86_rmp_page page = pages_look(paddr);

    return x86_rmp_state_of(&page);
}

struct snp_guest *pages_guest(uint64_t gctx)
{
    struct snp_guest *guest;

    assert_int_equal(snp_context_open(gctx, &guest), SEV_STATUS_SUCCESS);
    return guest;
}

void pages_make_guest(uint64_t gctx, uint32_t asid, uint64_t policy)
{
    struct snp_activate activate = {.gctx_paddr = gctx, .asid = asid};
    struct snp_guest *guest;

    pages_give(gctx, false);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, gctx), SEV_STATUS_SUCCESS);
    guest = pages_guest(gctx);
    guest->state = SNP_GUEST_LAUNCH;
    guest->policy = policy;
    memset(guest->vek, 0x10 + (int)asid, sizeof guest->vek);
    memset(guest->oek, 0x20 + (int)asid, sizeof guest->oek);
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE, &activate, sizeof activate),
                     SEV_STATUS_SUCCESS);
}

void pages_check_counts(void)
{
    uint64_t expected[COUNTED_ASIDS] = {0};
    uint64_t counted;

    for (uint64_t paddr = 0; paddr < hosted_dram_bytes(); paddr += RMP_REGION_BYTES) {
        const uint32_t subpages = pages_look(paddr).subpages;
        uint32_t assigned = 0;

        for (uint32_t i = 0; i < RMP_REGION_PAGES; i++) {
            const struct x86_rmp_page page = pages_look(paddr + (uint64_t)i * RMP_PAGE_BYTES);

            assigned += i != 0 && page.assigned && !page.large;
            if (page.assigned) {
                assert_true(page.asid < COUNTED_ASIDS);
                expected[page.asid]++;
            }
        }
        assert_int_equal(subpages, assigned);
    }
    for (uint32_t asid = 0; asid < COUNTED_ASIDS; asid++) {
        assert_true(x86_rmp_pages_of(&rmp, asid, &counted));
        assert_int_equal(counted, expected[asid]);
    }
}
