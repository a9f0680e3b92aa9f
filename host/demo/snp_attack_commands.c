/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of SEV-SNP: attacks on the guest's messages, on its context, and by commands.
 */
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_demo.h"
#include "host/lib/deadline.h"
#include "host/lib/host_memory.h"
#include "host/x86/snp_pages.h"

/* The last request is still in the shared page: the hypervisor sends it again. */
static bool replay_message(struct snp_demo *demo)
{
    int64_t started = deadline_now_us();
    const int result = snp_tenant_send(&demo->guest);
    return snp_demo_refused("SNP_GUEST_REQUEST", started, result, SEV_STATUS_INVALID_PARAM,
                            "the guest's last message once more");
}

static bool change_message(struct snp_demo *demo)
{
    const struct snp_key_request request = {0};
    const struct memory_controller *memory = &demo->host.board->memory;
    uint8_t page[SNP_PAGE_BYTES];
    if (!snp_channel_seal(&demo->guest.channel, SNP_MESSAGE_KEY, &request, SNP_KEY_REQUEST_V1_BYTES,
                          page)) {
        return demo_fail("seal message", "the cryptographic library failed");
    }
    page[sizeof(struct snp_message_header)] ^= 1;
    if (host_memory_write(memory, demo->guest.message_paddr, page, sizeof page) !=
        MEMORY_CONTROLLER_OK) {
        return demo_fail("memory", "the shared page cannot be written");
    }
    int64_t started = deadline_now_us();
    const int result = snp_tenant_send(&demo->guest);
    return snp_demo_refused("SNP_GUEST_REQUEST", started, result, SEV_STATUS_BAD_MEASUREMENT,
                            "a bit of the message is flipped");
}

/* The context is sealed for the place where the firmware made it. */
static bool copy_context(struct snp_demo *demo)
{
    static uint8_t context[SNP_PAGE_BYTES];
    struct snp_host *host = &demo->host;
    const uint64_t copy = snp_host_page(host);
    struct snp_guest_status parameters = {.gctx_paddr = copy, .status_paddr = host->result_paddr};
    if (host_memory_read(&host->board->memory, demo->guest.gctx, context, sizeof context) !=
            MEMORY_CONTROLLER_OK ||
        copy == 0 ||
        snp_host_write(host, copy, context, sizeof context).event != X86_RMP_EVENT_NONE ||
        snp_page_to_firmware(&host->rmp, copy, false) != RMP_SUCCESS) {
        return demo_fail("memory", "the context page cannot be copied");
    }
    if (!snp_demo_stopped("host writes context",
                          snp_host_write(host, demo->guest.gctx, context, sizeof context),
                          X86_RMP_EVENT_PF, "the context page is the firmware's")) {
        return false;
    }
    int64_t started = deadline_now_us();
    const int result = snp_guest_status(host->board, &parameters);
    return snp_demo_refused("SNP_GUEST_STATUS", started, result, SEV_STATUS_INVALID_GUEST,
                            "a copy of the context page") &&
           (snp_page_reclaim_to_host(host->board, &host->rmp, copy, false) == SEV_STATUS_SUCCESS ||
            demo_fail("SNP_PAGE_RECLAIM", "the page does not come back"));
}

static bool debug(struct snp_demo *demo)
{
    const uint64_t source = demo->guest.map[snp_tenant_index(&demo->guest, demo->work_gpa)];
    struct snp_dbg parameters = {
        .gctx_paddr = demo->guest.gctx, .src_paddr = source, .dst_paddr = demo->host.result_paddr};
    int64_t started = deadline_now_us();
    const int result = snp_dbg_decrypt(demo->host.board, &parameters);
    return snp_demo_refused("SNP_DBG_DECRYPT", started, result, SEV_STATUS_POLICY_FAILURE,
                            "the policy allows no debugging");
}

bool snp_act_attack_commands(void *context)
{
    struct snp_demo *demo = context;
    show_part("Attacks on the guest's messages and context");
    return replay_message(demo) && change_message(demo) && copy_context(demo) && debug(demo);
}
