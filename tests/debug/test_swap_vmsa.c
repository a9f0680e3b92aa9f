/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Swapping VMSA pages (sections 4.32, 10.2): their integrity values go and come with them.
 */
#include <string.h>

#include "tests/debug/groups.h"
#include "tests/debug/swaps.h"

#define VMSA_FLAGS SWAPS_TYPE(SEV_SWAP_VMSA)

static uint8_t page[SEV_VMSA_BYTES];

/** A running guest with a VMSA at SWAPS_PAGE. */
static struct debug_guest make_guest(void)
{
    struct debug_guest guest;

    to_init_es();
    guest = es_launch();
    vmsa_make(guest, SWAPS_PAGE, page);
    return es_run(guest);
}

static void a_vmsa_goes_out_and_comes_back(void **state)
{
    const struct debug_guest guest = make_guest();
    struct sev_swap_out out = swaps_out(guest.handle, VMSA_FLAGS);
    struct sev_swap_in in = swaps_in(guest.handle, VMSA_FLAGS);

    (void)state;
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_no_vmsa(SWAPS_PAGE);
    assert_int_equal(vmsa_count(), 0);
    assert_unmoved(SWAP_OUT, &out, BAD_MEASUREMENT); /* It is no VMSA any more. */
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_page(guest, SWAPS_RETURNED, page);
    assert_vmsa(guest.handle, SWAPS_RETURNED, page);
    assert_int_equal(vmsa_count(), 1);
    assert_status(vmsa_send(guest, SWAPS_RETURNED), SUCCESS);
}

static void a_vmsa_comes_back_in_place(void **state)
{
    const struct debug_guest guest = make_guest();
    struct sev_swap_out out = swaps_out(guest.handle, VMSA_FLAGS);
    struct sev_swap_in in = swaps_in(guest.handle, VMSA_FLAGS | SEV_SWAP_IN_PLACE);

    (void)state;
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_page(guest, SWAPS_SEALED, page);
    assert_vmsa(guest.handle, SWAPS_SEALED, page);
    assert_status(vmsa_send(guest, SWAPS_SEALED), SUCCESS);
}

static void a_changed_vmsa_does_not_go_out(void **state)
{
    const struct debug_guest guest = make_guest();
    struct sev_swap_out out = swaps_out(guest.handle, VMSA_FLAGS);
    uint8_t changed[16];

    (void)state;
    memcpy(changed, page + 0xFF0, sizeof changed);
    changed[15] ^= 1;
    guest_write(guest.asid, SWAPS_PAGE + 0xFF0, changed, sizeof changed);
    assert_unmoved(SWAP_OUT, &out, BAD_MEASUREMENT);
    guest_write(guest.asid, SWAPS_PAGE + 0xFF0, page + 0xFF0, sizeof changed);
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
}

static void another_guests_vmsa_does_not_go_out(void **state)
{
    struct debug_guest guest;
    struct debug_guest other;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, SWAPS_PAGE, page);
    (void)es_run(guest);
    other = es_run(es_launch());
    struct sev_swap_out out = swaps_out(other.handle, VMSA_FLAGS);

    assert_unmoved(SWAP_OUT, &out, BAD_MEASUREMENT);
}

/** Not even with the same memory key, which reads the page as its owner does. */
static void a_vmsa_is_of_one_guest_even_if_the_key_is_shared(void **state)
{
    const struct debug_guest guest = make_guest();
    struct sev_launch_start start = {.handle = guest.handle, .policy = SEV_POLICY_ES};
    struct sev_activate activation = {.asid = guest.asid};

    (void)state;
    assert_status(RUN(LAUNCH_START, &start), SUCCESS);
    activation.handle = start.handle;
    assert_status(RUN(ACTIVATE, &activation), SUCCESS);
    const struct debug_guest twin = es_run((struct debug_guest){start.handle, guest.asid});
    struct sev_swap_out out = swaps_out(twin.handle, VMSA_FLAGS);

    assert_page(twin, SWAPS_PAGE, page);
    assert_unmoved(SWAP_OUT, &out, BAD_MEASUREMENT);
    assert_status(vmsa_send(twin, SWAPS_PAGE), BAD_MEASUREMENT);
    out.handle = guest.handle;
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
}

/** As data a VMSA page may go too, but it is still a VMSA only where it was. */
static void a_vmsa_that_goes_as_data_is_no_vmsa_afterwards(void **state)
{
    const struct debug_guest guest = make_guest();
    struct sev_swap_out out = swaps_out(guest.handle, 0);
    struct sev_swap_in in = swaps_in(guest.handle, 0);

    (void)state;
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_vmsa(guest.handle, SWAPS_PAGE, page);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_no_vmsa(SWAPS_RETURNED);
    /* Nor does data become a VMSA on its way. */
    in = swaps_in(guest.handle, VMSA_FLAGS);
    swaps_metadata()->flags = VMSA_FLAGS;
    assert_unmoved(SWAP_IN, &in, BAD_MEASUREMENT);
}

/** An older copy of a VMSA does not replace a newer one. */
static void a_vmsa_comes_back_once(void **state)
{
    const struct debug_guest guest = make_guest();
    struct sev_swap_out out = swaps_out(guest.handle, VMSA_FLAGS);
    struct sev_swap_in in = swaps_in(guest.handle, VMSA_FLAGS);

    (void)state;
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_unmoved(SWAP_IN, &in, BAD_MEASUREMENT);
    assert_vmsa(guest.handle, SWAPS_RETURNED, page);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_vmsa_goes_out_and_comes_back),
    cmocka_unit_test(a_vmsa_comes_back_in_place),
    cmocka_unit_test(a_changed_vmsa_does_not_go_out),
    cmocka_unit_test(another_guests_vmsa_does_not_go_out),
    cmocka_unit_test(a_vmsa_is_of_one_guest_even_if_the_key_is_shared),
    cmocka_unit_test(a_vmsa_that_goes_as_data_is_no_vmsa_afterwards),
    cmocka_unit_test(a_vmsa_comes_back_once),
};

PROGRAM_GROUP(swap_vmsa, tests);
