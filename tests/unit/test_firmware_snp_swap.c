/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_SWAP_OUT and SNP_PAGE_SWAP_IN (SNP 9.4): what goes out comes back once, and only as it was.
 * What is sealed is opened with OpenSSL, and memory is read with it as the memory controller would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/bulk.h"

#include "tests/snp/swap_entry.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_pages.h"

#define GCTX SNP_PAGE(0)
#define MDATA SNP_PAGE(1)
#define SRC SNP_PAGE(2)
#define AWAY SNP_PAGE(3)
#define BACK SNP_PAGE(4)
#define OTHER_GCTX SNP_PAGE(5)
#define OTHER_MDATA SNP_PAGE(6)
#define GPA 0x40000000ull
#define ENTRY (MDATA + 0x40u)
#define SOFTWARE_DATA 0x1122334455667788ull

static uint8_t plain[SNP_PAGE_2M_BYTES];
static uint8_t opened[SNP_PAGE_2M_BYTES];

static const struct pages_place source = {SRC, GPA, SNP_ASID, false};
static const struct pages_place back = {BACK, GPA, SNP_ASID, false};

static enum sev_status md_init(uint64_t gctx, uint64_t page)
{
    struct snp_page_md_init parameters = {gctx, page};

    return board_command(SNP_COMMAND_PAGE_MD_INIT, &parameters, sizeof parameters);
}

static struct snp_mdata_entry *entry_at(uint64_t paddr)
{
    return (struct snp_mdata_entry *)(void *)board_dram(paddr);
}

static struct snp_page_swap swap_of(uint64_t from, uint64_t to, uint64_t flags)
{
    return (struct snp_page_swap){.gctx_paddr = GCTX,
                                  .src_paddr = from,
                                  .dst_paddr = to,
                                  .mdata_paddr = ENTRY,
                                  .flags = flags};
}

static enum sev_status out(uint64_t from, uint64_t to, uint64_t flags)
{
    struct snp_page_swap parameters = swap_of(from, to, flags);

    parameters.software_data = SOFTWARE_DATA;
    return board_command(SNP_COMMAND_PAGE_SWAP_OUT, &parameters, sizeof parameters);
}

static enum sev_status in(uint64_t from, uint64_t to, uint64_t flags)
{
    struct snp_page_swap parameters = swap_of(from, to, flags);

    return board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters);
}

/** The bulk buffer is where plaintext was. */
static void nothing_is_left(void)
{
    for (uint32_t i = 0; i < BULK_BYTES; i++) {
        assert_int_equal(bulk_buffer[i], 0);
    }
}

/** A guest with a Metadata page, and a page that it uses. */
static int boot(void **state)
{
    (void)pages_boot(state);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 31u + i / 4096u);
    }
    pages_make_guest(GCTX, SNP_ASID, 0);
    pages_give(MDATA, false);
    assert_int_equal(md_init(GCTX, MDATA), SEV_STATUS_SUCCESS);
    pages_give(AWAY, false);
    pages_make_guest_valid(&source);
    pages_adjust(&source, RMP_PERMISSION_READ | RMP_PERMISSION_WRITE, false);
    oracle_write_memory(SNP_ASID, SRC, plain, SNP_PAGE_BYTES);
    pages_freeze(&source);
    return 0;
}

