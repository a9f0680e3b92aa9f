/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest behind /dev/sev-guest: how it is made, and how it ends (guest.h).
 */
#include "host/exec/guest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/demo/snp_owner.h"
#include "host/exec/snp_platform.h"
#include "host/lib/host_memory.h"
#include "host/provision/files.h"

#define ASID 1u
#define IMAGE_MAX 0x4000000u

/* What the guest is made of when the user has no image: its launch digest is the same everywhere. */
static const char default_image[SNP_PAGE_BYTES] = "the guest of virtasp exec";

bool exec_guest_prepare(struct exec_guest *guest, const char *directory,
                        const struct exec_guest_options *options, uint32_t c_bit,
                        struct provision_error *error)
{
    struct provision_bytes file = {0};
    const struct provision_product *product = snp_host_product(directory);
    *guest = (struct exec_guest){.claim.file = -1};
    if (product == NULL) {
        return provision_fail(error, "the chip in %s has no SEV-SNP", directory);
    }
    if (options->image != NULL &&
        !provision_file_read(options->image, IMAGE_MAX, false, &file, error)) {
        return false;
    }
    const bool made =
        options->image != NULL
            ? snp_image_make(&guest->image, file.data, file.length, product->cpuid, c_bit)
            : snp_image_make(&guest->image, (const uint8_t *)default_image, sizeof default_image,
                             product->cpuid, c_bit);
    provision_bytes_free(&file);
    if (!made) {
        return provision_fail(error, "%s: cannot be laid out as a guest",
                              options->image != NULL ? options->image : "the image");
    }
    if (options->image != NULL && !guest->image.described) {
        return provision_fail(error, "%s: is no firmware of SNP guests: it has no SNP metadata",
                              options->image);
    }
    return snp_owner_measure(&guest->image, guest->measurement) ||
           provision_fail(error, "the cryptographic library failed");
}

static bool turn_on(struct exec_guest *guest, struct provision_error *error)
{
    bool left = false;
    uint32_t status = 0;
    if (!exec_claim_open(&guest->claim, guest->machine, &left, error)) {
        return false;
    }
    if (exec_machine_snp_is_on(guest->machine) &&
        (!left || exec_snp_stop(guest->machine, &status) != 0)) {
        return provision_fail(error, "SEV-SNP is on: another program uses the machine, or left "
                                     "it so until a reset; --no-guest serves /dev/sev alone");
    }
    if (!exec_claim_note(&guest->claim, guest->machine)) {
        return provision_fail_errno(error, "run/exec");
    }
    const int result = exec_snp_start(guest->machine, &status);
    if (result == -ENOMEM) {
        return provision_fail(error, "there is no memory for a reverse map table");
    }
    if (result != 0) {
        return provision_fail(error, "SNP_INIT_EX: %s", sev_result_text((int)status));
    }
    return exec_claim_mark(&guest->claim, guest->machine) ||
           provision_fail(error, "the reverse map table takes no page");
}

static int finish(struct exec_guest *guest, const struct exec_guest_options *options)
{
    const struct memory_controller *memory = &guest->machine->board.memory;
    struct snp_launch_finish parameters = {.gctx_paddr = guest->tenant.gctx};
    memcpy(parameters.host_data, options->host_data, sizeof parameters.host_data);
    if (options->id_block != NULL) {
        parameters.id_block_paddr = exec_machine_operand(guest->machine, EXEC_OPERAND_FIRST);
        parameters.id_auth_paddr = exec_machine_operand(guest->machine, EXEC_OPERAND_SECOND);
        parameters.flags =
            SNP_FINISH_ID_BLOCK_EN | (options->author_key ? SNP_FINISH_AUTH_KEY_EN : 0);
        if (host_memory_write(memory, parameters.id_block_paddr, options->id_block,
                              sizeof *options->id_block) != MEMORY_CONTROLLER_OK ||
            host_memory_write(memory, parameters.id_auth_paddr, options->id_auth,
                              sizeof *options->id_auth) != MEMORY_CONTROLLER_OK) {
            return MAILBOX_ERROR;
        }
    }
    return snp_launch_finish(&guest->machine->board, &parameters);
}

