/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13: what SNP_LAUNCH_START draws, and the keys that commands expand, do not stay on the stack.
 * Later calls use the same stack, so that what a command leaves there says little; this test's
 * crypto_wipe() looks at what it is given instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/memory_encryption.h"
#include "crypto/secret.h"

#include "tests/unit/firmware_snp_launch.h"

#define PAGE SNP_PAGE(8)
#define OUTPUT SNP_PAGE(9)
#define DRAWN_BYTES 240u /* Keys, VMRK and report id. */

/** What is looked for, and in how many buffers of each size it has been wiped. */
static uint8_t drawn[DRAWN_BYTES];
static uint32_t draws_wiped;
static uint32_t keys_wiped;

void crypto_wipe(void *buffer, size_t length)
{
    volatile uint8_t *bytes = buffer;

    if (length == DRAWN_BYTES) {
        memcpy(drawn, buffer, length);
        draws_wiped++;
    }
    keys_wiped += length == sizeof(struct crypto_memory_key) ? 1 : 0;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = 0;
    }
}

bool crypto_equal(const void *a, const void *b, size_t length)
{
    return memcmp(a, b, length) == 0;
}

/** Whether the secret stands in what was drawn and wiped. */
static bool is_drawn(const uint8_t *secret, size_t length)
{
    for (size_t i = 0; i + length <= sizeof drawn; i++) {
        if (memcmp(&drawn[i], secret, length) == 0) {
            return true;
        }
    }
    return false;
}

static void start_wipes_what_it_has_drawn(void **state)
{
    const struct snp_guest *guest;

    (void)state;
    draws_wiped = 0;
    assert_int_equal(snp_create(SNP_PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_start(SNP_PAGE(1), LAUNCH_POLICY), SEV_STATUS_SUCCESS);
    assert_int_equal(draws_wiped, 1);
    guest = launch_guest(SNP_PAGE(1));
    assert_true(is_drawn(guest->vek, sizeof guest->vek));
    assert_true(is_drawn(guest->vmpck[0], sizeof guest->vmpck));
    assert_true(is_drawn(guest->oek, sizeof guest->oek));
    assert_true(is_drawn(guest->vmrk, sizeof guest->vmrk));
}

/** Fails unless the command has that status, and wipes its expanded key. */
static void assert_key_wiped(uint32_t id, const void *parameters, size_t size,
                             enum sev_status status)
{
    uint8_t copy[0x40];

    memcpy(copy, parameters, size);
    keys_wiped = 0;
    assert_int_equal(board_command(id, copy, size), status);
    assert_int_equal(keys_wiped, 1);
}

static void expanded_keys_are_wiped_on_every_way_out(void **state)
{
    const struct snp_launch_update zero = launch_page(SNP_PAGE_ZERO, PAGE);
    const struct snp_launch_update vmsa = launch_page(SNP_PAGE_VMSA, PAGE);
    const struct snp_dbg out = {.gctx_paddr = LAUNCH_GCTX, .src_paddr = PAGE, .dst_paddr = OUTPUT};
    const struct snp_dbg in = {.gctx_paddr = LAUNCH_GCTX, .src_paddr = OUTPUT, .dst_paddr = PAGE};

    (void)state;
    launch_guest(LAUNCH_GCTX)->policy |= SNP_POLICY_DEBUG;
    snp_give(OUTPUT);
    snp_assign(PAGE, SNP_ASID, 0x1000);
    memset(board_dram(PAGE), 0, SNP_PAGE_BYTES); /* No VMSA. */
    assert_key_wiped(SNP_COMMAND_LAUNCH_UPDATE, &vmsa, sizeof vmsa, SEV_STATUS_INVALID_PARAM);
    assert_key_wiped(SNP_COMMAND_DBG_ENCRYPT, &in, sizeof in, SEV_STATUS_SUCCESS);
    assert_key_wiped(SNP_COMMAND_DBG_DECRYPT, &out, sizeof out, SEV_STATUS_SUCCESS);
    assert_key_wiped(SNP_COMMAND_LAUNCH_UPDATE, &zero, sizeof zero, SEV_STATUS_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup(name, launch_boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(start_wipes_what_it_has_drawn),
        TEST(expanded_keys_are_wiped_on_every_way_out),
    };

    return cmocka_run_group_tests_name("T13 SNP launch", tests, NULL, NULL);
}
