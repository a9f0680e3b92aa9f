/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SWAP_OUT and SWAP_IN (section 4.32).
 */
#include <string.h>

#include "abi/vmsa_table.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"

#define VMSA_FLAGS ((uint32_t)SEV_SWAP_VMSA << 1)
#define METADATA_FLAGS ((uint32_t)SEV_SWAP_METADATA << 1)

static uint8_t plaintext[SEV_PAGE_4K_BYTES];

static struct sev_swap_metadata *entry(void)
{
    return suite_at(suite_slot(3), sizeof(struct sev_swap_metadata));
}

/** SWAP_OUT of the page in slot 1 to slot 2, entry in slot 3. */
static struct sev_swap_out out_of(uint32_t handle, uint32_t flags)
{
    return (struct sev_swap_out){
        .handle = handle,
        .flags = flags,
        .src_paddr = suite_slot(1),
        .dst_paddr = suite_slot(2),
        .mdata_paddr = suite_slot(3),
        .software_data = 0x1122334455667788ull,
    };
}

/** SWAP_IN of what out_of() made to slot 4. */
static struct sev_swap_in into(uint32_t handle, uint32_t flags)
{
    return (struct sev_swap_in){
        .handle = handle,
        .flags = flags,
        .src_paddr = suite_slot(2),
        .dst_paddr = suite_slot(4),
        .mdata_paddr = suite_slot(3),
    };
}

/** A running, active guest with a page in slot 1. @return its ASID */
static uint32_t to_running(uint32_t *handle)
{
    to_init();
    *handle = guest_in_state(SEV_GUEST_RUNNING, true);
    const uint32_t asid = guest_status(*handle).asid;

    fill(plaintext, sizeof plaintext, *handle);
    guest_write(asid, suite_slot(1), plaintext, sizeof plaintext);
    return asid;
}

static void page_goes_out_and_comes_back_elsewhere(void **state)
{
    uint32_t handle;

    (void)state;
    const uint32_t asid = to_running(&handle);
    struct sev_swap_out out = out_of(handle, 0);
    struct sev_swap_in in = into(handle, 0);

    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_int_equal(entry()->software_data, 0x1122334455667788ull);
    assert_int_equal(entry()->flags, 0);
    assert_memory_not_equal(suite_at(suite_slot(2), sizeof plaintext), plaintext, 64);
    assert_guest_memory(asid, 0, suite_slot(1), plaintext, sizeof plaintext);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_guest_memory(asid, 0, suite_slot(4), plaintext, sizeof plaintext);
}

/** In place: the page comes back where the sealed page was; DST is not looked at. */
static void page_comes_back_in_place(void **state)
{
    uint32_t handle;

    (void)state;
    const uint32_t asid = to_running(&handle);
    struct sev_swap_out out = out_of(handle, 0);
    struct sev_swap_in in = into(handle, SEV_SWAP_IN_PLACE);

    in.dst_paddr = 0xFFFFFFFFFFFFFFFFull;
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_guest_memory(asid, 0, suite_slot(2), plaintext, sizeof plaintext);
}

/** IVs never repeat for a guest, so equal pages are sealed differently. */
static void equal_pages_are_sealed_differently(void **state)
{
    static uint8_t first[SEV_PAGE_4K_BYTES];
    struct sev_swap_metadata first_entry;
    uint32_t handle;

    (void)state;
    (void)to_running(&handle);
    struct sev_swap_out out = out_of(handle, 0);
    struct sev_swap_out again = out;

    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    memcpy(first, suite_at(suite_slot(2), sizeof first), sizeof first);
    first_entry = *entry();
    assert_status(RUN(SWAP_OUT, &again), SUCCESS);
    assert_memory_not_equal(first_entry.iv, entry()->iv, sizeof first_entry.iv);
    assert_memory_not_equal(first, suite_at(suite_slot(2), sizeof first), sizeof first);
}

static void every_byte_counts(void **state)
{
    uint32_t handle;

    (void)state;
    (void)to_running(&handle);
    struct sev_swap_out out = out_of(handle, 0);
    struct sev_swap_in in = into(handle, 0);
    uint8_t *sealed = suite_at(suite_slot(2), SEV_PAGE_4K_BYTES);

    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    for (size_t i = 0; i < offsetof(struct sev_swap_metadata, flags); i++) {
        uint8_t *byte = (uint8_t *)entry() + i;

        *byte ^= (uint8_t)(1u << i % 8);
        assert_refused(SWAP_IN, &in, BAD_MEASUREMENT);
        *byte ^= (uint8_t)(1u << i % 8);
    }
    for (size_t i = 0; i < SEV_PAGE_4K_BYTES; i += 101) {
        sealed[i] ^= (uint8_t)(1u << i % 8);
        assert_refused(SWAP_IN, &in, BAD_MEASUREMENT);
        sealed[i] ^= (uint8_t)(1u << i % 8);
    }
    struct sev_swap_in other = in;

    other.handle = guest_in_state(SEV_GUEST_RUNNING, true);
    assert_refused(SWAP_IN, &other, BAD_MEASUREMENT); /* another guest's page */
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
}

