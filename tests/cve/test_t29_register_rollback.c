/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T29: registers of a guest are never rolled back: whatever a core saves while a command works on its
 * VMSA, and whenever, the VMSA that can be run afterwards is what was saved last, at one place.
 *
 * The core acts before the Nth access of the firmware to memory, for every N.
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
static uint8_t newest[SEV_VMSA_BYTES]; /**< What a core saved last. */
static uint32_t saves;

/** When the core acts, and for how long. */
static struct {
    size_t accesses; /**< So many of the firmware's are over. */
    size_t enter;    /**< VMRUN before this one. */
    size_t leave;    /**< #VMEXIT before this one. */
    bool entered;
} plan;

static void leave(void)
{
    memset(core.registers, (int)++saves, sizeof(core.registers));
    memcpy(core.registers, &saves, sizeof(saves));
    if (cpu_leave(&core)) {
        memcpy(newest, core.registers, sizeof(newest));
    }
    plan.entered = false;
}

static void act(void *context, const struct hosted_step *step)
{
    (void)context;
    (void)step;
    if (plan.accesses == plan.enter) {
        plan.entered = cpu_enter(&core, BOARD_ES_ASID, SAMPLE_VMSA);
    }
    if (plan.entered && plan.accesses == plan.leave) {
        leave();
    }
    plan.accesses++;
}

/** Runs a command; the core enters before access @p enter and leaves @p stay accesses later. */
static enum sev_status race(uint32_t id, void *parameters, size_t size, size_t enter, size_t stay)
{
    enum sev_status status;

    plan.accesses = 0;
    plan.enter = enter;
    plan.leave = enter + stay;
    plan.entered = false;
    hosted_set_access_hook(act, NULL);
    status = board_command(id, parameters, size);
    hosted_set_access_hook(NULL, NULL);
    if (plan.entered) {
        leave();
    }
    return status;
}

/** Whether a core can run the page; it is then the newest VMSA, or the test fails. */
static bool runs(uint64_t paddr)
{
    static uint8_t registers[SEV_VMSA_BYTES];

    if (!cpu_could_enter(BOARD_ES_ASID, paddr, registers)) {
        return false;
    }
    assert_memory_equal(registers, newest, sizeof(newest));
    return true;
}

static void prepare(uint32_t id)
{
    sample_prepare(&sample, command_table_find(id));
    assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, newest));
}

/** How long the core stays: not at all, for some accesses, until after the command. */
static const size_t stays[] = {0, 1, 2, 3, 5, 1000000};

#define FOR_EVERY_RACE(enter, stay)                                                                \
    for (size_t s_ = 0, stay = stays[0]; s_ < sizeof(stays) / sizeof(stays[0]);                    \
         s_++, stay = s_ < sizeof(stays) / sizeof(stays[0]) ? stays[s_] : 0)                       \
        for (size_t enter = 0, more_ = 1; more_ != 0; more_ = plan.accesses > enter, enter++)

