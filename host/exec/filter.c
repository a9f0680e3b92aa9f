/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which system calls of the program wait for an answer (filter.h).
 */
#include "host/exec/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0 /* nothing is served */
#endif

/* Since Linux 5.19: a signal that does not kill cannot make a call be made twice. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

#define FIELD(member) ((unsigned)offsetof(struct seccomp_data, member))

/* Types of ioctl numbers that are never a driver's of SEV: of terminals and of sockets. */
#define IOCTL_TYPE_TERMINAL 0x54u
#define IOCTL_TYPE_SOCKET 0x89u

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
/* Jumps are counted from the next line: over it when it does not apply. */
#define IF_EQUAL(value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)
#define NOTIFY(number) IF_EQUAL(number), RETURN(SECCOMP_RET_USER_NOTIF)

static struct sock_filter filter[] = {
    LOAD(FIELD(arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    RETURN(SECCOMP_RET_ALLOW),
    LOAD(FIELD(nr)),
#ifdef SYS_open
    NOTIFY(SYS_open),
    NOTIFY(SYS_stat),
    NOTIFY(SYS_lstat),
    NOTIFY(SYS_access),
    NOTIFY(SYS_mkdir),
    NOTIFY(SYS_rmdir),
    NOTIFY(SYS_unlink),
    NOTIFY(SYS_readlink),
#endif
    NOTIFY(SYS_openat),
    NOTIFY(SYS_openat2),
    NOTIFY(SYS_newfstatat),
    NOTIFY(SYS_statx),
    NOTIFY(SYS_fstat),
    NOTIFY(SYS_faccessat),
    NOTIFY(SYS_faccessat2),
    NOTIFY(SYS_mkdirat),
    NOTIFY(SYS_unlinkat),
    NOTIFY(SYS_readlinkat),
    NOTIFY(SYS_getxattr),
    NOTIFY(SYS_lgetxattr),
    NOTIFY(SYS_listxattr),
    NOTIFY(SYS_llistxattr),
    IF_EQUAL(SYS_ioctl),
    BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
    RETURN(SECCOMP_RET_ALLOW),
    /* The low half of the number; drivers look at no more. */
    LOAD(FIELD(args[1])),
    BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 8),
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xFF),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IOCTL_TYPE_TERMINAL, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IOCTL_TYPE_SOCKET, 0, 1),
    RETURN(SECCOMP_RET_ALLOW),
    RETURN(SECCOMP_RET_USER_NOTIF),
};

int exec_filter_install(void)
{
    const struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
    const unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    if (ARCHITECTURE == 0) {
        errno = ENOSYS;
        return -1;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return -1;
    }
    long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                            flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    if (listener < 0 && errno == EINVAL) {
        listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    }
    return (int)listener;
}

bool exec_filter_is_possible(void)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        _exit(exec_filter_install() >= 0 ? 0 : errno);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return false;
    }
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
    return errno == 0;
}
