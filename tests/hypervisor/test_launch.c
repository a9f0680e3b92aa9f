/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest from its launch to a report that its owner verifies up to the root (SNP 4, 5, 7): digest, ID
 * block, report and certificates are judged by tests/snp, with the files of the chip's key server.
 */
#include <string.h>

#include "tests/hypervisor/attest.h"
#include "tests/hypervisor/guest.h"
#include "tests/snp/id_block.h"
#include "tests/snp/launch_digest.h"
#include "tests/snp/p384.h"
#include "tests/snp/payload.h"
#include "tests/snp/testing.h"

#define ASID 1u
#define GCTX hypervisor_page(0)
#define ID_BLOCK hypervisor_page(1)
#define ID_AUTH hypervisor_page(2)
#define REQUEST hypervisor_page(3)
#define RESPONSE hypervisor_page(4)
#define MEMORY(n) hypervisor_page(16u + (n))

/** Adds a page of a type, and measures it. */
static void add(struct witness_launch *launch, unsigned index, enum snp_page_type type)
{
    const uint64_t paddr = MEMORY(index);
    const struct witness_page page = {.type = (uint8_t)type, .gpa = paddr};
    uint8_t plaintext[DRAM_PAGE_BYTES];

    memcpy(plaintext, suite_at(paddr, sizeof plaintext), sizeof plaintext);
    guest_add(GCTX, ASID, paddr, type);
    witness_launch_page(launch, &page, plaintext);
}

/** A VMSA whose registers are the host's choice. */
static void put_vmsa(unsigned index)
{
    uint8_t *vmsa = suite_at(MEMORY(index), DRAM_PAGE_BYTES);

    memset(vmsa, 0, DRAM_PAGE_BYTES);
    vmsa[0x3B0] = 1; /* SEV_FEATURES: SNP_ACTIVE. */
}

/** A launch with a page of each type that has no rules for its contents, but for CPUID. */
static struct witness_launch launch_pages(void)
{
    static const enum snp_page_type types[] = {
        SNP_PAGE_NORMAL, SNP_PAGE_ZERO,  SNP_PAGE_UNMEASURED, SNP_PAGE_SECRETS,
        SNP_PAGE_VMSA,   SNP_PAGE_CPUID, SNP_PAGE_NORMAL,
    };
    struct witness_launch launch = {.digest = {0}};

    hypervisor_to_init();
    (void)guest_launch(GCTX, ASID);
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        memset(suite_at(MEMORY(i), DRAM_PAGE_BYTES), types[i] == SNP_PAGE_CPUID ? 0 : (int)i + 1,
               DRAM_PAGE_BYTES);
        if (types[i] == SNP_PAGE_VMSA) {
            put_vmsa(i);
        }
        add(&launch, i, types[i]);
    }
    return launch;
}

#define SECRETS_INDEX 3u

/** Asks for a report by a message, as the guest does. */
static void ask(struct witness_channel *channel, const uint8_t data[64],
                uint8_t report[WITNESS_REPORT_BYTES])
{
    struct snp_guest_request parameters = {
        .gctx_paddr = GCTX, .request_paddr = REQUEST, .response_paddr = RESPONSE};
    uint8_t payload[WITNESS_REPORT_REQ_BYTES];
    uint8_t answer[WITNESS_REPORT_RSP_BYTES];
    uint32_t status;

    witness_report_request(data, 0, 0, payload);
    witness_request(channel, WITNESS_REPORT_REQ, 1, payload, sizeof payload,
                    suite_at(REQUEST, DRAM_PAGE_BYTES));
    assert_status(SNP_RUN(GUEST_REQUEST, &parameters), SUCCESS);
    assert_sound(
        witness_response(channel, suite_at(RESPONSE, DRAM_PAGE_BYTES), answer, sizeof answer));
    assert_sound(witness_report_response(answer, &status, report));
    assert_int_equal(status, 0);
}

static struct witness_channel channel_of_guest(void)
{
    struct witness_channel channel = {.key_id = 0};
    struct snp_secrets_page secrets;

    guest_read(ASID, MEMORY(SECRETS_INDEX), &secrets, sizeof secrets);
    memcpy(channel.vmpck, secrets.vmpck[0], sizeof channel.vmpck);
    return channel;
}

static void a_report_is_verified_up_to_the_root(void **state)
{
    const uint8_t data[64] = {0xDA, 0x7A};
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;
    struct witness_channel channel;
    struct snp_launch_finish finish = {.host_data = {0x40, 0x57}};

    (void)state;
    const struct witness_launch launch = launch_pages();

    finish.gctx_paddr = GCTX;
    assert_status(SNP_RUN(LAUNCH_FINISH, &finish), SUCCESS);
    channel = channel_of_guest();
    hypervisor_give(RESPONSE);
    for (unsigned i = 0; i < 3; i++) {
        ask(&channel, data, bytes);
        assert_sound(attest_report(bytes, &report));
        assert_memory_equal(report.measurement, launch.digest, sizeof report.measurement);
        assert_memory_equal(report.report_data, data, sizeof data);
        assert_memory_equal(report.host_data, finish.host_data, sizeof finish.host_data);
        assert_int_equal(report.policy, GUEST_POLICY);
        assert_int_equal(report.vmpl, 0);
    }
    bytes[0x50] ^= 1;
    assert_non_null(attest_report(bytes, &report));
}