static void copy_moves_the_newest_or_nothing(void **state)
{
    size_t moved = 0;
    size_t stayed = 0;

    (void)state;
    prepare(SEV_COMMAND_COPY);
    FOR_EVERY_RACE(enter, stay)
    {
        struct sev_copy there = {.handle = sample.handle,
                                 .length = SEV_VMSA_BYTES,
                                 .src_paddr = SAMPLE_VMSA,
                                 .dst_paddr = ELSEWHERE};
        struct sev_copy back = {.handle = sample.handle,
                                .length = SEV_VMSA_BYTES,
                                .src_paddr = ELSEWHERE,
                                .dst_paddr = SAMPLE_VMSA};
        assert_int_equal(race(SEV_COMMAND_COPY, &there, sizeof(there), enter, stay),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(runs(SAMPLE_VMSA) + runs(ELSEWHERE), 1);
        if (runs(ELSEWHERE)) {
            moved++;
            assert_int_equal(board_command(SEV_COMMAND_COPY, &back, sizeof(back)),
                             SEV_STATUS_SUCCESS);
            assert_true(runs(SAMPLE_VMSA));
        } else {
            stayed++;
        }
    }
    assert_true(moved > 10 && stayed > 10);
}

static void swap_out_takes_the_newest_or_nothing(void **state)
{
    size_t out = 0;
    size_t stayed = 0;

    (void)state;
    prepare(SEV_COMMAND_SWAP_OUT);
    FOR_EVERY_RACE(enter, stay)
    {
        struct sev_swap_out away = {.handle = sample.handle,
                                    .flags = SEV_SWAP_VMSA << 1,
                                    .src_paddr = SAMPLE_VMSA,
                                    .dst_paddr = SEALED,
                                    .mdata_paddr = METADATA};
        struct sev_swap_in back = {.handle = sample.handle,
                                   .flags = SEV_SWAP_VMSA << 1,
                                   .src_paddr = SEALED,
                                   .dst_paddr = SAMPLE_VMSA,
                                   .mdata_paddr = METADATA};
        const enum sev_status status = race(SEV_COMMAND_SWAP_OUT, &away, sizeof(away), enter, stay);
        if (status == SEV_STATUS_SUCCESS) {
            out++;
            assert_false(runs(SAMPLE_VMSA));
            assert_int_equal(board_command(SEV_COMMAND_SWAP_IN, &back, sizeof(back)),
                             SEV_STATUS_SUCCESS);
            assert_int_equal(board_command(SEV_COMMAND_SWAP_IN, &back, sizeof(back)),
                             SEV_STATUS_BAD_MEASUREMENT); /* Once only. */
        } else {
            stayed++;
            assert_int_equal(status, SEV_STATUS_BAD_MEASUREMENT);
        }
        assert_true(runs(SAMPLE_VMSA));
    }
    assert_true(out > 10 && stayed > 10);
}

/** A packet holds registers that were the newest at some time during the command, whole. */
static void send_sends_what_was_saved(void **state)
{
    static uint8_t before[SEV_VMSA_BYTES];
    static uint8_t sent[SEV_VMSA_BYTES];

    (void)state;
    prepare(SEV_COMMAND_SEND_UPDATE_VMSA);
    FOR_EVERY_RACE(enter, stay)
    {
        struct sev_packet parameters;
        enum sev_status status;

        memcpy(&parameters, sample.parameters, sizeof(parameters));
        memcpy(before, newest, sizeof(before));
        status = race(SEV_COMMAND_SEND_UPDATE_VMSA, &parameters, sizeof(parameters), enter, stay);
        assert_true(runs(SAMPLE_VMSA));
        if (status != SEV_STATUS_SUCCESS) {
            assert_int_equal(status, SEV_STATUS_BAD_MEASUREMENT);
            assert_memory_not_equal(before, newest, sizeof(before));
            continue;
        }
        oracle_aes128_ctr(
            guest_find(sample.handle)->keys.tek,
            ((const struct sev_packet_header *)(const void *)board_dram(parameters.hdr_paddr))->iv,
            board_dram(parameters.trans_paddr), sent, sizeof(sent));
        assert_true(memcmp(sent, before, sizeof(sent)) == 0 ||
                    memcmp(sent, newest, sizeof(sent)) == 0);
    }
}

/** What a debugger writes is in the VMSA, or a core has saved another since. */
static void dbg_encrypt_changes_the_newest(void **state)
{
    uint32_t marks = 0;

    (void)state;
    prepare(SEV_COMMAND_DBG_ENCRYPT);
    FOR_EVERY_RACE(enter, stay)
    {
        static uint8_t registers[SEV_VMSA_BYTES];
        static uint8_t debugged[SEV_VMSA_BYTES];
        struct sev_dbg parameters = {.handle = sample.handle,
                                     .length = 16,
                                     .src_paddr = SEALED,
                                     .dst_paddr = SAMPLE_VMSA + 0x230};
        const uint32_t before = saves;

        marks++;
        memset(board_dram(SEALED), 0xD0, 16);
        memcpy(board_dram(SEALED), &marks, sizeof(marks));
        assert_int_equal(
            race(SEV_COMMAND_DBG_ENCRYPT, &parameters, sizeof(parameters), enter, stay),
            SEV_STATUS_SUCCESS);
        memcpy(debugged, newest, sizeof(debugged));
        memcpy(debugged + 0x230, board_dram(SEALED), 16);
        if (!cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, registers)) {
            fail_msg("the VMSA cannot be run any more");
        }
        if (memcmp(registers, debugged, sizeof(registers)) != 0) {
            assert_int_not_equal(saves, before);
            assert_memory_equal(registers, newest, sizeof(registers));
        }
        memcpy(newest, registers, sizeof(newest));
    }
}

