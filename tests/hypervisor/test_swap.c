/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that a hypervisor puts away and brings back (SNP 9.4), and those that it moves (2.17): they come
 * back as they were, once, and nothing else does.
 */
#include <string.h>

#include "host/x86/rmp_instructions.h"
#include "host/x86/snp_pages.h"
#include "tests/hypervisor/guest.h"

#define ASID 1u
#define GCTX hypervisor_page(0)
#define MEMORY hypervisor_page(1) /**< The guest's page. */
#define AWAY hypervisor_page(2)   /**< Where it is put. */
#define OTHER hypervisor_page(3)
#define ENTRIES hypervisor_page(4)
#define PLAINTEXT 0x3Cu

static void make_metadata(void)
{
    struct snp_page_md_init metadata = {.gctx_paddr = GCTX, .page_paddr = ENTRIES};

    hypervisor_give(ENTRIES);
    assert_status(SNP_RUN(PAGE_MD_INIT, &metadata), SUCCESS);
    assert_page(ENTRIES, METADATA);
}

/** Has the guest's page frozen, as it was validated. */
static void freeze(uint64_t paddr, uint64_t gpa)
{
    assert_int_equal(snp_page_to_guest(&hypervisor.rmp, paddr, false, ASID, gpa), RMP_SUCCESS);
}

/** A running guest with one page. */
static void make_guest(void)
{
    hypervisor_to_init();
    (void)guest_launch(GCTX, ASID);
    memset(suite_at(MEMORY, DRAM_PAGE_BYTES), PLAINTEXT, DRAM_PAGE_BYTES);
    guest_add(GCTX, ASID, MEMORY, SNP_PAGE_NORMAL);
    guest_finish(GCTX);
    make_metadata();
    hypervisor_give(AWAY);
}

static struct snp_page_swap swap_of(uint64_t src, uint64_t dst)
{
    return (struct snp_page_swap){
        .gctx_paddr = GCTX,
        .src_paddr = src,
        .dst_paddr = dst,
        .mdata_paddr = ENTRIES + 5 * sizeof(struct snp_mdata_entry),
    };
}

static void assert_guest_finds_its_page(uint64_t paddr)
{
    uint8_t expected[DRAM_PAGE_BYTES];
    uint8_t found[DRAM_PAGE_BYTES];

    memset(expected, PLAINTEXT, sizeof expected);
    guest_read(ASID, paddr, found, sizeof found);
    assert_memory_equal(found, expected, sizeof found);
}

static void a_page_comes_back_once_and_as_it_was(void **state)
{
    struct snp_page_swap swap;

    (void)state;
    make_guest();
    assert_guest_finds_its_page(MEMORY);
    freeze(MEMORY, MEMORY);
    assert_page(MEMORY, PRE_SWAP);
    swap = swap_of(MEMORY, AWAY);
    assert_status(SNP_RUN(PAGE_SWAP_OUT, &swap), SUCCESS);
    assert_page(MEMORY, PRE_GUEST);
    assert_status(SNP_RUN(PAGE_SWAP_OUT, &swap), INVALID_MDATA_ENTRY); /* It is in use. */
    /* The guest's memory goes elsewhere, under the same address. */
    hypervisor_take(MEMORY);
    freeze(OTHER, MEMORY);
    swap = swap_of(AWAY, OTHER);
    *(uint8_t *)suite_at(AWAY + 0x123, 1) ^= 1;
    assert_status(SNP_RUN(PAGE_SWAP_IN, &swap), BAD_MEASUREMENT);
    assert_page(OTHER, PRE_GUEST);
    *(uint8_t *)suite_at(AWAY + 0x123, 1) ^= 1;
    assert_status(SNP_RUN(PAGE_SWAP_IN, &swap), SUCCESS);
    assert_page(OTHER, GUEST_VALID);
    assert_guest_finds_its_page(OTHER);
    freeze(MEMORY, MEMORY);
    swap.dst_paddr = MEMORY;
    assert_status(SNP_RUN(PAGE_SWAP_IN, &swap), INVALID_MDATA_ENTRY); /* Once. */
}

/** An entry says where the guest finds the page. */
static void a_page_comes_back_nowhere_else(void **state)
{
    struct snp_page_swap swap;

    (void)state;
    make_guest();
    freeze(MEMORY, MEMORY);
    swap = swap_of(MEMORY, AWAY);
    assert_status(SNP_RUN(PAGE_SWAP_OUT, &swap), SUCCESS);
    freeze(OTHER, OTHER);
    swap = swap_of(AWAY, OTHER);
    assert_status(SNP_RUN(PAGE_SWAP_IN, &swap), INVALID_MDATA_ENTRY);
    swap.dst_paddr = MEMORY;
    swap.mdata_paddr += sizeof(struct snp_mdata_entry);
    assert_status(SNP_RUN(PAGE_SWAP_IN, &swap), INVALID_MDATA_ENTRY);
    swap.mdata_paddr -= sizeof(struct snp_mdata_entry);
    assert_status(SNP_RUN(PAGE_SWAP_IN, &swap), SUCCESS);
}

static void a_page_is_moved_with_what_it_holds(void **state)
{
    struct snp_page_move move;

    (void)state;
    make_guest();
    freeze(MEMORY, MEMORY);
    freeze(OTHER, MEMORY);
    move = (struct snp_page_move){.gctx_paddr = GCTX, .src_paddr = MEMORY, .dst_paddr = OTHER};
    assert_status(SNP_RUN(PAGE_MOVE, &move), SUCCESS);
    assert_page(MEMORY, FIRMWARE);
    assert_page(OTHER, PRE_SWAP);
    assert_status(SNP_OF(PAGE_RECLAIM, OTHER), SUCCESS);
    assert_page(OTHER, GUEST_VALID);
    assert_guest_finds_its_page(OTHER);
    hypervisor_take(MEMORY);
    assert_page(MEMORY, HYPERVISOR);
}

static void small_pages_become_a_large_one(void **state)
{
    (void)state;
    make_guest();
    for (uint64_t at = 0; at < X86_RMP_REGION_BYTES; at += DRAM_PAGE_BYTES) {
        freeze(hypervisor.region + at, at);
    }
    const uint64_t last = hypervisor.region + X86_RMP_REGION_BYTES - DRAM_PAGE_BYTES;

    hypervisor_take(last);
    assert_status(SNP_OF(PAGE_UNSMASH, hypervisor.region), INVALID_PAGE_OWNER);
    guest_give(ASID + 1, last, X86_RMP_REGION_BYTES - DRAM_PAGE_BYTES);
    assert_status(SNP_OF(PAGE_UNSMASH, hypervisor.region), INVALID_PAGE_OWNER);
    hypervisor_take(last);
    guest_give(ASID, last, 0);
    assert_status(SNP_OF(PAGE_UNSMASH, hypervisor.region), INVALID_PAGE_STATE);
    hypervisor_take(last);
    guest_give(ASID, last, X86_RMP_REGION_BYTES - DRAM_PAGE_BYTES);
    assert_status(SNP_OF(PAGE_UNSMASH, hypervisor.region), SUCCESS);
    assert_status(SNP_OF(PAGE_UNSMASH, hypervisor.region), INVALID_PAGE_SIZE);
    assert_page(last, PRE_GUEST);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_page_comes_back_once_and_as_it_was),
    cmocka_unit_test(a_page_comes_back_nowhere_else),
    cmocka_unit_test(a_page_is_moved_with_what_it_holds),
    cmocka_unit_test(small_pages_become_a_large_one),
};

PROGRAM_GROUP(swap, tests);