static bool launch(struct exec_guest *guest, const struct exec_guest_options *options,
                   struct provision_error *error)
{
    struct snp_tenant *tenant = &guest->tenant;
    const char *step = "SNP_GCTX_CREATE";
    int result = snp_tenant_create(tenant, &guest->host, &guest->image, ASID);
    if (result == SEV_STATUS_SUCCESS) {
        step = "SNP_LAUNCH_START";
        tenant->message_paddr = guest->machine->message_paddr;
        result = snp_tenant_start(tenant, options->policy, NULL, 0);
    }
    if (result == SEV_STATUS_SUCCESS) {
        step = "SNP_ACTIVATE";
        result = snp_tenant_activate(tenant);
    }
    if (result == SEV_STATUS_SUCCESS) {
        step = "SNP_LAUNCH_UPDATE";
        result = snp_tenant_load(tenant, false);
    }
    if (result == SEV_STATUS_SUCCESS) {
        step = "SNP_LAUNCH_FINISH";
        result = finish(guest, options);
    }
    if (result == MAILBOX_ERROR) {
        return provision_fail(error, "%s: the machine has too little memory for the guest", step);
    }
    if (result == SEV_STATUS_POLICY_FAILURE) {
        return provision_fail(
            error, "%s: %s: this machine, or the ID block, does not go with policy 0x%llx", step,
            sev_result_text(result), (unsigned long long)options->policy);
    }
    if (result != SEV_STATUS_SUCCESS) {
        return provision_fail(error, "%s: %s", step, sev_result_text(result));
    }
    return snp_tenant_open_channel_of(tenant, (uint8_t)options->vmpl) ||
           provision_fail(error, "the guest does not find its SECRETS page");
}

bool exec_guest_launch(struct exec_guest *guest, struct exec_machine *machine,
                       const struct exec_guest_options *options, struct provision_error *error)
{
    guest->machine = machine;
    guest->opening = machine->openings;
    if (!turn_on(guest, error)) {
        return false;
    }
    guest->host = (struct snp_host){.name = "",
                                    .directory = machine->directory,
                                    .board = &machine->board,
                                    .rmp = machine->rmp,
                                    .result_paddr = machine->message_paddr + DRAM_PAGE_BYTES};
    return launch(guest, options, error);
}

/* The board is the one that the guest was launched on, and has SEV-SNP on. */
static bool can_be_reached(const struct exec_guest *guest)
{
    return guest->machine != NULL && exec_machine_take(guest->machine) == 0 &&
           guest->opening == guest->machine->openings && exec_machine_snp_is_on(guest->machine);
}

bool exec_guest_end(struct exec_guest *guest)
{
    size_t pages = 0;
    uint32_t status = 0;
    bool ended = true;
    if (guest->claim.holds && can_be_reached(guest)) {
        if (guest->tenant.gctx != 0) {
            ended = snp_tenant_end(&guest->tenant, &pages) == SEV_STATUS_SUCCESS;
        }
        ended =
            exec_snp_stop(guest->machine, &status) == 0 && ended && exec_claim_drop(&guest->claim);
    }
    exec_claim_close(&guest->claim);
    return ended;
}

void exec_guest_free(struct exec_guest *guest)
{
    snp_tenant_forget(&guest->tenant);
    snp_image_free(&guest->image);
}

int exec_guest_ask(struct exec_guest *guest, enum snp_message_type type, uint8_t version,
                   const void *request, size_t request_bytes,
                   uint8_t response[SNP_MESSAGE_PAYLOAD_MAX], uint32_t *error)
{
    struct snp_tenant *tenant = &guest->tenant;
    const uint64_t result_paddr = guest->host.result_paddr;
    uint8_t page[SNP_PAGE_BYTES];
    size_t length = 0;
    *error = EXEC_NO_FIRMWARE_CALL;
    if (exec_machine_take(guest->machine) != 0 || guest->opening != guest->machine->openings) {
        return -EIO; /* What was launched is gone with the board's last start. */
    }
    const struct memory_controller *memory = &guest->machine->board.memory;
    tenant->channel.version = version;
    if (!snp_channel_seal(&tenant->channel, type, request, request_bytes, page) ||
        host_memory_write(memory, tenant->message_paddr, page, sizeof page) !=
            MEMORY_CONTROLLER_OK ||
        exec_machine_lend(guest->machine, result_paddr, sizeof page) != 0) {
        return -EIO;
    }
    const int sent = snp_tenant_send(tenant);
    const int result = exec_machine_result(sent, error);
    if (sent < 0) {
        exec_machine_give(guest->machine);
        return result;
    }
    if (exec_machine_reclaim(guest->machine, result_paddr, sizeof page) != 0 || result != 0) {
        return result != 0 ? result : -EIO;
    }
    memset(response, 0, SNP_MESSAGE_PAYLOAD_MAX);
    return host_memory_read(memory, result_paddr, page, sizeof page) == MEMORY_CONTROLLER_OK &&
                   snp_channel_open_any(&tenant->channel, type, page, response, &length)
               ? 0
               : -EBADMSG;
}