/** The same message again is no message. */
static void messages_count(void **state)
{
    const uint8_t data[64] = {0};
    struct snp_guest_request parameters = {.gctx_paddr = GCTX};
    uint8_t report[WITNESS_REPORT_BYTES];
    struct witness_channel channel;
    uint8_t *request;

    (void)state;
    (void)launch_pages();
    guest_finish(GCTX);
    channel = channel_of_guest();
    hypervisor_give(RESPONSE);
    ask(&channel, data, report);
    parameters.gctx_paddr = GCTX;
    parameters.request_paddr = REQUEST;
    parameters.response_paddr = RESPONSE;
    assert_status(SNP_RUN(GUEST_REQUEST, &parameters), INVALID_PARAM);
    request = suite_at(REQUEST, DRAM_PAGE_BYTES);
    witness_request(&channel, WITNESS_REPORT_REQ, 1, report, WITNESS_REPORT_REQ_BYTES, request);
    request[0] ^= 1; /* The tag. */
    assert_status(SNP_RUN(GUEST_REQUEST, &parameters), BAD_MEASUREMENT);
    ask(&channel, data, report);
}

static void the_host_has_reports_too(void **state)
{
    struct snp_hv_report_req parameters = {.length = sizeof parameters};
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    const struct witness_launch launch = launch_pages();

    guest_finish(GCTX);
    hypervisor_give(RESPONSE);
    parameters.gctx_paddr = GCTX;
    parameters.report_paddr = RESPONSE;
    assert_status(SNP_RUN(HV_REPORT_REQ, &parameters), SUCCESS);
    memcpy(bytes, suite_at(RESPONSE + 0x20, sizeof bytes), sizeof bytes);
    assert_sound(attest_report(bytes, &report));
    assert_memory_equal(report.measurement, launch.digest, sizeof report.measurement);
    assert_int_equal(report.vmpl, WITNESS_VMPL_HOST);
    parameters.key_sel = 2; /* No VLEK is loaded. */
    assert_status(SNP_RUN(HV_REPORT_REQ, &parameters), INVALID_KEY);
}

/** SNP_LAUNCH_FINISH with an ID block. */
static int finish_with(const struct witness_id *id, EVP_PKEY *id_key, EVP_PKEY *author, size_t flip)
{
    struct snp_launch_finish finish = {
        .gctx_paddr = GCTX,
        .id_block_paddr = ID_BLOCK,
        .id_auth_paddr = ID_AUTH,
        .flags = SNP_FINISH_ID_BLOCK_EN | SNP_FINISH_AUTH_KEY_EN,
    };
    uint8_t *block = suite_at(ID_BLOCK, DRAM_PAGE_BYTES);
    uint8_t *page = suite_at(ID_AUTH, DRAM_PAGE_BYTES);

    witness_id_block(id, block);
    witness_id_auth(block, id_key, author, page);
    page[flip] ^= flip != 0 ? 1 : 0;
    return SNP_RUN(LAUNCH_FINISH, &finish);
}

static void the_id_block_decides(void **state)
{
    EVP_PKEY *id_key = witness_p384_make();
    EVP_PKEY *author = witness_p384_make();
    struct witness_id id = {.policy = GUEST_POLICY, .guest_svn = 7};
    const uint8_t data[64] = {0};
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;
    struct witness_channel channel;
    uint8_t digest[48];

    (void)state;
    const struct witness_launch launch = launch_pages();

    memcpy(id.digest, launch.digest, sizeof id.digest);
    assert_status(finish_with(&id, id_key, author, WITNESS_ID_AUTH_BLOCK_SIGNATURE), BAD_SIGNATURE);
    assert_status(finish_with(&id, id_key, author, WITNESS_ID_AUTH_KEY_SIGNATURE), BAD_SIGNATURE);
    id.digest[47] ^= 1;
    assert_status(finish_with(&id, id_key, author, 0), BAD_MEASUREMENT);
    id.digest[47] ^= 1;
    id.policy |= SNP_POLICY_DEBUG;
    assert_status(finish_with(&id, id_key, author, 0), POLICY_FAILURE);
    id.policy = GUEST_POLICY;
    assert_int_equal(guest_status_of(GCTX).state, SNP_GUEST_LAUNCH);
    assert_status(finish_with(&id, id_key, author, 0), SUCCESS);
    assert_int_equal(guest_status_of(GCTX).state, SNP_GUEST_RUNNING);
    channel = channel_of_guest();
    hypervisor_give(RESPONSE);
    ask(&channel, data, bytes);
    assert_sound(attest_report(bytes, &report));
    assert_int_equal(report.guest_svn, 7);
    witness_p384_key_digest(id_key, digest);
    assert_memory_equal(report.id_key_digest, digest, sizeof digest);
    witness_p384_key_digest(author, digest);
    assert_memory_equal(report.author_key_digest, digest, sizeof digest);
    EVP_PKEY_free(id_key);
    EVP_PKEY_free(author);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_report_is_verified_up_to_the_root),
    cmocka_unit_test(messages_count),
    cmocka_unit_test(the_host_has_reports_too),
    cmocka_unit_test(the_id_block_decides),
};

PROGRAM_GROUP(launch, tests);
