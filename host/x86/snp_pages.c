/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor's pages around SEV-SNP's commands (snp_pages.h).
 */
#include "host/x86/snp_pages.h"

#include "host/lib/host_memory.h"
#include "host/lib/snp.h"
#include "host/lib/status.h"
#include "host/x86/rmp_instructions.h"

static enum rmp_result update(const struct x86_rmp *rmp, uint64_t spa,
                              const struct rmpupdate_state *state)
{
    const struct x86_rmp_outcome outcome = x86_rmpupdate(rmp, SNP_PAGES_CORE, spa, state);
    return outcome.event == X86_RMP_EVENT_NONE ? outcome.result : RMP_FAIL_PERMISSION;
}

enum rmp_result snp_page_to_firmware(const struct x86_rmp *rmp, uint64_t spa, bool large)
{
    return update(
        rmp, spa,
        &(const struct rmpupdate_state){.assigned = 1, .immutable = 1, .page_size = large});
}

enum rmp_result snp_page_to_guest(const struct x86_rmp *rmp, uint64_t spa, bool large,
                                  uint32_t asid, uint64_t gpa)
{
    return update(rmp, spa,
                  &(const struct rmpupdate_state){
                      .gpa = gpa, .assigned = 1, .immutable = 1, .page_size = large, .asid = asid});
}

enum rmp_result snp_page_to_host(const struct x86_rmp *rmp, uint64_t spa, bool large)
{
    return update(rmp, spa, &(const struct rmpupdate_state){.page_size = large});
}

int snp_page_reclaim_to_host(struct board *board, const struct x86_rmp *rmp, uint64_t spa,
                             bool large)
{
    struct x86_rmp_page page;
    int status = SEV_STATUS_SUCCESS;
    if (!x86_rmp_look_up(rmp, spa, &page)) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    if (page.immutable) {
        status =
            snp_command_of_page(board, SNP_COMMAND_PAGE_RECLAIM, spa | (large ? SNP_PAGE_2M : 0));
    }
    if (status == SEV_STATUS_SUCCESS && page.assigned &&
        snp_page_to_host(rmp, spa, large) != RMP_SUCCESS) {
        status = SEV_STATUS_INVALID_PAGE_STATE;
    }
    return status;
}

/** Issues a command whose parameters are in memory already. */
static int issue(struct board *board, uint32_t id, uint64_t paddr)
{
    uint16_t status = 0;
    const enum mailbox_result result =
        mailbox_command(&board->mailbox, id, paddr, &status, board->timeout_ms);
    return result != MAILBOX_OK ? (int)result : status;
}

/** Takes the command page back, whose address is the parameter, in scratch memory. */
static bool take_back(struct board *board, const struct x86_rmp *rmp)
{
    const struct snp_address page = {.paddr = board->command_paddr};
    return host_memory_write(&board->memory, board->scratch_paddr, &page, sizeof page) ==
               MEMORY_CONTROLLER_OK &&
           issue(board, SNP_COMMAND_PAGE_RECLAIM, board->scratch_paddr) == SEV_STATUS_SUCCESS &&
           snp_page_to_host(rmp, board->command_paddr, false) == RMP_SUCCESS;
}

/** Whether commands ask the table: it stays in force after SNP_SHUTDOWN, and is not asked then. */
static bool is_asked(const struct x86_rmp *rmp, uint64_t paddr)
{
    struct fabric_status status;
    struct x86_rmp_page page;
    return status_copy(rmp->fabric, STATUS_TIMEOUT_MS, &status) == STATUS_SERVING &&
           status.snp_state == SNP_PLATFORM_INIT && x86_rmp_look_up(rmp, paddr, &page) &&
           page.covered;
}

int snp_command_with_results(struct board *board, const struct x86_rmp *rmp, uint32_t id,
                             void *buffer, size_t length)
{
    const uint64_t paddr = board->command_paddr;
    if (!is_asked(rmp, paddr)) {
        return sev_command(board, id, buffer, length);
    }
    if (length > DRAM_PAGE_BYTES ||
        host_memory_write(&board->memory, paddr, buffer, length) != MEMORY_CONTROLLER_OK ||
        snp_page_to_firmware(rmp, paddr, false) != RMP_SUCCESS) {
        return MAILBOX_ERROR;
    }
    const int status = issue(board, id, paddr);
    if (status < 0) {
        return status;
    }
    return take_back(board, rmp) &&
                   host_memory_read(&board->memory, paddr, buffer, length) == MEMORY_CONTROLLER_OK
               ? status
               : MAILBOX_ERROR;
}
