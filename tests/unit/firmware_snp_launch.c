/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Launches of SEV-SNP guests on the Linux board (firmware_snp_launch.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "firmware/snp_guest/context.h"

#include "tests/unit/firmware_snp_launch.h"

int launch_boot(void **state)
{
    (void)snp_boot_init(state);
    launch_make(LAUNCH_GCTX, SNP_ASID, LAUNCH_POLICY, 0);
    return 0;
}

void launch_boot_machine(uint32_t machine_flags, uint64_t tsc_khz, uint32_t init_flags)
{
    struct snp_init_ex init = {.flags = SNP_INIT_RMP | init_flags, .max_snp_asid = 50};
    struct fabric_config *config;

    (void)snp_boot(NULL);
    config = snp_machine();
    config->flags = machine_flags;
    config->tsc_khz = tsc_khz;
    assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &init, sizeof init), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_create(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
}

enum sev_status launch_start_with(const struct snp_launch_start *parameters)
{
    struct snp_launch_start copy = *parameters;

    return board_command(SNP_COMMAND_LAUNCH_START, &copy, sizeof copy);
}

enum sev_status launch_start(uint64_t gctx, uint64_t policy)
{
    return launch_start_with(
        &(const struct snp_launch_start){.gctx_paddr = gctx, .policy = policy});
}

enum sev_status launch_activate(uint64_t gctx, uint32_t asid)
{
    struct snp_activate parameters = {.gctx_paddr = gctx, .asid = asid};

    return board_command(SNP_COMMAND_ACTIVATE, &parameters, sizeof parameters);
}

void launch_make(uint64_t gctx, uint32_t asid, uint64_t policy, uint32_t flags)
{
    const struct snp_launch_start start = {.gctx_paddr = gctx, .policy = policy, .flags = flags};

    assert_int_equal(snp_create(gctx), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_start_with(&start), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_activate(gctx, asid), SEV_STATUS_SUCCESS);
}

struct snp_guest *launch_guest(uint64_t gctx)
{
    struct snp_guest *guest = NULL;

    assert_int_equal(snp_context_open(gctx, &guest), SEV_STATUS_SUCCESS);
    return guest;
}

struct snp_launch_update launch_page(enum snp_page_type type, uint64_t paddr)
{
    return (struct snp_launch_update){
        .gctx_paddr = LAUNCH_GCTX,
        .flags = (uint32_t)type << 1,
        .page_paddr = paddr,
    };
}

enum sev_status launch_update(const struct snp_launch_update *parameters)
{
    struct snp_launch_update copy = *parameters;

    return board_command(SNP_COMMAND_LAUNCH_UPDATE, &copy, sizeof copy);
}

enum sev_status launch_add(enum snp_page_type type, uint64_t paddr, uint64_t gpa,
                           const uint8_t *plaintext)
{
    const struct snp_launch_update parameters = launch_page(type, paddr);

    memcpy(board_dram(paddr), plaintext, SNP_PAGE_BYTES);
    snp_assign(paddr, SNP_ASID, gpa);
    return launch_update(&parameters);
}

enum sev_status launch_finish(uint64_t gctx)
{
    struct snp_launch_finish parameters = {.gctx_paddr = gctx};

    return board_command(SNP_COMMAND_LAUNCH_FINISH, &parameters, sizeof parameters);
}

void launch_sha384(const void *data, size_t length, uint8_t digest[SNP_DIGEST_BYTES])
{
    assert_int_equal(EVP_Digest(data, length, digest, NULL, EVP_sha384(), NULL), 1);
}

void launch_expect(uint8_t digest[SNP_DIGEST_BYTES], struct snp_page_info info,
                   const uint8_t *plaintext)
{
    memcpy(info.digest, digest, sizeof info.digest);
    memset(info.contents, 0, sizeof info.contents);
    if (plaintext != NULL) {
        launch_sha384(plaintext, SNP_PAGE_BYTES, info.contents);
    }
    info.length = 0x70;
    launch_sha384(&info, sizeof info, digest);
}
