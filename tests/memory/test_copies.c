/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debugging, swapping and ACTIVATE_EX with their host side in encrypted host memory.
 */
#include <string.h>

#include "tests/memory/flows.h"

#define GUEST_PLACE 0u
#define HOST_PLACE 1u
#define SEALED_PLACE 2u
#define METADATA_PLACE 3u
#define IDS_PLACE 4u
#define DATA_BYTES 0x1FF0u

/** Launches a guest that has DATA at PADDR. @return handle */
static uint32_t launch_with(struct host_layout layout, uint32_t asid, uint64_t paddr,
                            const uint8_t *data, uint32_t length)
{
    struct sev_measurement measurement;
    uint32_t handle;

    flow_initialise(layout, false);
    handle = flow_launch(layout, 0, asid);
    host_put(paddr, data, length);
    flow_update(layout, handle, paddr, length);
    flow_finish(layout, handle, &measurement);
    return handle;
}

static void debug_flow(struct host_layout layout)
{
    const uint32_t asid = suite.machine.min_sev_asid;
    const uint64_t guest = suite_slot(GUEST_PLACE) + 0x1000 + (layout.offset & ~0xFu);
    const uint64_t host = host_place(layout, HOST_PLACE, DATA_BYTES, SEV_BLOCK_BYTES);
    static uint8_t data[DATA_BYTES];
    static uint8_t read[DATA_BYTES];
    struct sev_dbg parameters = {
        .src_paddr = host_address(guest), .dst_paddr = host_address(host), .length = DATA_BYTES};

    flow_fill(data, sizeof data);
    parameters.handle = launch_with(layout, asid, guest, data, DATA_BYTES);
    assert_status(HOST_RUN(layout, DBG_DECRYPT, &parameters), SUCCESS);
    host_check_around(host, DATA_BYTES);
    host_get(host, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);

    flow_fill(data, sizeof data);
    host_put(host, data, sizeof data);
    parameters.src_paddr = host_address(host);
    parameters.dst_paddr = host_address(guest);
    assert_status(HOST_RUN(layout, DBG_ENCRYPT, &parameters), SUCCESS);
    host_get_guest(asid, guest, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
    host_get(host, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
}

static void debugging_uses_every_memory(void **state)
{
    (void)state;
    flow_run_all(debug_flow);
}

/** Swaps the page at GUEST out, and in again at PLACE or in place. */
static void swap(struct host_layout layout, uint32_t handle, uint64_t guest, uint64_t place,
                 uint32_t type)
{
    const uint64_t metadata =
        host_place(layout, METADATA_PLACE, sizeof(struct sev_swap_metadata), 1);
    const uint64_t sealed = suite_slot(SEALED_PLACE);
    const uint32_t in_place = place == sealed ? SEV_SWAP_IN_PLACE : 0;
    struct sev_swap_out out = {
        .handle = handle,
        .flags = type << 1,
        .src_paddr = host_address(guest),
        .dst_paddr = host_address(sealed),
        .mdata_paddr = host_address(metadata),
        .software_data = 0x1122334455667788u,
    };
    struct sev_swap_in in = {
        .handle = handle,
        .flags = type << 1 | in_place,
        .src_paddr = host_address(sealed),
        .dst_paddr = host_address(place),
        .mdata_paddr = host_address(metadata),
    };
    struct sev_swap_metadata entry;

    assert_status(HOST_RUN(layout, SWAP_OUT, &out), SUCCESS);
    host_check_around(metadata, sizeof entry);
    host_get(metadata, &entry, sizeof entry);
    assert_int_equal(entry.software_data, out.software_data);
    assert_int_equal(entry.flags, out.flags);
    assert_status(HOST_RUN(layout, SWAP_IN, &in), SUCCESS);
}

static void swap_flow(struct host_layout layout)
{
    const uint32_t asid = suite.machine.min_sev_asid;
    const uint64_t guest = suite_slot(GUEST_PLACE);
    const uint64_t elsewhere = suite_slot(HOST_PLACE);
    static uint8_t data[DRAM_PAGE_BYTES];
    static uint8_t read[DRAM_PAGE_BYTES];
    uint32_t handle;

    flow_fill(data, sizeof data);
    handle = launch_with(layout, asid, guest, data, sizeof data);
    swap(layout, handle, guest, elsewhere, SEV_SWAP_DATA);
    host_get_guest(asid, elsewhere, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
    swap(layout, handle, elsewhere, suite_slot(SEALED_PLACE), SEV_SWAP_DATA);
    host_get_guest(asid, suite_slot(SEALED_PLACE), read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
    /* A page of metadata is the host's. */
    host_put(guest, data, sizeof data);
    swap(layout, handle, guest, elsewhere, SEV_SWAP_METADATA);
    host_get(elsewhere, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
}

static void swapping_uses_every_memory(void **state)
{
    (void)state;
    flow_run_all(swap_flow);
}

static void activate_ex_flow(struct host_layout layout)
{
    const uint32_t ids[] = {3, 0, 1};
    struct sev_activate_ex parameters = {
        .ex_len = sizeof parameters,
        .asid = suite.machine.min_sev_asid,
        .num_ids = sizeof ids / sizeof ids[0],
    };
    struct sev_launch_start start = {.policy = 0};
    struct sev_guest_status status = {.handle = 0};

    flow_initialise(layout, false);
    assert_status(HOST_RUN(layout, LAUNCH_START, &start), SUCCESS);
    parameters.handle = start.handle;
    parameters.ids_paddr = host_address(host_place_bytes(layout, IDS_PLACE, ids, sizeof ids, 4));
    assert_status(HOST_RUN(layout, ACTIVATE_EX, &parameters), SUCCESS);
    status.handle = start.handle;
    assert_status(HOST_RUN(layout, GUEST_STATUS, &status), SUCCESS);
    assert_int_equal(status.asid, parameters.asid);
}

static void core_ids_come_from_every_memory(void **state)
{
    (void)state;
    flow_run_all(activate_ex_flow);
}

static void copy_flow(struct host_layout layout)
{
    const uint32_t asid = suite.machine.min_sev_asid;
    const uint64_t guest = suite_slot(GUEST_PLACE) + 0x1000 + (layout.offset & ~0xFu);
    const uint64_t elsewhere = suite_slot(HOST_PLACE) + 0x730;
    static uint8_t data[DATA_BYTES];
    static uint8_t read[DATA_BYTES];
    struct sev_copy parameters = {
        .src_paddr = host_address(guest),
        .dst_paddr = host_address(elsewhere),
        .length = DATA_BYTES,
    };

    flow_fill(data, sizeof data);
    parameters.handle = launch_with(layout, asid, guest, data, DATA_BYTES);
    assert_status(HOST_RUN(layout, COPY, &parameters), SUCCESS);
    host_get_guest(asid, elsewhere, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
}

static void copies_ignore_the_c_bit(void **state)
{
    (void)state;
    flow_run_all(copy_flow);
}

static const struct CMUnitTest tests[] = {
    flow_test(debugging_uses_every_memory),
    flow_test(swapping_uses_every_memory),
    flow_test(core_ids_come_from_every_memory),
    flow_test(copies_ignore_the_c_bit),
};

PROGRAM_GROUP(copies, tests);
