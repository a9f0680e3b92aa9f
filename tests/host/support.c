/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories and hexadecimal text for the tests of the x86 side.
 */
#include "tests/host/support.h"

#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"

#define DIRECTORIES "/tmp/virtasp-host-"

void support_hex(const char *text, void *bytes, size_t length)
{
    assert_int_equal(strlen(text), 2 * length);
    for (size_t i = 0; i < length; i++) {
        unsigned value = 0;
        assert_int_equal(sscanf(text + 2 * i, "%2x", &value), 1);
        ((uint8_t *)bytes)[i] = (uint8_t)value;
    }
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

/* What a killed program left is locked by nobody. */
static void remove_dead_directories(void)
{
    glob_t found;
    if (glob(DIRECTORIES "*", GLOB_NOSORT, NULL, &found) != 0) {
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct stat status;
        const int file = open(found.gl_pathv[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (file >= 0 && fstat(file, &status) == 0 && status.st_uid == geteuid() &&
            flock(file, LOCK_EX | LOCK_NB) == 0) {
            (void)nftw(found.gl_pathv[i], remove_one, 16, FTW_DEPTH | FTW_PHYS);
        }
        if (file >= 0) {
            (void)close(file);
        }
    }
    globfree(&found);
}

/* Makes one, locked for as long as this program or one of its children runs. @return false when it was
 * taken for a dead program's before it was locked */
static bool make_locked(char path[PATH_MAX])
{
    (void)snprintf(path, PATH_MAX, DIRECTORIES "XXXXXX");
    assert_non_null(mkdtemp(path));
    const int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return file >= 0 && flock(file, LOCK_EX) == 0 && access(path, F_OK) == 0;
}

void support_make_directory(char path[PATH_MAX])
{
    static bool swept;
    if (!swept) {
        remove_dead_directories();
        swept = true;
    }
    for (int i = 0; i < 16; i++) {
        if (make_locked(path)) {
            return;
        }
    }
    fail_msg("%s: cannot be made", path);
}

void support_remove_directory(const char *path)
{
    static const char *const names[] = {
        "run/mailbox",  "run/fabric",       "run/dram", "run/doorbell", "run/qmp.sock",
        "run/uart.log", "run/emulator.log", "run/pid",  "run",          "fuses.bin",
        "flash.img",    "nv.img",           "board",    "mailbox",      "doorbell",
        "dram",         "fabric",           "control",
    };
    char name[PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(name, sizeof name, "%s/%s", path, names[i]);
        (void)remove(name);
    }
    assert_int_equal(rmdir(path), 0);
}

_Static_assert(MAILBOX_CMDRESP == 67968 && MAILBOX_FEATURE == 68092, "SUPPORT_READY is wrong");

void support_write_file(const char *path, const char *text, mode_t mode)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(close(descriptor), 0);
}

static void write_file(const char *directory, const char *name, const char *text, mode_t mode)
{
    char path[PATH_MAX];
    assert_true(board_path(path, directory, name));
    support_write_file(path, text, mode);
}

static int listen_at(const char *directory, const char *name)
{
    char path[PATH_MAX];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_true(board_path(path, directory, name));
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const void *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 16), 0);
    return listener;
}

void support_make_chip_without_doorbell(char path[PATH_MAX], struct board_options *options)
{
    static char program[PATH_MAX];
    support_make_directory(path);
    assert_true(board_path(program, path, "board"));
    write_file(path, "fuses.bin", "x", 0600);
    write_file(path, "nv.img", "x", 0600);
    *options = board_default_options;
    options->directory = path;
    options->hosted = program;
    options->memory_mib = 8;
}

void support_make_chip(char path[PATH_MAX], struct board_options *options)
{
    support_make_chip_without_doorbell(path, options);
    options->listener = listen_at(path, "doorbell");
}

void support_remove_chip(const char *path, const struct board_options *options)
{
    assert_true(options->listener == 0 || close(options->listener) == 0);
    support_remove_directory(path);
}

enum board_result support_try_board(struct board *board, const struct board_options *options,
                                    const char *script)
{
    char text[4096];
    assert_true(snprintf(text, sizeof text, "#!/bin/sh\n%s", script) < (int)sizeof text);
    write_file(options->directory, "board", text, 0700);
    return board_start(board, options);
}

void support_start_board(struct board *board, const struct board_options *options,
                         const char *script)
{
    if (support_try_board(board, options, script) != BOARD_OK) {
        fail_msg("%s", board->message);
    }
    board_close(board);
}
