/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of SEV-SNP: the machine is set up, a guest is launched, and ended.
 */
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_demo.h"
#include "host/lib/deadline.h"
#include "host/lib/host_memory.h"

#define ASID 1u
#define C_BIT_FUNCTION 4u /* In the CPUID page. */

bool snp_act_platform(void *context)
{
    struct snp_demo *demo = context;
    show_part("SEV-SNP: the hypervisor sets the machine up");
    return snp_host_start(&demo->host);
}

static bool begin(struct snp_demo *demo)
{
    int64_t started = deadline_now_us();
    int result = snp_tenant_create(&demo->guest, &demo->host, &demo->image, ASID);
    if (!demo_command("SNP_GCTX_CREATE", started, result, "context at %#llx",
                      (unsigned long long)demo->guest.gctx)) {
        return false;
    }
    started = deadline_now_us();
    result = snp_tenant_start(&demo->guest, SNP_DEMO_POLICY, NULL, 0);
    if (!demo_command("SNP_LAUNCH_START", started, result, "policy %llx: no debugging",
                      (unsigned long long)demo->guest.policy)) {
        return false;
    }
    started = deadline_now_us();
    result = snp_tenant_activate(&demo->guest);
    return demo_command("SNP_ACTIVATE", started, result, "ASID %u", ASID);
}

/* The CPUID page has a false position of the C-bit when the hypervisor gives it away. */
static bool place(struct snp_demo *demo)
{
    struct snp_cpuid_table *table = (struct snp_cpuid_table *)(void *)demo->image.cpuid;
    int64_t started = deadline_now_us();
    int result = SEV_STATUS_SUCCESS;
    table->functions[C_BIT_FUNCTION].ebx ^= 1;
    for (size_t i = 0; i < demo->image.count && result == SEV_STATUS_SUCCESS; i++) {
        result = snp_tenant_place(&demo->guest, i);
    }
    table->functions[C_BIT_FUNCTION].ebx ^= 1;
    return demo_command("RMPUPDATE", started, result, "%zu pages are the guest's from now on",
                        demo->image.count);
}

/* Launches pages of one type that follow each other. @return index of the next one; 0: FAILED */
static size_t update(struct snp_demo *demo, size_t first)
{
    static const char *const names[] = {
        [SNP_PAGE_NORMAL] = "NORMAL", [SNP_PAGE_VMSA] = "VMSA",       [SNP_PAGE_ZERO] = "ZERO",
        [SNP_PAGE_CPUID] = "CPUID",   [SNP_PAGE_SECRETS] = "SECRETS",
    };
    const enum snp_page_type type = demo->image.pages[first].type;
    size_t i = first;
    int64_t started = deadline_now_us();
    int result = SEV_STATUS_SUCCESS;
    while (i < demo->image.count && demo->image.pages[i].type == type &&
           result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_update(&demo->guest, i++);
    }
    const double milliseconds = (double)(deadline_now_us() - started) / 1000;
    return demo_command("SNP_LAUNCH_UPDATE", started, result, "%4zu x %-8s %.3f ms each", i - first,
                        names[type], milliseconds / (double)(i - first))
               ? i
               : 0;
}

/* The firmware knows the machine, and says what the page should have. */
static bool lie_about_cpuid(struct snp_demo *demo, size_t index)
{
    uint8_t corrected[SNP_PAGE_BYTES];
    int64_t started = deadline_now_us();
    int result = snp_tenant_update(&demo->guest, index);
    if (!snp_demo_refused("SNP_LAUNCH_UPDATE", started, result, SEV_STATUS_INVALID_PARAM,
                          "a CPUID page that lies about the C-bit; comes back corrected")) {
        return false;
    }
    return (host_memory_read(&demo->host.board->memory, demo->guest.map[index], corrected,
                             sizeof corrected) == MEMORY_CONTROLLER_OK &&
            memcmp(corrected, demo->image.cpuid, sizeof corrected) == 0) ||
           demo_fail("SNP_LAUNCH_UPDATE", "the page did not come back corrected");
}

static bool load(struct snp_demo *demo)
{
    size_t next = 0;
    while (next < demo->image.count) {
        if (demo->image.pages[next].type == SNP_PAGE_CPUID && !lie_about_cpuid(demo, next)) {
            return false;
        }
        next = update(demo, next);
        if (next == 0) {
            return false;
        }
    }
    return true;
}

bool snp_act_launch(void *context)
{
    struct snp_demo *demo = context;
    show_part("The hypervisor launches an SNP guest");
    show_step("image", "ok", -1, "%s: %zu pages, %s", demo->options->snp_guest, demo->image.count,
              demo->image.described ? "as its SNP metadata wants them"
                                    : "without SNP metadata: special pages as OVMF has them");
    return begin(demo) && place(demo) && load(demo);
}

bool snp_act_end(void *context)
{
    struct snp_demo *demo = context;
    size_t pages = 0;
    uint64_t left = 0;
    show_part("The hypervisor ends the SNP guest");
    int64_t started = deadline_now_us();
    int result = snp_tenant_end(&demo->guest, &pages);
    if (!demo_command("SNP_DECOMMISSION", started, result,
                      "and RMPUPDATE: %zu pages are the hypervisor's again", pages)) {
        return false;
    }
    if (!x86_rmp_pages_of(&demo->host.rmp, ASID, &left) || left != 0) {
        return demo_fail("RMP", "%llu pages are still the guest's", (unsigned long long)left);
    }
    if (memory_controller_has_key(&demo->host.board->memory, ASID)) {
        return demo_fail("key slot", "it still holds the guest's key");
    }
    show_step("RMP, key slot", "ok", -1, "ASID %u has no pages and no key", ASID);
    return snp_host_end(&demo->host);
}