static int boot_away(void **state)
{
    (void)boot(state);
    assert_int_equal(out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    pages_make_pre_guest(&back);
    return 0;
}

static void a_page_goes_away_sealed(void **state)
{
    struct witness_swap_entry entry;
    struct x86_rmp_page left;

    (void)state;
    assert_int_equal(out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    nothing_is_left();
    assert_null(witness_swap_read(board_dram(ENTRY), &entry));
    assert_true(entry.valid && entry.page_validated && !entry.vmsa && !entry.metadata);
    assert_false(entry.large);
    assert_int_equal(entry.gpa, GPA);
    assert_int_equal(entry.iv, 1);
    assert_int_equal(entry.software_data, SOFTWARE_DATA);
    assert_memory_equal(entry.vmpl_permissions, "\x0F\x03\0\0", 4);
    assert_true(witness_swap_open(pages_guest(GCTX)->oek, board_dram(ENTRY), board_dram(AWAY),
                                  opened, SNP_PAGE_BYTES));
    assert_memory_equal(opened, plain, SNP_PAGE_BYTES);
    left = pages_look(SRC);
    assert_int_equal(x86_rmp_state_of(&left), X86_RMP_PRE_GUEST);
    assert_int_equal(left.asid, SNP_ASID);
    assert_int_equal(left.gpa, GPA);
    assert_memory_equal(left.permissions, "\x0F\0\0\0", 4);
    assert_int_equal(pages_state(AWAY), X86_RMP_FIRMWARE);
    pages_check_counts();
}

static void it_comes_back_as_it_was_and_once(void **state)
{
    struct x86_rmp_page page;

    (void)state;
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    nothing_is_left();
    page = pages_look(BACK);
    assert_int_equal(x86_rmp_state_of(&page), X86_RMP_GUEST_VALID);
    assert_memory_equal(page.permissions, "\x0F\x03\0\0", 4);
    assert_int_equal(page.gpa, GPA);
    oracle_read_memory(SNP_ASID, BACK, opened, SNP_PAGE_BYTES);
    assert_memory_equal(opened, plain, SNP_PAGE_BYTES);
    assert_int_equal(entry_at(ENTRY)->info & SNP_MDATA_VALID, 0);
    /* Where it was, or anywhere else, it does not come again. */
    assert_int_equal(in(AWAY, SRC, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(pages_state(SRC), X86_RMP_PRE_GUEST);
    pages_check_counts();
}

/** The page went away a second time: what went away first is not taken for it. */
static void an_older_page_is_refused(void **state)
{
    static uint8_t old[SNP_PAGE_BYTES];

    (void)state;
    memcpy(old, board_dram(AWAY), sizeof old);
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    plain[0] ^= 1;
    oracle_write_memory(SNP_ASID, BACK, plain, SNP_PAGE_BYTES);
    pages_freeze(&back);
    assert_int_equal(out(BACK, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(entry_at(ENTRY)->iv, 2);
    memcpy(board_dram(AWAY), old, sizeof old);
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_BAD_MEASUREMENT);
    assert_int_equal(pages_state(BACK), X86_RMP_PRE_GUEST);
}

static void a_page_that_is_not_validated_stays_so(void **state)
{
    const struct pages_place place = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};
    const struct pages_place to = {SNP_PAGE(9), GPA + 0x1000u, SNP_ASID, false};

    (void)state;
    pages_make_pre_guest(&place);
    pages_make_pre_guest(&to);
    assert_int_equal(out(place.paddr, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(entry_at(ENTRY)->info & SNP_MDATA_PAGE_VALIDATED, 0);
    assert_int_equal(in(AWAY, to.paddr, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(to.paddr), X86_RMP_GUEST_INVALID);
}

static void two_mib_go_and_come(void **state)
{
    const struct pages_place place = {SNP_REGION(0), 0x80000000ull, SNP_ASID, true};
    const struct pages_place to = {SNP_REGION(2), 0x80000000ull, SNP_ASID, true};

    (void)state;
    pages_make_guest_valid(&place);
    oracle_write_memory(SNP_ASID, place.paddr, plain, sizeof plain);
    pages_freeze(&place);
    pages_give(SNP_REGION(1), true);
    assert_int_equal(out(place.paddr, SNP_REGION(1), 0), SEV_STATUS_INVALID_PAGE_SIZE);
    assert_int_equal(out(place.paddr, SNP_REGION(1), 1), SEV_STATUS_SUCCESS);
    nothing_is_left();
    assert_int_equal(entry_at(ENTRY)->info,
                     SNP_MDATA_VALID | SNP_MDATA_PAGE_VALIDATED | SNP_MDATA_2M | to.gpa);
    assert_true(witness_swap_open(pages_guest(GCTX)->oek, board_dram(ENTRY),
                                  board_dram(SNP_REGION(1)), opened, sizeof opened));
    assert_memory_equal(opened, plain, sizeof plain);
    pages_make_pre_guest(&to);
    board_dram(SNP_REGION(1))[SNP_PAGE_2M_BYTES - 1] ^= 1;
    assert_int_equal(in(SNP_REGION(1), to.paddr, 1), SEV_STATUS_BAD_MEASUREMENT);
    board_dram(SNP_REGION(1))[SNP_PAGE_2M_BYTES - 1] ^= 1;
    assert_int_equal(in(SNP_REGION(1), to.paddr, 1), SEV_STATUS_SUCCESS);
    nothing_is_left();
    assert_int_equal(pages_state(to.paddr + 0x5000), X86_RMP_GUEST_VALID);
    oracle_read_memory(SNP_ASID, to.paddr, opened, sizeof opened);
    assert_memory_equal(opened, plain, sizeof plain);
    pages_check_counts();
}

/** What a VMSA leaves behind is none any more, whoever validates it. */
static void a_vmsa_goes_and_comes(void **state)
{
    const struct pages_place place = {SNP_PAGE(8), GPA + 0x2000u, SNP_ASID, false};
    const struct pages_place to = {SNP_PAGE(9), GPA + 0x2000u, SNP_ASID, false};
    const uint64_t vmsa = (uint64_t)SNP_SWAP_VMSA << 1;

    (void)state;
    pages_make_guest_valid(&place);
    pages_adjust(&place, 0, true);
    pages_freeze(&place);
    assert_int_equal(out(place.paddr, AWAY, 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(out(SRC, AWAY, vmsa), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(out(place.paddr, AWAY, vmsa), SEV_STATUS_SUCCESS);
    assert_int_equal(entry_at(ENTRY)->info & 0xFFF,
                     SNP_MDATA_VALID | SNP_MDATA_PAGE_VALIDATED | SNP_MDATA_VMSA);
    assert_false(pages_look(place.paddr).vmsa);
    pages_make_pre_guest(&to);
    assert_int_equal(in(AWAY, to.paddr, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(in(AWAY, to.paddr, vmsa), SEV_STATUS_SUCCESS);
    assert_true(pages_look(to.paddr).vmsa);
    assert_int_equal(pages_state(to.paddr), X86_RMP_GUEST_VALID);
}

static void metadata_goes_with_the_root_and_comes(void **state)
{
    const uint64_t flags = (uint64_t)SNP_SWAP_METADATA << 1 | SNP_SWAP_ROOT_MDATA_EN;

    (void)state;
    pages_give(SNP_PAGE(8), false);
    assert_int_equal(out(MDATA, SNP_PAGE(8), flags), SEV_STATUS_SUCCESS);
    nothing_is_left();
    assert_int_equal(pages_state(MDATA), X86_RMP_FIRMWARE);
    assert_int_equal(pages_guest(GCTX)->root_mdata.info, SNP_MDATA_VALID | SNP_MDATA_METADATA);
    assert_int_equal(out(SRC, SNP_PAGE(8), SNP_SWAP_ROOT_MDATA_EN), SEV_STATUS_INVALID_MDATA_ENTRY);
    /* While it is away its entries are nobody's. */
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_INVALID_PAGE_STATE);
    pages_give(SNP_PAGE(9), false);
    assert_int_equal(in(SNP_PAGE(8), SNP_PAGE(9), flags), SEV_STATUS_SUCCESS);
    nothing_is_left();
    assert_int_equal(pages_state(SNP_PAGE(9)), X86_RMP_METADATA);
    assert_int_equal(pages_look(SNP_PAGE(9)).gpa, GCTX);
    assert_int_equal(pages_guest(GCTX)->root_mdata.info & SNP_MDATA_VALID, 0);
    assert_int_equal(in(SNP_PAGE(8), MDATA, flags), SEV_STATUS_INVALID_MDATA_ENTRY);
    /* Its entries count where it is now. */
    struct snp_page_swap parameters = swap_of(AWAY, BACK, 0);
    parameters.mdata_paddr = SNP_PAGE(9) + 0x40u;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
    pages_check_counts();
}

static void a_page_comes_back_in_place(void **state)
{
    (void)state;
    memcpy(board_dram(BACK), board_dram(AWAY), SNP_PAGE_BYTES);
    /* What SRC says has no meaning then. */
    assert_int_equal(in(~0ull, BACK, SNP_SWAP_IN_PLACE), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(BACK), X86_RMP_GUEST_VALID);
    oracle_read_memory(SNP_ASID, BACK, opened, SNP_PAGE_BYTES);
    assert_memory_equal(opened, plain, SNP_PAGE_BYTES);
}

/** DRAM is changed behind the firmware: the page, or the entry, at each byte. */
static void what_was_tampered_with_is_refused(void **state)
{
    uint8_t entry[64];

    (void)state;
    memcpy(entry, board_dram(ENTRY), sizeof entry);
    for (uint32_t i = 0; i < SNP_PAGE_BYTES; i += 117) {
        memset(board_dram(BACK), 0xEE, SNP_PAGE_BYTES);
        board_dram(AWAY)[i] ^= 0x10;
        assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_BAD_MEASUREMENT);
        board_dram(AWAY)[i] ^= 0x10;
        for (uint32_t j = 0; j < SNP_PAGE_BYTES; j++) {
            assert_int_equal(board_dram(BACK)[j], 0);
        }
        assert_memory_equal(board_dram(ENTRY), entry, sizeof entry);
    }
    for (uint32_t bit = 0; bit < 8u * sizeof entry; bit++) {
        board_dram(ENTRY)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        /* What the entry says of the page is compared first; the rest is authenticated. */
        const bool compared =
            bit >= 0x20 * 8 + 0 && bit != 0x20 * 8 + 1 && (bit < 0x28 * 8 || bit >= 0x2C * 8);
        assert_int_equal(in(AWAY, BACK, 0),
                         compared ? SEV_STATUS_INVALID_MDATA_ENTRY : SEV_STATUS_BAD_MEASUREMENT);
        assert_int_equal(pages_state(BACK), X86_RMP_PRE_GUEST);
        board_dram(ENTRY)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    nothing_is_left();
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
}

/** Another guest opens nothing, and names nothing of this one's. */
static void guests_are_apart(void **state)
{
    struct snp_page_swap parameters = swap_of(AWAY, SNP_PAGE(8), 0);
    const struct pages_place place = {SNP_PAGE(8), GPA, 2, false};

    (void)state;
    pages_make_guest(OTHER_GCTX, 2, 0);
    pages_give(OTHER_MDATA, false);
    assert_int_equal(md_init(OTHER_GCTX, OTHER_MDATA), SEV_STATUS_SUCCESS);
    pages_make_pre_guest(&place);
    parameters.gctx_paddr = OTHER_GCTX;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(in(AWAY, place.paddr, 0), SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(out(place.paddr, SNP_PAGE(4), 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(out(place.paddr, AWAY, 0), SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(out(OTHER_MDATA, AWAY, (uint64_t)SNP_SWAP_METADATA << 1),
                     SEV_STATUS_INVALID_PAGE_OWNER);
    /* The same bytes in its own Metadata page. */
    memcpy(board_dram(OTHER_MDATA + 0x40), board_dram(ENTRY), 64);
    parameters.mdata_paddr = OTHER_MDATA + 0x40;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_BAD_MEASUREMENT);
}

static void out_is_refused(uint64_t from, uint64_t to, uint64_t flags, enum sev_status expected)
{
    assert_int_equal(out(from, to, flags), expected);
    assert_int_equal(pages_state(SRC), X86_RMP_PRE_SWAP);
    assert_int_equal(entry_at(ENTRY)->info, 0);
    assert_int_equal(pages_guest(GCTX)->oek_count, 0);
}

static void wrong_pages_stay_where_they_are(void **state)
{
    const struct pages_place valid = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};
    struct snp_page_swap parameters;

    (void)state;
    pages_make_guest_valid(&valid);
    out_is_refused(SRC, AWAY, SNP_SWAP_IN_PLACE, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, AWAY, 1u << 5, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, AWAY, 1ull << 63, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, AWAY, 6, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, SRC, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, BOARD_PARAMETERS, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC + 0x10, AWAY, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, AWAY + 0x10, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, AWAY, 1, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(MDATA, AWAY, (uint64_t)SNP_SWAP_METADATA << 1, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, SNP_PAGE(9), 0, SEV_STATUS_INVALID_PAGE_STATE);   /* Hypervisor. */
    out_is_refused(valid.paddr, AWAY, 0, SEV_STATUS_INVALID_PAGE_STATE);  /* Guest-Valid. */
    out_is_refused(AWAY, SNP_PAGE(10), 0, SEV_STATUS_INVALID_PAGE_STATE); /* Firmware. */
    out_is_refused(MDATA + 0x1000, AWAY, (uint64_t)SNP_SWAP_METADATA << 1,
                   SEV_STATUS_INVALID_PAGE_STATE);
    out_is_refused(SNP_REGION(0), SNP_REGION(1), 1 | (uint64_t)SNP_SWAP_VMSA << 1,
                   SEV_STATUS_INVALID_PAGE_SIZE);
    out_is_refused(SNP_REGION(0), SNP_REGION(1), 1 | (uint64_t)SNP_SWAP_METADATA << 1,
                   SEV_STATUS_INVALID_PAGE_SIZE);
    parameters = swap_of(SRC, AWAY, 0);
    parameters.mdata_paddr = ENTRY + 8;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_OUT, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_ADDRESS);
    parameters.mdata_paddr = SNP_PAGE(9);
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_OUT, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PAGE_STATE);
    parameters = swap_of(SNP_PAGE(9), BACK, 0);
    parameters.software_data = 1;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
}

static void guests_must_be_able_and_willing(void **state)
{
    struct snp_guest *guest = pages_guest(GCTX);

    (void)state;
    guest->policy |= SNP_POLICY_PAGE_SWAP_DISABLE;
    out_is_refused(SRC, AWAY, 0, SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_POLICY_FAILURE);
    guest->policy = 0;
    guest->state = SNP_GUEST_INIT;
    out_is_refused(SRC, AWAY, 0, SEV_STATUS_INVALID_GUEST_STATE);
    guest->state = SNP_GUEST_RUNNING;
    guest->asid = 0;
    out_is_refused(SRC, AWAY, 0, SEV_STATUS_INACTIVE);
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_INACTIVE);
    guest->asid = SNP_ASID;
    guest->oek_count = UINT64_MAX;
    assert_int_equal(out(SRC, AWAY, 0), SEV_STATUS_AEAD_OFLOW);
    guest->oek_count = UINT64_MAX - 1u;
    assert_int_equal(out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(entry_at(ENTRY)->iv, UINT64_MAX);
    pages_make_pre_guest(&back);
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
}

static void an_entry_in_use_is_not_overwritten(void **state)
{
    const struct pages_place place = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};
    uint8_t entry[64];

    (void)state;
    pages_make_pre_guest(&place);
    memcpy(entry, board_dram(ENTRY), sizeof entry);
    assert_int_equal(out(place.paddr, AWAY, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_memory_equal(board_dram(ENTRY), entry, sizeof entry);
}

static void only_its_own_place_takes_a_page(void **state)
{
    const struct pages_place elsewhere = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};

    (void)state;
    pages_make_pre_guest(&elsewhere);
    assert_int_equal(in(AWAY, elsewhere.paddr, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(in(AWAY, SNP_PAGE(9), 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(in(GCTX, BACK, 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(in(BACK, BACK, 0), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(in(AWAY, AWAY, (uint64_t)SNP_SWAP_METADATA << 1), SEV_STATUS_INVALID_ADDRESS);
    pages_give(SNP_PAGE(10), false);
    assert_int_equal(in(AWAY, SNP_PAGE(10), (uint64_t)SNP_SWAP_METADATA << 1),
                     SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
}

/** Before each access: at no time has the guest the page while an entry for it is valid. */
static void one_page_at_a_time(void *context, const struct hosted_step *step)
{
    const bool valid = (entry_at(ENTRY)->info & SNP_MDATA_VALID) != 0;
    const uint64_t low[] = {snp_entry(SRC)->low, snp_entry(BACK)->low};

    (void)step;
    (*(uint32_t *)context)++;
    for (uint32_t i = 0; i < 2; i++) {
        assert_false(valid && (low[i] & RMP_VALIDATED) != 0);
    }
    /* And plaintext stands in DRAM at none. */
    assert_memory_not_equal(board_dram(AWAY), plain, 64);
    assert_memory_not_equal(board_dram(BACK), plain, 64);
}

static void there_is_one_page_at_every_step(void **state)
{
    uint32_t steps = 0;

    (void)state;
    pages_make_pre_guest(&back);
    hosted_set_access_hook(one_page_at_a_time, &steps);
    assert_int_equal(out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_true(steps > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_page_goes_away_sealed, boot),
        cmocka_unit_test_setup(it_comes_back_as_it_was_and_once, boot_away),
        cmocka_unit_test_setup(an_older_page_is_refused, boot_away),
        cmocka_unit_test_setup(a_page_that_is_not_validated_stays_so, boot),
        cmocka_unit_test_setup(two_mib_go_and_come, boot),
        cmocka_unit_test_setup(a_vmsa_goes_and_comes, boot),
        cmocka_unit_test_setup(metadata_goes_with_the_root_and_comes, boot_away),
        cmocka_unit_test_setup(a_page_comes_back_in_place, boot_away),
        cmocka_unit_test_setup(what_was_tampered_with_is_refused, boot_away),
        cmocka_unit_test_setup(guests_are_apart, boot_away),
        cmocka_unit_test_setup(wrong_pages_stay_where_they_are, boot),
        cmocka_unit_test_setup(guests_must_be_able_and_willing, boot),
        cmocka_unit_test_setup(an_entry_in_use_is_not_overwritten, boot_away),
        cmocka_unit_test_setup(only_its_own_place_takes_a_page, boot_away),
        cmocka_unit_test_setup(there_is_one_page_at_every_step, boot),
    };

    return cmocka_run_group_tests_name("SNP swapping", tests, NULL, NULL);
}
