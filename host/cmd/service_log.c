/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of a board that runs as a service (service_log.h).
 */
#include "host/cmd/service_log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/lib/boot_log.h"

/* A pipe that nobody reads is no log; one whose reader is slow must not hold the board up. */
#define LOG_FLAGS (O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK)

#define TIME_BYTES sizeof "2000-01-01T00:00:00Z"

static const char *const levels[SERVICE_LOG_LEVELS] = {
    [SERVICE_LOG_ERROR] = "error",
    [SERVICE_LOG_WARNING] = "warning",
    [SERVICE_LOG_INFO] = "info",
};

/* What is taken over, and how serious it is unless it says that the board is dead. */
static const struct {
    const char *file;
    const char *name;
    enum service_log_level level;
} sources[SERVICE_LOG_SOURCES] = {
    {"run/uart.log", "board", SERVICE_LOG_INFO},
    {"run/emulator.log", "emulator", SERVICE_LOG_WARNING},
};

bool service_log_open(struct service_log *log, const char *file, enum service_log_level level,
                      const char *directory)
{
    memset(log, 0, sizeof *log);
    log->level = level;
    log->descriptor = -1;
    (void)snprintf(log->directory, sizeof log->directory, "%s", directory);
    if (file != NULL) {
        log->descriptor = strcmp(file, "-") == 0
                              ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                              : open(file, LOG_FLAGS, 0600);
    }
    return file == NULL || log->descriptor >= 0;
}

bool service_log_level_by_name(const char *name, enum service_log_level *level)
{
    for (int i = 0; i < SERVICE_LOG_LEVELS; i++) {
        if (strcmp(name, levels[i]) == 0) {
            *level = (enum service_log_level)i;
            return true;
        }
    }
    return false;
}

void service_log_say(const struct service_log *log, enum service_log_level level,
                     const char *format, ...)
{
    char text[SERVICE_LOG_LINE_BYTES];
    char stamp[TIME_BYTES] = "";
    struct tm utc;
    const time_t now = time(NULL);
    if (log->descriptor < 0 || level > log->level) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (gmtime_r(&now, &utc) != NULL) {
        (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    /* One call, so that lines of several boards in one file stay whole. */
    (void)dprintf(log->descriptor, "%s %s: %s\n", stamp, levels[level], text);
}

static void end_line(const struct service_log *log, size_t index, struct service_log_source *source)
{
    source->line[source->used] = '\0';
    if (source->used > 0) {
        service_log_say(log,
                        boot_log_meaning(source->line) != BOARD_OK ? SERVICE_LOG_ERROR
                                                                   : sources[index].level,
                        "%s: %s", sources[index].name, source->line);
    }
    source->used = 0;
}

static void take_over(const struct service_log *log, size_t index,
                      struct service_log_source *source, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char byte = bytes[i];
        if (byte == '\n' || source->used == sizeof source->line - 1) {
            end_line(log, index, source);
        }
        if (byte != '\n' && byte != '\r') {
            source->line[source->used++] = byte;
        }
    }
}

static void follow(const struct service_log *log, size_t index, struct service_log_source *source)
{
    char path[PATH_MAX];
    char bytes[4096];
    struct stat status;
    int file = board_path(path, log->directory, sources[index].file)
                   ? open(path, O_RDONLY | O_CLOEXEC)
                   : -1;
    if (file < 0) {
        return;
    }
    if (fstat(file, &status) == 0 && status.st_size < source->read) {
        source->read = 0; /* begun anew */
    }
    ssize_t length;
    while ((length = pread(file, bytes, sizeof bytes, source->read)) > 0) {
        take_over(log, index, source, bytes, (size_t)length);
        source->read += length;
    }
    (void)close(file);
}

void service_log_follow(struct service_log *log)
{
    for (size_t i = 0; log->descriptor >= 0 && i < SERVICE_LOG_SOURCES; i++) {
        follow(log, i, &log->sources[i]);
    }
}

void service_log_close(struct service_log *log)
{
    service_log_follow(log);
    for (size_t i = 0; i < SERVICE_LOG_SOURCES; i++) {
        end_line(log, i, &log->sources[i]);
    }
    if (log->descriptor >= 0) {
        (void)close(log->descriptor);
    }
    log->descriptor = -1;
}
