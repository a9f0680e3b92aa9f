/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest SEV-SNP guest that can ask for a report (guest.h).
 */
#include "tests/attestation/guest.h"

#include <stdio.h>
#include <string.h>

#include "abi/snp_message.h"
#include "host/lib/fabric.h"
#include "host/lib/host_memory.h"
#include "host/lib/snp.h"
#include "host/x86/snp_pages.h"
#include "tests/snp/payload.h"
#include "tests/snp/secrets_page.h"

#define GUEST_ASID 1u
#define SOFTWARE_GPA 0x0ull
#define SECRETS_GPA 0x1000ull

static bool succeeds(const char *step, int result)
{
    if (result != SEV_STATUS_SUCCESS) {
        (void)fprintf(stderr, "%s: %s\n", step, sev_result_text(result));
    }
    return result == SEV_STATUS_SUCCESS;
}

static bool holds(const char *step, bool condition)
{
    if (!condition) {
        (void)fprintf(stderr, "%s: failed\n", step);
    }
    return condition;
}

/** @return a page that is the hypervisor's, or 0 */
static uint64_t new_page(struct attested_guest *guest)
{
    return dram_allocate_anywhere(&guest->board->dram, DRAM_PAGE_BYTES, 0);
}

/** @return a page that is the firmware's, or 0 */
static uint64_t new_firmware_page(struct attested_guest *guest)
{
    const uint64_t page = new_page(guest);

    return page != 0 && snp_page_to_firmware(&guest->rmp, page, false) == RMP_SUCCESS ? page : 0;
}

static bool set_memory(struct attested_guest *guest, uint64_t paddr, const void *bytes,
                       size_t length)
{
    return holds("write memory", host_memory_write(&guest->board->memory, paddr, bytes, length) ==
                                     MEMORY_CONTROLLER_OK);
}

static bool get_memory(struct attested_guest *guest, uint64_t paddr, void *bytes, size_t length)
{
    return holds("read memory", host_memory_read(&guest->board->memory, paddr, bytes, length) ==
                                    MEMORY_CONTROLLER_OK);
}

/** What BIOS and operating system do, and SNP_INIT_EX. */
static bool start_snp(struct attested_guest *guest)
{
    struct board *board = guest->board;
    struct snp_init_ex init = {.flags = SNP_INIT_RMP};
    uint64_t top = 0;

    for (uint32_t i = 0; i < board->dram.range_count; i++) {
        const struct fabric_range *range = &board->dram.ranges[i];

        top = range->base + range->length > top ? range->base + range->length : top;
    }
    const uint64_t bytes = fabric_rmp_bytes(top);
    const uint64_t base = dram_allocate_anywhere(&board->dram, bytes, RMP_ALIGNMENT);

    if (!holds("memory for the RMP", base != 0)) {
        return false;
    }
    fabric_set_up_snp(board->fabric_file.bytes, base, base + bytes - 1);
    x86_rmp_attach(&guest->rmp, board->fabric_file.bytes, &board->dram);
    if (!succeeds("SNP_INIT_EX", snp_init_ex(board, &init))) {
        return false;
    }
    fabric_report_wbinvd_all(board->fabric_file.bytes);
    return succeeds("SNP_DF_FLUSH", snp_df_flush(board));
}

/** Adds a page. @return where it lies, or 0 */
static uint64_t add_page(struct attested_guest *guest, uint8_t type, uint64_t gpa)
{
    static const uint8_t software[DRAM_PAGE_BYTES] = "the guest's software";
    const struct witness_page page = {.type = type, .gpa = gpa};
    struct snp_launch_update update = {
        .gctx_paddr = guest->gctx, .flags = (uint32_t)type << 1, .page_paddr = new_page(guest)};

    if (!holds("memory for the guest", update.page_paddr != 0) ||
        !set_memory(guest, update.page_paddr, software, sizeof software) ||
        !holds("RMPUPDATE", snp_page_to_guest(&guest->rmp, update.page_paddr, false, GUEST_ASID,
                                              gpa) == RMP_SUCCESS) ||
        !succeeds("SNP_LAUNCH_UPDATE", snp_launch_update(guest->board, &update))) {
        return 0;
    }
    witness_launch_page(&guest->launch, &page, software);
    return update.page_paddr;
}

/** The guest reads its SECRETS page. */
static bool open_channel(struct attested_guest *guest, uint64_t secrets_paddr)
{
    static uint8_t page[WITNESS_SECRETS_BYTES];
    struct witness_secrets secrets;
    const char *fault = "not readable";

    if (memory_controller_read(&guest->board->memory, GUEST_ASID, secrets_paddr, page,
                               sizeof page) == MEMORY_CONTROLLER_OK) {
        fault = witness_secrets_read(page, &secrets);
    }
    if (fault != NULL) {
        (void)fprintf(stderr, "SECRETS page: %s\n", fault);
        return false;
    }
    guest->channel = (struct witness_channel){0};
    memcpy(guest->channel.vmpck, secrets.vmpck[0], sizeof guest->channel.vmpck);
    return true;
}

