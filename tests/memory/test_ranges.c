/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypted buffers at the edges of memory: from one range of DRAM to the next, and at the hole below
 * 4 GiB. Another place of the C-bit.
 */
#include <string.h>

#include "tests/memory/flows.h"

#define MIB 0x100000ull
#define BORDER (24 * MIB)
#define DATA_PLACE 0u

/** The last MiBs of low memory lie elsewhere in the DRAM file, in the middle of the x86 addresses. */
static void split_low_memory(void)
{
    struct fabric_config *config = machine();
    const uint64_t low = suite.low_end;

    config->range_count = 3;
    config->ranges[0] = (struct fabric_range){.base = 0, .length = BORDER, .dram_offset = 0};
    config->ranges[1] = (struct fabric_range){
        .base = BORDER, .length = low - BORDER, .dram_offset = 2 * low - (low - BORDER)};
    config->ranges[2] =
        (struct fabric_range){.base = suite.high_base, .length = BORDER, .dram_offset = BORDER};
}

/** PLATFORM_STATUS with its parameters at an address; fails the test unless it is right. */
static void ask_at(uint64_t paddr)
{
    struct sev_platform_status status;

    memset(&status, SUITE_PATTERN, sizeof status);
    host_put(paddr, &status, sizeof status);
    assert_status(suite_issue(SEV_COMMAND_PLATFORM_STATUS, host_address(paddr)), SUCCESS);
    host_get(paddr, &status, sizeof status);
    assert_int_equal(status.api_minor, suite.api_minor);
    assert_int_equal(status.guest_count, 0);
}

static void across_the_border(struct host_layout layout)
{
    const uint32_t asid = suite.machine.min_sev_asid;
    static uint8_t data[0x2000];
    static uint8_t read[sizeof data];
    struct sev_certificate_chain chain;
    struct sev_certificate_chain crossing;
    struct sev_certificate pdh;
    struct sev_pdh_cert_export export = {
        .pdh_cert_paddr = host_address(suite_slot(DATA_PLACE)),
        .pdh_cert_length = sizeof pdh,
        .certs_paddr = host_address(BORDER - 0x1003),
        .certs_length = sizeof chain,
    };
    uint32_t handle;

    split_low_memory();
    for (uint64_t back = 4; back < sizeof(struct sev_platform_status); back += 4) {
        ask_at(BORDER - back);
    }
    flow_initialise(layout, false);
    flow_export(layout, &pdh, &chain);
    assert_status(HOST_RUN(layout, PDH_CERT_EXPORT, &export), SUCCESS);
    host_get(BORDER - 0x1003, &crossing, sizeof crossing);
    assert_memory_equal(&crossing, &chain, sizeof chain);

    handle = flow_launch(layout, 0, asid);
    flow_fill(data, sizeof data);
    host_put(BORDER - 0x1010, data, sizeof data);
    flow_update(layout, handle, BORDER - 0x1010, sizeof data);
    host_get_guest(asid, BORDER - 0x1010, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
    flow_tear_down(layout, handle);
}

static void buffers_go_from_range_to_range(void **state)
{
    (void)state;
    flow_run_all(across_the_border);
}

static void at_the_hole(struct host_layout layout)
{
    const uint64_t inside[] = {
        0,
        suite.low_end - SEV_CHIP_ID_BYTES,
        suite.high_base,
        suite.high_end - SEV_CHIP_ID_BYTES,
    };
    const uint64_t outside[] = {
        suite.low_end - SEV_CHIP_ID_BYTES + 8,  suite.low_end,
        suite.high_base - SEV_CHIP_ID_BYTES,    suite.high_base - 8,
        suite.high_end - SEV_CHIP_ID_BYTES + 8, suite.high_end,
    };
    uint8_t expected[SEV_CHIP_ID_BYTES];
    uint8_t read[SEV_CHIP_ID_BYTES];

    memset(expected, 0, sizeof expected);
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        struct sev_get_id parameters = {.id_paddr = host_address(inside[i]),
                                        .id_length = sizeof read};

        assert_status(HOST_RUN(layout, GET_ID, &parameters), SUCCESS);
        host_get(inside[i], read, sizeof read);
        if (i == 0) {
            memcpy(expected, read, sizeof read);
        }
        assert_memory_equal(read, expected, sizeof read);
    }
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        struct sev_get_id parameters = {.id_paddr = host_address(outside[i]),
                                        .id_length = sizeof read};

        assert_status(HOST_RUN(layout, GET_ID, &parameters), INVALID_ADDRESS);
    }
    for (uint64_t back = 4; back < sizeof(struct sev_platform_status); back += 4) {
        assert_status(suite_issue(SEV_COMMAND_PLATFORM_STATUS, host_address(suite.low_end - back)),
                      INVALID_ADDRESS);
        assert_status(
            suite_issue(SEV_COMMAND_PLATFORM_STATUS, host_address(suite.high_base - back)),
            INVALID_ADDRESS);
    }
    ask_at(suite.low_end - sizeof(struct sev_platform_status));
    ask_at(suite.high_base);
}

static void nothing_reaches_into_the_hole(void **state)
{
    (void)state;
    flow_run_all(at_the_hole);
}

static void the_c_bit_may_be_elsewhere(void **state)
{
    static const uint32_t places[] = {47, 40, 36, 62};

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        host_enter(HOST_SME);
        const uint32_t usual = machine()->c_bit;

        machine()->c_bit = places[i];
        ask_at(suite_slot(DATA_PLACE) + 0xFFC);
        /* What was the C-bit is now an address without memory. */
        assert_status(
            suite_issue(SEV_COMMAND_PLATFORM_STATUS, suite_slot(DATA_PLACE) | 1ull << usual),
            INVALID_ADDRESS);
    }
}

static const struct CMUnitTest tests[] = {
    flow_test(buffers_go_from_range_to_range),
    flow_test(nothing_reaches_into_the_hole),
    flow_test(the_c_bit_may_be_elsewhere),
};

PROGRAM_GROUP(ranges, tests);
