/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What single commands of SEV-SNP need to succeed (firmware_snp_sample_steps.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "abi/snp_message.h"

#include "tests/snp/guest_message.h"
#include "tests/snp/p384.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_sample_steps.h"

#define GPA 0x40000000ull
#define IN SNP_PAGE(4)
#define OUT SNP_PAGE(5)
#define PAGE SNP_PAGE(6)
#define TO SNP_PAGE(7)
#define METADATA SNP_PAGE(8)
#define AUTH SNP_PAGE(9)
#define LIST_ENTRY SNP_PAGE(10)

static const struct pages_place page_place = {PAGE, GPA, SNP_ASID, false};
static const struct pages_place to_place = {TO, GPA, SNP_ASID, false};

#define FILL(type, ...)                                                                            \
    do {                                                                                           \
        const struct type filled = {__VA_ARGS__};                                                  \
        memcpy(sample->parameters, &filled, sizeof filled);                                        \
    } while (0)

/** A page that the guest uses, with something in it, as it can be swapped or moved. */
static void make_frozen(void)
{
    static uint8_t plain[SNP_PAGE_BYTES];

    memset(plain, 0x3C, sizeof plain);
    pages_make_guest_valid(&page_place);
    oracle_write_memory(SNP_ASID, PAGE, plain, sizeof plain);
    pages_freeze(&page_place);
}

static void make_metadata(void)
{
    struct snp_page_md_init parameters = {SNP_SAMPLE_GUEST, METADATA};

    pages_give(METADATA, false);
    assert_int_equal(board_command(SNP_COMMAND_PAGE_MD_INIT, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
}

static void put_swap(struct snp_sample *sample)
{
    make_frozen();
    make_metadata();
    pages_give(OUT, false);
    FILL(snp_page_swap, .gctx_paddr = SNP_SAMPLE_GUEST, .src_paddr = PAGE, .dst_paddr = OUT,
         .mdata_paddr = METADATA);
    if (sample->row->id == SNP_COMMAND_PAGE_SWAP_IN) {
        struct snp_page_swap out;

        memcpy(&out, sample->parameters, sizeof out);
        assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_OUT, &out, sizeof out),
                         SEV_STATUS_SUCCESS);
        FILL(snp_page_swap, .gctx_paddr = SNP_SAMPLE_GUEST, .src_paddr = OUT, .dst_paddr = PAGE,
             .mdata_paddr = METADATA);
    }
}

/** A list of one range of one page, which is the firmware's. */
static void put_list(void)
{
    const struct snp_range_list list = {.num_elements = 1};
    const struct snp_range range = {.base = LIST_ENTRY, .page_count = 1};

    memcpy(board_dram(IN), &list, sizeof list);
    memcpy(board_dram(IN) + sizeof list, &range, sizeof range);
}

static void put_id_block(struct snp_sample *sample)
{
    struct snp_id_block *block = (struct snp_id_block *)(void *)board_dram(IN);
    struct snp_id_auth *auth = (struct snp_id_auth *)(void *)board_dram(AUTH);
    EVP_PKEY *key = witness_p384_make();

    *block = (struct snp_id_block){.version = 1, .policy = SNP_SAMPLE_POLICY}; /* Of no page. */
    auth->id_key_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384;
    witness_p384_write(key, (uint8_t *)&auth->id_key);
    witness_p384_sign(key, block, sizeof *block, (uint8_t *)&auth->id_block_signature);
    EVP_PKEY_free(key);
    FILL(snp_launch_finish, .gctx_paddr = SNP_SAMPLE_GUEST, .id_block_paddr = IN,
         .id_auth_paddr = AUTH, .flags = SNP_FINISH_ID_BLOCK_EN);
}

/** Asks for a report. */
static void put_message(struct snp_sample *sample)
{
    static const uint8_t payload[sizeof(struct snp_report_request)];
    struct witness_channel channel = {.key_id = 0};

    memcpy(channel.vmpck, pages_guest(SNP_SAMPLE_GUEST)->vmpck[0], sizeof channel.vmpck);
    witness_request(&channel, SNP_MESSAGE_REPORT, 1, payload, sizeof payload, board_dram(IN));
    pages_give(OUT, false);
    FILL(snp_guest_request, .gctx_paddr = SNP_SAMPLE_GUEST, .request_paddr = IN,
         .response_paddr = OUT);
}

/** Commands of the platform. @return whether it is one */
static bool fill_platform(struct snp_sample *sample)
{
    switch (sample->row->id) {
    case SNP_COMMAND_PLATFORM_STATUS:
        pages_give(OUT, false);
        FILL(snp_address, .paddr = OUT);
        return true;
    case SNP_COMMAND_INIT_EX:
        put_list();
        FILL(snp_init_ex, .flags = SNP_INIT_RMP | SNP_INIT_LIST_PADDR_EN, .list_paddr = IN);
        return true;
    case SNP_COMMAND_SHUTDOWN_EX:
        FILL(snp_shutdown_ex, .length = sizeof(struct snp_shutdown_ex));
        return true;
    case SNP_COMMAND_VERIFY_MITIGATION:
        pages_give(OUT, false);
        FILL(snp_verify_mitigation, .length = sizeof(struct snp_verify_mitigation),
             .flags = SNP_MITIGATION_DST_PADDR_EN, .dst_paddr = OUT);
        return true;
    case SNP_COMMAND_COMMIT:
        FILL(snp_commit, .length = sizeof(struct snp_commit));
        return true;
    case SNP_COMMAND_VLEK_LOAD: /* Nobody has wrapped it. */
        sample->expected = SEV_STATUS_BAD_MEASUREMENT;
        FILL(snp_vlek_load, .length = sizeof(struct snp_vlek_load), .wrapped_paddr = IN);
        return true;
    case SNP_COMMAND_FEATURE_INFO:
        pages_give(OUT, false);
        FILL(snp_feature_info, .length = sizeof(struct snp_feature_info),
             .feature_info_paddr = OUT);
        return true;
    case SNP_COMMAND_PAGE_SET_STATE:
        put_list();
        pages_give(LIST_ENTRY, false);
        FILL(snp_page_set_state, .length = sizeof(struct snp_page_set_state), .list_paddr = IN);
        return true;
    case SNP_COMMAND_PAGE_RECLAIM:
        pages_give(PAGE, false);
        FILL(snp_address, .paddr = PAGE);
        return true;
    case SNP_COMMAND_PAGE_UNSMASH:
        pages_give(SNP_REGION(0), true);
        sample->expected = SEV_STATUS_INVALID_PAGE_SIZE; /* It is one page already. */
        FILL(snp_address, .paddr = SNP_REGION(0));
        return true;
    default:
        return sample->row->id == SNP_COMMAND_CONFIG;
    }
}

/** Commands that begin, name and end guests. @return whether it is one */
static bool fill_guest(struct snp_sample *sample)
{
    switch (sample->row->id) {
    case SNP_COMMAND_DECOMMISSION:
        FILL(snp_address, .paddr = SNP_SAMPLE_GUEST);
        return true;
    case SNP_COMMAND_ACTIVATE:
        FILL(snp_activate, .gctx_paddr = SNP_SAMPLE_GUEST, .asid = SNP_ASID);
        return true;
    case SNP_COMMAND_ACTIVATE_EX:
        FILL(snp_activate_ex, .length = sizeof(struct snp_activate_ex),
             .gctx_paddr = SNP_SAMPLE_GUEST, .asid = SNP_ASID, .num_ids = 1, .ids_paddr = IN);
        return true;
    case SNP_COMMAND_GUEST_STATUS:
        pages_give(OUT, false);
        FILL(snp_guest_status, .gctx_paddr = SNP_SAMPLE_GUEST, .status_paddr = OUT);
        return true;
    case SNP_COMMAND_GCTX_CREATE:
        pages_give(PAGE, false);
        FILL(snp_address, .paddr = PAGE);
        return true;
    case SNP_COMMAND_GUEST_REQUEST:
        pages_guest(SNP_SAMPLE_GUEST)->state = SNP_GUEST_RUNNING;
        put_message(sample);
        return true;
    case SNP_COMMAND_HV_REPORT_REQ:
        pages_guest(SNP_SAMPLE_GUEST)->state = SNP_GUEST_RUNNING;
        pages_give(OUT, false);
        FILL(snp_hv_report_req, .length = sizeof(struct snp_hv_report_req),
             .gctx_paddr = SNP_SAMPLE_GUEST, .report_paddr = OUT);
        return true;
    case SNP_COMMAND_LAUNCH_START:
        assert_int_equal(snp_create(SNP_SAMPLE_OTHER), SEV_STATUS_SUCCESS);
        FILL(snp_launch_start, .gctx_paddr = SNP_SAMPLE_OTHER, .policy = SNP_SAMPLE_POLICY);
        return true;
    case SNP_COMMAND_LAUNCH_FINISH:
        put_id_block(sample);
        return true;
    default:
        return false;
    }
}

/** Commands for guests' pages. */
static void fill_pages(struct snp_sample *sample)
{
    switch (sample->row->id) {
    case SNP_COMMAND_LAUNCH_UPDATE:
        pages_make_pre_guest(&page_place);
        FILL(snp_launch_update, .gctx_paddr = SNP_SAMPLE_GUEST, .flags = SNP_PAGE_NORMAL << 1,
             .page_paddr = PAGE);
        break;
    case SNP_COMMAND_DBG_DECRYPT:
        make_frozen();
        pages_give(OUT, false);
        FILL(snp_dbg, .gctx_paddr = SNP_SAMPLE_GUEST, .src_paddr = PAGE, .dst_paddr = OUT);
        break;
    case SNP_COMMAND_DBG_ENCRYPT:
        make_frozen();
        FILL(snp_dbg, .gctx_paddr = SNP_SAMPLE_GUEST, .src_paddr = IN, .dst_paddr = PAGE);
        break;
    case SNP_COMMAND_PAGE_SWAP_OUT:
    case SNP_COMMAND_PAGE_SWAP_IN:
        put_swap(sample);
        break;
    case SNP_COMMAND_PAGE_MOVE:
        make_frozen();
        pages_make_pre_guest(&to_place);
        FILL(snp_page_move, .gctx_paddr = SNP_SAMPLE_GUEST, .src_paddr = PAGE, .dst_paddr = TO);
        break;
    case SNP_COMMAND_PAGE_MD_INIT:
        pages_give(METADATA, false);
        FILL(snp_page_md_init, .gctx_paddr = SNP_SAMPLE_GUEST, .page_paddr = METADATA);
        break;
    default: /* A command that is new wants an example. */
        fail_msg("%s has no example", sample->row->name);
    }
}

void snp_sample_fill_in(struct snp_sample *sample)
{
    if (!fill_platform(sample) && !fill_guest(sample)) {
        fill_pages(sample);
    }
}
