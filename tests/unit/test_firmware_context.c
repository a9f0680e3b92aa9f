/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contexts of SEV-SNP guests in DRAM (SNP 2.5, 4.1): sealed, of one page, of one moment. What is not
 * what the firmware has left there is no guest, and what it held is given back all the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/asid.h"
#include "firmware/snp_guest/context.h"

#include "tests/unit/firmware_snp_pages.h"

#define GCTX SNP_PAGE(0)
#define OTHERS SNP_CONTEXTS_OPEN /* So many contexts more, and none of the first is open. */

static enum sev_status status_of(uint64_t gctx)
{
    struct snp_guest_status parameters = {.gctx_paddr = gctx, .status_paddr = SNP_PAGE(100)};

    return board_command(SNP_COMMAND_GUEST_STATUS, &parameters, sizeof parameters);
}

/** Uses so many other contexts that all before are sealed. */
static void seal_all(void)
{
    for (uint32_t i = 0; i < OTHERS; i++) {
        assert_int_equal(status_of(SNP_PAGE(50 + i)), SEV_STATUS_SUCCESS);
    }
}

/** A guest with secrets in all of its context, and others to use instead. */
static int boot(void **state)
{
    struct snp_guest *guest;

    (void)pages_boot(state);
    pages_give(SNP_PAGE(100), false);
    for (uint32_t i = 0; i < OTHERS; i++) {
        pages_give(SNP_PAGE(50 + i), false);
        assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, SNP_PAGE(50 + i)), SEV_STATUS_SUCCESS);
    }
    pages_make_guest(GCTX, SNP_ASID, 0x30000);
    guest = pages_guest(GCTX);
    memset(guest->oek, 0xC5, sizeof guest->oek);
    memset(guest->vmpck, 0xC5, sizeof guest->vmpck);
    return 0;
}

static void a_sealed_context_comes_back_whole(void **state)
{
    struct snp_guest before = *pages_guest(GCTX);

    (void)state;
    seal_all();
    for (uint32_t i = 0; i + 32 <= SNP_PAGE_BYTES; i++) {
        assert_memory_not_equal(board_dram(GCTX) + i, before.oek, sizeof before.oek);
    }
    assert_memory_equal(pages_guest(GCTX), &before, sizeof before);
}

/** At each byte: the bits that DRAM holds of a context are all authenticated, or not looked at. */
static void no_byte_of_a_sealed_context_can_change(void **state)
{
    const uint32_t bytes = 0x28 + sizeof(struct snp_guest);
    struct snp_guest before = *pages_guest(GCTX);
    uint8_t *page = board_dram(GCTX);
    uint32_t refused = 0;

    (void)state;
    for (uint32_t i = 0; i < bytes; i++) {
        seal_all();
        page[i] ^= 1;
        /* Address and version are what they must be, whatever the page says. */
        if (status_of(GCTX) == SEV_STATUS_INVALID_GUEST) {
            refused++;
            page[i] ^= 1;
        } else {
            assert_true(i < 0x10 || (i >= 0x14 && i < 0x18));
        }
        assert_memory_equal(pages_guest(GCTX), &before, sizeof before);
    }
    assert_int_equal(refused, bytes - 0x14);
}

static void an_older_context_is_none(void **state)
{
    static uint8_t older[SNP_PAGE_BYTES];

    (void)state;
    seal_all();
    memcpy(older, board_dram(GCTX), sizeof older);
    pages_guest(GCTX)->message_count[0]++;
    /* While it is open DRAM means nothing. */
    memcpy(board_dram(GCTX), older, sizeof older);
    assert_int_equal(pages_guest(GCTX)->message_count[0], 1);
    seal_all();
    memcpy(board_dram(GCTX), older, sizeof older);
    assert_int_equal(status_of(GCTX), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX), SEV_STATUS_INVALID_GUEST);
}

static void a_context_is_of_its_page(void **state)
{
    static uint8_t other[SNP_PAGE_BYTES];

    (void)state;
    pages_make_guest(SNP_PAGE(1), 2, 0);
    seal_all();
    memcpy(other, board_dram(SNP_PAGE(1)), sizeof other);
    memcpy(board_dram(SNP_PAGE(1)), board_dram(GCTX), sizeof other);
    memcpy(board_dram(GCTX), other, sizeof other);
    assert_int_equal(status_of(GCTX), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(status_of(SNP_PAGE(1)), SEV_STATUS_INVALID_GUEST);
    /* Nor does the state in the RMP alone make one. */
    memcpy(board_dram(SNP_PAGE(2)), board_dram(SNP_PAGE(1)), sizeof other);
    snp_set(SNP_PAGE(2),
            &(const struct rmp_page){.state = RMP_CONTEXT, .size = RMP_4K, .vmsa = true});
    assert_int_equal(status_of(SNP_PAGE(2)), SEV_STATUS_INVALID_GUEST);
}

static void many_contexts_stay_apart(void **state)
{
    enum { COUNT = 100 };

    (void)state;
    for (uint32_t i = 0; i < COUNT; i++) {
        const uint64_t gctx = SNP_PAGE(200 + i);

        pages_give(gctx, false);
        assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, gctx), SEV_STATUS_SUCCESS);
        pages_guest(gctx)->policy = i;
    }
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            struct snp_guest *guest = pages_guest(SNP_PAGE(200 + i * 37 % COUNT));

            assert_int_equal(guest->policy, i * 37 % COUNT);
            assert_int_equal(guest->paddr, SNP_PAGE(200 + i * 37 % COUNT));
        }
    }
    assert_int_equal(snp_context_count(), COUNT + OTHERS + 1);
    /* Two that a command needs together are open together. */
    assert_int_equal(pages_guest(SNP_PAGE(201))->policy, 1);
    struct snp_guest *first = pages_guest(SNP_PAGE(202));
    assert_int_equal(pages_guest(SNP_PAGE(203))->policy, 3);
    assert_int_equal(first->policy, 2);
}

