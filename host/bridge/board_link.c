/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to the board (board_link.h): its shared files, the lock on the mailbox, the doorbell.
 */
#include "host/bridge/board_link.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "host/lib/run_lock.h"
#include "host/lib/status.h"
#include "host/lib/unix_socket.h"

#define ATTEMPTS 3

/* Maps what run/ has now. @return false with errno set; then nothing is open */
static bool open_files(struct board_link *link)
{
    char path[PATH_MAX];
    if (!board_path(path, link->directory, "run/mailbox") ||
        !shared_file_open(&link->mailbox, path, MAILBOX_BAR_BYTES)) {
        return false;
    }
    if (!board_path(path, link->directory, "run/fabric") ||
        !shared_file_open(&link->fabric, path, FABRIC_FILE_BYTES)) {
        const int error = errno;
        shared_file_close(&link->mailbox);
        errno = error;
        return false;
    }
    return true;
}

static void close_files(struct board_link *link)
{
    shared_file_close(&link->mailbox);
    shared_file_close(&link->fabric);
}

enum board_result board_link_open(struct board_link *link, struct board *board,
                                  const char *directory)
{
    *link = (struct board_link){.doorbell = -1};
    if (strlen(directory) >= sizeof link->directory) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", directory);
    }
    memcpy(link->directory, directory, strlen(directory) + 1);
    if (!board_link_is_alive(link)) {
        return board_fail(board, BOARD_NOT_ANSWERING, "no board is running in %s", directory);
    }
    return open_files(link) ? BOARD_OK
                            : board_fail(board, BOARD_FAILED, "%s/run: its mailbox and fabric: %s",
                                         directory, strerror(errno));
}

void board_link_close(struct board_link *link)
{
    board_link_hang_up(link);
    board_link_release(link);
    close_files(link);
}

bool board_link_is_alive(const struct board_link *link)
{
    return run_lock_holder(link->directory) != 0;
}

bool board_link_is_current(const struct board_link *link)
{
    char path[PATH_MAX];
    struct stat named;
    struct stat mapped;
    return link->mailbox.bytes != NULL && board_path(path, link->directory, "run/mailbox") &&
           stat(path, &named) == 0 && fstat(link->mailbox.descriptor, &mapped) == 0 &&
           named.st_dev == mapped.st_dev && named.st_ino == mapped.st_ino;
}

/* Whether there is somebody at the other end of the doorbell. */
static enum board_link_claim connect_doorbell(struct board_link *link)
{
    char path[PATH_MAX];
    (void)board_link_drain(link);
    if (link->doorbell < 0 && board_path(path, link->directory, "run/doorbell")) {
        link->doorbell = unix_socket_connect(path, 0);
    }
    if (link->doorbell >= 0) {
        return BOARD_LINK_CLAIMED;
    }
    return errno == ETIMEDOUT || board_link_is_alive(link) ? BOARD_LINK_IN_USE : BOARD_LINK_GONE;
}

enum board_link_claim board_link_claim(struct board_link *link)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        if (!board_link_is_current(link)) {
            board_link_hang_up(link);
            close_files(link);
            if (!open_files(link)) {
                return BOARD_LINK_GONE;
            }
        }
        if (flock(link->mailbox.descriptor, LOCK_EX | LOCK_NB) != 0) {
            board_link_hang_up(link); /* The other needs it. */
            return BOARD_LINK_IN_USE;
        }
        link->claimed = true;
        if (board_link_is_current(link)) { /* Not replaced in between. */
            const enum board_link_claim claim = connect_doorbell(link);
            if (claim != BOARD_LINK_CLAIMED) {
                board_link_release(link);
            }
            return claim;
        }
        board_link_release(link);
    }
    return BOARD_LINK_IN_USE;
}

void board_link_release(struct board_link *link)
{
    if (link->claimed) {
        (void)flock(link->mailbox.descriptor, LOCK_UN);
        link->claimed = false;
    }
}

void board_link_hang_up(struct board_link *link)
{
    if (link->doorbell >= 0) {
        (void)close(link->doorbell);
        link->doorbell = -1;
    }
}

/* A full socket holds bytes enough; that the other end is gone is seen by who reads. */
void board_link_ring(struct board_link *link)
{
    const uint8_t look = DOORBELL_LOOK;
    const ssize_t count = send(link->doorbell, &look, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)count;
}

uint8_t board_link_drain(struct board_link *link)
{
    uint8_t bytes[64];
    uint8_t seen = 0;
    while (link->doorbell >= 0) {
        const ssize_t count = recv(link->doorbell, bytes, sizeof bytes, MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            break;
        }
        if (count <= 0) {
            board_link_hang_up(link);
            break;
        }
        for (ssize_t i = 0; i < count; i++) {
            seen |= bytes[i];
        }
    }
    return seen;
}

static uint32_t *register_at(const struct board_link *link, uint32_t offset)
{
    return (uint32_t *)(void *)(link->mailbox.bytes + offset);
}

uint32_t board_link_read(const struct board_link *link, uint32_t offset)
{
    return link->mailbox.bytes != NULL
               ? __atomic_load_n(register_at(link, offset), __ATOMIC_SEQ_CST)
               : 0;
}

void board_link_write(struct board_link *link, uint32_t offset, uint32_t value)
{
    __atomic_store_n(register_at(link, offset), value, __ATOMIC_SEQ_CST);
}

void board_link_clear(struct board_link *link, uint32_t offset, uint32_t bits)
{
    (void)__atomic_fetch_and(register_at(link, offset), ~bits, __ATOMIC_SEQ_CST);
}

bool board_link_is_in_ring_mode(const struct board_link *link)
{
    if (link->fabric.bytes == NULL) {
        return false;
    }
    const struct fabric_status *block = (void *)(link->fabric.bytes + FABRIC_STATUS_OFFSET);
    return __atomic_load_n(&block->magic, __ATOMIC_SEQ_CST) == FABRIC_STATUS_MAGIC &&
           (__atomic_load_n(&block->flags, __ATOMIC_SEQ_CST) & FABRIC_STATUS_RING) != 0;
}

bool board_link_is_fresh(const struct board_link *link)
{
    struct fabric_status block;
    return link->fabric.bytes != NULL &&
           status_copy(link->fabric.bytes, 0, &block) == STATUS_SERVING && block.commands == 0;
}
