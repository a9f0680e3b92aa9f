/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of a migration with SEV-SNP: the guest's pages. They are swapped out on one machine
 * and in on the other, for the key of the swapping is in the context that the agents carry.
 */
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_migration.h"
#include "host/lib/deadline.h"
#include "host/lib/host_memory.h"
#include "host/x86/snp_pages.h"

#define SWAP_TYPE(type) ((uint64_t)(type) << 1)

/* One page on its way, and the place of its entry. */
struct item {
    struct snp_tenant *tenant;
    uint64_t mdata_paddr; /* 0: the entry in the guest's context. */
    uint64_t flags;
};

static struct item item_of(struct snp_tenant *tenant, uint64_t mdata_paddr, size_t index)
{
    const bool vmsa = tenant->image->pages[index].type == SNP_PAGE_VMSA;
    return (struct item){
        .tenant = tenant,
        .mdata_paddr = mdata_paddr + index * sizeof(struct snp_mdata_entry),
        .flags = SWAP_TYPE(vmsa ? SNP_SWAP_VMSA : SNP_SWAP_DATA),
    };
}

static struct item root_of(struct snp_tenant *tenant)
{
    return (struct item){.tenant = tenant,
                         .flags = SWAP_TYPE(SNP_SWAP_METADATA) | SNP_SWAP_ROOT_MDATA_EN};
}

static struct snp_page_swap parameters_of(const struct item *item, uint64_t from, uint64_t to)
{
    return (struct snp_page_swap){.gctx_paddr = item->tenant->gctx,
                                  .src_paddr = from,
                                  .dst_paddr = to,
                                  .mdata_paddr = item->mdata_paddr,
                                  .flags = item->flags};
}

/* Swaps a page out, takes it and the ciphertext back. @return a status */
static int put_away(const struct item *item, uint64_t spa, uint8_t ciphertext[SNP_PAGE_BYTES])
{
    struct snp_host *host = item->tenant->host;
    const uint64_t paddr = snp_host_firmware_page(host);
    struct snp_page_swap parameters = parameters_of(item, spa, paddr);
    int result = paddr != 0 ? snp_page_swap_out(host->board, &parameters) : MAILBOX_ERROR;
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_page_reclaim_to_host(host->board, &host->rmp, spa, false);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_page_reclaim_to_host(host->board, &host->rmp, paddr, false);
    }
    if (result == SEV_STATUS_SUCCESS && host_memory_read(&host->board->memory, paddr, ciphertext,
                                                         SNP_PAGE_BYTES) != MEMORY_CONTROLLER_OK) {
        result = MAILBOX_ERROR;
    }
    return result;
}

/* Swaps ciphertext in, into a page that is in the right state. @return a status */
static int bring(const struct item *item, const uint8_t ciphertext[SNP_PAGE_BYTES], uint64_t spa)
{
    struct snp_host *host = item->tenant->host;
    const uint64_t paddr = snp_host_page(host);
    struct snp_page_swap parameters = parameters_of(item, paddr, spa);
    if (paddr == 0 || spa == 0 ||
        host_memory_write(&host->board->memory, paddr, ciphertext, SNP_PAGE_BYTES) !=
            MEMORY_CONTROLLER_OK) {
        return MAILBOX_ERROR;
    }
    return snp_page_swap_in(host->board, &parameters);
}

bool snp_migration_pack(struct snp_migration *migration)
{
    struct snp_tenant *guest = &migration->guest;
    struct snp_host *host = guest->host;
    const uint64_t mdata = snp_host_firmware_page(host);
    struct snp_page_md_init parameters = {.gctx_paddr = guest->gctx, .page_paddr = mdata};
    const struct item root = root_of(guest);
    int64_t started = deadline_now_us();
    int result = mdata != 0 ? snp_page_md_init(host->board, &parameters) : MAILBOX_ERROR;
    for (size_t i = 0; i < guest->image->count && result == SEV_STATUS_SUCCESS; i++) {
        const struct item item = item_of(guest, mdata, i);
        if (snp_page_to_guest(&host->rmp, guest->map[i], false, guest->asid,
                              guest->image->pages[i].gpa) != RMP_SUCCESS) {
            return demo_fail("RMPUPDATE", "page %zu does not freeze", i);
        }
        result = put_away(&item, guest->map[i], migration->parcel.pages[i]);
        guest->map[i] = 0;
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = put_away(&root, mdata, migration->parcel.metadata);
    }
    return demo_command("SNP_PAGE_SWAP_OUT", started, result, "A: %zu pages, and their metadata",
                        guest->image->count);
}

/* Makes a Pre-Guest page for page number INDEX. @return its address, or 0 */
static uint64_t make_place(struct snp_tenant *tenant, size_t index)
{
    const uint64_t spa = snp_host_page(tenant->host);
    return spa != 0 && snp_page_to_guest(&tenant->host->rmp, spa, false, tenant->asid,
                                         tenant->image->pages[index].gpa) == RMP_SUCCESS
               ? spa
               : 0;
}

/* On the way somebody flips a bit. */
static bool bring_forged(struct snp_migration *migration, uint64_t mdata)
{
    struct snp_tenant *twin = &migration->twin;
    const struct item item = item_of(twin, mdata, 0);
    const uint64_t spa = make_place(twin, 0);
    migration->parcel.pages[0][0] ^= 1;
    int64_t started = deadline_now_us();
    const int result = bring(&item, migration->parcel.pages[0], spa);
    const int64_t duration = deadline_now_us() - started;
    migration->parcel.pages[0][0] ^= 1;
    if (result != SEV_STATUS_BAD_MEASUREMENT) {
        return demo_fail("SNP_PAGE_SWAP_IN", "B: a page that was changed: %s",
                         sev_result_text(result));
    }
    show_step("SNP_PAGE_SWAP_IN", "refused", duration, "B: %s: a page that was changed on its way",
              sev_result_text(result));
    return snp_page_reclaim_to_host(twin->host->board, &twin->host->rmp, spa, false) ==
               SEV_STATUS_SUCCESS ||
           demo_fail("SNP_PAGE_RECLAIM", "B: the page does not come back");
}

bool snp_migration_unpack(struct snp_migration *migration)
{
    struct snp_tenant *twin = &migration->twin;
    const uint64_t mdata = snp_host_firmware_page(twin->host);
    const struct item root = root_of(twin);
    int64_t started = deadline_now_us();
    int result = bring(&root, migration->parcel.metadata, mdata);
    if (!demo_command("SNP_PAGE_SWAP_IN", started, result, "B: the metadata") ||
        !bring_forged(migration, mdata)) {
        return false;
    }
    started = deadline_now_us();
    for (size_t i = 0; i < twin->image->count && result == SEV_STATUS_SUCCESS; i++) {
        const struct item item = item_of(twin, mdata, i);
        twin->map[i] = make_place(twin, i);
        result = bring(&item, migration->parcel.pages[i], twin->map[i]);
    }
    if (!demo_command("SNP_PAGE_SWAP_IN", started, result, "B: %zu pages", twin->image->count)) {
        return false;
    }
    return snp_page_reclaim_to_host(twin->host->board, &twin->host->rmp, mdata, false) ==
               SEV_STATUS_SUCCESS ||
           demo_fail("SNP_PAGE_RECLAIM", "B: the Metadata page does not come back");
}
