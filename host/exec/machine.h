/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The x86 machine of which the program sees the devices: a board, the memory that drivers use, and
 * commands as a driver gives them. One thread uses it.
 *
 * The mailbox is others' too: it is taken for a call, kept for a while in case the next one follows at
 * once, and given back. What a call needs to find unchanged, it does before it ends.
 *
 * Results are 0 or a negative error number, as a driver's.
 */
#ifndef HOST_EXEC_MACHINE_H
#define HOST_EXEC_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/board.h"
#include "host/x86/rmp.h"

#define EXEC_NO_FIRMWARE_CALL UINT32_MAX /**< The error of Linux when no firmware was reached. */

/** Places for what commands point to, EXEC_OPERAND_BYTES each. */
enum exec_operand { EXEC_OPERAND_FIRST, EXEC_OPERAND_SECOND };
#define EXEC_OPERAND_BYTES (BOARD_SCRATCH_BYTES / 2)

/** Of the TMR, all of it, as Linux has it with SEV-SNP: SNP_INIT_EX refuses one of less than 2 MiB. */
#define EXEC_TMR_BYTES 0x200000u

struct exec_machine {
    const char *directory; /**< Of the chip. */
    struct board board;
    struct x86_rmp rmp;
    uint64_t tmr_paddr;     /**< For SEV-ES; 0 = there is no memory for it. */
    uint64_t message_paddr; /**< Two pages for guests' messages. */
    uint64_t rmp_base;      /**< Where a table can be; 0 = nowhere. */
    uint64_t rmp_bytes;
    uint64_t mark_paddr; /**< A page that the table covers and nobody reads; 0 = nowhere. */
    bool held;           /**< The mailbox is ours. */
    int64_t held_since;  /**< Microseconds. */
    uint32_t openings;   /**< How often the board was opened: it may be another one's start. */
};

/**
 * Opens the board, and chooses memory. Holds the mailbox then.
 *
 * @param machine    of zeros at first
 * @param directory  of the chip; must outlive @p machine
 * @return as board_open(); the machine's board has the message
 */
enum board_result exec_machine_open(struct exec_machine *machine, const char *directory)
    __attribute__((warn_unused_result));

/** Gives the mailbox and the board up. */
void exec_machine_close(struct exec_machine *machine);

/**
 * Takes the mailbox, if it is not held; waits for others as long as the firmware takes for their
 * commands. A board that was started anew since is opened again.
 *
 * @return 0, or -EIO: there is no board, or it does not answer
 */
int exec_machine_take(struct exec_machine *machine) __attribute__((warn_unused_result));

/** Gives the mailbox back, if it is held. */
void exec_machine_give(struct exec_machine *machine);

/** Gives it back when it has been held for so long that others should have their turn. */
void exec_machine_take_turns(struct exec_machine *machine);

/**
 * Issues a command, and copies its buffer back even when it fails. The mailbox is held; when the board
 * does not answer it is given back, and the commands that follow fail.
 *
 * @param id            of the command
 * @param[in,out] data  @p length bytes; NULL for none
 * @param[out] error    the status, or EXEC_NO_FIRMWARE_CALL; 0 when there was no answer in time
 * @return 0; -EIO: the firmware refused it, or there is none; -ETIMEDOUT
 */
int exec_machine_command(struct exec_machine *machine, uint32_t id, void *data, size_t length,
                         uint32_t *error) __attribute__((warn_unused_result));

/** A command whose result is a status of sev.h's functions. @return see exec_machine_command() */
int exec_machine_result(int result, uint32_t *error) __attribute__((warn_unused_result));

/** @return the physical address of a place */
uint64_t exec_machine_operand(const struct exec_machine *machine, enum exec_operand place);

/** Writes to a place. @return 0 or -EIO */
int exec_machine_put(struct exec_machine *machine, enum exec_operand place, const void *data,
                     size_t length) __attribute__((warn_unused_result));

/** Reads from a place. @return 0 or -EIO */
int exec_machine_get(struct exec_machine *machine, enum exec_operand place, void *data,
                     size_t length) __attribute__((warn_unused_result));

/** Lets the firmware write there: where a reverse map table covers it, it is the firmware's then. */
int exec_machine_lend(struct exec_machine *machine, uint64_t paddr, size_t length)
    __attribute__((warn_unused_result));

/** Takes it back. @return 0, or -EFAULT: some of it stays the firmware's */
int exec_machine_reclaim(struct exec_machine *machine, uint64_t paddr, size_t length);

/** WBINVD on all cores. */
void exec_machine_flush_caches(struct exec_machine *machine);

/** @return whether the chip has SEV-SNP */
bool exec_machine_has_snp(const struct exec_machine *machine);

/** @return whether SEV-SNP is on */
bool exec_machine_snp_is_on(const struct exec_machine *machine);

#endif
