/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of SEV-SNP: the hypervisor, devices and somebody at the memory bus attack the
 * guest's memory.
 */
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_demo.h"
#include "host/x86/rmp_access.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/snp_pages.h"

static const char text[] = "the guest's secret";
static const char newer_text[] = "what the guest wrote later";

/* Three pages of the guest: what is attacked, what lies beside it, what is given up in the end. */
#define BESIDE SNP_PAGE_BYTES
#define LOST (2ull * SNP_PAGE_BYTES)

static uint64_t *place_of(struct snp_demo *demo, uint64_t gpa)
{
    return &demo->guest.map[snp_tenant_index(&demo->guest, gpa)];
}

static bool write_as_host(struct snp_demo *demo)
{
    static const uint8_t zeros[SNP_PAGE_BYTES];
    const uint64_t spa = *place_of(demo, demo->work_gpa);
    if (!snp_demo_stopped("host writes", snp_host_write(&demo->host, spa, zeros, sizeof zeros),
                          X86_RMP_EVENT_PF, "the page is the guest's")) {
        return false;
    }
    if (x86_rmp_host_may_write(&demo->host.rmp, spa, false)) {
        return demo_fail("device writes", "the RMP lets it");
    }
    show_step("device writes", "refused", -1, "DMA to the page: the RMP says no");
    return snp_demo_remembers(demo, demo->work_gpa, text) ||
           demo_fail("read as guest", "the page has changed");
}

/* The nested page table leads to a wrong page: another of the guest's, or one of the host's. */
static bool remap(struct snp_demo *demo)
{
    struct snp_tenant_access access = {
        .gpa = demo->work_gpa, .spa = *place_of(demo, demo->work_gpa + BESIDE), X86_RMP_READ};
    if (!snp_demo_stopped("remap", snp_tenant_check(&demo->guest, &access), X86_RMP_EVENT_NPF,
                          "another page of the guest: wrong GPA")) {
        return false;
    }
    access.spa = snp_host_page(&demo->host);
    if (access.spa == 0) {
        return demo_fail("memory", "no page left");
    }
    if (!snp_demo_stopped("remap", snp_tenant_check(&demo->guest, &access), X86_RMP_EVENT_NPF,
                          "a page of the host: not the guest's")) {
        return false;
    }
    const struct rmpupdate_state state = {
        .gpa = demo->work_gpa, .assigned = 1, .asid = demo->guest.asid};
    if (x86_rmpupdate(&demo->host.rmp, SNP_PAGES_CORE, access.spa, &state).result != RMP_SUCCESS) {
        return demo_fail("RMPUPDATE", "the page cannot be given away");
    }
    return snp_demo_stopped("remap", snp_tenant_check(&demo->guest, &access), X86_RMP_EVENT_VC,
                            "a page that RMPUPDATE slipped in: not validated") &&
           (snp_page_to_host(&demo->host.rmp, access.spa, false) == RMP_SUCCESS ||
            demo_fail("RMPUPDATE", "the page does not come back"));
}

/* What the hypervisor has recorded comes back: it must take the page for that, and the guest sees. */
static bool replay(struct snp_demo *demo)
{
    static uint8_t old[SNP_PAGE_BYTES];
    const uint64_t gpa = demo->work_gpa + LOST;
    const uint64_t spa = *place_of(demo, gpa);
    const struct rmpupdate_state state = {.gpa = gpa, .assigned = 1, .asid = demo->guest.asid};
    const struct snp_tenant_access access = {.gpa = gpa, .spa = spa, .access = X86_RMP_READ};
    const void *page = dram_pointer(&demo->host.board->dram, spa, sizeof old);
    if (page == NULL || !snp_demo_remember(demo, gpa, text)) {
        return false;
    }
    memcpy(old, page, sizeof old);
    if (!snp_demo_remember(demo, gpa, newer_text) ||
        !snp_demo_stopped("replay", snp_host_write(&demo->host, spa, old, sizeof old),
                          X86_RMP_EVENT_PF, "the page's old ciphertext: it is the guest's")) {
        return false;
    }
    if (snp_page_to_host(&demo->host.rmp, spa, false) != RMP_SUCCESS ||
        snp_host_write(&demo->host, spa, old, sizeof old).event != X86_RMP_EVENT_NONE ||
        x86_rmpupdate(&demo->host.rmp, SNP_PAGES_CORE, spa, &state).result != RMP_SUCCESS) {
        return demo_fail("RMPUPDATE", "the page cannot be taken and given back");
    }
    return snp_demo_stopped("replay", snp_tenant_check(&demo->guest, &access), X86_RMP_EVENT_VC,
                            "taken, written, given back: not validated");
}

/* Behind the back of the RMP, as at the memory bus: ciphertext is bound to its address. */
static bool move_ciphertext(struct snp_demo *demo)
{
    static uint8_t original[SNP_PAGE_BYTES];
    uint8_t *from =
        dram_pointer(&demo->host.board->dram, *place_of(demo, demo->work_gpa), sizeof original);
    uint8_t *to = dram_pointer(&demo->host.board->dram, *place_of(demo, demo->work_gpa + BESIDE),
                               sizeof original);
    uint8_t read[SNP_PAGE_BYTES];
    if (from == NULL || to == NULL) {
        return demo_fail("DRAM", "the guest's pages are not there");
    }
    memcpy(original, to, sizeof original);
    memcpy(to, from, sizeof original);
    const bool reads = snp_tenant_read(&demo->guest, demo->work_gpa + BESIDE, read, sizeof read);
    memcpy(to, original, sizeof original);
    if (!reads || memcmp(read, text, sizeof text) == 0) {
        return demo_fail("move ciphertext", "the guest reads it where it does not belong");
    }
    show_step("move ciphertext", "ok", -1, "in DRAM, to another page: garbage, entropy %.3f bits",
              show_entropy(read, sizeof read));
    return true;
}

bool snp_act_attack_memory(void *context)
{
    struct snp_demo *demo = context;
    show_part("Attacks on the guest's memory");
    return snp_demo_remember(demo, demo->work_gpa, text) && write_as_host(demo) && remap(demo) &&
           replay(demo) && move_ciphertext(demo);
}
