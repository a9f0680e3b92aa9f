/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SNP guest: what it does itself (snp_tenant.h).
 */
#include <openssl/crypto.h>
#include <string.h>

#include "host/demo/snp_tenant.h"
#include "host/lib/host_memory.h"

#define PAGE_OFFSET(address) ((address) % SNP_PAGE_BYTES)

size_t snp_tenant_index(const struct snp_tenant *tenant, uint64_t gpa)
{
    const uint64_t page = gpa - PAGE_OFFSET(gpa);
    size_t i = 0;
    while (i < tenant->image->count && tenant->image->pages[i].gpa != page) {
        i++;
    }
    return i;
}

struct x86_rmp_outcome snp_tenant_check(const struct snp_tenant *tenant,
                                        const struct snp_tenant_access *access)
{
    const struct x86_rmp_guest guest = {
        .asid = tenant->asid, .c_bit = true, .gpa = access->gpa, .spa = access->spa};
    return x86_rmp_check_guest(&tenant->host->rmp, &guest, access->access);
}

/* Walks the nested page table and asks the RMP. @return the address, or 0 */
static uint64_t reach(const struct snp_tenant *tenant, uint64_t gpa, enum x86_rmp_access access)
{
    const size_t index = snp_tenant_index(tenant, gpa);
    if (index == tenant->image->count || tenant->map[index] == 0) {
        return 0;
    }
    const struct snp_tenant_access wanted = {
        .gpa = gpa, .spa = tenant->map[index] + PAGE_OFFSET(gpa), .access = access};
    return snp_tenant_check(tenant, &wanted).event == X86_RMP_EVENT_NONE ? wanted.spa : 0;
}

bool snp_tenant_read(const struct snp_tenant *tenant, uint64_t gpa, void *to, size_t length)
{
    const uint64_t spa = reach(tenant, gpa, X86_RMP_READ);
    return spa != 0 && memory_controller_read(&tenant->host->board->memory, tenant->asid, spa, to,
                                              length) == MEMORY_CONTROLLER_OK;
}

bool snp_tenant_write(const struct snp_tenant *tenant, uint64_t gpa, const void *from,
                      size_t length)
{
    const uint64_t spa = reach(tenant, gpa, X86_RMP_WRITE);
    return spa != 0 && memory_controller_write(&tenant->host->board->memory, tenant->asid, spa,
                                               from, length) == MEMORY_CONTROLLER_OK;
}

bool snp_tenant_open_channel_of(struct snp_tenant *tenant, uint8_t vmpck)
{
    const struct snp_image_page *page = snp_image_find(tenant->image, SNP_PAGE_SECRETS);
    struct snp_secrets_page secrets;
    const bool found = vmpck < SNP_VMPCKS && page != NULL &&
                       snp_tenant_read(tenant, page->gpa, &secrets, sizeof secrets);
    if (found) {
        tenant->channel = (struct snp_channel){.vmpck = vmpck};
        memcpy(tenant->channel.key, secrets.vmpck[vmpck], sizeof tenant->channel.key);
    }
    OPENSSL_cleanse(&secrets, sizeof secrets);
    return found;
}

bool snp_tenant_open_channel(struct snp_tenant *tenant)
{
    return snp_tenant_open_channel_of(tenant, 0);
}

int snp_tenant_send(struct snp_tenant *tenant)
{
    struct snp_guest_request parameters = {.gctx_paddr = tenant->gctx,
                                           .request_paddr = tenant->message_paddr,
                                           .response_paddr = tenant->host->result_paddr};
    return snp_guest_request(tenant->host->board, &parameters);
}

int snp_tenant_ask(struct snp_tenant *tenant, enum snp_message_type type, const void *request,
                   size_t request_bytes, void *response, size_t response_bytes)
{
    const struct memory_controller *memory = &tenant->host->board->memory;
    uint8_t page[SNP_PAGE_BYTES];
    uint32_t status;
    if (!snp_channel_seal(&tenant->channel, type, request, request_bytes, page) ||
        host_memory_write(memory, tenant->message_paddr, page, sizeof page) !=
            MEMORY_CONTROLLER_OK) {
        return MAILBOX_ERROR;
    }
    const int result = snp_tenant_send(tenant);
    if (result != SEV_STATUS_SUCCESS) {
        return result;
    }
    if (host_memory_read(memory, tenant->host->result_paddr, page, sizeof page) !=
            MEMORY_CONTROLLER_OK ||
        !snp_channel_open(&tenant->channel, type, page, response, response_bytes)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    memcpy(&status, response, sizeof status);
    return (int)status;
}

int snp_tenant_report(struct snp_tenant *tenant, const uint8_t report_data[SNP_REPORT_DATA_BYTES],
                      struct snp_report *report)
{
    struct snp_report_request request = {.vmpl = 0};
    struct snp_report_response response;
    memcpy(request.report_data, report_data, sizeof request.report_data);
    const int result = snp_tenant_ask(tenant, SNP_MESSAGE_REPORT, &request, sizeof request,
                                      &response, sizeof response);
    if (result == SEV_STATUS_SUCCESS) {
        *report = response.report;
    }
    return result;
}

int snp_tenant_key(struct snp_tenant *tenant, uint32_t key_select, uint64_t fields,
                   uint8_t key[SNP_KEY_BYTES])
{
    const struct snp_key_request request = {.key_select = key_select, .field_select = fields};
    struct snp_key_response response;
    const int result = snp_tenant_ask(tenant, SNP_MESSAGE_KEY, &request, SNP_KEY_REQUEST_V1_BYTES,
                                      &response, sizeof response);
    if (result == SEV_STATUS_SUCCESS) {
        memcpy(key, response.key, SNP_KEY_BYTES);
    }
    OPENSSL_cleanse(&response, sizeof response);
    return result;
}
