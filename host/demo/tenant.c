/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest from the hypervisor's side.
 */
#include "host/demo/tenant.h"

#include <stdlib.h>
#include <string.h>

#include "host/lib/fabric.h"
#include "host/lib/host_memory.h"
#include "host/lib/vmsa.h"

int tenant_flush(struct board *board)
{
    if (board->fabric_file.bytes != NULL) {
        fabric_report_wbinvd_all(board->fabric_file.bytes);
    }
    return sev_df_flush(board);
}

int tenant_init_platform(struct board *board, bool es)
{
    struct sev_init init = {0};
    if (es) {
        init = (struct sev_init){
            .options = SEV_INIT_OPTION_ES,
            .tmr_paddr = dram_allocate(&board->dram, 0, SEV_TMR_BYTES, SEV_TMR_BYTES),
            .tmr_length = SEV_TMR_BYTES,
        };
    }
    int result = sev_init(board, &init);
    return result == SEV_STATUS_SUCCESS ? tenant_flush(board) : result;
}

bool tenant_make(struct tenant *tenant, const void *bytes, size_t length, uint32_t policy)
{
    *tenant = (struct tenant){
        .policy = policy,
        .image = {.bytes = malloc(length), .length = length},
    };
    if (tenant->image.bytes == NULL) {
        return false;
    }
    memcpy(tenant->image.bytes, bytes, length);
    for (size_t i = 0; i < sizeof tenant->vmsa; i++) {
        tenant->vmsa[i] = (uint8_t)(i % 251); /* stands for the registers of a CPU */
    }
    return true;
}

bool tenant_place(struct tenant *tenant, struct board *board)
{
    tenant->vmsa_paddr = 0;
    if ((tenant->policy & SEV_POLICY_ES) != 0) {
        tenant->vmsa_paddr = dram_allocate(&board->dram, 0, SEV_VMSA_BYTES, SEV_VMSA_BYTES);
        if (tenant->vmsa_paddr == 0) {
            return false;
        }
    }
    return guest_image_place(&tenant->image, &board->dram);
}

/* LAUNCH_UPDATE_DATA of all pieces, and LAUNCH_UPDATE_VMSA. */
static int launch_memory(const struct tenant *tenant, struct board *board)
{
    int result = SEV_STATUS_SUCCESS;
    for (size_t i = 0; i < tenant->image.piece_count && result == SEV_STATUS_SUCCESS; i++) {
        const struct guest_image_piece *piece = &tenant->image.pieces[i];
        result = sev_launch_memory(board, tenant->handle, piece->paddr, piece->length);
    }
    if (result == SEV_STATUS_SUCCESS && tenant->vmsa_paddr != 0) {
        struct sev_launch_update update = {
            .handle = tenant->handle, .paddr = tenant->vmsa_paddr, .length = SEV_VMSA_BYTES};
        result = sev_launch_update_vmsa(board, &update);
    }
    return result;
}

static bool write_plaintext(const struct tenant *tenant, const struct board *board)
{
    return guest_image_write(&tenant->image, &board->memory) &&
           (tenant->vmsa_paddr == 0 ||
            host_memory_write(&board->memory, tenant->vmsa_paddr, tenant->vmsa,
                              sizeof tenant->vmsa) == MEMORY_CONTROLLER_OK);
}

int tenant_launch(struct tenant *tenant, struct board *board)
{
    struct sev_measurement measurement;
    int result = sev_start_launch(board, tenant->policy, NULL, NULL, &tenant->handle);
    struct sev_activate activate = {.handle = tenant->handle, .asid = tenant->asid};
    struct sev_handle handle = {.handle = tenant->handle};
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_activate(board, &activate);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = write_plaintext(tenant, board) ? launch_memory(tenant, board) : (int)MAILBOX_ERROR;
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_measure_launch(board, tenant->handle, &measurement);
    }
    return result == SEV_STATUS_SUCCESS ? sev_launch_finish(board, &handle) : result;
}

bool tenant_finds_itself(const struct tenant *tenant, struct board *board)
{
    uint8_t vmsa[SEV_VMSA_BYTES];
    uint8_t *bytes = malloc(tenant->image.length);
    bool found = bytes != NULL;
    for (size_t i = 0; i < tenant->image.piece_count && found; i++) {
        const struct guest_image_piece *piece = &tenant->image.pieces[i];
        found =
            memory_controller_read(&board->memory, tenant->asid, piece->paddr,
                                   bytes + piece->offset, piece->length) == MEMORY_CONTROLLER_OK;
    }
    found = found && memcmp(bytes, tenant->image.bytes, tenant->image.length) == 0;
    free(bytes);
    return found && (tenant->vmsa_paddr == 0 || (vmsa_check(&board->memory, tenant->asid,
                                                            tenant->vmsa_paddr, vmsa) == VMSA_OK &&
                                                 memcmp(vmsa, tenant->vmsa, sizeof vmsa) == 0));
}

int tenant_state(const struct tenant *tenant, struct board *board)
{
    struct sev_guest_status status = {.handle = tenant->handle};
    return sev_guest_status(board, &status) == SEV_STATUS_SUCCESS ? (int)status.state : -1;
}

int tenant_end(const struct tenant *tenant, struct board *board)
{
    struct sev_handle handle = {.handle = tenant->handle};
    int result = sev_deactivate(board, &handle);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_decommission(board, &handle);
    }
    return result == SEV_STATUS_SUCCESS ? tenant_flush(board) : result;
}