static void flags_are_checked(void **state)
{
    uint32_t handle;

    (void)state;
    (void)to_running(&handle);
    const struct sev_swap_out out = out_of(handle, 0);
    struct sev_swap_out good = out;

    for (unsigned bit = 3; bit < 32; bit++) {
        struct sev_swap_out wrong = out;

        wrong.flags = 1u << bit;
        assert_refused(SWAP_OUT, &wrong, INVALID_PARAM);
    }
    for (uint32_t flags = 0; flags < 8; flags++) {
        const bool type_is_unknown = SEV_SWAP_TYPE(flags) == 3;
        const bool large_other = (flags & SEV_SWAP_PAGE_2M) != 0 && SEV_SWAP_TYPE(flags) != 0;
        struct sev_swap_out wrong = out;

        wrong.flags = flags;
        if (type_is_unknown || large_other) {
            assert_refused(SWAP_OUT, &wrong, INVALID_PARAM);
        }
    }
    assert_status(RUN(SWAP_OUT, &good), SUCCESS);
    for (unsigned bit = 4; bit < 32; bit++) {
        struct sev_swap_in wrong = into(handle, 1u << bit);

        assert_refused(SWAP_IN, &wrong, INVALID_PARAM);
    }
    struct sev_swap_in other_type = into(handle, METADATA_FLAGS);

    assert_refused(SWAP_IN, &other_type, INVALID_PARAM); /* does not fit the entry */
    struct sev_swap_out vmsa = out_of(handle, VMSA_FLAGS);
    struct sev_swap_in vmsa_in = into(handle, VMSA_FLAGS);

    assert_refused(SWAP_OUT, &vmsa, POLICY_FAILURE); /* no SEV-ES guest */
    assert_refused(SWAP_IN, &vmsa_in, POLICY_FAILURE);
}

static void large_page(void **state)
{
    const uint64_t source = suite.high_base;
    const uint64_t sealed = suite.high_base + SEV_PAGE_2M_BYTES;
    const uint64_t destination = suite.high_base + 2ull * SEV_PAGE_2M_BYTES;
    uint32_t handle;

    (void)state;
    const uint32_t asid = to_running(&handle);
    struct sev_swap_out out = out_of(handle, SEV_SWAP_PAGE_2M);
    struct sev_swap_in in = into(handle, SEV_SWAP_PAGE_2M);

    assert_refused(SWAP_OUT, &out, INVALID_ADDRESS); /* aligned to 4 KiB only */
    out.src_paddr = source;
    out.dst_paddr = sealed;
    in.src_paddr = sealed;
    in.dst_paddr = destination;
    for (unsigned i = 0; i < 512; i += 100) {
        guest_write(asid, source + i * 0x1000ull, plaintext, sizeof plaintext);
    }
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    for (unsigned i = 0; i < 512; i += 100) {
        assert_guest_memory(asid, 0, destination + i * 0x1000ull, plaintext, sizeof plaintext);
    }
}

/** A metadata page holds entries, which are the host's: it moves as host memory. */
static void metadata_page(void **state)
{
    uint32_t handle;

    (void)state;
    (void)to_running(&handle);
    struct sev_swap_out out = out_of(handle, METADATA_FLAGS);
    struct sev_swap_in in = into(handle, METADATA_FLAGS);

    memcpy(suite_at(suite_slot(1), sizeof plaintext), plaintext, sizeof plaintext);
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_memory_equal(suite_at(suite_slot(4), sizeof plaintext), plaintext, sizeof plaintext);
}

/** A VMSA must be intact to go out, is none while it is out, and is one again afterwards. */
static void vmsa_goes_out_and_comes_back(void **state)
{
    struct sev_measurement measurement;

    (void)state;
    to_init_es();
    struct sev_launch_update update = {
        .handle = launch_active(SEV_POLICY_ES), .paddr = suite_slot(1), .length = SEV_VMSA_BYTES};

    assert_status(RUN(LAUNCH_UPDATE_VMSA, &update), SUCCESS);
    measure(update.handle, &measurement);
    finish(update.handle);
    struct sev_swap_out out = out_of(update.handle, VMSA_FLAGS);
    struct sev_swap_out again = out;
    struct sev_swap_in in = into(update.handle, VMSA_FLAGS);
    uint8_t *byte = suite_at(suite_slot(1) + 99, 1);

    *byte ^= 1;
    assert_refused(SWAP_OUT, &out, BAD_MEASUREMENT);
    *byte ^= 1;
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_refused(SWAP_OUT, &again, BAD_MEASUREMENT); /* It is no VMSA any more. */
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_refused(SWAP_IN, &in, BAD_MEASUREMENT); /* It has come back. */
    again.src_paddr = suite_slot(4);
    assert_status(RUN(SWAP_OUT, &again), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(page_goes_out_and_comes_back_elsewhere),
    cmocka_unit_test(page_comes_back_in_place),
    cmocka_unit_test(equal_pages_are_sealed_differently),
    cmocka_unit_test(every_byte_counts),
    cmocka_unit_test(flags_are_checked),
    cmocka_unit_test(large_page),
    cmocka_unit_test(metadata_page),
    cmocka_unit_test(vmsa_goes_out_and_comes_back),
};
TEST_GROUP(swap, tests);
