/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of a board that runs as a service: what the board and its emulator print, and what becomes
 * of them, a line each with time and level.
 */
#ifndef HOST_CMD_SERVICE_LOG_H
#define HOST_CMD_SERVICE_LOG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "host/lib/board.h"
#include "host/lib/board_options.h"

#define SERVICE_LOG_SOURCES 2u
#define SERVICE_LOG_LINE_BYTES 1024u

enum service_log_level {
    SERVICE_LOG_ERROR,   /**< The board serves no more. */
    SERVICE_LOG_WARNING, /**< What the emulator prints. */
    SERVICE_LOG_INFO,    /**< What boot ROM and firmware print; starts and stops. */
    SERVICE_LOG_LEVELS,
};

/** A file of run/ that grows. */
struct service_log_source {
    off_t read;                        /**< Bytes that have been taken over. */
    size_t used;                       /**< Bytes in LINE. */
    char line[SERVICE_LOG_LINE_BYTES]; /**< The beginning of a line that is not complete. */
};

struct service_log {
    int descriptor; /**< -1 = there is no log. */
    enum service_log_level level;
    char directory[PATH_MAX]; /**< The chip's. */
    struct service_log_source sources[SERVICE_LOG_SOURCES];
};

/**
 * Whether a file may be added to.
 *
 * @param board  MESSAGE is set on failure
 * @param file   as of service_log_open()
 * @return BOARD_OK, or BOARD_FAILED: it is a chip's own, is given to the board, or holds no text
 */
enum board_result service_log_check(struct board *board, const struct board_options *options,
                                    const char *file) __attribute__((warn_unused_result));

/**
 * Opens the log.
 *
 * @param file       it is appended to, and made when it does not exist; "-" = standard error; NULL: no
 *                   log
 * @param level      lines of lower levels are left out
 * @param directory  the chip's
 * @return false with errno set
 */
bool service_log_open(struct service_log *log, const char *file, enum service_log_level level,
                      const char *directory) __attribute__((warn_unused_result));

/** @param[out] level  that of the name; unchanged when there is none of that name, which gives false */
bool service_log_level_by_name(const char *name, enum service_log_level *level)
    __attribute__((warn_unused_result));

/** Adds a line, as printf() makes it. */
void service_log_say(const struct service_log *log, enum service_log_level level,
                     const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Takes over what board and emulator have printed since the last call. */
void service_log_follow(struct service_log *log);

/** Takes over the rest, also an incomplete line, and closes the log. */
void service_log_close(struct service_log *log);

#endif
