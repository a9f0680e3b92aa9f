/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board as the x86 side holds it: the shared files mapped, the doorbell connected.
 */
#include "host/lib/board.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "host/lib/dead_board.h"
#include "host/lib/fabric.h"
#include "host/lib/fabric_check.h"
#include "host/lib/run_lock.h"

#define OTHER_CLIENT_MS 2000

enum board_result board_fail(struct board *board, enum board_result result, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(board->message, sizeof board->message, format, arguments);
    va_end(arguments);
    return result;
}

static enum board_result map_files(struct board *board, const struct board_files *files)
{
    const struct {
        struct shared_file *file;
        const char *path;
        size_t minimum_length;
    } maps[] = {
        {&board->mailbox_file, files->mailbox, MAILBOX_BAR_BYTES},
        {&board->fabric_file, files->fabric, FABRIC_FILE_BYTES},
        {&board->dram_file, files->dram, DRAM_PAGE_BYTES},
    };
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        if (maps[i].path != NULL &&
            !shared_file_open(maps[i].file, maps[i].path, maps[i].minimum_length)) {
            return board_fail(board, BOARD_FAILED, "%s: %s", maps[i].path, strerror(errno));
        }
    }
    return BOARD_OK;
}

static enum board_result connect_client(struct board *board, const char *doorbell, bool shared)
{
    enum mailbox_result result =
        mailbox_open(&board->mailbox, board->mailbox_file.bytes, board->mailbox_file.descriptor,
                     doorbell, shared ? 0 : OTHER_CLIENT_MS);
    if (result != MAILBOX_OK && shared) {
        mailbox_join(&board->mailbox, board->mailbox_file.bytes);
        return BOARD_OK;
    }
    if (result == MAILBOX_ERROR && errno == ETIMEDOUT) {
        return board_fail(board, BOARD_NOT_ANSWERING, "%s: too many clients wait for the board",
                          doorbell);
    }
    if (result == MAILBOX_ERROR) {
        return board_fail(board, BOARD_NOT_ANSWERING, "%s: %s",
                          doorbell != NULL ? doorbell : "mailbox", strerror(errno));
    }
    if (result != MAILBOX_OK) {
        return board_fail(board, BOARD_NOT_ANSWERING, "%s", mailbox_result_text(result));
    }
    return BOARD_OK;
}

/* Says where commands will be, without touching it. @return false when there is no room */
static bool place(struct board *board, const struct board_use *use)
{
    struct dram *dram = &board->dram;
    board->command_paddr = use->command_paddr != 0
                               ? use->command_paddr
                               : dram_allocate_anywhere(dram, DRAM_PAGE_BYTES, DRAM_PAGE_BYTES);
    board->scratch_paddr = use->scratch_paddr != 0
                               ? use->scratch_paddr
                               : dram_allocate_anywhere(dram, BOARD_SCRATCH_BYTES, DRAM_PAGE_BYTES);
    dram_keep_all(dram);
    return dram_pointer(dram, board->command_paddr, DRAM_PAGE_BYTES) != NULL &&
           dram_pointer(dram, board->scratch_paddr, BOARD_SCRATCH_BYTES) != NULL &&
           board->command_paddr != 0 && board->scratch_paddr != 0;
}

/* Why there is no room: what is described wrongly has no memory at all. */
static enum board_result refuse_memory(struct board *board, const struct board_files *files,
                                       const struct fabric_config *configuration)
{
    char problem[FABRIC_PROBLEM_BYTES];
    if (configuration != NULL &&
        !fabric_check(configuration, NULL, board->dram_file.length, problem)) {
        return board_fail(board, BOARD_FAILED,
                          "%s: describes a machine that cannot be, with the memory of %s: %s",
                          files->fabric, files->dram, problem);
    }
    return board_fail(board, BOARD_FAILED,
                      "%s: no DRAM that %s describes has room for commands: a page and %u KiB in "
                      "one piece, above 1 MiB",
                      files->dram, configuration != NULL ? files->fabric : "the default",
                      BOARD_SCRATCH_BYTES / 1024);
}

enum board_result board_open_files(struct board *board, const struct board_files *files)
{
    *board = (struct board)BOARD_CLOSED;
    enum board_result result = map_files(board, files);
    if (result == BOARD_OK) {
        result = connect_client(board, files->doorbell, files->use.shared);
    }
    if (result != BOARD_OK) {
        board_close(board);
        return result;
    }
    const uint8_t *fabric = board->fabric_file.bytes;
    const struct fabric_config *configuration =
        fabric != NULL ? fabric_configuration(fabric) : NULL;
    dram_open(&board->dram, board->dram_file.bytes, board->dram_file.length, configuration);
    board->memory = (struct memory_controller){
        .fabric = fabric, .dram = &board->dram, .cache = memory_cipher_cache_new()};
    if (!place(board, &files->use)) {
        result = refuse_memory(board, files, configuration);
        board_close(board);
        return result;
    }
    return BOARD_OK;
}

enum board_result board_open(struct board *board, const char *directory)
{
    const struct board_use alone = {0};
    return board_open_to_use(board, directory, &alone);
}

enum board_result board_open_to_use(struct board *board, const char *directory,
                                    const struct board_use *use)
{
    static const char *const names[] = {"run/mailbox", "run/fabric", "run/dram", "run/doorbell"};
    char paths[sizeof names / sizeof names[0]][PATH_MAX];
    *board = (struct board)BOARD_CLOSED;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!board_path(paths[i], directory, names[i])) {
            return board_fail(board, BOARD_FAILED, "%s: name too long", directory);
        }
    }
    if (run_lock_holder(directory) == 0) {
        char path[PATH_MAX];
        if (!run_lock_can_tell(directory, path)) {
            return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
        }
        dead_board_forget_keys(directory);
        return board_fail(board, BOARD_NOT_ANSWERING, "no board is running in %s", directory);
    }
    const struct board_files files = {
        .mailbox = paths[0],
        .fabric = access(paths[1], F_OK) == 0 ? paths[1] : NULL,
        .dram = paths[2],
        .doorbell = paths[3],
        .use = *use,
    };
    enum board_result result = board_open_files(board, &files);
    (void)snprintf(board->directory, sizeof board->directory, "%s", directory);
    return result;
}

void board_close(struct board *board)
{
    mailbox_close(&board->mailbox);
    shared_file_close(&board->mailbox_file);
    shared_file_close(&board->fabric_file);
    shared_file_close(&board->dram_file);
    memory_cipher_cache_free(board->memory.cache);
    board->memory.cache = NULL;
}