/** A page that becomes a VMSA anew can be run, or is left to the core that runs it. */
static void update_makes_what_runs_or_nothing(void **state)
{
    size_t made = 0;
    size_t stayed = 0;

    (void)state;
    prepare(SEV_COMMAND_LAUNCH_UPDATE_VMSA);
    FOR_EVERY_RACE(enter, stay)
    {
        struct sev_launch_update parameters = {
            .handle = sample.handle, .paddr = SAMPLE_VMSA, .length = SEV_VMSA_BYTES};
        const enum sev_status status =
            race(SEV_COMMAND_LAUNCH_UPDATE_VMSA, &parameters, sizeof(parameters), enter, stay);
        if (status == SEV_STATUS_SUCCESS) {
            made++;
            assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, newest));
        } else {
            stayed++;
            assert_int_equal(status, SEV_STATUS_INVALID_ADDRESS);
            assert_true(runs(SAMPLE_VMSA));
        }
    }
    assert_true(made > 10 && stayed > 5);
}

/** The same packet to the same page does not bring back the registers that were received. */
static void received_vmsa_is_not_received_again(void **state)
{
    static uint8_t table[SEV_TMR_BYTES];
    static uint8_t memory[SEV_VMSA_BYTES];
    struct sev_packet packet;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_RECEIVE_UPDATE_VMSA));
    memcpy(&packet, sample.parameters, sizeof(packet));
    assert_int_equal(board_command(SEV_COMMAND_RECEIVE_UPDATE_VMSA, &packet, sizeof(packet)),
                     SEV_STATUS_SUCCESS);
    for (uint32_t runs_before = 0; runs_before < 2; runs_before++) {
        if (runs_before != 0) {
            assert_true(cpu_enter(&core, BOARD_ES_ASID, packet.guest_paddr));
            leave();
        } else {
            assert_true(cpu_could_enter(BOARD_ES_ASID, packet.guest_paddr, newest));
        }
        memcpy(table, cpu_table(), sizeof(table));
        memcpy(memory, board_dram(packet.guest_paddr), sizeof(memory));
        assert_int_equal(board_command(SEV_COMMAND_RECEIVE_UPDATE_VMSA, &packet, sizeof(packet)),
                         SEV_STATUS_INVALID_ADDRESS);
        assert_memory_equal(cpu_table(), table, sizeof(table));
        assert_memory_equal(board_dram(packet.guest_paddr), memory, sizeof(memory));
        assert_true(runs(packet.guest_paddr));
    }
}

/** What a core saves when its guest has ended makes no VMSA of another guest run. */
static void decommission_leaves_nothing_to_run(void **state)
{
    size_t enter = 0;

    (void)state;
    do {
        struct sev_handle parameters;

        prepare(SEV_COMMAND_COPY);
        parameters.handle = sample.handle;
        assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, sample.handle),
                         SEV_STATUS_SUCCESS);
        plan.entered = false;
        assert_int_equal(race(SEV_COMMAND_DECOMMISSION, &parameters, sizeof(parameters), enter, 2),
                         SEV_STATUS_SUCCESS);
        assert_null(cpu_find(SAMPLE_VMSA));
        assert_int_equal(cpu_count_valid(), 0);
        enter++;
    } while (plan.accesses > enter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(copy_moves_the_newest_or_nothing, board_unhook),
        cmocka_unit_test_teardown(swap_out_takes_the_newest_or_nothing, board_unhook),
        cmocka_unit_test_teardown(send_sends_what_was_saved, board_unhook),
        cmocka_unit_test_teardown(dbg_encrypt_changes_the_newest, board_unhook),
        cmocka_unit_test_teardown(update_makes_what_runs_or_nothing, board_unhook),
        cmocka_unit_test_teardown(received_vmsa_is_not_received_again, board_unhook),
        cmocka_unit_test_teardown(decommission_leaves_nothing_to_run, board_unhook),
    };

    return cmocka_run_group_tests_name("T29 register rollback", tests, NULL, NULL);
}
