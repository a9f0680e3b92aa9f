/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash bank 0, looked at before a board is started with it: with something else in it the processor
 * runs nonsense, and the board stays silent.
 */
#include "host/lib/flash_bank.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/image.h"
#include "host/provision/plausible.h"

static bool read_at(int descriptor, void *bytes, size_t length, off_t offset)
{
    return pread(descriptor, bytes, length, offset) == (ssize_t)length;
}

enum board_result flash_bank_check_size(struct board *board, const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && status.st_size == (off_t)IMAGE_FLASH_BYTES
               ? BOARD_OK
               : board_fail(board, BOARD_FAILED, "%s: is not a flash bank, a file of %u bytes",
                            path, IMAGE_FLASH_BYTES);
}

enum board_result flash_bank_check(struct board *board, const char *path)
{
    uint8_t first[PLAUSIBLE_BYTES];
    uint64_t magic = 0;
    enum board_result result = flash_bank_check_size(board, path);
    if (result != BOARD_OK) {
        return result;
    }
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || !read_at(descriptor, first, sizeof first, 0) ||
        !read_at(descriptor, &magic, sizeof magic, (off_t)IMAGE_FLASH_OFFSET)) {
        result = board_fail(board, BOARD_FAILED, "%s: cannot be read: %s", path, strerror(errno));
    } else if (!plausible_first_instruction(first)) {
        result =
            board_fail(board, BOARD_FAILED,
                       "%s: has no boot ROM at its start; 'virtasp sign --rom' makes a bank", path);
    } else if (magic != IMAGE_MAGIC) {
        result =
            board_fail(board, BOARD_FAILED,
                       "%s: has no firmware image at byte %u; 'virtasp sign --rom' makes a bank",
                       path, IMAGE_FLASH_OFFSET);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return result;
}
