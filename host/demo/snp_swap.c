/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of SEV-SNP: a page of the guest is put away, encrypted, and brought back; no other
 * and no older one is taken in its place.
 */
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_demo.h"
#include "host/lib/deadline.h"
#include "host/lib/host_memory.h"
#include "host/x86/snp_pages.h"

static const char first_text[] = "one: the balance is 100";
static const char second_text[] = "two: the balance is 7";

/* A page that is away. */
struct away {
    uint64_t paddr; /* Where its ciphertext is; the hypervisor's page. */
    uint8_t ciphertext[SNP_PAGE_BYTES];
};

static struct snp_page_swap swap_of(const struct snp_demo *demo, uint64_t from, uint64_t to)
{
    return (struct snp_page_swap){.gctx_paddr = demo->guest.gctx,
                                  .src_paddr = from,
                                  .dst_paddr = to,
                                  .mdata_paddr = demo->mdata_paddr};
}

static bool make_metadata(struct snp_demo *demo)
{
    const uint64_t page = snp_host_firmware_page(&demo->host);
    struct snp_page_md_init parameters = {.gctx_paddr = demo->guest.gctx, .page_paddr = page};
    int64_t started = deadline_now_us();
    int result = page != 0 ? snp_page_md_init(demo->host.board, &parameters) : MAILBOX_ERROR;
    demo->mdata_paddr = page;
    return demo_command("SNP_PAGE_MD_INIT", started, result,
                        "64 entries for pages that are away, the firmware's to write");
}

/* Freezes the page, swaps it out, and takes both pages. */
static bool swap_out(struct snp_demo *demo, struct away *away)
{
    struct snp_host *host = &demo->host;
    uint64_t *place = &demo->guest.map[snp_tenant_index(&demo->guest, demo->work_gpa)];
    const uint64_t paddr = snp_host_firmware_page(host);
    struct snp_page_swap parameters = swap_of(demo, *place, paddr);
    if (paddr == 0 || snp_page_to_guest(&host->rmp, *place, false, demo->guest.asid,
                                        demo->work_gpa) != RMP_SUCCESS) {
        return demo_fail("RMPUPDATE", "the page does not freeze");
    }
    int64_t started = deadline_now_us();
    int result = snp_page_swap_out(host->board, &parameters);
    if (!demo_command("SNP_PAGE_SWAP_OUT", started, result, "the guest's page at %#llx",
                      (unsigned long long)demo->work_gpa)) {
        return false;
    }
    if (snp_page_reclaim_to_host(host->board, &host->rmp, *place, false) != SEV_STATUS_SUCCESS ||
        snp_page_reclaim_to_host(host->board, &host->rmp, paddr, false) != SEV_STATUS_SUCCESS ||
        host_memory_read(&host->board->memory, paddr, away->ciphertext, SNP_PAGE_BYTES) !=
            MEMORY_CONTROLLER_OK) {
        return demo_fail("SNP_PAGE_RECLAIM", "the pages are not the hypervisor's again");
    }
    *place = 0;
    away->paddr = paddr;
    return true;
}

/* Swaps ciphertext in, into another page than it was in. @return the status */
static int swap_in(struct snp_demo *demo, const struct away *away, const uint8_t *ciphertext,
                   uint64_t *paddr)
{
    struct snp_host *host = &demo->host;
    *paddr = snp_host_page(host);
    struct snp_page_swap parameters = swap_of(demo, away->paddr, *paddr);
    if (*paddr == 0 ||
        snp_host_write(host, away->paddr, ciphertext, SNP_PAGE_BYTES).event != X86_RMP_EVENT_NONE ||
        snp_page_to_guest(&host->rmp, *paddr, false, demo->guest.asid, demo->work_gpa) !=
            RMP_SUCCESS) {
        return MAILBOX_ERROR;
    }
    return snp_page_swap_in(host->board, &parameters);
}

/* Tries to swap something in that must be refused; takes the page back. */
static bool refuse(struct snp_demo *demo, const struct away *away, const uint8_t *ciphertext,
                   enum sev_status status, const char *why)
{
    uint64_t paddr = 0;
    int64_t started = deadline_now_us();
    const int result = swap_in(demo, away, ciphertext, &paddr);
    return snp_demo_refused("SNP_PAGE_SWAP_IN", started, result, status, why) &&
           (snp_page_reclaim_to_host(demo->host.board, &demo->host.rmp, paddr, false) ==
                SEV_STATUS_SUCCESS ||
            demo_fail("SNP_PAGE_RECLAIM", "the page is not the hypervisor's again"));
}

static bool bring_back(struct snp_demo *demo, const struct away *away, const char *text)
{
    uint64_t paddr = 0;
    int64_t started = deadline_now_us();
    const int result = swap_in(demo, away, away->ciphertext, &paddr);
    if (!demo_command("SNP_PAGE_SWAP_IN", started, result, "into another page, %#llx",
                      (unsigned long long)paddr)) {
        return false;
    }
    demo->guest.map[snp_tenant_index(&demo->guest, demo->work_gpa)] = paddr;
    if (!snp_demo_remembers(demo, demo->work_gpa, text)) {
        return demo_fail("read as guest", "the page did not come back");
    }
    show_step("read as guest", "ok", -1, "\"%s\"", text);
    return true;
}

/* The page goes and comes twice: what was true the first time is not accepted any more. */
static bool swap_twice(struct snp_demo *demo)
{
    static struct away first;
    static struct away second;
    if (!snp_demo_remember(demo, demo->work_gpa, first_text) || !swap_out(demo, &first)) {
        return false;
    }
    first.ciphertext[0] ^= 1;
    if (!refuse(demo, &first, first.ciphertext, SEV_STATUS_BAD_MEASUREMENT,
                "a bit of the ciphertext is flipped")) {
        return false;
    }
    first.ciphertext[0] ^= 1;
    return bring_back(demo, &first, first_text) &&
           refuse(demo, &first, first.ciphertext, SEV_STATUS_INVALID_MDATA_ENTRY,
                  "stale: the entry has been used") &&
           snp_demo_remember(demo, demo->work_gpa, second_text) && swap_out(demo, &second) &&
           refuse(demo, &first, first.ciphertext, SEV_STATUS_BAD_MEASUREMENT,
                  "stale: as it was before") &&
           bring_back(demo, &second, second_text);
}

bool snp_act_swap(void *context)
{
    static const uint8_t zeros[sizeof(struct snp_mdata_entry)];
    struct snp_demo *demo = context;
    show_part("A page of the guest is swapped out and in");
    if (!make_metadata(demo) || !swap_twice(demo) ||
        !snp_demo_stopped("host writes entry",
                          snp_host_write(&demo->host, demo->mdata_paddr, zeros, sizeof zeros),
                          X86_RMP_EVENT_PF, "the Metadata page is not the hypervisor's")) {
        return false;
    }
    return snp_page_reclaim_to_host(demo->host.board, &demo->host.rmp, demo->mdata_paddr, false) ==
               SEV_STATUS_SUCCESS ||
           demo_fail("SNP_PAGE_RECLAIM", "the Metadata page does not come back");
}
