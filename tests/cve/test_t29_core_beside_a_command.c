/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T29, T09: a core that goes in and out of a VMSA as fast as it can, whatever a command is about to do
 * with the page, keeps no VMSA of a guest that has ended, and takes none that is not whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/guest.h"

#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_sample.h"

#define ELSEWHERE BOARD_BUFFER(12)
#define SEALED BOARD_BUFFER(13)
#define METADATA BOARD_BUFFER(14)

static struct sample sample;
static struct cpu_run core;
static bool inside;
static bool fits; /**< The core has the guest's ASID, so that the page fits. */

/** Goes in, or out. */
static void turn(void)
{
    if (inside) {
        (void)cpu_leave(&core);
        inside = false;
    } else if (fits) {
        inside = cpu_enter(&core, BOARD_ES_ASID, SAMPLE_VMSA);
    } else if (cpu_find(SAMPLE_VMSA) != NULL && cpu_find(SAMPLE_VMSA)->state == VMSA_ENTRY_USED) {
        /* VMRUN with another ASID: it has taken the entry, and will find that the page is garbage. */
        core = (struct cpu_run){.entry = cpu_find(SAMPLE_VMSA), .paddr = SAMPLE_VMSA};
        core.handle = core.entry->handle;
        core.entry->state = VMSA_ENTRY_RUNNING;
        inside = true;
    }
}

static void turn_before_each_swap(void *context, const struct hosted_step *step)
{
    (void)context;
    if (step->memory == HOSTED_DRAM && step->kind == HOSTED_REPLACE) {
        turn();
    }
}

/** DECOMMISSION takes a VMSA away whichever way the core turns, and leaves nothing for ever. */
static void ended_guest_keeps_no_vmsa(void **state)
{
    static uint8_t former[SEV_VMSA_BYTES];

    (void)state;
    for (uint32_t way = 0; way < 4; way++) {
        struct sev_launch_update vmsa = {.paddr = SAMPLE_VMSA, .length = SEV_VMSA_BYTES};
        struct sev_handle parameters;
        uint32_t other = 0;

        sample_prepare(&sample, command_table_find(SEV_COMMAND_COPY));
        parameters.handle = sample.handle;
        assert_int_equal(flow_share(sample.handle, SEV_POLICY_ES, &other), SEV_STATUS_SUCCESS);
        assert_int_equal(flow_activate(other, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
        vmsa.handle = other;
        assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, sample.handle),
                         SEV_STATUS_SUCCESS);
        fits = (way & 1u) != 0;
        inside = false;
        if ((way & 2u) != 0) {
            turn();
        }
        hosted_set_access_hook(turn_before_each_swap, NULL);
        assert_int_equal(board_command(SEV_COMMAND_DECOMMISSION, &parameters, sizeof(parameters)),
                         SEV_STATUS_SUCCESS);
        hosted_set_access_hook(NULL, NULL);
        assert_null(cpu_find(SAMPLE_VMSA));
        if (inside) {
            turn();
        }
        assert_int_equal(cpu_count_valid(), 0);
        memcpy(former, board_dram(SAMPLE_VMSA), sizeof(former));
        /* A guest with the same key: what is run at the page is its own. */
        assert_int_equal(board_command(SEV_COMMAND_LAUNCH_UPDATE_VMSA, &vmsa, sizeof(vmsa)),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(cpu_count_valid(), 1);
        assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, NULL));
        memcpy(board_dram(SAMPLE_VMSA), former, sizeof(former));
        assert_false(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, NULL));
    }
}

static bool wrote_running;

/** A VMSA that a core may take is whole; nothing is written to one that a core runs. */
static void look(void *context, const struct hosted_step *step)
{
    const uint64_t paddr = *(const uint64_t *)context;
    const struct vmsa_entry *entry = cpu_find(paddr);

    if (entry != NULL && entry->state == VMSA_ENTRY_USED) {
        assert_true(cpu_could_enter(BOARD_ES_ASID, paddr, NULL));
    }
    wrote_running = wrote_running ||
                    (entry != NULL && entry->state == VMSA_ENTRY_RUNNING &&
                     step->memory == HOSTED_DRAM && step->kind == HOSTED_WRITE &&
                     step->offset < paddr + SEV_VMSA_BYTES && step->offset + step->length > paddr);
}

static enum sev_status watch(uint64_t paddr, uint32_t id, void *parameters, size_t size)
{
    enum sev_status status;

    wrote_running = false;
    hosted_set_access_hook(look, &paddr);
    status = board_command(id, parameters, size);
    hosted_set_access_hook(NULL, NULL);
    return status;
}

