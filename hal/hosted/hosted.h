/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The test's side of the Linux board: what hal/include/hal/ does not offer the firmware. A test
 * resets the board, looks at and pokes its memories, and makes its devices fail.
 *
 * A call of a hal_ function outside its contract is a fault of the firmware: it ends the process
 * by abort(). The board's control state and its memories are shared with hosted_boot()'s child.
 */
#ifndef HAL_HOSTED_HOSTED_H
#define HAL_HOSTED_HOSTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/fuses.h"
#include "hal/flash.h"

#define HOSTED_DRAM_BYTES_DEFAULT 0x4000000u
#define HOSTED_FLASH_BYTES 0x200000u
_Static_assert(HOSTED_FLASH_BYTES == HAL_FLASH_SECTORS * HAL_FLASH_SECTOR_BYTES,
               "the bank is what the firmware may use");

/* ---- The whole board ---- */

/**
 * Makes a new board: zeroed memories, blank flash (FFh), the test chip's fuses, entropy from the
 * operating system, an empty log, every failure, hook and counter off. Detaches all files.
 */
void hosted_reset(void);

/** How a boot, or the whole board, came to its end. */
enum hosted_ending {
    HOSTED_RETURNED,  /**< The function returned. */
    HOSTED_POWER_OFF, /**< hal_power_off() was called. */
    HOSTED_POWER_CUT, /**< The power failed in a flash operation. */
    HOSTED_REPLACED,  /**< The firmware was replaced (hosted_set_replaceable). */
    HOSTED_DIED,      /**< A guard, a sanitizer, a signal or the time limit ended the process. */
};

/**
 * Runs @p function in a child process, so that the firmware starts with the variables that the
 * caller has now; what it does to the board stays. Call it again to boot again.
 *
 * The child has 120 seconds, and must not use assertions that jump out of @p function.
 *
 * @param function    what to run; its result is stored in @p result
 * @param context     handed to @p function
 * @param[out] result  the function's result, 0 if it did not return; may be NULL
 */
enum hosted_ending hosted_boot(int (*function)(void *context), void *context, int *result);

/** Is told that the board stops; it must not return, but jump or end the process. */
typedef void hosted_stop_handler(void *context, enum hosted_ending ending);

/**
 * Sets what happens when the board stops outside hosted_boot(). Without a handler, power-off ends
 * the process with status 0 and a power cut aborts it.
 *
 * @param handler  NULL removes it
 * @param context  handed to @p handler
 */
void hosted_set_stop_handler(hosted_stop_handler *handler, void *context);

/** @return the text of the guard that fired, also in hosted_boot()'s child; "" if none has */
const char *hosted_guard_message(void);

/**
 * Lets hal_firmware_replace() succeed: the boot ends as HOSTED_REPLACED, and the next hosted_boot() is
 * the new firmware's, which finds the hand-over. Any other boot follows a reset.
 */
void hosted_set_replaceable(bool replaceable);

/**
 * Makes hal_system_start() fail.
 *
 * @param device  the name that it returns; NULL lets it succeed again
 */
void hosted_set_start_failure(const char *device);

/* ---- Memories ---- */

enum hosted_memory { HOSTED_MAILBOX, HOSTED_FABRIC, HOSTED_DRAM, HOSTED_FLASH, HOSTED_MEMORIES };

uint8_t *hosted_mailbox(void); /**< MAILBOX_FILE_BYTES */
uint8_t *hosted_fabric(void);  /**< FABRIC_FILE_BYTES */
uint8_t *hosted_dram(void);    /**< hosted_dram_bytes() */
uint64_t hosted_dram_bytes(void);
uint8_t *hosted_flash(void); /**< HOSTED_FLASH_BYTES; writing here breaks no rule */

/** @return the fuses, to be changed in place; another magic means that the board has none */
struct fuses *hosted_fuses(void);

/**
 * Gives the board another, zeroed DRAM.
 *
 * @param bytes  its size, a multiple of 4096; memory is used only for what is touched
 */
void hosted_set_dram_bytes(uint64_t bytes);

/** Files that stand for devices; NULL leaves the device as it is. */
struct hosted_files {
    const char *mailbox;  /**< Made when it does not exist. */
    const char *fabric;   /**< Made when it does not exist. */
    const char *dram;     /**< Its size is the DRAM's, a multiple of 4096. */
    const char *nv;       /**< Image of the flash bank; made, and erased, when it does not exist. */
    const char *fuses;    /**< struct fuses, never written. */
    const char *log;      /**< Emptied first, unless LOG_GOES_ON. */
    const char *doorbell; /**< Path of the unix stream socket to listen on. */
    bool log_goes_on;
};

/**
 * Maps files in place of the board's memories; other processes see every access. The image of the
 * flash bank is locked, against other boards in QEMU too.
 *
 * @param[in] files       which
 * @param[out] error      what failed and why, terminated
 * @param error_bytes     size of @p error
 * @return false when a file cannot be opened, mapped or locked or has a wrong size
 */
bool hosted_attach_files(const struct hosted_files *files, char *error, size_t error_bytes)
    __attribute__((warn_unused_result));

/* ---- Accesses to what the x86 side shares ---- */

enum hosted_access_kind {
    HOSTED_READ,
    HOSTED_WRITE,
    HOSTED_REPLACE, /**< A write that happens only if nobody else has written: one step. */
};

