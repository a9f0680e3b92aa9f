/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sandbox that forbids one system call, as those of containers do.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

static int number_of(const char *name)
{
    if (strcmp(name, "seccomp") == 0) {
        return SYS_seccomp;
    }
    return strcmp(name, "process_vm_readv") == 0 ? SYS_process_vm_readv : -1;
}

int client_forbid(const char *name, char **program)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number_of(name), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog whole = {.len = sizeof filter / sizeof filter[0], .filter = filter};
    if (number_of(name) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole, 0, 0) != 0) {
        return EXIT_FAILURE;
    }
    (void)execv(program[0], program);
    return EXIT_FAILURE;
}
