/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guests of a corpus (guests.h): a page of software and a SECRETS page each.
 */
#include "host/vectors/guests.h"

#include <string.h>

#include "host/demo/snp_tenant.h"
#include "host/lib/fabric.h"
#include "host/lib/host_memory.h"
#include "host/lib/snp.h"
#include "host/x86/rmp_access.h"

#define SECRETS_GPA 0x1000u

const uint8_t vectors_report_data[SNP_REPORT_DATA_BYTES] = "virtasp test vectors";

static const uint8_t software[SNP_PAGE_BYTES] = "the software of a guest in test vectors";

static struct snp_image_page pages[] = {
    {.type = SNP_PAGE_NORMAL, .gpa = 0, .bytes = software},
    {.type = SNP_PAGE_SECRETS, .gpa = SECRETS_GPA},
};
static const struct snp_image image = {.count = sizeof pages / sizeof pages[0], .pages = pages};

static bool succeeds(const char *command, int result, struct provision_error *error)
{
    return result == SEV_STATUS_SUCCESS ||
           provision_fail(error, "%s: %s", command, sev_result_text(result));
}

/* What BIOS and operating system do before guests can be launched. The RMP covers the first range of
 * memory, from which all pages are taken. */
static bool begin(struct snp_host *host, struct provision_error *error)
{
    struct dram *dram = &host->board->dram;
    struct snp_init_ex init = {.flags = SNP_INIT_RMP};
    const uint64_t top = dram->ranges[0].base + dram->ranges[0].length;
    const uint64_t bytes = fabric_rmp_bytes(top);
    const uint64_t base = dram_allocate(dram, 0, bytes, RMP_ALIGNMENT);
    if (base == 0) {
        return provision_fail(error, "no memory for the RMP");
    }
    fabric_set_up_snp(host->board->fabric_file.bytes, base, base + bytes - 1);
    x86_rmp_attach(&host->rmp, host->board->fabric_file.bytes, dram);
    if (!succeeds("SNP_INIT_EX", snp_init_ex(host->board, &init), error)) {
        return false;
    }
    host->result_paddr = snp_host_firmware_page(host);
    return (host->result_paddr != 0 || provision_fail(error, "no page for the firmware")) &&
           succeeds("SNP_DF_FLUSH", snp_host_flush(host), error);
}

static bool launch(struct snp_tenant *guest, struct snp_host *host, uint32_t asid, uint64_t policy,
                   struct provision_error *error)
{
    return succeeds("SNP_GCTX_CREATE", snp_tenant_create(guest, host, &image, asid), error) &&
           succeeds("SNP_LAUNCH_START", snp_tenant_start(guest, policy, NULL, 0), error) &&
           succeeds("SNP_ACTIVATE", snp_tenant_activate(guest), error) &&
           succeeds("SNP_LAUNCH_UPDATE", snp_tenant_load(guest, false), error) &&
           succeeds("SNP_LAUNCH_FINISH", snp_tenant_finish(guest, NULL), error) &&
           (snp_tenant_open_channel(guest) ||
            provision_fail(error, "a guest does not find its SECRETS page"));
}

static bool ask(struct snp_tenant *guest, uint32_t vmpl, uint32_t key_sel,
                struct snp_report *report, struct provision_error *error)
{
    struct snp_report_request request = {.vmpl = vmpl, .key_sel = key_sel};
    struct snp_report_response response;
    memcpy(request.report_data, vectors_report_data, sizeof request.report_data);
    if (!succeeds("SNP_GUEST_REQUEST",
                  snp_tenant_ask(guest, SNP_MESSAGE_REPORT, &request, sizeof request, &response,
                                 sizeof response),
                  error)) {
        return false;
    }
    *report = response.report;
    return true;
}

static bool ask_as_host(struct snp_tenant *guest, struct snp_report *report,
                        struct provision_error *error)
{
    struct snp_host *host = guest->host;
    struct snp_report_response response;
    struct snp_hv_report_req command = {.length = sizeof command,
                                        .key_sel = SNP_KEY_SELECT_VCEK,
                                        .gctx_paddr = guest->gctx,
                                        .report_paddr = host->result_paddr};
    if (!succeeds("SNP_HV_REPORT_REQ", snp_hv_report_req(host->board, &command), error)) {
        return false;
    }
    if (host_memory_read(&host->board->memory, host->result_paddr, &response, sizeof response) !=
        MEMORY_CONTROLLER_OK) {
        return provision_fail(error, "the host cannot read a report");
    }
    *report = response.report;
    return succeeds("SNP_HV_REPORT_REQ", (int)response.status, error);
}

