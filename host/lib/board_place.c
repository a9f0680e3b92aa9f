/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file or socket that a user gives to a board: what is there, and whether it can be used.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/lib/board_places.h"

#define SOCKET_NAME_MAX (sizeof((struct sockaddr_un *)NULL)->sun_path - 1)

static enum board_result refuse(struct board *board, const char *name, const char *why)
{
    return board_fail(board, BOARD_FAILED, "%s: %s", name, why);
}

/* Splits a name into its directory, without links, and what it is called there. */
static enum board_result find_directory(struct board *board, const char *name,
                                        char directory[PATH_MAX], const char **base)
{
    char text[PATH_MAX];
    if (strlen(name) >= sizeof text) {
        return refuse(board, name, strerror(ENAMETOOLONG));
    }
    memcpy(text, name, strlen(name) + 1);
    char *slash = strrchr(text, '/');
    *base = slash != NULL ? name + (slash - text) + 1 : name;
    if (**base == '\0' || strcmp(*base, ".") == 0 || strcmp(*base, "..") == 0) {
        return refuse(board, name, "not the name of a file");
    }
    if (slash != NULL) {
        slash[slash == text ? 1 : 0] = '\0';
    }
    return realpath(slash != NULL ? text : ".", directory) != NULL
               ? BOARD_OK
               : refuse(board, name, strerror(errno));
}

/* What is in a run/, this chip's or another's, is made anew at each start: it cannot be given as
 * something to be kept. */
static bool is_in_run(const struct board *board, const char *directory)
{
    char path[PATH_MAX];
    struct stat own;
    struct stat other;
    if (board_path(path, board->directory, "run") && stat(path, &own) == 0 &&
        stat(directory, &other) == 0 && own.st_dev == other.st_dev && own.st_ino == other.st_ino) {
        return true;
    }
    const char *slash = strrchr(directory, '/');
    return slash != NULL && strcmp(slash, "/run") == 0 &&
           board_path(path, directory, "../fuses.bin") && access(path, F_OK) == 0;
}

/* Where something new of that name would be. */
static enum board_result place_new(struct board *board, const char *name, struct board_place *place)
{
    char directory[PATH_MAX];
    const char *base = NULL;
    enum board_result result = find_directory(board, name, directory, &base);
    if (result != BOARD_OK) {
        return result;
    }
    if (access(directory, W_OK | X_OK) != 0) {
        return board_fail(board, BOARD_FAILED, "%s: cannot be made: %s", name, strerror(errno));
    }
    return board_path(place->path, directory, base) ? BOARD_OK
                                                    : refuse(board, name, strerror(ENAMETOOLONG));
}

static enum board_result check_not_in_run(struct board *board, const char *name,
                                          const struct board_place *place)
{
    char directory[PATH_MAX];
    memcpy(directory, place->path, sizeof directory);
    char *slash = strrchr(directory, '/');
    slash[slash == directory ? 1 : 0] = '\0';
    return is_in_run(board, directory)
               ? refuse(board, name, "a board makes the files in its run/ itself, at each start")
               : BOARD_OK;
}

static enum board_result place_existing(struct board *board, const char *name,
                                        const struct stat *status, struct board_place *place)
{
    if (!S_ISREG(status->st_mode)) {
        return refuse(board, name,
                      S_ISDIR(status->st_mode) ? "is a directory" : "is not a regular file");
    }
    int descriptor = open(name, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return board_fail(board, BOARD_FAILED, "%s: cannot be read and written: %s", name,
                          strerror(errno));
    }
    (void)close(descriptor);
    place->exists = true;
    place->bytes = (uint64_t)status->st_size;
    place->device = status->st_dev;
    place->inode = status->st_ino;
    return realpath(name, place->path) != NULL ? BOARD_OK : refuse(board, name, strerror(errno));
}

enum board_result board_place_file(struct board *board, const char *name, struct board_place *place)
{
    struct stat status;
    enum board_result result;
    *place = (struct board_place){0};
    if (stat(name, &status) == 0) {
        result = place_existing(board, name, &status, place);
    } else if (errno != ENOENT) {
        return refuse(board, name, strerror(errno));
    } else if (lstat(name, &status) == 0) {
        return refuse(board, name, "is a link to nothing");
    } else {
        result = place_new(board, name, place);
    }
    return result == BOARD_OK ? check_not_in_run(board, name, place) : result;
}

/* @return whether a program listens at the socket, or may do so for all that can be seen */
static bool is_served(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    memcpy(address.sun_path, path, strnlen(path, SOCKET_NAME_MAX));
    bool served = descriptor < 0 ||
                  connect(descriptor, (const void *)&address, sizeof address) == 0 ||
                  errno != ECONNREFUSED;
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return served;
}

/* The emulator removes what has the socket's name, whatever it is. */
enum board_result board_place_socket(struct board *board, const char *name,
                                     struct board_place *place)
{
    struct stat status;
    *place = (struct board_place){0};
    enum board_result result = place_new(board, name, place);
    if (result == BOARD_OK) {
        result = check_not_in_run(board, name, place);
    }
    if (result != BOARD_OK) {
        return result;
    }
    if (strlen(place->path) > SOCKET_NAME_MAX) {
        return board_fail(board, BOARD_FAILED,
                          "%s: too long for a socket: its whole name has %zu bytes, and %zu are "
                          "possible",
                          name, strlen(place->path), SOCKET_NAME_MAX);
    }
    if (lstat(place->path, &status) != 0) {
        return errno == ENOENT ? BOARD_OK : refuse(board, name, strerror(errno));
    }
    if (!S_ISSOCK(status.st_mode)) {
        return refuse(board, name, "is there already, and is not a socket");
    }
    return is_served(place->path) ? refuse(board, name, "another program listens there") : BOARD_OK;
}
