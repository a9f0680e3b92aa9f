/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 memory as the fabric describes it: ranges that lie next to each other, descriptions that are
 * impossible, TSME, another C-bit (sections 1.4, 11; docs/fabric.md).
 */
#include <string.h>

#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"

#define MIB 0x100000ull
#define BORDER (16 * MIB)        /**< Between two ranges in the middle of low memory. */
#define SECOND_OFFSET (48 * MIB) /**< Where the second one lies in the DRAM file. */

/** Two ranges that are contiguous in address space and not in the DRAM file. */
static void split_low_memory(void)
{
    struct fabric_config *config = machine();

    to_uninit();
    config->range_count = 3;
    config->ranges[0] = (struct fabric_range){.base = 0, .length = BORDER, .dram_offset = 0};
    config->ranges[1] =
        (struct fabric_range){.base = BORDER, .length = 16 * MIB, .dram_offset = SECOND_OFFSET};
    config->ranges[2] =
        (struct fabric_range){.base = suite.high_base, .length = 32 * MIB, .dram_offset = 16 * MIB};
}

/** Copies to or from memory around the border. */
static void across(uint64_t paddr, void *buffer, size_t length, bool write)
{
    uint8_t *bytes = buffer;

    for (size_t i = 0; i < length; i++) {
        const uint64_t at = paddr + i;
        uint8_t *memory =
            suite.board.dram_file.bytes + (at < BORDER ? at : at - BORDER + SECOND_OFFSET);

        if (write) {
            *memory = bytes[i];
        } else {
            bytes[i] = *memory;
        }
    }
}

static void parameters_may_cross_from_range_to_range(void **state)
{
    struct sev_platform_status expected;
    uint8_t read[sizeof expected];

    (void)state;
    split_low_memory();
    expected = platform_status();
    for (uint64_t back = 4; back < sizeof expected; back += 4) {
        memset(read, SUITE_PATTERN, sizeof read);
        across(BORDER - back, read, sizeof read, true);
        assert_status(suite_issue(SEV_COMMAND_PLATFORM_STATUS, BORDER - back), SUCCESS);
        across(BORDER - back, read, sizeof read, false);
        assert_memory_equal(read, &expected, sizeof expected);
    }
}

static void buffers_may_cross_from_range_to_range(void **state)
{
    struct sev_get_id parameters = {.id_paddr = BORDER - 24, .id_length = SEV_CHIP_ID_BYTES};
    struct sev_get_id plain = {.id_paddr = suite_slot(0), .id_length = SEV_CHIP_ID_BYTES};
    uint8_t read[SEV_CHIP_ID_BYTES];

    (void)state;
    split_low_memory();
    assert_status(RUN(GET_ID, &plain), SUCCESS);
    assert_status(RUN(GET_ID, &parameters), SUCCESS);
    across(BORDER - 24, read, sizeof read, false);
    assert_memory_equal(read, suite_at(suite_slot(0), sizeof read), sizeof read);
}

/** Ciphertext follows the x86 address, not the place in the DRAM file. */
static void guest_memory_may_cross_from_range_to_range(void **state)
{
    static uint8_t plaintext[0x2000];
    static uint8_t ciphertext[0x2000];
    static uint8_t read[0x2000];
    struct dram dram = suite.board.dram;
    const struct memory_controller controller = {.fabric = suite_fabric(), .dram = &dram};
    struct sev_init init = {.options = 0};

    (void)state;
    split_low_memory();
    dram_open(&dram, suite.board.dram_file.bytes, suite.board.dram_file.length, machine());
    assert_status(RUN(INIT, &init), SUCCESS);
    flush();
    const uint32_t handle = launch(0);
    const uint32_t asid = activate(handle);
    struct sev_launch_update update = {
        .handle = handle, .paddr = BORDER - 0x1010, .length = sizeof plaintext};

    fill(plaintext, sizeof plaintext, 8);
    across(update.paddr, plaintext, sizeof plaintext, true);
    assert_status(RUN(LAUNCH_UPDATE_DATA, &update), SUCCESS);
    across(update.paddr, ciphertext, sizeof ciphertext, false);
    assert_memory_not_equal(ciphertext, plaintext, sizeof plaintext);
    for (size_t at = 0; at < sizeof read; at += 16) {
        assert_int_equal(
            memory_controller_read(&controller, asid, update.paddr + at, read + at, 16),
            MEMORY_CONTROLLER_OK);
    }
    assert_memory_equal(read, plaintext, sizeof plaintext);
}

