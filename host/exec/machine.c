/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The x86 machine of which the program sees the devices (machine.h).
 */
#include "host/exec/machine.h"

#include <errno.h>
#include <sys/stat.h>

#include "abi/mailbox.h"
#include "abi/snp_command_id.h"
#include "abi/snp_state.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"
#include "host/lib/status.h"

#define TURN_US 500000
#define PAUSE_US 25000 /* Others look every 10 ms. */
#define LEFT_COMMAND_MS 10000

/*
 * What drivers need lies in the last range of memory, and a reverse map table of ours covers only what
 * is below: no page there must change hands for a command. Where there is one range only, they do.
 */
static bool choose_memory(struct exec_machine *machine)
{
    struct board *board = &machine->board;
    struct dram *dram = &board->dram;
    const uint32_t last = dram->range_count - 1;
    const struct fabric_range *covered = &dram->ranges[last == 0 ? 0 : last - 1];
    board->command_paddr = dram_allocate(dram, last, DRAM_PAGE_BYTES, 0);
    board->scratch_paddr = dram_allocate(dram, last, BOARD_SCRATCH_BYTES, 0);
    machine->message_paddr = dram_allocate(dram, last, 2ull * DRAM_PAGE_BYTES, 0);
    machine->tmr_paddr = dram_allocate(dram, last, EXEC_TMR_BYTES, EXEC_TMR_BYTES);
    machine->rmp_bytes = fabric_rmp_bytes(covered->base + covered->length);
    machine->rmp_base = dram_allocate(dram, 0, machine->rmp_bytes, RMP_ALIGNMENT);
    machine->mark_paddr = dram_allocate(dram, 0, DRAM_PAGE_BYTES, 0);
    dram_keep_all(dram);
    x86_rmp_attach(&machine->rmp, board->fabric_file.bytes, dram);
    return board->command_paddr != 0 && board->scratch_paddr != 0 && machine->message_paddr != 0;
}

static bool serves_nobody(const struct mailbox_client *client, const void *context)
{
    (void)context;
    return mailbox_read(client, MAILBOX_FEATURE) != MAILBOX_FEATURE_SEV || mailbox_is_idle(client);
}

/* Whoever was killed has given the lock back, and left a command. */
static void hold(struct exec_machine *machine)
{
    const enum mailbox_result result =
        mailbox_wait(&machine->board.mailbox, serves_nobody, NULL, LEFT_COMMAND_MS);
    (void)result; /* What is not as it should be the first command will tell. */
    machine->held = true;
    machine->held_since = deadline_now_us();
}

enum board_result exec_machine_open(struct exec_machine *machine, const char *directory)
{
    *machine = (struct exec_machine){.directory = directory, .openings = machine->openings + 1};
    enum board_result result = board_open(&machine->board, directory);
    if (result != BOARD_OK) {
        return result;
    }
    hold(machine);
    if (machine->board.fabric_file.bytes == NULL) {
        result = board_fail(&machine->board, BOARD_FAILED, "the board has no fabric file");
    } else if (machine->board.dram.range_count == 0 || !choose_memory(machine)) {
        result = board_fail(&machine->board, BOARD_FAILED, "the machine has too little memory");
    }
    if (result != BOARD_OK) {
        exec_machine_close(machine);
    }
    return result;
}

void exec_machine_close(struct exec_machine *machine)
{
    board_close(&machine->board);
    machine->held = false;
}

/* @return whether the files of run/ are those that are mapped: each start makes them anew */
static bool is_same_board(const struct exec_machine *machine)
{
    char path[PATH_MAX];
    struct stat now;
    struct stat then;
    return machine->board.mailbox_file.bytes != NULL &&
           board_path(path, machine->directory, "run/mailbox") && stat(path, &now) == 0 &&
           fstat(machine->board.mailbox_file.descriptor, &then) == 0 && now.st_dev == then.st_dev &&
           now.st_ino == then.st_ino;
}

int exec_machine_take(struct exec_machine *machine)
{
    char doorbell[PATH_MAX];
    struct board *board = &machine->board;
    if (machine->held) {
        return 0;
    }
    if (!is_same_board(machine)) {
        exec_machine_close(machine);
        return exec_machine_open(machine, machine->directory) == BOARD_OK ? 0 : -EIO;
    }
    if (!board_path(doorbell, machine->directory, "run/doorbell") ||
        mailbox_open(&board->mailbox, board->mailbox_file.bytes, board->mailbox_file.descriptor,
                     doorbell, MAILBOX_TIMEOUT_MS) != MAILBOX_OK) {
        return -EIO;
    }
    hold(machine);
    return 0;
}

void exec_machine_give(struct exec_machine *machine)
{
    if (machine->held) {
        mailbox_close(&machine->board.mailbox);
        machine->held = false;
    }
}

void exec_machine_take_turns(struct exec_machine *machine)
{
    if (machine->held && deadline_now_us() - machine->held_since > TURN_US) {
        exec_machine_give(machine);
        deadline_sleep_us(PAUSE_US);
    }
}

/* Nobody changes it while the mailbox is held. */
static bool look(const struct exec_machine *machine, struct fabric_status *status)
{
    return machine->board.fabric_file.bytes != NULL &&
           status_copy(machine->board.fabric_file.bytes, STATUS_TIMEOUT_MS, status) ==
               STATUS_SERVING;
}

bool exec_machine_has_snp(const struct exec_machine *machine)
{
    struct fabric_status status;
    return look(machine, &status) &&
           (status.ids[SNP_COMMAND_INIT / 32] >> SNP_COMMAND_INIT % 32 & 1) != 0;
}

bool exec_machine_snp_is_on(const struct exec_machine *machine)
{
    struct fabric_status status;
    return look(machine, &status) && status.snp_state == SNP_PLATFORM_INIT;
}

void exec_machine_flush_caches(struct exec_machine *machine)
{
    fabric_report_wbinvd_all(machine->board.fabric_file.bytes);
}
