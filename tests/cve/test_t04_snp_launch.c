/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T04: the commands that launch an SEV-SNP guest read each byte of parameters, pages and ID blocks
 * once, so that a host which changes them meanwhile changes nothing. The reverse map table, which
 * instructions change too, is compared again at each access: that is how a change is noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "tests/snp/p384.h"
#include "tests/unit/firmware_snp_launch.h"

#define PAGE SNP_PAGE(8)
#define OUTPUT SNP_PAGE(9)
#define LARGE SNP_REGION(1)
#define BLOCK SNP_PAGE(20)
#define AUTH SNP_PAGE(21)
#define WATCHED_BYTES SNP_REGION(2) /* What is used is below. */

/** How often each byte of memory has been read since run() began. */
static uint8_t reads[WATCHED_BYTES];
static size_t read_bytes;

/** What was read last. */
static uint64_t last;
static size_t last_length;

static bool is_table(uint64_t offset)
{
    return offset >= SNP_RMP_BASE && offset <= SNP_RMP_END;
}

/** Counts, and turns around what has been read: the firmware must have no use for it any more. */
static void count(void *context, const struct hosted_step *step)
{
    (void)context;
    if (step->memory != HOSTED_DRAM || is_table(step->offset)) {
        return;
    }
    for (size_t i = 0; i < last_length; i++) {
        hosted_dram()[last + i] ^= 0xFF;
    }
    last_length = 0;
    if (step->kind == HOSTED_READ) {
        last = step->offset;
        last_length = step->length;
        read_bytes += step->length;
        assert_true(step->offset + step->length <= WATCHED_BYTES);
        for (size_t i = 0; i < step->length; i++) {
            reads[step->offset + i]++;
        }
    }
}

/** Runs a command, beside which the host changes what it has read. @param length  that it reads */
static void run(uint32_t id, const void *parameters, size_t size, size_t length)
{
    uint8_t copy[0x40];

    memcpy(copy, parameters, size);
    memset(reads, 0, sizeof reads);
    read_bytes = 0;
    last_length = 0;
    hosted_set_access_hook(count, NULL);
    assert_int_equal(board_command(id, copy, size), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    for (size_t i = 0; i < sizeof reads; i++) {
        assert_true(reads[i] <= 1);
    }
    assert_int_equal(read_bytes, length);
}

static void start_reads_its_parameters_once(void **state)
{
    const struct snp_launch_start start = {.gctx_paddr = SNP_PAGE(1), .policy = LAUNCH_POLICY};

    (void)state;
    assert_int_equal(snp_create(SNP_PAGE(1)), SEV_STATUS_SUCCESS);
    run(SNP_COMMAND_LAUNCH_START, &start, sizeof start, sizeof start);
    assert_int_equal(launch_guest(SNP_PAGE(1))->policy, LAUNCH_POLICY);
}

static void update_reads_each_page_once(void **state)
{
    static const uint64_t features = SNP_VMSA_FEATURE_ACTIVE | SNP_VMSA_FEATURE_SECURE_TSC;

    (void)state;
    for (enum snp_page_type type = SNP_PAGE_NORMAL; type <= SNP_PAGE_CPUID; type++) {
        const bool is_read = type != SNP_PAGE_ZERO && type != SNP_PAGE_SECRETS;
        const struct snp_launch_update update = launch_page(type, PAGE);

        memset(board_dram(PAGE), 0, SNP_PAGE_BYTES);
        if (type == SNP_PAGE_VMSA) {
            memcpy(board_dram(PAGE + SNP_VMSA_SEV_FEATURES), &features, sizeof features);
        }
        snp_assign(PAGE, SNP_ASID, 0x1000);
        run(SNP_COMMAND_LAUNCH_UPDATE, &update, sizeof update,
            sizeof update + (is_read ? SNP_PAGE_BYTES : 0));
    }
}

static void update_reads_a_large_page_once(void **state)
{
    struct snp_launch_update update = launch_page(SNP_PAGE_NORMAL, LARGE);

    (void)state;
    update.flags |= SNP_PAGE_2M;
    snp_set(LARGE,
            &(const struct rmp_page){
                .state = RMP_PRE_GUEST, .size = RMP_2M_PAGE, .asid = SNP_ASID, .gpa = 0x40000000});
    run(SNP_COMMAND_LAUNCH_UPDATE, &update, sizeof update, sizeof update + SNP_PAGE_2M_BYTES);
}

static void finish_reads_block_and_keys_once(void **state)
{
    const struct snp_launch_finish finish = {
        .gctx_paddr = LAUNCH_GCTX,
        .id_block_paddr = BLOCK,
        .id_auth_paddr = AUTH,
        .flags = SNP_FINISH_ID_BLOCK_EN,
    };
    const struct snp_id_block block = {.version = 1, .policy = LAUNCH_POLICY}; /* Of no page. */
    struct snp_id_auth *auth = (struct snp_id_auth *)(void *)board_dram(AUTH);
    EVP_PKEY *key = witness_p384_make();

    (void)state;
    memcpy(board_dram(BLOCK), &block, sizeof block);
    auth->id_key_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384;
    witness_p384_write(key, (uint8_t *)&auth->id_key);
    witness_p384_sign(key, &block, sizeof block, (uint8_t *)&auth->id_block_signature);
    run(SNP_COMMAND_LAUNCH_FINISH, &finish, sizeof finish,
        sizeof finish + sizeof block + sizeof *auth);
    assert_memory_equal(&launch_guest(LAUNCH_GCTX)->id_block, &block, sizeof block);
    EVP_PKEY_free(key);
}

static void debugging_reads_its_source_once(void **state)
{
    const struct snp_dbg in = {.gctx_paddr = LAUNCH_GCTX, .src_paddr = OUTPUT, .dst_paddr = PAGE};
    const struct snp_dbg out = {.gctx_paddr = LAUNCH_GCTX, .src_paddr = PAGE, .dst_paddr = OUTPUT};

    (void)state;
    launch_guest(LAUNCH_GCTX)->policy |= SNP_POLICY_DEBUG;
    snp_assign(PAGE, SNP_ASID, 0x1000);
    snp_give(OUTPUT);
    run(SNP_COMMAND_DBG_ENCRYPT, &in, sizeof in, sizeof in + SNP_PAGE_BYTES);
    run(SNP_COMMAND_DBG_DECRYPT, &out, sizeof out, sizeof out + SNP_PAGE_BYTES);
}

#define TEST(name) cmocka_unit_test_setup(name, launch_boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(start_reads_its_parameters_once), TEST(update_reads_each_page_once),
        TEST(update_reads_a_large_page_once),  TEST(finish_reads_block_and_keys_once),
        TEST(debugging_reads_its_source_once),
    };

    return cmocka_run_group_tests_name("T04 SNP launch", tests, NULL, NULL);
}