bool guest_launch(struct attested_guest *guest, struct board *board)
{
    *guest = (struct attested_guest){.board = board};
    if (!start_snp(guest)) {
        return false;
    }
    guest->gctx = new_firmware_page(guest);
    guest->request_paddr = new_page(guest);
    guest->response_paddr = new_firmware_page(guest);
    struct snp_address create = {.paddr = guest->gctx};
    struct snp_launch_start start = {.gctx_paddr = guest->gctx, .policy = GUEST_POLICY};
    struct snp_activate activate = {.gctx_paddr = guest->gctx, .asid = GUEST_ASID};
    struct snp_launch_finish finish = {.gctx_paddr = guest->gctx};

    if (!holds("pages for commands",
               guest->gctx != 0 && guest->request_paddr != 0 && guest->response_paddr != 0) ||
        !succeeds("SNP_GCTX_CREATE", snp_gctx_create(board, &create)) ||
        !succeeds("SNP_LAUNCH_START", snp_launch_start(board, &start)) ||
        !succeeds("SNP_ACTIVATE", snp_activate(board, &activate)) ||
        add_page(guest, WITNESS_PAGE_NORMAL, SOFTWARE_GPA) == 0) {
        return false;
    }
    const uint64_t secrets = add_page(guest, WITNESS_PAGE_SECRETS, SECRETS_GPA);

    return secrets != 0 && succeeds("SNP_LAUNCH_FINISH", snp_launch_finish(board, &finish)) &&
           open_channel(guest, secrets);
}

bool guest_load_vlek(struct attested_guest *guest, const uint8_t wrapped[GUEST_WRAPPED_VLEK_BYTES])
{
    struct snp_vlek_load load = {.length = sizeof load, .wrapped_paddr = guest->request_paddr};

    return set_memory(guest, guest->request_paddr, wrapped, GUEST_WRAPPED_VLEK_BYTES) &&
           succeeds("SNP_VLEK_LOAD", snp_vlek_load(guest->board, &load));
}

/** Takes the report out of a response. */
static bool take_report(const uint8_t response[WITNESS_REPORT_RSP_BYTES],
                        uint8_t report[WITNESS_REPORT_BYTES])
{
    uint32_t status = 0;
    const char *fault = witness_report_response(response, &status, report);

    if (fault != NULL || status != 0) {
        (void)fprintf(stderr, "report: %s, status %02x\n", fault != NULL ? fault : "refused",
                      status);
    }
    return fault == NULL && status == 0;
}

bool guest_ask_report(struct attested_guest *guest, unsigned signer, const uint8_t report_data[64],
                      uint8_t report[WITNESS_REPORT_BYTES])
{
    static uint8_t page[WITNESS_MESSAGE_PAGE_BYTES];
    uint8_t payload[WITNESS_REPORT_RSP_BYTES];
    struct snp_guest_request command = {.gctx_paddr = guest->gctx,
                                        .request_paddr = guest->request_paddr,
                                        .response_paddr = guest->response_paddr};

    witness_report_request(report_data, 0, signer + 1, payload);
    witness_request(&guest->channel, WITNESS_REPORT_REQ, 1, payload, WITNESS_REPORT_REQ_BYTES,
                    page);
    if (!set_memory(guest, guest->request_paddr, page, sizeof page) ||
        !succeeds("SNP_GUEST_REQUEST", snp_guest_request(guest->board, &command)) ||
        !get_memory(guest, guest->response_paddr, page, sizeof page)) {
        return false;
    }
    const char *fault = witness_response(&guest->channel, page, payload, sizeof payload);

    if (fault != NULL) {
        (void)fprintf(stderr, "response: %s\n", fault);
    }
    return fault == NULL && take_report(payload, report);
}

bool guest_ask_host_report(struct attested_guest *guest, uint8_t report[WITNESS_REPORT_BYTES])
{
    uint8_t response[WITNESS_REPORT_RSP_BYTES];
    struct snp_hv_report_req command = {.length = sizeof command,
                                        .key_sel = SNP_KEY_SELECT_VCEK,
                                        .gctx_paddr = guest->gctx,
                                        .report_paddr = guest->response_paddr};

    return succeeds("SNP_HV_REPORT_REQ", snp_hv_report_req(guest->board, &command)) &&
           get_memory(guest, guest->response_paddr, response, sizeof response) &&
           take_report(response, report);
}
