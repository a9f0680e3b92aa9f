/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with SEV-SNP and its hypervisor (snp_host.h).
 */
#include "host/demo/snp_host.h"

#include <stdarg.h>
#include <stdio.h>

#include "host/demo/demo.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"
#include "host/lib/host_memory.h"
#include "host/lib/snp.h"
#include "host/provision/files.h"
#include "host/provision/key_server.h"
#include "host/x86/rmp_access.h"
#include "host/x86/snp_pages.h"

/* As demo_command(); what is done is not told where the host is quiet. */
__attribute__((format(printf, 5, 6))) static bool tell(const struct snp_host *host,
                                                       const char *name, int64_t started,
                                                       int result, const char *format, ...)
{
    char text[128];
    va_list arguments;
    if (host->quiet && result == SEV_STATUS_SUCCESS) {
        return true;
    }
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return demo_command(name, started, result, "%s%s", host->name, text);
}

const struct provision_product *snp_host_product(const char *directory)
{
    for (uint32_t id = SNP_PRODUCT_MILAN; id <= SNP_PRODUCT_VENICE; id++) {
        const struct provision_product *product = provision_product_of(id);
        char name[PROVISION_KDS_NAME_BYTES];
        char path[PATH_MAX];
        provision_kds_name(PROVISION_KDS_CHAIN, PROVISION_VCEK, product, NULL, 0, name);
        if (board_path(path, directory, name) && provision_file_exists(path)) {
            return product;
        }
    }
    return NULL;
}

int snp_host_flush(struct snp_host *host)
{
    fabric_report_wbinvd_all(host->board->fabric_file.bytes);
    return snp_df_flush(host->board);
}

uint64_t snp_host_page(struct snp_host *host)
{
    return dram_allocate(&host->board->dram, 0, DRAM_PAGE_BYTES, 0);
}

uint64_t snp_host_firmware_page(struct snp_host *host)
{
    const uint64_t page = snp_host_page(host);
    return page != 0 && snp_page_to_firmware(&host->rmp, page, false) == RMP_SUCCESS ? page : 0;
}

struct x86_rmp_outcome snp_host_write(struct snp_host *host, uint64_t paddr, const void *bytes,
                                      size_t length)
{
    struct x86_rmp_outcome outcome =
        x86_rmp_check_host(&host->rmp, X86_RMP_WRITE, paddr, false, false);
    if (outcome.event == X86_RMP_EVENT_NONE &&
        host_memory_write(&host->board->memory, paddr, bytes, length) != MEMORY_CONTROLLER_OK) {
        outcome = (struct x86_rmp_outcome){.event = X86_RMP_EVENT_PF};
    }
    return outcome;
}

/* Finds room for a table that covers all memory of the first COUNT ranges. @return 0 without room */
static uint64_t find_room(struct dram *dram, uint32_t count, uint64_t *bytes)
{
    uint64_t top = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t end = dram->ranges[i].base + dram->ranges[i].length;
        top = end > top ? end : top;
    }
    *bytes = fabric_rmp_bytes(top);
    return dram_allocate(dram, 0, *bytes, RMP_ALIGNMENT);
}

/* What BIOS and operating system do: memory for the table, and the MSRs of all cores. */
static bool set_up(struct snp_host *host)
{
    struct dram *dram = &host->board->dram;
    uint64_t bytes = 0;
    uint64_t base = find_room(dram, dram->range_count, &bytes);
    if (base == 0) {
        base =
            find_room(dram, 1, &bytes); /* Little memory: what lies above 4 GiB is not covered. */
    }
    if (base == 0) {
        return demo_fail("RMP", "%sno memory for %llu MiB", host->name,
                         (unsigned long long)(bytes >> 20));
    }
    fabric_set_up_snp(host->board->fabric_file.bytes, base, base + bytes - 1);
    x86_rmp_attach(&host->rmp, host->board->fabric_file.bytes, &host->board->dram);
    struct snp_init_ex init = {.flags = SNP_INIT_RMP};
    int64_t started = deadline_now_us();
    int result = snp_init_ex(host->board, &init);
    return tell(host, "SNP_INIT_EX", started, result, "RMP of %llu MiB at %#llx is in force",
                (unsigned long long)(bytes >> 20), (unsigned long long)base);
}

static bool read_status(struct snp_host *host)
{
    int64_t started = deadline_now_us();
    int result = snp_command_of_page(host->board, SNP_COMMAND_PLATFORM_STATUS, host->result_paddr);
    if (result == SEV_STATUS_SUCCESS &&
        host_memory_read(&host->board->memory, host->result_paddr, &host->status,
                         sizeof host->status) != MEMORY_CONTROLLER_OK) {
        result = MAILBOX_ERROR;
    }
    return tell(host, "SNP_PLATFORM_STATUS", started, result, "%s, API %u.%u, TCB %016llx",
                snp_platform_state_name(host->status.state), host->status.api_major,
                host->status.api_minor, (unsigned long long)host->status.reported_tcb);
}

bool snp_host_start(struct snp_host *host)
{
    if (!set_up(host)) {
        return false;
    }
    host->result_paddr = snp_host_firmware_page(host);
    if (host->result_paddr == 0) {
        return demo_fail("RMPUPDATE", "%sno page for the firmware", host->name);
    }
    if (!read_status(host)) {
        return false;
    }
    /* SNP_PLATFORM_STATUS alone gives its page up by itself: for the others it is the firmware's. */
    if (snp_page_to_firmware(&host->rmp, host->result_paddr, false) != RMP_SUCCESS) {
        return demo_fail("RMPUPDATE", "%sthe page is not to be had again", host->name);
    }
    int64_t started = deadline_now_us();
    int result = snp_host_flush(host);
    return tell(host, "SNP_DF_FLUSH", started, result, "after WBINVD on all cores");
}

bool snp_host_end(struct snp_host *host)
{
    struct snp_shutdown_ex parameters = {.length = sizeof parameters, .flags = SNP_SHUTDOWN_X86};
    int64_t started = deadline_now_us();
    int result = snp_page_reclaim_to_host(host->board, &host->rmp, host->result_paddr, false);
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_host_flush(host);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_shutdown_ex(host->board, &parameters);
    }
    uint64_t pages = 0;
    return tell(host, "SNP_SHUTDOWN_EX", started, result, "the RMP is no longer in force") &&
           (!x86_rmp_pages_of(&host->rmp, 0, &pages) ||
            demo_fail("SNP_SHUTDOWN_EX", "%sthe RMP is still in force", host->name));
}
