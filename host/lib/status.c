/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board's firmware tells about itself in the fabric (status.h).
 */
#include "host/lib/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lib/dead_board.h"
#include "host/lib/deadline.h"
#include "host/lib/run_lock.h"

#define STEP_US 200

/* Copies words that another process may change meanwhile. */
static void copy_words(const uint8_t *source, void *destination, size_t length)
{
    for (size_t i = 0; i < length; i += sizeof(uint64_t)) {
        const uint64_t word =
            __atomic_load_n((const uint64_t *)(const void *)(source + i), __ATOMIC_RELAXED);
        memcpy((uint8_t *)destination + i, &word, sizeof word);
    }
}

enum status_found status_copy(const uint8_t *fabric, int timeout_ms, struct fabric_status *block)
{
    const uint8_t *base = fabric + FABRIC_STATUS_OFFSET;
    const uint64_t *generation = (const void *)(base + offsetof(struct fabric_status, generation));
    const int64_t deadline = deadline_after(timeout_ms);
    for (;;) {
        const uint64_t before = __atomic_load_n(generation, __ATOMIC_ACQUIRE);
        copy_words(base, block, sizeof *block);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (before % 2 == 0 && __atomic_load_n(generation, __ATOMIC_RELAXED) == before) {
            break;
        }
        if (deadline_left_ms(deadline) == 0) {
            return STATUS_CHANGING;
        }
        deadline_sleep_us(STEP_US);
    }
    if (block->magic == FABRIC_STATUS_MAGIC) {
        return STATUS_SERVING;
    }
    return block->boot_count != 0 ? STATUS_STOPPED : STATUS_ABSENT;
}

/* Maps the fabric for reading only. @return NULL with errno set */
static const uint8_t *map_fabric(const char *path)
{
    struct stat status;
    void *bytes = MAP_FAILED;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return NULL;
    }
    int error = fstat(descriptor, &status) != 0      ? errno
                : status.st_size < FABRIC_FILE_BYTES ? EINVAL
                                                     : 0;
    if (error == 0) {
        bytes = mmap(NULL, FABRIC_FILE_BYTES, PROT_READ, MAP_SHARED, descriptor, 0);
        error = bytes == MAP_FAILED ? errno : 0;
    }
    (void)close(descriptor);
    errno = error;
    return error == 0 ? bytes : NULL;
}

/* Fills in VIEW from the mapped fabric. */
static enum board_result look_at(struct board *board, const uint8_t *fabric,
                                 struct status_view *view)
{
    copy_words(fabric, &view->configuration, sizeof view->configuration);
    if (view->configuration.magic != FABRIC_MAGIC) {
        view->configuration = (struct fabric_config){0};
    }
    switch (status_copy(fabric, STATUS_TIMEOUT_MS, &view->block)) {
    case STATUS_SERVING:
        return BOARD_OK;
    case STATUS_STOPPED:
        return board_fail(board, BOARD_STOPPED,
                          "the firmware serves no commands: it has stopped, or is just starting");
    case STATUS_ABSENT:
        return board_fail(board, BOARD_NOT_ANSWERING, "the firmware has not started yet");
    case STATUS_CHANGING:
        break;
    }
    return board_fail(board, BOARD_NOT_ANSWERING,
                      "the firmware stands still in the middle of a change of its status");
}

/* Says that no board is running; that nothing can be known, when what would tell cannot be read. */
static enum board_result report_nobody(struct board *board, const char *directory)
{
    char path[PATH_MAX];
    if (!run_lock_can_tell(directory, path)) {
        return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
    }
    return board_fail(board, BOARD_NOT_ANSWERING, "no board is running in %s", directory);
}

enum board_result status_look(struct board *board, const char *directory, struct status_view *view)
{
    char path[PATH_MAX];
    *board = (struct board)BOARD_CLOSED;
    *view = (struct status_view){.process = run_lock_holder(directory)};
    if (view->process == 0) {
        dead_board_forget_keys(directory);
        return report_nobody(board, directory);
    }
    if (!board_path(path, directory, "run/fabric")) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", directory);
    }
    const uint8_t *fabric = map_fabric(path);
    if (fabric == NULL) {
        return board_fail(board, BOARD_FAILED, "%s: %s", path,
                          errno == EINVAL ? "too short for a fabric" : strerror(errno));
    }
    const enum board_result result = look_at(board, fabric, view);
    (void)munmap((void *)(uintptr_t)fabric, FABRIC_FILE_BYTES);
    return result;
}
