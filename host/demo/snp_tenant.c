/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SNP guest: its hypervisor's part (snp_tenant.h).
 */
#include "host/demo/snp_tenant.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/host_memory.h"
#include "host/x86/snp_pages.h"

int snp_tenant_create(struct snp_tenant *tenant, struct snp_host *host,
                      const struct snp_image *image, uint32_t asid)
{
    *tenant = (struct snp_tenant){.host = host, .image = image, .asid = asid};
    tenant->map = calloc(image->count, sizeof tenant->map[0]);
    tenant->message_paddr = snp_host_page(host);
    const uint64_t gctx = snp_host_firmware_page(host);
    if (tenant->map == NULL || tenant->message_paddr == 0 || gctx == 0) {
        return MAILBOX_ERROR;
    }
    const int result = snp_command_of_page(host->board, SNP_COMMAND_GCTX_CREATE, gctx);
    tenant->gctx = result == SEV_STATUS_SUCCESS ? gctx : 0;
    return result;
}

int snp_tenant_start(struct snp_tenant *tenant, uint64_t policy, const struct snp_tenant *agent,
                     uint32_t flags)
{
    struct snp_launch_start parameters = {.gctx_paddr = tenant->gctx,
                                          .policy = policy,
                                          .ma_gctx_paddr = agent != NULL ? agent->gctx : 0,
                                          .flags = flags | (agent != NULL ? SNP_LAUNCH_MA_EN : 0)};
    tenant->policy = policy;
    return snp_launch_start(tenant->host->board, &parameters);
}

int snp_tenant_activate(struct snp_tenant *tenant)
{
    struct snp_activate parameters = {.gctx_paddr = tenant->gctx, .asid = tenant->asid};
    return snp_activate(tenant->host->board, &parameters);
}

int snp_tenant_place(struct snp_tenant *tenant, size_t index)
{
    static const uint8_t zeros[SNP_PAGE_BYTES];
    const struct snp_image_page *page = &tenant->image->pages[index];
    const uint64_t spa = snp_host_page(tenant->host);
    if (spa == 0 || host_memory_write(&tenant->host->board->memory, spa,
                                      page->bytes != NULL ? page->bytes : zeros,
                                      SNP_PAGE_BYTES) != MEMORY_CONTROLLER_OK) {
        return MAILBOX_ERROR;
    }
    tenant->map[index] = spa;
    return snp_page_to_guest(&tenant->host->rmp, spa, false, tenant->asid, page->gpa) == RMP_SUCCESS
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PAGE_STATE;
}

int snp_tenant_update(struct snp_tenant *tenant, size_t index)
{
    const struct snp_image_page *page = &tenant->image->pages[index];
    struct snp_launch_update parameters = {
        .gctx_paddr = tenant->gctx,
        .flags = (uint32_t)page->type << 1 | (page->imi ? SNP_LAUNCH_IMI_PAGE : 0),
        .page_paddr = tenant->map[index],
    };
    return snp_launch_update(tenant->host->board, &parameters);
}

int snp_tenant_load(struct snp_tenant *tenant, bool only_imi)
{
    int result = SEV_STATUS_SUCCESS;
    for (size_t i = 0; i < tenant->image->count && result == SEV_STATUS_SUCCESS; i++) {
        if (only_imi && !tenant->image->pages[i].imi) {
            continue;
        }
        result = snp_tenant_place(tenant, i);
        if (result == SEV_STATUS_SUCCESS) {
            result = snp_tenant_update(tenant, i);
        }
    }
    return result;
}

int snp_tenant_finish(struct snp_tenant *tenant, const struct snp_identity *identity)
{
    struct snp_host *host = tenant->host;
    struct snp_launch_finish parameters = {.gctx_paddr = tenant->gctx};
    if (identity != NULL) {
        const struct memory_controller *memory = &host->board->memory;
        parameters.id_block_paddr = snp_host_page(host);
        parameters.id_auth_paddr = snp_host_page(host);
        parameters.flags = SNP_FINISH_ID_BLOCK_EN;
        if (parameters.id_block_paddr == 0 || parameters.id_auth_paddr == 0 ||
            host_memory_write(memory, parameters.id_block_paddr, &identity->block,
                              sizeof identity->block) != MEMORY_CONTROLLER_OK ||
            host_memory_write(memory, parameters.id_auth_paddr, &identity->auth,
                              sizeof identity->auth) != MEMORY_CONTROLLER_OK) {
            return MAILBOX_ERROR;
        }
    }
    return snp_launch_finish(host->board, &parameters);
}

void snp_tenant_forget(struct snp_tenant *tenant)
{
    free(tenant->map);
    OPENSSL_cleanse(tenant, sizeof *tenant);
}

int snp_tenant_end(struct snp_tenant *tenant, size_t *pages)
{
    struct snp_host *host = tenant->host;
    int result = snp_command_of_page(host->board, SNP_COMMAND_DECOMMISSION, tenant->gctx);
    *pages = 0;
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_page_reclaim_to_host(host->board, &host->rmp, tenant->gctx, false);
    }
    for (size_t i = 0; i < tenant->image->count && result == SEV_STATUS_SUCCESS; i++) {
        if (tenant->map[i] != 0) {
            result = snp_page_reclaim_to_host(host->board, &host->rmp, tenant->map[i], false);
            (*pages)++;
        }
    }
    snp_tenant_forget(tenant);
    return result == SEV_STATUS_SUCCESS ? snp_host_flush(host) : result;
}

int snp_tenant_state(struct snp_tenant *tenant)
{
    struct snp_guest_status parameters = {.gctx_paddr = tenant->gctx,
                                          .status_paddr = tenant->host->result_paddr};
    struct snp_guest_status_page status;
    const struct board *board = tenant->host->board;
    return snp_guest_status(tenant->host->board, &parameters) == SEV_STATUS_SUCCESS &&
                   host_memory_read(&board->memory, tenant->host->result_paddr, &status,
                                    sizeof status) == MEMORY_CONTROLLER_OK
               ? status.state
               : -1;
}
