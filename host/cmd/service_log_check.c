/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files a service's log may be added to.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/cmd/service_log.h"
#include "host/lib/output_file.h"

#define LOG_PROBE_BYTES 512 /* so much of a file tells whether it is text */

enum board_result service_log_check(struct board *board, const struct board_options *options,
                                    const char *file)
{
    const char *const given[] = {options->mailbox, options->fabric, options->dram, options->flash};
    struct stat log;
    struct stat other;
    char begin[LOG_PROBE_BYTES];
    if (file == NULL || strcmp(file, "-") == 0) {
        return BOARD_OK;
    }
    if (output_is_of_chip(file)) {
        return board_fail(board, BOARD_FAILED, "%s: is one of a chip's own files", file);
    }
    if (stat(file, &log) != 0 || !S_ISREG(log.st_mode)) {
        return BOARD_OK;
    }
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        if (given[i] != NULL && stat(given[i], &other) == 0 && other.st_dev == log.st_dev &&
            other.st_ino == log.st_ino) {
            return board_fail(board, BOARD_FAILED, "%s: is given for two purposes", file);
        }
    }
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = descriptor >= 0 ? read(descriptor, begin, sizeof begin) : 0;
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    if (length > 0 && memchr(begin, '\0', (size_t)length) != NULL) {
        return board_fail(board, BOARD_FAILED, "%s: holds something else than a log", file);
    }
    return BOARD_OK;
}
