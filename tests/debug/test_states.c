/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all commands tested here have in common: platform states, handles, guest states, activity.
 */
#include <string.h>

#include "tests/debug/groups.h"
#include "tests/debug/support.h"

#define ANY_STATE 0x7Eu
#define NOT_SENT (ANY_STATE & ~(1u << SEV_GUEST_SENT))

/** The commands; their parameters are good when all but the handle is. */
static const struct {
    uint32_t id;
    size_t size;
    size_t handle_offset;
    uint32_t states; /**< Bit n = allowed in enum sev_guest_state n. */
    bool needs_active;
} commands[] = {
    {SEV_COMMAND_COPY, sizeof(struct sev_copy), 0, NOT_SENT, true},
    {SEV_COMMAND_DBG_DECRYPT, sizeof(struct sev_dbg), 0, NOT_SENT, true},
    {SEV_COMMAND_DBG_ENCRYPT, sizeof(struct sev_dbg), 0, NOT_SENT, true},
    {SEV_COMMAND_SWAP_OUT, sizeof(struct sev_swap_out), 0, 1u << SEV_GUEST_RUNNING, true},
    {SEV_COMMAND_SWAP_IN, sizeof(struct sev_swap_in), 0, 1u << SEV_GUEST_RUNNING, true},
    {SEV_COMMAND_ACTIVATE_EX, sizeof(struct sev_activate_ex), 4, NOT_SENT, false},
    {SEV_COMMAND_ATTESTATION, sizeof(struct sev_attestation), 0,
     1u << SEV_GUEST_LSECRET | 1u << SEV_GUEST_RUNNING | 1u << SEV_GUEST_SUPDATE, false},
    {SEV_COMMAND_LAUNCH_UPDATE_VMSA, sizeof(struct sev_launch_update), 0, 1u << SEV_GUEST_LUPDATE,
     true},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

union parameters {
    struct sev_copy copy;
    struct sev_dbg dbg;
    struct sev_swap_out swap_out;
    struct sev_swap_in swap_in;
    struct sev_activate_ex activate_ex;
    struct sev_attestation attestation;
    struct sev_launch_update update;
    uint8_t bytes[64];
};

/** Good parameters of a command. */
static union parameters make(size_t index, uint32_t handle)
{
    union parameters made;

    memset(&made, 0, sizeof made);
    switch (commands[index].id) {
    case SEV_COMMAND_COPY:
        made.copy =
            (struct sev_copy){.length = 64, .src_paddr = suite_slot(0), .dst_paddr = suite_slot(1)};
        break;
    case SEV_COMMAND_DBG_DECRYPT:
    case SEV_COMMAND_DBG_ENCRYPT:
        made.dbg =
            (struct sev_dbg){.src_paddr = suite_slot(0), .dst_paddr = suite_slot(1), .length = 64};
        break;
    case SEV_COMMAND_SWAP_OUT:
    case SEV_COMMAND_SWAP_IN:
        made.swap_in = (struct sev_swap_in){
            .src_paddr = suite_slot(0), .dst_paddr = suite_slot(1), .mdata_paddr = suite_slot(2)};
        break;
    case SEV_COMMAND_ACTIVATE_EX:
        made.activate_ex = (struct sev_activate_ex){.ex_len = sizeof made.activate_ex,
                                                    .asid = suite.machine.max_asid,
                                                    .num_ids = 1,
                                                    .ids_paddr = suite_slot(0)};
        memset(suite_at(suite_slot(0), 4), 0, 4);
        break;
    case SEV_COMMAND_ATTESTATION:
        made.attestation = (struct sev_attestation){
            .report_paddr = suite_slot(0), .length = sizeof(struct sev_attestation_report)};
        break;
    default:
        made.update = (struct sev_launch_update){.paddr = suite_slot(0), .length = SEV_VMSA_BYTES};
        break;
    }
    memcpy(made.bytes + commands[index].handle_offset, &handle, sizeof handle);
    return made;
}

/** Fails the test unless the command refuses the handle. */
static void refuse(size_t index, uint32_t handle, enum sev_status status)
{
    union parameters given = make(index, handle);

    snapshot_refuse(commands[index].id, &given, commands[index].size, NULL, status, __FILE__,
                    (int)commands[index].id);
}

static void nothing_works_in_uninit(void **state)
{
    (void)state;
    to_uninit();
    for (size_t i = 0; i < COMMANDS; i++) {
        refuse(i, 1, SEV_STATUS_INVALID_PLATFORM_STATE);
    }
}

static void handles_must_name_a_guest(void **state)
{
    uint32_t gone;

    (void)state;
    to_init();
    for (size_t i = 0; i < COMMANDS; i++) {
        refuse(i, 1, SEV_STATUS_INVALID_GUEST);
    }
    gone = launch_active(0);
    const uint32_t other = launch(0);

    tear_down(gone);
    for (size_t i = 0; i < COMMANDS; i++) {
        refuse(i, 0, SEV_STATUS_INVALID_GUEST);
        refuse(i, gone, SEV_STATUS_INVALID_GUEST);
        refuse(i, other ^ 0x80000000u, SEV_STATUS_INVALID_GUEST);
        refuse(i, UINT32_MAX, SEV_STATUS_INVALID_GUEST);
    }
}

static void guest_states_are_checked(void **state)
{
    (void)state;
    for (uint32_t guest_state = SEV_GUEST_LUPDATE; guest_state <= SEV_GUEST_SENT; guest_state++) {
        to_init();
        const uint32_t handle = guest_in_state((enum sev_guest_state)guest_state, true);

        for (size_t i = 0; i < COMMANDS; i++) {
            if ((commands[i].states >> guest_state & 1) == 0) {
                refuse(i, handle, SEV_STATUS_INVALID_GUEST_STATE);
            }
        }
    }
}

static void inactive_guests_have_no_memory(void **state)
{
    (void)state;
    for (uint32_t guest_state = SEV_GUEST_LUPDATE; guest_state < SEV_GUEST_SENT; guest_state++) {
        to_init();
        const uint32_t handle = guest_in_state((enum sev_guest_state)guest_state, false);

        for (size_t i = 0; i < COMMANDS; i++) {
            /* LAUNCH_UPDATE_VMSA looks at the policy first. */
            if ((commands[i].states >> guest_state & 1) != 0 && commands[i].needs_active &&
                commands[i].id != SEV_COMMAND_LAUNCH_UPDATE_VMSA) {
                refuse(i, handle, SEV_STATUS_INACTIVE);
            }
        }
    }
    to_init_es();
    refuse(COMMANDS - 1, launch(SEV_POLICY_ES), SEV_STATUS_INACTIVE);
}

static void parameters_must_be_in_memory(void **state)
{
    uint64_t bad[] = {0, 0, 0, 0, UINT64_MAX - 3};

    (void)state;
    to_init_es();
    bad[0] = suite.board.command_paddr + 2; /* not 4-byte aligned */
    bad[1] = suite.low_end - 4;
    bad[2] = suite.high_end;
    bad[3] = suite.tmr + 0x1000;
    for (size_t i = 0; i < COMMANDS; i++) {
        for (size_t j = 0; j < sizeof bad / sizeof bad[0]; j++) {
            snapshot_take();
            assert_status(suite_issue(commands[i].id, bad[j]), INVALID_ADDRESS);
            snapshot_compare(__FILE__, __LINE__);
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(nothing_works_in_uninit),
    cmocka_unit_test(handles_must_name_a_guest),
    cmocka_unit_test(guest_states_are_checked),
    cmocka_unit_test(inactive_guests_have_no_memory),
    cmocka_unit_test(parameters_must_be_in_memory),
};

PROGRAM_GROUP(states, tests);
