/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the board's log for the reason why the firmware does not serve commands.
 */
#include "host/lib/boot_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/image.h"
#include "host/lib/runner_internal.h"

#define TAIL_BYTES 16384

/* How the line begins that 'virtasp stop' adds to the emulator's. */
#define STOP_NOTE "virtasp stop: "

/* What a firmware says that may not run any more, and what the user can do about it. */
#define ROLLED_BACK "older than what was committed on this chip"
#define ROLLED_BACK_ADVICE                                                                         \
    "; put the newer firmware into its flash: virtasp provision DIR --rom FILE --firmware FILE "   \
    "--security-version N"

/* How a line starts that says why the board is dead. */
static const struct {
    const char *prefix;
    enum board_result result;
} reasons[] = {
    {IMAGE_REFUSAL_LOG_PREFIX, BOARD_REFUSED},
    {"fault: ", BOARD_STOPPED},
    {"panic: ", BOARD_STOPPED},
    {"firmware: stopped: ", BOARD_STOPPED},
};

/* Reads the end of a file as a string. */
static void read_tail(const struct board *board, const char *name, char text[TAIL_BYTES])
{
    char path[PATH_MAX];
    text[0] = '\0';
    int descriptor =
        board_path(path, board->directory, name) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat status;
    if (descriptor >= 0 && fstat(descriptor, &status) == 0) {
        off_t start = status.st_size < TAIL_BYTES ? 0 : status.st_size - TAIL_BYTES + 1;
        ssize_t length = pread(descriptor, text, TAIL_BYTES - 1, start);
        text[length > 0 ? length : 0] = '\0';
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
}

enum board_result boot_log_meaning(const char *line)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strncmp(line, reasons[i].prefix, strlen(reasons[i].prefix)) == 0) {
            return reasons[i].result;
        }
    }
    return BOARD_OK;
}

enum board_result board_read_log(struct board *board)
{
    char text[TAIL_BYTES];
    char *rest = NULL;
    read_tail(board, "run/uart.log", text);
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
         line = strtok_r(NULL, "\r\n", &rest)) {
        const enum board_result meaning = boot_log_meaning(line);
        if (meaning != BOARD_OK) {
            return board_fail(board, meaning, "%s%s", line,
                              strstr(line, ROLLED_BACK) != NULL ? ROLLED_BACK_ADVICE : "");
        }
    }
    return BOARD_OK;
}

void runner_last_words(const struct board *board, char *words, size_t length)
{
    char text[TAIL_BYTES];
    char *rest = NULL;
    words[0] = '\0';
    read_tail(board, "run/emulator.log", text);
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
         line = strtok_r(NULL, "\r\n", &rest)) {
        (void)snprintf(words, length, "%s", line);
    }
}

void runner_note_stop(const struct board *board)
{
    char path[PATH_MAX];
    const int log = board_path(path, board->directory, "run/emulator.log")
                        ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
                        : -1;
    if (log >= 0) {
        /* Who stops a board need not be allowed to add to its log. */
        (void)dprintf(log, STOP_NOTE "process %ld ends the board\n", (long)getpid());
        (void)close(log);
    }
}

bool runner_was_stopped(const struct board *board, char *words, size_t length)
{
    char text[TAIL_BYTES];
    char *rest = NULL;
    read_tail(board, "run/emulator.log", text);
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
         line = strtok_r(NULL, "\r\n", &rest)) {
        if (strncmp(line, STOP_NOTE, sizeof STOP_NOTE - 1) == 0) {
            (void)snprintf(words, length, "%s", line);
            return true;
        }
    }
    return false;
}