/** An access of the firmware: [offset, offset + length) of DRAM, fabric or mailbox. */
struct hosted_step {
    enum hosted_memory memory; /**< HOSTED_DRAM, HOSTED_FABRIC or HOSTED_MAILBOX. */
    enum hosted_access_kind kind;
    uint64_t offset;
    size_t length;
};

/**
 * Plays the x86 side, which runs while a command runs: is told of an access to come, and may change
 * any memory by the pointers above. It must not call a hal_ function.
 */
typedef void hosted_access_hook(void *context, const struct hosted_step *step);

/**
 * Sets what is called before each access of the firmware to DRAM, fabric and mailbox registers:
 * what it does falls between that access and the one before.
 *
 * @param hook     NULL for nothing
 * @param context  handed to @p hook
 */
void hosted_set_access_hook(hosted_access_hook *hook, void *context);

/* ---- The record of accesses to DRAM ---- */

struct hosted_access {
    uint64_t offset;
    uint32_t length;
    bool write; /**< Also of a word that is replaced: what it then finds, it does not believe. */
};

/** Starts a new record of all accesses to DRAM. */
void hosted_dram_trace_start(void);

/**
 * @param[out] accesses  the record, in order of time; valid until the next trace starts
 * @return number of accesses; aborts if there were more than the record holds (32768)
 */
size_t hosted_dram_trace(const struct hosted_access **accesses);

/**
 * Looks for bytes that the firmware read twice since hosted_dram_trace_start(), or read back after
 * writing them: the host may have changed them in between.
 *
 * @param[out] first  offset of the first such byte; may be NULL
 * @return number of reads that touched such a byte
 */
size_t hosted_dram_rereads(uint64_t *first);

/* ---- Flash ---- */

/**
 * Sets the unit of programming: what the power can fail in the middle of, counted as one operation.
 *
 * @param bytes  power of two from 8 (the default) to 2048 (the board's buffered write)
 */
void hosted_flash_set_unit(uint32_t bytes);

/** @return operations since the reset: each erase, and each unit programmed, is one */
uint64_t hosted_flash_operations(void);

/** @return how many programmed bytes had a bit to set, which only an erase can do */
uint64_t hosted_flash_violations(void);

/** Makes a violation abort, for processes in which no test looks at the counter. */
void hosted_flash_set_strict(bool strict);

/**
 * Cuts the power in an operation: it is left partly done and the board stops.
 *
 * @param operation  1 = the next one; 0 = never
 */
void hosted_power_cut_after(uint64_t operation);

/** Chooses in which of many ways the cut operation is left; each operation has its own anyway. */
void hosted_power_cut_seed(uint64_t seed);

/**
 * Makes the device report errors, and do nothing, from an operation on.
 *
 * @param operation  1 = the next one; 0 = never
 */
void hosted_flash_fail_after(uint64_t operation);

/* ---- Entropy ---- */

void hosted_entropy_system(void);               /**< From getrandom(), the default. */
void hosted_entropy_seeded(uint64_t seed);      /**< Reproducible; for tests and fuzzers only. */
void hosted_entropy_stuck(uint8_t value);       /**< Always the same byte. */
void hosted_entropy_fail_after(uint64_t reads); /**< This many succeed; UINT64_MAX = all. */

/* ---- Cipher engine ---- */

#define HOSTED_CIPHER_NAME "engine model"
#define HOSTED_CIPHER_SESSIONS 16u /**< As many can be open at once. */

/** Takes the engine away, until hosted_reset(). */
void hosted_cipher_remove(void);

enum hosted_cipher_fault {
    HOSTED_CIPHER_GOOD,
    HOSTED_CIPHER_FAILS, /**< Reports an error, with some of the work done. */
    HOSTED_CIPHER_HANGS, /**< Does not answer. */
    HOSTED_CIPHER_LIES,  /**< Reports success, and the last byte is wrong. */
};

/**
 * Makes the engine fail from an operation on: each session opened is one, and each batch of requests.
 *
 * @param operation  1 = the next one; 0 = never
 */
void hosted_cipher_fault(enum hosted_cipher_fault fault, uint64_t operation);

uint64_t hosted_cipher_operations(void); /**< Since the reset. */
uint32_t hosted_cipher_sessions(void);   /**< How many are open. */

/* ---- Timer, log, doorbell ---- */

/** Stops the clock: only hosted_timer_advance() moves it from now on, until the reset. */
void hosted_timer_stop(void);

/** Lets time pass at once. */
void hosted_timer_advance(uint64_t microseconds);

/** @return what was logged, terminated; old text is dropped to keep at most 64 KiB */
const char *hosted_log(void);

/** Plays the x86 side when no socket is attached: called each time the firmware waits. */
typedef void hosted_wait_hook(void *context, uint32_t timeout_ms);

/** Sets what is called in hal_doorbell_wait(); NULL lets it return at once. */
void hosted_doorbell_set_wait_hook(hosted_wait_hook *hook, void *context);

/** Lets a byte arrive when no socket is attached. It does not end a wait: the hook does. */
void hosted_doorbell_arrive(void);

uint64_t hosted_doorbell_rings(void); /**< Bytes from the firmware since the reset. */
uint8_t hosted_doorbell_last(void);   /**< The last of them; 0 if none. */

/**
 * Asks the board to power off at the firmware's next wait on an attached doorbell socket, and ends
 * a wait at once. May be called by a signal handler.
 */
void hosted_request_power_off(void);

#endif
