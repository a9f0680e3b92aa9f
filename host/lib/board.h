/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board as the x86 side holds it: the shared files mapped, the doorbell connected, the memory
 * controller at hand. host/lib/runner.h starts and stops boards.
 *
 * host/lib/board_path.h says what a chip's directory holds; a running board shares mailbox, fabric,
 * dram and doorbell there, in run/.
 */
#ifndef HOST_LIB_BOARD_H
#define HOST_LIB_BOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/lib/board_path.h"
#include "host/lib/dram.h"
#include "host/lib/mailbox.h"
#include "host/lib/memory_controller.h"
#include "host/lib/shared_file.h"

#define BOARD_MESSAGE_BYTES 512
#define BOARD_SCRATCH_BYTES 0x10000u

/** Outcome of everything done to a board; also the exit status of the virtasp command. */
enum board_result {
    BOARD_OK = 0,
    BOARD_FAILED = 1,        /**< Files, memory, or a command that went wrong. */
    BOARD_BAD_USAGE = 2,     /**< The options make no sense. */
    BOARD_REFUSED = 3,       /**< The boot ROM refused the firmware image. */
    BOARD_STOPPED = 4,       /**< The firmware stopped: a self-test failed, or a fault. */
    BOARD_NOT_STARTED = 5,   /**< The emulator could not be started, or crashed. */
    BOARD_NOT_ANSWERING = 6, /**< No board is running, or it does not answer in time. */
};

/** Who wants to know of every command. Functions may be NULL; they give no commands themselves. */
struct board_observer {
    /** Before the command buffer is written. */
    void (*before)(void *context, uint32_t id);
    /** @param result  of sev_command() */
    void (*after)(void *context, uint32_t id, int result, int64_t microseconds);
    void *context;
};

struct board {
    struct shared_file mailbox_file;
    struct shared_file fabric_file; /**< Not open when the board has no fabric. */
    struct shared_file dram_file;
    struct dram dram;
    struct mailbox_client mailbox;
    struct memory_controller memory;
    struct board_observer observer;
    uint64_t command_paddr; /**< A page for command buffers; may be changed. */
    uint64_t scratch_paddr; /**< BOARD_SCRATCH_BYTES for what commands point to; may be changed. */
    int timeout_ms;         /**< Longest wait for one command. */
    pid_t pid;              /**< Of the emulator, when this process started it; else 0. */
    pid_t warden;           /**< Its parent, a child of this process (warden.h); else 0. */
    bool spawned;           /**< Whether this process got so far as to start an emulator. */
    int end_status;         /**< wait() status of a warden that has ended; else 0. */
    pid_t ended;            /**< The process that was the board; 0 while it has not ended. */
    int end_signal;         /**< What board_stop() ended it with; 0 = it was asked to. */
    pid_t resetting;   /**< Process that begins anew, and may have no lock meanwhile; else 0. */
    bool lacks_engine; /**< Started without the cipher engine, which the emulator does not have. */
    char directory[PATH_MAX];
    char message[BOARD_MESSAGE_BYTES]; /**< What went wrong, in words. */
};

/** A board that is not open: closing it does nothing. */
#define BOARD_CLOSED                                                                               \
    {                                                                                              \
        .mailbox = {.doorbell = -1, .descriptor = -1}, .timeout_ms = MAILBOX_TIMEOUT_MS            \
    }

/**
 * How a program uses a board. The commands of sev.h write into x86 memory: what they send, and what
 * they point to. Where that may be is the program's choice whenever somebody else uses that memory; 0
 * stands for the first pages above 1 MiB, for programs that have it for themselves, such as tests.
 */
struct board_use {
    uint64_t command_paddr; /**< A page; 0 = the first above 1 MiB. */
    uint64_t scratch_paddr; /**< BOARD_SCRATCH_BYTES; 0 = the first pages that are left. */
    bool shared;            /**< Also when another client holds the mailbox (mailbox_join()). */
};

/** Which files a board shares; a NULL doorbell means that there is none. */
struct board_files {
    const char *mailbox;
    const char *fabric; /**< NULL when the board has none. */
    const char *dram;
    const char *doorbell;
    struct board_use use;
};

/**
 * Maps a board's files and becomes the only client of its mailbox. Writes nothing, neither into them
 * nor into the memory that is used later.
 *
 * @param[out] board  close it with board_close(); on failure only MESSAGE is set
 * @param files       existing files
 * @return BOARD_OK; BOARD_FAILED when a file cannot be mapped; BOARD_NOT_ANSWERING when the doorbell
 *         cannot be connected or another client uses the mailbox, unless the use is shared
 */
enum board_result board_open_files(struct board *board, const struct board_files *files)
    __attribute__((warn_unused_result));

/**
 * board_open_files() of the running board of a chip.
 *
 * @param directory  the chip's directory
 * @return as board_open_files(), BOARD_NOT_ANSWERING when no board is running there, and BOARD_FAILED
 *         when nobody can tell, since it may not be looked at
 */
enum board_result board_open(struct board *board, const char *directory)
    __attribute__((warn_unused_result));

/** board_open() for a program that does not have the board for itself. @param use see there */
enum board_result board_open_to_use(struct board *board, const char *directory,
                                    const struct board_use *use)
    __attribute__((warn_unused_result));

/** Leaves the board running, without this client. */
void board_close(struct board *board);

/** Sets BOARD's message as printf() does. @return @p result */
enum board_result board_fail(struct board *board, enum board_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
