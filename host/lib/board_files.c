/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a board shares with the x86 side, in the chip's run/ directory.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/mailbox.h"
#include "host/lib/fabric_keys.h"
#include "host/lib/runner_internal.h"

#define MIB (1024ull * 1024)

void runner_clear_mailbox(uint8_t *mailbox)
{
    for (size_t i = 0; i < MAILBOX_BAR_BYTES; i += sizeof(uint32_t)) {
        __atomic_store_n((uint32_t *)(void *)(mailbox + i), 0, __ATOMIC_RELAXED);
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

enum board_result runner_make_directory(struct board *board)
{
    char path[PATH_MAX];
    if (!board_path(path, board->directory, "run")) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
    }
    return BOARD_OK;
}

/* Makes run/NAME, or makes it a link to the file or socket elsewhere that it shall be. */
static enum board_result create(struct board *board, const char *name,
                                const struct board_place *place, uint64_t length)
{
    char path[PATH_MAX];
    const bool elsewhere = place != NULL && place->path[0] != '\0';
    if (!board_path(path, board->directory, name)) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
    }
    if (elsewhere && symlink(place->path, path) != 0) {
        return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
    }
    const char *file = elsewhere ? place->path : path;
    if (length != 0 && !(elsewhere && place->exists) && !shared_file_create(file, length)) {
        return board_fail(board, BOARD_FAILED, "%s: %s", file, strerror(errno));
    }
    return BOARD_OK;
}

/* Nobody shall believe what an earlier firmware left; the file keeps its size. */
static enum board_result clear_mailbox(struct board *board)
{
    char path[PATH_MAX];
    struct shared_file file;
    if (!board_path(path, board->directory, "run/mailbox") ||
        !shared_file_open(&file, path, MAILBOX_FILE_BYTES)) {
        return board_fail(board, BOARD_FAILED, "run/mailbox: %s", strerror(errno));
    }
    runner_clear_mailbox(file.bytes);
    shared_file_close(&file);
    return BOARD_OK;
}

/* A fabric that somebody else configured keeps its configuration; keys never survive. */
static enum board_result configure_fabric(struct board *board, const struct fabric_options *options,
                                          uint64_t memory_bytes)
{
    char path[PATH_MAX];
    struct shared_file file;
    if (!board_path(path, board->directory, "run/fabric") ||
        !shared_file_open(&file, path, FABRIC_FILE_BYTES)) {
        return board_fail(board, BOARD_FAILED, "run/fabric: %s", strerror(errno));
    }
    if (!fabric_keys_wipe(file.descriptor)) {
        shared_file_close(&file);
        return board_fail(board, BOARD_FAILED, "run/fabric: %s", strerror(errno));
    }
    if (fabric_configuration(file.bytes) == NULL) {
        fabric_configure(file.bytes, options, memory_bytes);
    }
    shared_file_close(&file);
    return BOARD_OK;
}

enum board_result runner_prepare_files(struct board *board, const struct board_options *options,
                                       const struct board_places *places, struct board_locks *locks)
{
    const uint64_t memory_bytes = places->memory_mib * MIB;
    const struct {
        const char *name;
        const struct board_place *place; /* NULL: never elsewhere */
        uint64_t length;                 /* 0 = made by the emulator */
    } files[] = {
        {"run/mailbox", &places->mailbox, MAILBOX_FILE_BYTES},
        {"run/fabric", &places->fabric, FABRIC_FILE_BYTES},
        {"run/dram", &places->dram, memory_bytes},
        {"run/doorbell", &places->doorbell, 0},
        {"run/qmp.sock", NULL, 0},
        {"run/uart.log", NULL, 0},
        {"run/emulator.log", NULL, 0},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        enum board_result result = create(board, files[i].name, files[i].place, files[i].length);
        if (result != BOARD_OK) {
            return result;
        }
    }
    enum board_result result = board_locks_complete(board, locks);
    if (result == BOARD_OK) {
        result = clear_mailbox(board);
    }
    return result == BOARD_OK ? configure_fabric(board, &options->fabric_options, memory_bytes)
                              : result;
}
