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

/** What may be written of a SEV guest's memory. */
static struct hostmem_range resolve(void)
{
    const struct hostmem_access access = {
        .direction = HOSTMEM_WRITE,
        .alignment = 16,
        .pages = {.states = RMP_STATE(HYPERVISOR) | RMP_STATE(DEFAULT)},
    };
    struct hostmem_range range;

    assert_int_equal(hostmem_resolve(PAGE - 0x1000u, PAGES_BYTES, &access, &range),
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
    if (access->memory == HOSTED_DRAM && access->kind != HOSTED_READ && access->offset >= PAGE &&
        access->offset < PAGE + 0x1000u && (snp_entry(PAGE)->low & RMP_ASSIGNED) != 0) {
        late_writes++;
    }
}

static void no_page_is_written_that_was_given_away(void **state)
{
    static uint8_t bytes[PAGES_BYTES];
    uint32_t given = 0;

    (void)state;
    late_writes = 0;
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        const struct hostmem_range range = resolve();
        enum sev_status status;

        step = 0;
        hosted_set_access_hook(give_and_watch, NULL);
        status = hostmem_copy_out_ciphertext(&range, 0, bytes, sizeof bytes);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_page_is_written_that_was_given_away, pages_boot),
    };

    return cmocka_run_group_tests_name("hostmem's pages", tests, NULL, NULL);
}