/* A report while the host has the platform configured so. */
static bool ask_configured(struct snp_tenant *guest, uint64_t reported_tcb, uint32_t flags,
                           struct snp_report *report, struct provision_error *error)
{
    struct snp_config config = {.reported_tcb = reported_tcb, .flags = flags};
    struct snp_config usual = {0};
    return succeeds("SNP_CONFIG", snp_config(guest->host->board, &config), error) &&
           ask(guest, 0, SNP_KEY_SELECT_VCEK, report, error) &&
           succeeds("SNP_CONFIG", snp_config(guest->host->board, &usual), error);
}

static bool ask_with_vlek(const struct vectors_machine *machine, struct snp_tenant *guest,
                          struct snp_report *report, struct provision_error *error)
{
    struct snp_host *host = guest->host;
    struct snp_wrapped_vlek wrapped;
    struct snp_vlek_load load = {.length = sizeof load, .wrapped_paddr = guest->message_paddr};
    if (!provision_wrap_vlek(machine->server->csp_secret, machine->server->chip_secret,
                             report->current_tcb, &wrapped, error)) {
        return false;
    }
    if (host_memory_write(&host->board->memory, guest->message_paddr, &wrapped, sizeof wrapped) !=
        MEMORY_CONTROLLER_OK) {
        return provision_fail(error, "the host cannot write a hashstick");
    }
    return succeeds("SNP_VLEK_LOAD", snp_vlek_load(host->board, &load), error) &&
           ask(guest, 0, SNP_KEY_SELECT_VLEK, report, error);
}

/* The version of the firmware is one less. */
static uint64_t older_tcb(const struct vectors_machine *machine, const struct snp_report *report)
{
    return report->current_tcb - (1ull << (8 * machine->server->product->tcb_snp));
}

static bool report_all(const struct vectors_machine *machine, struct snp_tenant *guest,
                       struct snp_report reports[VECTORS_REPORTS], struct provision_error *error)
{
    if (!ask(guest, 0, SNP_KEY_SELECT_VCEK, &reports[VECTORS_GUEST], error) ||
        !ask(guest, 3, SNP_KEY_SELECT_VCEK, &reports[VECTORS_VMPL3], error) ||
        !ask_as_host(guest, &reports[VECTORS_HOST], error) ||
        !ask_configured(guest, older_tcb(machine, &reports[VECTORS_GUEST]), 0,
                        &reports[VECTORS_OLDER_TCB], error) ||
        !ask_configured(guest, 0, SNP_CONFIG_MASK_CHIP_ID, &reports[VECTORS_MASKED_ID], error) ||
        !ask_configured(guest, 0, SNP_CONFIG_MASK_CHIP_KEY, &reports[VECTORS_UNSIGNED], error)) {
        return false;
    }
    reports[VECTORS_VLEK] = reports[VECTORS_GUEST];
    return ask_with_vlek(machine, guest, &reports[VECTORS_VLEK], error);
}

bool vectors_guests_report(const struct vectors_machine *machine, struct board *board,
                           struct snp_report reports[VECTORS_REPORTS],
                           struct provision_error *error)
{
    struct snp_host host = {.name = "", .directory = machine->directory, .board = board};
    struct snp_tenant guest = {0};
    struct snp_tenant debugged = {0};
    const bool ok = begin(&host, error) && launch(&guest, &host, 1, VECTORS_POLICY, error) &&
                    report_all(machine, &guest, reports, error) &&
                    launch(&debugged, &host, 2, VECTORS_POLICY_DEBUG, error) &&
                    ask(&debugged, 0, SNP_KEY_SELECT_VCEK, &reports[VECTORS_DEBUG], error);
    snp_tenant_forget(&guest);
    snp_tenant_forget(&debugged);
    return ok;
}
