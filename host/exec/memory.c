/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of the program (memory.h).
 */
#include "host/exec/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096u

typedef ssize_t copy(pid_t, const struct iovec *, unsigned long, const struct iovec *,
                     unsigned long, unsigned long);

/* The number of a thread that has ended can be another's: it waits before and after. */
static int transfer(const struct exec_call *call, copy *function, uint64_t address, void *bytes,
                    size_t length)
{
    const struct iovec here = {.iov_base = bytes, .iov_len = length};
    const struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = length};
    if (length == 0) {
        return 0;
    }
    if (address == 0 || !exec_call_waits(call)) {
        return -EFAULT;
    }
    const ssize_t count = function(call->thread, &here, 1, &there, 1, 0);
    return count == (ssize_t)length && exec_call_waits(call) ? 0 : -EFAULT;
}

int exec_memory_read(const struct exec_call *call, uint64_t address, void *to, size_t length)
{
    return transfer(call, process_vm_readv, address, to, length);
}

int exec_memory_write(const struct exec_call *call, uint64_t address, const void *from,
                      size_t length)
{
    /* A cast that only the common type of both directions needs: the bytes are read. */
    return transfer(call, process_vm_writev, address, (void *)(uintptr_t)from, length);
}

int exec_memory_read_path(const struct exec_call *call, uint64_t address, char text[PATH_MAX])
{
    size_t done = 0;
    while (done < PATH_MAX) {
        /* Not beyond a page: the next one may not be there. */
        size_t part = PAGE - (address + done) % PAGE;
        part = part < PATH_MAX - done ? part : PATH_MAX - done;
        part = done == 0 && part > 256 ? 256 : part;
        if (exec_memory_read(call, address + done, text + done, part) != 0) {
            return -EFAULT;
        }
        if (memchr(text + done, 0, part) != NULL) {
            return 0;
        }
        done += part;
    }
    return -ENAMETOOLONG;
}

bool exec_memory_is_reachable(void)
{
    static const char mark = 1;
    char seen = 0;
    int gate[2];
    if (pipe2(gate, O_CLOEXEC) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        (void)close(gate[1]);
        _exit(read(gate[0], &seen, 1) < 0 ? 1 : 0); /* until the other end is closed */
    }
    const struct iovec here = {.iov_base = &seen, .iov_len = 1};
    const struct iovec there = {.iov_base = (void *)(uintptr_t)&mark, .iov_len = 1};
    const bool read_it = child > 0 && process_vm_readv(child, &here, 1, &there, 1, 0) == 1;
    const int error = errno;
    (void)close(gate[0]);
    (void)close(gate[1]);
    if (child > 0) {
        (void)waitpid(child, NULL, 0);
    }
    errno = error;
    return read_it && seen == mark;
}