/** Makes one thing of the machine's description impossible. @return false behind the last one */
static bool make_impossible(unsigned which)
{
    struct fabric_config *config = machine();

    switch (which) {
    case 0:
        config->version = FABRIC_VERSION - 1;
        break;
    case 1:
        config->sockets = 0;
        break;
    case 2:
        config->sockets = 3;
        break;
    case 3:
        config->cores = 0;
        break;
    case 4:
        config->cores = FABRIC_CORES_MAX + 1;
        break;
    case 5:
        config->max_asid = FABRIC_SLOTS_MAX;
        break;
    case 6:
        config->min_sev_asid = 0;
        break;
    case 7:
        config->c_bit = 31;
        break;
    case 8:
        config->range_count = 0;
        break;
    case 9:
        config->range_count = FABRIC_RANGES_MAX + 1;
        break;
    case 10:
        config->ranges[1].dram_offset -= 0x1000; /* an alias */
        break;
    case 11:
        config->ranges[1].length += 0x1000; /* beyond the DRAM file */
        break;
    case 12:
        config->ranges[1].base = 0x1000; /* overlapping */
        break;
    case 13:
        config->ranges[1].base += 0x800; /* not pages */
        break;
    case 14:
        config->ranges[1].length = 0xFFFFFFFFFFFFF000ull;
        break;
    case 15:
        config->ranges[1].base = 1ull << 52; /* above the C-bit */
        break;
    case 16:
        config->flags |= 1u << 31;
        break;
    case 17:
        config->reserved[15] = 1;
        break;
    case 18:
        config->ranges[0].reserved = 1;
        break;
    case 19:
        config->tsc_khz = 1;
        break;
    default:
        return false;
    }
    return true;
}

/** No default stands in for a machine that was described wrongly: it has no memory, and no INIT. */
static void impossible_machine_is_not_initialised(void **state)
{
    (void)state;
    for (unsigned which = 0;; which++) {
        struct sev_get_id id = {.id_paddr = suite_slot(0), .id_length = SEV_CHIP_ID_BYTES};
        struct sev_init init = {.options = 0};
        struct sev_init_ex init_ex = {
            .length = sizeof init_ex, .nv_paddr = suite.nv, .nv_length = SEV_NV_BYTES};

        to_uninit();
        if (!make_impossible(which)) {
            break;
        }
        assert_status(RUN(INIT, &init), INVALID_CONFIG);
        assert_status(RUN(INIT_EX, &init_ex), INVALID_CONFIG);
        assert_status(RUN(GET_ID, &id), INVALID_ADDRESS);
        assert_status(RUN_PLAIN(NOP), SUCCESS);
        *machine() = suite.machine;
        assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
    }
}

/** The cores belong to the description. */
static void impossible_cores_are_refused(void **state)
{
    struct fabric_core *core = (void *)(suite_fabric() + FABRIC_CORES_OFFSET);
    struct sev_init init = {.options = 0};
    const uint32_t apic_id = core->apic_id;

    (void)state;
    to_uninit();
    core->apic_id = core[1].apic_id;
    assert_status(RUN(INIT, &init), INVALID_CONFIG);
    core->apic_id = apic_id;
    core->socket = machine()->sockets;
    assert_status(RUN(INIT, &init), INVALID_CONFIG);
    core->socket = 0;
    assert_status(RUN(INIT, &init), SUCCESS);
}

/** The description is latched in UNINIT; afterwards nothing moves under the firmware's feet. */
static void description_cannot_change_after_init(void **state)
{
    struct sev_get_id high = {.id_paddr = suite.high_base, .id_length = SEV_CHIP_ID_BYTES};

    (void)state;
    to_init();
    machine()->range_count = 1;
    machine()->max_asid = 1;
    assert_status(RUN(GET_ID, &high), SUCCESS);
    (void)launch_active(0);
}

/** With TSME all of memory is under the host's key, whatever the C-bit (section 11.1). */
static void tsme_encrypts_without_c_bit(void **state)
{
    const uint64_t paddr = suite_slot(0);
    struct sev_platform_status expected;
    uint8_t page[64];

    (void)state;
    to_uninit();
    expected = platform_status();
    machine()->flags |= FABRIC_FLAG_TSME;
    memset(page, SUITE_PATTERN, sizeof page);
    guest_write(0, paddr, page, sizeof page);
    assert_status(suite_issue(SEV_COMMAND_PLATFORM_STATUS, paddr), SUCCESS);
    guest_read(0, paddr, page, sizeof page);
    assert_memory_equal(page, &expected, sizeof expected);
    assert_int_equal(page[sizeof expected], SUITE_PATTERN);
}

static void c_bit_is_where_the_machine_has_it(void **state)
{
    struct sev_get_id parameters = {.id_length = SEV_CHIP_ID_BYTES};

    (void)state;
    to_uninit();
    machine()->c_bit = 47;
    parameters.id_paddr = suite_slot(0) | 1ull << 47;
    assert_status(RUN(GET_ID, &parameters), SUCCESS);
    parameters.id_paddr = suite_slot(0) | 1ull << 51;
    assert_refused(GET_ID, &parameters, INVALID_ADDRESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(parameters_may_cross_from_range_to_range),
    cmocka_unit_test(buffers_may_cross_from_range_to_range),
    cmocka_unit_test(guest_memory_may_cross_from_range_to_range),
    cmocka_unit_test(impossible_machine_is_not_initialised),
    cmocka_unit_test(impossible_cores_are_refused),
    cmocka_unit_test(description_cannot_change_after_init),
    cmocka_unit_test(tsme_encrypts_without_c_bit),
    cmocka_unit_test(c_bit_is_where_the_machine_has_it),
};
TEST_GROUP(memory, tests);