/** No core can take a VMSA before its page is there. */
static void page_is_written_before_it_can_be_run(void **state)
{
    struct sev_launch_update vmsa = {.length = SEV_VMSA_BYTES};
    struct sev_copy copy = {
        .length = SEV_VMSA_BYTES, .src_paddr = SAMPLE_VMSA, .dst_paddr = ELSEWHERE};
    struct sev_swap_out away = {.flags = SEV_SWAP_VMSA << 1,
                                .src_paddr = ELSEWHERE,
                                .dst_paddr = SEALED,
                                .mdata_paddr = METADATA};
    struct sev_swap_in back = {.flags = SEV_SWAP_VMSA << 1,
                               .src_paddr = SEALED,
                               .dst_paddr = SAMPLE_VMSA,
                               .mdata_paddr = METADATA};
    struct sev_packet packet;
    uint32_t other = 0;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_LAUNCH_UPDATE_VMSA));
    memcpy(&vmsa, sample.parameters, sizeof(vmsa));
    assert_int_equal(watch(vmsa.paddr, SEV_COMMAND_LAUNCH_UPDATE_VMSA, &vmsa, sizeof(vmsa)),
                     SEV_STATUS_SUCCESS);
    sample_prepare(&sample, command_table_find(SEV_COMMAND_RECEIVE_UPDATE_VMSA));
    memcpy(&packet, sample.parameters, sizeof(packet));
    assert_int_equal(
        watch(packet.guest_paddr, SEV_COMMAND_RECEIVE_UPDATE_VMSA, &packet, sizeof(packet)),
        SEV_STATUS_SUCCESS);
    assert_true(cpu_enter(&core, BOARD_ES_ASID, packet.guest_paddr));
    memset(core.registers, 0x42, sizeof(core.registers));
    assert_true(cpu_leave(&core));
    /* A page that is a VMSA already: another guest's for the one, its own for the other command. */
    assert_int_equal(flow_share(packet.handle, SEV_POLICY_ES, &other), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(other, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
    vmsa.handle = other;
    vmsa.paddr = packet.guest_paddr;
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(watch(vmsa.paddr, SEV_COMMAND_LAUNCH_UPDATE_VMSA, &vmsa, sizeof(vmsa)),
                         SEV_STATUS_SUCCESS);
        assert_true(cpu_could_enter(BOARD_ES_ASID, vmsa.paddr, NULL));
    }
    assert_int_equal(
        watch(packet.guest_paddr, SEV_COMMAND_RECEIVE_UPDATE_VMSA, &packet, sizeof(packet)),
        SEV_STATUS_SUCCESS);
    assert_true(cpu_could_enter(BOARD_ES_ASID, packet.guest_paddr, NULL));
    sample_prepare(&sample, command_table_find(SEV_COMMAND_SWAP_OUT));
    copy.handle = away.handle = back.handle = sample.handle;
    assert_int_equal(watch(ELSEWHERE, SEV_COMMAND_COPY, &copy, sizeof(copy)), SEV_STATUS_SUCCESS);
    assert_true(cpu_could_enter(BOARD_ES_ASID, ELSEWHERE, NULL));
    assert_int_equal(watch(ELSEWHERE, SEV_COMMAND_SWAP_OUT, &away, sizeof(away)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(watch(SAMPLE_VMSA, SEV_COMMAND_SWAP_IN, &back, sizeof(back)),
                     SEV_STATUS_SUCCESS);
    assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, NULL));
}

/** COPY writes no VMSA that a core runs, be it whole or in part, and takes none along to it. */
static void copy_leaves_a_running_vmsa_alone(void **state)
{
    static const uint32_t lengths[] = {SEV_VMSA_BYTES, 16, 0x800, 2 * SEV_VMSA_BYTES};
    static uint8_t registers[SEV_VMSA_BYTES];

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_COPY));
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct sev_copy copy = {
            .handle = sample.handle, .length = lengths[i], .src_paddr = ELSEWHERE};

        for (uint32_t skip = 0; skip <= 0x800; skip += 0x800) {
            copy.dst_paddr = SAMPLE_VMSA + skip;
            assert_true(cpu_enter(&core, BOARD_ES_ASID, SAMPLE_VMSA));
            assert_int_equal(watch(SAMPLE_VMSA, SEV_COMMAND_COPY, &copy, sizeof(copy)),
                             SEV_STATUS_SUCCESS);
            assert_false(wrote_running);
            memset(core.registers, (int)(i + skip / 16), sizeof(core.registers));
            memcpy(registers, core.registers, sizeof(registers));
            assert_true(cpu_leave(&core));
            assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, core.registers));
            assert_memory_equal(core.registers, registers, sizeof(registers));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(ended_guest_keeps_no_vmsa, board_unhook),
        cmocka_unit_test_teardown(page_is_written_before_it_can_be_run, board_unhook),
        cmocka_unit_test_teardown(copy_leaves_a_running_vmsa_alone, board_unhook),
    };

    return cmocka_run_group_tests_name("T29 a core beside a command", tests, NULL, NULL);
}
