/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds what was installed with the running program (installed.h). A program is in PREFIX/bin or
 * PREFIX/libexec/virtasp or, in the build tree, in BUILD/host.
 */
#include "host/lib/installed.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* Where the files are, below PREFIX and below BUILD. */
static const struct {
    const char *installed;
    const char *built;
} files[] = {
    [INSTALLED_ROM] = {"share/virtasp/rom.bin", "board/rom.bin"},
    [INSTALLED_FIRMWARE] = {"share/virtasp/firmware.bin", "board/firmware.bin"},
    [INSTALLED_CONFORMANCE] = {"libexec/virtasp/conformance", "tests/conformance"},
    [INSTALLED_CONFORMANCE_SNP] = {"libexec/virtasp/conformance-snp", "tests/hypervisor"},
    [INSTALLED_CASES] = {"share/virtasp/cases.tsv", "tests/cases.tsv"},
    [INSTALLED_CASES_SNP] = {"share/virtasp/cases-snp.tsv", "tests/cases-snp.tsv"},
    [INSTALLED_COMMANDS] = {"share/virtasp/commands.tsv", "command-table.tsv"},
    [INSTALLED_COMMANDS_SNP] = {"share/virtasp/commands-snp.tsv", "command-table-snp.tsv"},
    [INSTALLED_HOSTED] = {"libexec/virtasp/virtasp-sp", "hosted/virtasp-sp"},
    [INSTALLED_EMULATOR] = {"libexec/virtasp/virtasp-emulator", "host/virtasp-emulator"},
    [INSTALLED_GUESTS] = {"share/virtasp/guests", "guests"},
    [INSTALLED_LINUX_GUEST] = {"libexec/virtasp/virtasp-linux-guest", "host/virtasp-linux-guest"},
    [INSTALLED_LINUX_ENTRY] = {"share/virtasp/linux-entry.bin", "host/linux-entry.bin"},
    [INSTALLED_QEMU_PLUGIN] = {"libexec/virtasp/qemu-guest-cpu.so", "host/qemu-guest-cpu.so"},
};

/* Cuts the last component off. @return it, or NULL when there is none */
static const char *cut(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return NULL;
    }
    *slash = '\0';
    return slash + 1;
}

static bool join(char path[PATH_MAX], const char *top, const char *name)
{
    if (snprintf(path, PATH_MAX, "%s/%s", top, name) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    return true;
}

/* The program's own name. Where no /proc is mounted, as in a bare chroot, it is the one it was run by. */
static bool find_self(char self[PATH_MAX])
{
    const ssize_t length = readlink("/proc/self/exe", self, PATH_MAX - 1);
    if (length >= 0) {
        self[length] = '\0';
        return true;
    }
    const char *name = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    return name != NULL && realpath(name, self) != NULL;
}

bool installed_find(enum installed_file file, char path[PATH_MAX])
{
    char top[PATH_MAX];
    (void)join(path, "PREFIX", files[file].installed);
    if (!find_self(top)) {
        return false;
    }
    const char *directory = NULL;
    errno = ENOENT;
    if (cut(top) == NULL || (directory = cut(top)) == NULL) {
        return false;
    }
    /* By the name of its directory alone: what else lies in PREFIX is nothing of ours. */
    const bool is_built = strcmp(directory, "host") == 0;
    const char *above = strrchr(top, '/');
    if (!is_built && above != NULL && strcmp(above, "/libexec") == 0) {
        (void)cut(top);
    }
    return join(path, top, is_built ? files[file].built : files[file].installed) &&
           access(path, R_OK) == 0;
}
