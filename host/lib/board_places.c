/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that a user gives to a board, taken together: sizes, and that no two are the same.
 */
#include "host/lib/board_places.h"

#include <string.h>
#include <sys/stat.h>

#include "abi/mailbox.h"
#include "host/lib/output_file.h"
#include "host/lib/passed_socket.h"

#define MIB (1024ull * 1024)
#define MEMORY_MIN_MIB 4u

static enum board_result find_fixed(struct board *board, const char *name, uint64_t bytes,
                                    struct board_place *place)
{
    if (name == NULL) {
        return BOARD_OK;
    }
    enum board_result result = board_place_file(board, name, place);
    if (result == BOARD_OK && place->exists && place->bytes != bytes) {
        return board_fail(board, BOARD_FAILED, "%s: has %llu bytes, and should have %llu", name,
                          (unsigned long long)place->bytes, (unsigned long long)bytes);
    }
    return result;
}

/* The size of a file that is there is the size of the memory. */
static enum board_result find_memory(struct board *board, const struct board_options *options,
                                     struct board_places *places)
{
    places->memory_mib = options->memory_mib != 0 ? options->memory_mib : BOARD_DEFAULT_MEMORY_MIB;
    if (places->dram.exists) {
        uint64_t mib = places->dram.bytes / MIB;
        if (places->dram.bytes % (2 * MIB) != 0 || mib < MEMORY_MIN_MIB || mib > UINT32_MAX) {
            return board_fail(board, BOARD_FAILED,
                              "%s: has %llu bytes; memory is an even number of MiB, %u or more",
                              options->dram, (unsigned long long)places->dram.bytes,
                              MEMORY_MIN_MIB);
        }
        if (options->memory_mib != 0 && options->memory_mib != mib) {
            return board_fail(board, BOARD_BAD_USAGE,
                              "%s: has %llu MiB, but the memory shall have %u", options->dram,
                              (unsigned long long)mib, options->memory_mib);
        }
        places->memory_mib = (uint32_t)mib;
    }
    return places->memory_mib >= MEMORY_MIN_MIB && places->memory_mib % 2 == 0
               ? BOARD_OK
               : board_fail(board, BOARD_BAD_USAGE,
                            "memory must be an even number of MiB, %u or more", MEMORY_MIN_MIB);
}

static bool same_file(const struct board_place *a, const struct board_place *b)
{
    if (a->exists && b->exists) {
        return a->device == b->device && a->inode == b->inode;
    }
    return a->path[0] != '\0' && strcmp(a->path, b->path) == 0;
}

/* The files of a chip that a board uses besides. */
static const char *const chip_files[] = {"fuses.bin", "nv.img", "flash.img"};

#define CHIP_FILES (sizeof chip_files / sizeof chip_files[0])

static struct board_place look_at(const char *path)
{
    struct board_place place = {0};
    struct stat status;
    if (path != NULL && stat(path, &status) == 0) {
        place.exists = true;
        place.device = status.st_dev;
        place.inode = status.st_ino;
    }
    return place;
}

/* Whether a name lies in the chip's own directory. */
static bool is_at_home(const struct board *board, const char *path)
{
    const size_t length = strlen(board->directory);
    return strncmp(path, board->directory, length) == 0 && path[length] == '/';
}

static enum board_result check_distinct(struct board *board, const struct board_options *options,
                                        const struct board_places *places)
{
    struct board_place chip[CHIP_FILES + 1];
    char path[PATH_MAX];
    size_t count = 0;
    for (size_t i = 0; i < CHIP_FILES; i++) {
        chip[count++] = look_at(board_path(path, board->directory, chip_files[i]) ? path : NULL);
    }
    chip[count++] = look_at(options->flash);
    const struct board_place *given[] = {&places->mailbox, &places->fabric, &places->dram,
                                         &places->doorbell};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        for (size_t j = 0; j < i; j++) {
            if (same_file(given[i], given[j])) {
                return board_fail(board, BOARD_FAILED, "%s: is given for two purposes",
                                  given[i]->path);
            }
        }
        const bool of_chip = given[i]->path[0] != '\0' && output_is_of_chip(given[i]->path);
        bool own = of_chip && is_at_home(board, given[i]->path);
        for (size_t j = 0; j < count; j++) {
            own = own || same_file(given[i], &chip[j]);
        }
        if (own || of_chip) {
            return board_fail(board, BOARD_FAILED, "%s: is one of %s chip's own files",
                              given[i]->path, own ? "the" : "another");
        }
    }
    return BOARD_OK;
}

enum board_result board_places_find(struct board *board, const struct board_options *options,
                                    struct board_places *places)
{
    *places = (struct board_places){0};
    enum board_result result =
        find_fixed(board, options->mailbox, MAILBOX_FILE_BYTES, &places->mailbox);
    if (result == BOARD_OK) {
        result = find_fixed(board, options->fabric, FABRIC_FILE_BYTES, &places->fabric);
    }
    if (result == BOARD_OK && options->dram != NULL) {
        result = board_place_file(board, options->dram, &places->dram);
    }
    if (result == BOARD_OK) {
        result = find_memory(board, options, places);
    }
    if (result == BOARD_OK && places->fabric.exists) {
        result = board_place_check_fabric(board, options, places);
    }
    if (result == BOARD_OK && options->listener > 0) {
        /* Clients find a socket that was passed on by its name. */
        if (!passed_socket_path(options->listener, places->doorbell.path)) {
            return board_fail(board, BOARD_BAD_USAGE,
                              "descriptor %d is not a listening unix stream socket with a name",
                              options->listener);
        }
    } else if (result == BOARD_OK && options->doorbell != NULL) {
        result = board_place_socket(board, options->doorbell, &places->doorbell);
    }
    return result == BOARD_OK ? check_distinct(board, options, places) : result;
}
