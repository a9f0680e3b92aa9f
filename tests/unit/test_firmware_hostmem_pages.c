/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of SEV guests while SEV-SNP is on: it is the hypervisor's, and may be given to an SNP guest
 * between any two accesses of the firmware. From then on not a byte of it is written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/hostmem.h"

#include "tests/unit/firmware_snp_pages.h"

#define PAGE (SNP_REGION(0) + 0x3000u)
#define PAGES_BYTES 0x2000u /**< PAGE and the one before it are written. */

static uint32_t step;
static uint32_t wanted_step;
static uint32_t late_writes;

/** What may be written of a SEV guest's memory. @param c_bit  BOARD_C_BIT: under the host's key */
static struct hostmem_range resolve(uint64_t c_bit)
{
    const struct hostmem_access access = {
        .direction = HOSTMEM_WRITE,
        .alignment = 16,
        .pages = {.states = RMP_STATE(HYPERVISOR) | RMP_STATE(DEFAULT)},
    };
    struct hostmem_range range;

    assert_int_equal(hostmem_resolve((PAGE - 0x1000u) | c_bit, PAGES_BYTES, &access, &range),
                     SEV_STATUS_SUCCESS);
    return range;
}

/** Gives the page to a guest at one step; what is written to it later spoils that guest's. */
static void give_and_watch(void *context, const struct hosted_step *access)
{
    const struct rmpupdate_state guests = {.gpa = 0x1000, .assigned = 1, .asid = 1};

    (void)context;
    if (step++ == wanted_step) {
        (void)pages_update(PAGE, &guests);
    }
    if (access->memory == HOSTED_DRAM && access->kind != HOSTED_READ &&
        access->offset + access->length > PAGE && access->offset < PAGE + 0x1000u &&
        (snp_entry(PAGE)->low & RMP_ASSIGNED) != 0) {
        late_writes++;
    }
}

/** A way of writing. */
typedef enum sev_status write_function(const struct hostmem_range *range, uint8_t *bytes);

static enum sev_status write_ciphertext(const struct hostmem_range *range, uint8_t *bytes)
{
    return hostmem_copy_out_ciphertext(range, 0, bytes, PAGES_BYTES);
}

static enum sev_status write_under_a_guests_key(const struct hostmem_range *range, uint8_t *bytes)
{
    static const struct crypto_memory_key key;

    return hostmem_copy_out_guest(range, &key, 0, bytes, PAGES_BYTES);
}

/** As SWAP_IN brings a Metadata page back: with the C-bit, under the host's key. */
static enum sev_status write_as_the_hosts(const struct hostmem_range *range, uint8_t *bytes)
{
    return hostmem_copy_out(range, 0, bytes, PAGES_BYTES);
}

/** Not whole blocks: what is around them is read, and written again. */
static enum sev_status write_parts_of_blocks(const struct hostmem_range *range, uint8_t *bytes)
{
    return hostmem_copy_out(range, 0xFF7, bytes, 0x1000);
}

/** Gives a page away at each step of a write in turn. */
static void write_and_give(write_function *write, uint64_t c_bit)
{
    static uint8_t bytes[PAGES_BYTES];
    uint32_t given = 0;

    late_writes = 0;
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        const struct hostmem_range range = resolve(c_bit);
        enum sev_status status;

        step = 0;
        hosted_set_access_hook(give_and_watch, NULL);
        status = write(&range, bytes);
        hosted_set_access_hook(NULL, NULL);
        assert_true(status == SEV_STATUS_SUCCESS || status == SEV_STATUS_INVALID_PAGE_STATE);
        if ((snp_entry(PAGE)->low & RMP_ASSIGNED) != 0) {
            given++;
            pages_take(PAGE, false);
        }
    }
    assert_int_equal(late_writes, 0);
    assert_true(given > 5 && given < wanted_step); /* Some found the page in use. */
    pages_check_counts();
}

static void no_page_is_written_that_was_given_away(void **state)
{
    (void)state;
    write_and_give(write_ciphertext, 0);
    write_and_give(write_under_a_guests_key, 0);
    write_and_give(write_as_the_hosts, 0);
    write_and_give(write_as_the_hosts, BOARD_C_BIT);
    write_and_give(write_parts_of_blocks, 0);
    write_and_give(write_parts_of_blocks, BOARD_C_BIT);
}

/** Words are of what the firmware has, and nobody gives away. */
static void no_word_is_written_where_a_page_could_be_given_away(void **state)
{
    struct hostmem_range range = resolve(0);
    uint64_t found;

    (void)state;
    range.direction |= HOSTMEM_READ;
    memset(board_dram(PAGE), 0x5A, 8);
    assert_int_equal(hostmem_set_word(&range, 0x1000, 1), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_exchange_word(&range, 0x1000, 1, &found), SEV_STATUS_HWERROR_UNSAFE);
    assert_int_equal(hostmem_replace_word(&range, 0x1000, 0x5A5A5A5A5A5A5A5Aull, 1, &found),
                     SEV_STATUS_HWERROR_UNSAFE);
    assert_memory_equal(board_dram(PAGE), "\x5A\x5A\x5A\x5A\x5A\x5A\x5A\x5A", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_page_is_written_that_was_given_away, pages_boot),
        cmocka_unit_test_setup(no_word_is_written_where_a_page_could_be_given_away, pages_boot),
    };

    return cmocka_run_group_tests_name("hostmem's pages", tests, NULL, NULL);
}