/** An address of 0 says "none", in the RMP and in contexts: page 0 is never one. */
static void no_context_is_in_page_0(void **state)
{
    (void)state;
    pages_give(0, false);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, 0), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, BOARD_C_BIT), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(pages_state(0), X86_RMP_FIRMWARE);
    assert_int_equal(status_of(0), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(snp_context_count(), OTHERS + 1);
}

/** A page that was spoilt takes no ASID with it, and no page. */
static void a_spoilt_context_ends_with_the_platform(void **state)
{
    (void)state;
    seal_all();
    board_dram(GCTX)[0x100] ^= 1;
    assert_int_equal(status_of(GCTX), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(board_memctl()->slots[SNP_ASID].flags, FABRIC_SLOT_VALID);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_memctl()->slots[SNP_ASID].flags, 0);
    assert_int_equal(pages_state(GCTX), X86_RMP_FIRMWARE);
    assert_int_equal(snp_context_count(), 0);
    assert_int_equal(snp_init_ex(0), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, GCTX), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_guest(GCTX)->asid, 0);
}

/** A context of an earlier SNP_INIT is none, even with its page and its state put back. */
static void no_context_outlives_the_platform(void **state)
{
    static uint8_t old[SNP_PAGE_BYTES];

    (void)state;
    seal_all();
    memcpy(old, board_dram(GCTX), sizeof old);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(0), SEV_STATUS_SUCCESS);
    memcpy(board_dram(GCTX), old, sizeof old);
    snp_set(GCTX, &(const struct rmp_page){.state = RMP_CONTEXT, .size = RMP_4K, .vmsa = true});
    assert_int_equal(status_of(GCTX), SEV_STATUS_INVALID_GUEST);
}

/** What ends leaves nothing: not in DRAM, not in the place where it was open. */
static void what_a_guest_had_is_wiped(void **state)
{
    static const uint8_t zero[SNP_PAGE_BYTES];
    const struct snp_guest *guest = pages_guest(GCTX);

    (void)state;
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX), SEV_STATUS_SUCCESS);
    assert_memory_equal(guest, zero, sizeof *guest);
    assert_memory_equal(board_dram(GCTX), zero, sizeof zero);
    assert_int_equal(board_memctl()->slots[SNP_ASID].flags, 0);
}

static void what_all_guests_had_is_wiped(void **state)
{
    static const uint8_t zero[SNP_PAGE_BYTES];
    const struct snp_guest *guest = pages_guest(GCTX);

    (void)state;
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_memory_equal(guest, zero, sizeof *guest);
    assert_memory_equal(board_dram(GCTX), zero, sizeof zero);
    for (uint32_t i = 0; i < OTHERS; i++) {
        assert_memory_equal(board_dram(SNP_PAGE(50 + i)), zero, sizeof zero);
    }
}

/** Before each access: what the page holds is not read or written by x86 software's leave. */
static void protected_first(void *context, const struct hosted_step *access)
{
    const uint64_t page = *(const uint64_t *)context;

    if (access->memory == HOSTED_DRAM && access->offset >= page &&
        access->offset < page + SNP_PAGE_BYTES) {
        /* It is a Context page whenever anything is done to it. */
        assert_int_equal(snp_entry(page)->low & (RMP_ASSIGNED | RMP_IMMUTABLE | RMP_VMSA),
                         RMP_ASSIGNED | RMP_IMMUTABLE | RMP_VMSA);
    }
}

static void a_context_page_is_one_before_it_is_written(void **state)
{
    uint64_t page = SNP_PAGE(10);

    (void)state;
    pages_give(page, false);
    memset(board_dram(page), 0xFF, SNP_PAGE_BYTES);
    hosted_set_access_hook(protected_first, &page);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, page), SEV_STATUS_SUCCESS);
    assert_int_equal(board_dram(page)[SNP_PAGE_BYTES - 1], 0);
    seal_all();
    assert_int_equal(status_of(page), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, page), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(board_dram(page)[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_sealed_context_comes_back_whole, boot),
        cmocka_unit_test_setup(no_byte_of_a_sealed_context_can_change, boot),
        cmocka_unit_test_setup(an_older_context_is_none, boot),
        cmocka_unit_test_setup(a_context_is_of_its_page, boot),
        cmocka_unit_test_setup(many_contexts_stay_apart, boot),
        cmocka_unit_test_setup(no_context_is_in_page_0, boot),
        cmocka_unit_test_setup(a_spoilt_context_ends_with_the_platform, boot),
        cmocka_unit_test_setup(no_context_outlives_the_platform, boot),
        cmocka_unit_test_setup(what_a_guest_had_is_wiped, boot),
        cmocka_unit_test_setup(what_all_guests_had_is_wiped, boot),
        cmocka_unit_test_setup(a_context_page_is_one_before_it_is_written, boot),
    };

    return cmocka_run_group_tests_name("SNP contexts", tests, NULL, NULL);
}
