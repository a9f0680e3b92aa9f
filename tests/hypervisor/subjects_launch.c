/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SEV-SNP's commands for guests need to succeed (subjects.h).
 */
#include <string.h>

#include "abi/snp_message.h"
#include "tests/hypervisor/guest.h"
#include "tests/hypervisor/subjects.h"
#include "tests/snp/guest_message.h"

static void prepare_decommission(void *parameters)
{
    struct snp_address *address = parameters;

    address->paddr = hypervisor_create(hypervisor_page(GCTX_PAGE));
}

static void prepare_guest_status(void *parameters)
{
    struct snp_guest_status *status = parameters;

    status->gctx_paddr = hypervisor_create(hypervisor_page(GCTX_PAGE));
    status->status_paddr = subject_firmware_page(OUTPUT_PAGE);
}

static void prepare_gctx_create(void *parameters)
{
    struct snp_address *address = parameters;

    address->paddr = subject_firmware_page(GCTX_PAGE);
}

static void prepare_launch_start(void *parameters)
{
    struct snp_launch_start *start = parameters;

    start->gctx_paddr = hypervisor_create(hypervisor_page(GCTX_PAGE));
    start->policy = GUEST_POLICY;
}

static void prepare_activate(void *parameters)
{
    struct snp_activate *activate = parameters;

    activate->gctx_paddr = guest_start(hypervisor_page(GCTX_PAGE), GUEST_POLICY);
    activate->asid = SUBJECT_ASID;
}

static void prepare_activate_ex(void *parameters)
{
    struct snp_activate_ex *activate = parameters;

    activate->length = sizeof *activate;
    activate->gctx_paddr = guest_start(hypervisor_page(GCTX_PAGE), GUEST_POLICY);
    activate->asid = SUBJECT_ASID;
    activate->num_ids = 1;
    activate->ids_paddr = hypervisor_page(INPUT_PAGE);
    memset(suite_at(activate->ids_paddr, sizeof(uint32_t)), 0, sizeof(uint32_t));
}

static uint64_t launched(void)
{
    return guest_launch(hypervisor_page(GCTX_PAGE), SUBJECT_ASID);
}

static void prepare_launch_update(void *parameters)
{
    struct snp_launch_update *update = parameters;

    update->gctx_paddr = launched();
    update->flags = SNP_PAGE_NORMAL << 1;
    update->page_paddr = hypervisor_page(GUEST_PAGE);
    guest_give(SUBJECT_ASID, update->page_paddr, update->page_paddr);
}

static void prepare_launch_finish(void *parameters)
{
    struct snp_launch_finish *finish = parameters;

    finish->gctx_paddr = launched();
}

/** A guest that runs and knows its keys. */
static uint64_t running(struct witness_channel *channel)
{
    const uint64_t gctx = launched();
    struct snp_secrets_page secrets;

    guest_add(gctx, SUBJECT_ASID, hypervisor_page(SECRETS_PAGE), SNP_PAGE_SECRETS);
    guest_finish(gctx);
    guest_read(SUBJECT_ASID, hypervisor_page(SECRETS_PAGE), &secrets, sizeof secrets);
    *channel = (struct witness_channel){.key_id = 0};
    memcpy(channel->vmpck, secrets.vmpck[0], sizeof channel->vmpck);
    return gctx;
}

static void prepare_guest_request(void *parameters)
{
    const struct snp_report_request report = {.report_data = {0x5A}};
    struct snp_guest_request *request = parameters;
    struct witness_channel channel;

    request->gctx_paddr = running(&channel);
    request->request_paddr = hypervisor_page(INPUT_PAGE);
    request->response_paddr = subject_firmware_page(OUTPUT_PAGE);
    witness_request(&channel, SNP_MESSAGE_REPORT, 1, (const uint8_t *)&report, sizeof report,
                    suite_at(request->request_paddr, DRAM_PAGE_BYTES));
}

static void prepare_hv_report_req(void *parameters)
{
    struct snp_hv_report_req *request = parameters;
    struct witness_channel channel;

    request->length = sizeof *request;
    request->gctx_paddr = running(&channel);
    request->report_paddr = subject_firmware_page(OUTPUT_PAGE);
}

const struct subject launch_subjects[] = {
    {SNP_COMMAND_DECOMMISSION, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_decommission},
    {SNP_COMMAND_ACTIVATE, SNP_PLATFORM_INIT, .prepare = prepare_activate},
    {SNP_COMMAND_GUEST_STATUS, SNP_PLATFORM_INIT, .prepare = prepare_guest_status},
    {SNP_COMMAND_GCTX_CREATE, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_gctx_create},
    {SNP_COMMAND_GUEST_REQUEST, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_guest_request},
    {SNP_COMMAND_ACTIVATE_EX, SNP_PLATFORM_INIT, .prepare = prepare_activate_ex},
    {SNP_COMMAND_HV_REPORT_REQ, SNP_PLATFORM_INIT, .prepare = prepare_hv_report_req},
    {SNP_COMMAND_LAUNCH_START, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_launch_start},
    {SNP_COMMAND_LAUNCH_UPDATE, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_launch_update},
    {SNP_COMMAND_LAUNCH_FINISH, SNP_PLATFORM_INIT, .once = true, .prepare = prepare_launch_finish},
    {.prepare = NULL},
};
