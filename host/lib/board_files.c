/*
 * The files that a board shares with the x86 side, in the chip's run/ directory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/mailbox.h"
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

/* Makes run/NAME a link to a file elsewhere. */
static enum board_result link_to(struct board *board, const char *path, const char *elsewhere)
{
    char target[PATH_MAX];
    char parent[PATH_MAX];
    (void)snprintf(parent, sizeof parent, "%s", elsewhere);
    char *slash = strrchr(parent, '/');
    const char *name = slash != NULL ? strrchr(elsewhere, '/') + 1 : elsewhere;
    if (slash != NULL) {
        slash[slash == parent ? 1 : 0] = '\0';
    }
    char resolved[PATH_MAX];
    if (realpath(slash != NULL ? parent : ".", resolved) == NULL ||
        !board_path(target, resolved, name) || symlink(target, path) != 0) {
        return board_fail(board, BOARD_FAILED, "%s: %s", elsewhere, strerror(errno));
    }
    return BOARD_OK;
}

/* Creates run/NAME, or the file elsewhere that it shall be. */
static enum board_result create(struct board *board, const char *name, const char *elsewhere,
                                size_t length, bool erase)
{
    char path[PATH_MAX];
    if (!board_path(path, board->directory, name)) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
    }
    if (elsewhere != NULL) {
        enum board_result result = link_to(board, path, elsewhere);
        if (result != BOARD_OK) {
            return result;
        }
    }
    if (length != 0 && !shared_file_create(path, length, erase)) {
        return board_fail(board, BOARD_FAILED, "%s: %s", elsewhere != NULL ? elsewhere : path,
                          strerror(errno));
    }
    return BOARD_OK;
}

/* A fabric that somebody else configured keeps its configuration; keys never survive. */
static enum board_result configure_fabric(struct board *board, const struct board_options *options)
{
    char path[PATH_MAX];
    struct shared_file file;
    if (!board_path(path, board->directory, "run/fabric") ||
        !shared_file_open(&file, path, FABRIC_FILE_BYTES)) {
        return board_fail(board, BOARD_FAILED, "run/fabric: %s", strerror(errno));
    }
    memset(file.bytes + FABRIC_MEMCTL_OFFSET, 0, sizeof(struct fabric_memctl));
    fabric_forget_firmware(file.bytes);
    if (fabric_configuration(file.bytes) == NULL) {
        fabric_configure(file.bytes, &options->fabric_options, options->memory_mib * MIB);
    }
    shared_file_close(&file);
    return BOARD_OK;
}

enum board_result runner_prepare_files(struct board *board, const struct board_options *options)
{
    const struct {
        const char *name;
        const char *elsewhere;
        uint64_t length; /* 0 = made by the emulator */
        bool erase;
    } files[] = {
        {"run/mailbox", options->mailbox, MAILBOX_FILE_BYTES, true},
        {"run/fabric", options->fabric, FABRIC_FILE_BYTES, options->fabric == NULL},
        {"run/dram", options->dram, options->memory_mib * MIB, options->dram == NULL},
        {"run/doorbell", options->doorbell, 0, false},
        {"run/qmp.sock", NULL, 0, false},
        {"run/uart.log", NULL, 0, false},
        {"run/emulator.log", NULL, 0, false},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        enum board_result result =
            create(board, files[i].name, files[i].elsewhere, files[i].length, files[i].erase);
        if (result != BOARD_OK) {
            return result;
        }
    }
    return configure_fabric(board, options);
}
