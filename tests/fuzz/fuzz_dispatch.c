/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the dispatcher with sequences of commands, memory contents and machine events. State lasts
 * over the sequence and is new for each input.
 *
 * With VIRTASP_FUZZ_TRACE set, each command and its status is printed: what does this input do?
 *
 * Besides what the sanitizers and the board's guards find, it is a fault when a command answers with
 * a status that its row does not list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "firmware/command_table.h"
#include "firmware/dispatch.h"
#include "firmware/guest/guest.h"
#include "firmware/mailbox.h"
#include "firmware/platform/platform.h"
#include "firmware/ring.h"
#include "hal/hosted/hosted.h"

#include "tests/fuzz/contents.h"
#include "tests/fuzz/grammar.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

#define STEPS_MAX 48u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** In this order the input names them: it must stay, or known inputs lose their meaning. */
static const uint16_t ids[] = {
#define ID(name, id) (id),
    SEV_COMMAND_LIST(ID)
#undef ID
};

static void check_status(const struct command_row *row, enum sev_status status)
{
    if (getenv("VIRTASP_FUZZ_TRACE") != NULL) {
        fprintf(stderr, "%s: %xh\n", row->name, (unsigned int)status);
    }
    if ((row->statuses & (1ull << status)) == 0) {
        fprintf(stderr, "%s answers %xh, which it does not list\n", row->name,
                (unsigned int)status);
        abort();
    }
}

static void run_command(struct input *input)
{
    const struct command_row *row =
        command_table_find(ids[input_below(input, sizeof(ids) / sizeof(ids[0]))]);

    if (row == NULL) {
        return;
    }
    grammar_build(row, input);
    const uint64_t paddr =
        (input_u8(input) & 0x1Fu) == 0x1F ? input_u64(input) : MACHINE_PARAMETERS;
    const enum sev_status status = dispatch_command(row->id, paddr);
    check_status(row, status);
    if (status == SEV_STATUS_SUCCESS &&
        (row->id == SEV_COMMAND_LAUNCH_START || row->id == SEV_COMMAND_RECEIVE_START)) {
        grammar_remember_handle();
    }
}

static void write_memory(struct input *input)
{
    uint8_t bytes[64];
    const uint32_t length = input_below(input, sizeof(bytes) + 1u);
    const uint64_t paddr = contents_place(input_u8(input), 0) + (uint64_t)input_u8(input) * 16;

    input_bytes(input, bytes, length);
    machine_write(paddr, bytes, length);
}

/** Something happens to the machine. */
static void event(struct input *input)
{
    const uint8_t value = input_u8(input);

    switch (input_below(input, 8)) {
    case 0:
        machine_wbinvd(value % MACHINE_CORES);
        break;
    case 1:
        hosted_entropy_fail_after(value);
        break;
    case 2:
        hosted_flash_fail_after(value);
        break;
    case 3: /* x86 changes the description: it counts in UNINIT only. */
        hosted_fabric()[input_u8(input) % sizeof(struct fabric_config)] ^= value;
        break;
    case 4:
        hosted_entropy_fail_after(UINT64_MAX);
        hosted_flash_fail_after(0);
        machine_restart();
        grammar_forget_handles();
        break;
    default:
        for (uint32_t core = 0; core < MACHINE_CORES; core++) {
            machine_wbinvd(core);
        }
        break;
    }
}

static void set_register(uint32_t offset, uint32_t value)
{
    memcpy(hosted_mailbox() + offset, &value, sizeof(value));
}

/** x86 rings for a few commands in the queues, or leaves ring-buffer mode. */
static void use_rings(struct input *input)
{
    const uint32_t low = input_u8(input);
    const uint32_t high = input_u8(input);
    const uint32_t kind = input_u8(input);

    set_register(MAILBOX_RB_TAIL, low | high << MAILBOX_RB_HIGH_SHIFT);
    if ((kind & 0xFu) == 0xFu) {
        set_register(MAILBOX_CMDRESP, kind << (MAILBOX_CMDRESP_ID_SHIFT - 4u));
    } else {
        set_register(MAILBOX_RB_CTL, MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE |
                                         ((kind & 1u) != 0 ? 0 : MAILBOX_RB_CTL_CLEAR));
    }
    (void)mailbox_serve();
}

/** x86 writes registers, and the firmware looks at them. */
static void use_mailbox(struct input *input)
{
    if (ring_is_active()) {
        use_rings(input);
        return;
    }
    static const uint32_t registers[] = {MAILBOX_CMDRESP, MAILBOX_CMDBUF_LO, MAILBOX_CMDBUF_HI,
                                         MAILBOX_INTEN, MAILBOX_INTSTS};
    const uint32_t writes = input_below(input, 6);

    for (uint32_t i = 0; i < writes; i++) {
        const uint32_t which = registers[input_below(input, 5)];
        set_register(which, input_u32(input));
    }
    (void)mailbox_serve();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .left = size};

    machine_reset();
    grammar_forget_handles();
    for (uint32_t step = 0; step < STEPS_MAX && !input_is_empty(&input); step++) {
        const uint32_t kind = input_below(&input, 16);
        if (kind < 12) {
            run_command(&input);
        } else if (kind == 12) {
            write_memory(&input);
        } else if (kind == 13) {
            use_mailbox(&input);
        } else {
            event(&input);
        }
        if (guest_count() > GUEST_MAX ||
            (guest_count() != 0) != (platform_state() == SEV_PLATFORM_WORKING)) {
            abort();
        }
    }
    return 0;
}
