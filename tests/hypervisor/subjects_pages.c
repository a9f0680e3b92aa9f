/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SEV-SNP's commands for pages need to succeed (subjects.h).
 */
#include <string.h>

#include "tests/hypervisor/guest.h"
#include "tests/hypervisor/subjects.h"

static uint64_t launched(void)
{
    return guest_launch(hypervisor_page(GCTX_PAGE), SUBJECT_ASID);
}

/** A guest with a page that was launched, whose policy allows debugging. */
static uint64_t debuggable(void)
{
    const uint64_t gctx = guest_start(hypervisor_page(GCTX_PAGE), GUEST_POLICY | SNP_POLICY_DEBUG);

    guest_activate(gctx, SUBJECT_ASID);
    return gctx;
}

static void prepare_dbg_decrypt(void *parameters)
{
    struct snp_dbg *dbg = parameters;

    dbg->gctx_paddr = debuggable();
    dbg->src_paddr = hypervisor_page(GUEST_PAGE);
    dbg->dst_paddr = subject_firmware_page(OUTPUT_PAGE);
    guest_add(dbg->gctx_paddr, SUBJECT_ASID, dbg->src_paddr, SNP_PAGE_NORMAL);
}

static void prepare_dbg_encrypt(void *parameters)
{
    struct snp_dbg *dbg = parameters;

    dbg->gctx_paddr = debuggable();
    dbg->src_paddr = hypervisor_page(INPUT_PAGE);
    dbg->dst_paddr = hypervisor_page(GUEST_PAGE);
    guest_give(SUBJECT_ASID, dbg->dst_paddr, dbg->dst_paddr);
}

/** A page of the guest, and an entry for it in a Metadata page. */
static void prepare_page_swap_out(void *parameters)
{
    struct snp_page_swap *swap = parameters;
    struct snp_page_md_init metadata = {.gctx_paddr = launched()};

    metadata.page_paddr = subject_firmware_page(METADATA_PAGE);
    assert_status(SNP_RUN(PAGE_MD_INIT, &metadata), SUCCESS);
    swap->gctx_paddr = metadata.gctx_paddr;
    swap->src_paddr = hypervisor_page(GUEST_PAGE);
    swap->dst_paddr = subject_firmware_page(OUTPUT_PAGE);
    swap->mdata_paddr = metadata.page_paddr + sizeof(struct snp_mdata_entry);
    guest_give(SUBJECT_ASID, swap->src_paddr, swap->src_paddr);
}

static void prepare_page_swap_in(void *parameters)
{
    struct snp_page_swap *swap = parameters;
    uint64_t page;

    prepare_page_swap_out(swap);
    assert_status(SNP_RUN(PAGE_SWAP_OUT, swap), SUCCESS);
    page = swap->src_paddr;
    swap->src_paddr = swap->dst_paddr;
    swap->dst_paddr = page;
}

static void prepare_page_move(void *parameters)
{
    struct snp_page_move *move = parameters;

    move->gctx_paddr = launched();
    move->src_paddr = hypervisor_page(GUEST_PAGE);
    move->dst_paddr = hypervisor_page(OTHER_PAGE);
    guest_give(SUBJECT_ASID, move->src_paddr, move->src_paddr);
    guest_give(SUBJECT_ASID, move->dst_paddr, move->src_paddr);
}

static void prepare_page_md_init(void *parameters)
{
    struct snp_page_md_init *init = parameters;

    init->gctx_paddr = hypervisor_create(hypervisor_page(GCTX_PAGE));
    init->page_paddr = subject_firmware_page(METADATA_PAGE);
}

static void prepare_page_set_state(void *parameters)
{
    const struct snp_range_list list = {.num_elements = 1};
    const struct snp_range range = {.base = subject_firmware_page(OUTPUT_PAGE), .page_count = 1};
    struct snp_page_set_state *set = parameters;
    uint8_t *bytes = suite_at(hypervisor_page(INPUT_PAGE), DRAM_PAGE_BYTES);

    set->length = sizeof *set;
    set->list_paddr = hypervisor_page(INPUT_PAGE);
    memset(bytes, 0, DRAM_PAGE_BYTES);
    memcpy(bytes, &list, sizeof list);
    memcpy(bytes + sizeof list, &range, sizeof range);
}

static void prepare_page_reclaim(void *parameters)
{
    struct snp_address *address = parameters;

    address->paddr = subject_firmware_page(OUTPUT_PAGE);
}

static void prepare_page_unsmash(void *parameters)
{
    struct snp_address *address = parameters;

    address->paddr = hypervisor.region;
    for (uint64_t at = 0; at < X86_RMP_REGION_BYTES; at += DRAM_PAGE_BYTES) {
        guest_give(SUBJECT_ASID, hypervisor.region + at, at);
    }
}

const struct subject page_subjects[] = {
    {SNP_COMMAND_DBG_DECRYPT, SNP_PLATFORM_INIT, .prepare = prepare_dbg_decrypt},
    {SNP_COMMAND_DBG_ENCRYPT, SNP_PLATFORM_INIT, .prepare = prepare_dbg_encrypt},
    {SNP_COMMAND_PAGE_SWAP_OUT, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_page_swap_out},
    {SNP_COMMAND_PAGE_SWAP_IN, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_page_swap_in},
    {SNP_COMMAND_PAGE_MOVE, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_page_move},
    {SNP_COMMAND_PAGE_MD_INIT, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_page_md_init},
    {SNP_COMMAND_PAGE_SET_STATE, SNP_PLATFORM_INIT, .prepare = prepare_page_set_state},
    {SNP_COMMAND_PAGE_RECLAIM, SNP_PLATFORM_INIT, .prepare = prepare_page_reclaim},
    {SNP_COMMAND_PAGE_UNSMASH, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_page_unsmash},
    {.prepare = NULL},
};
