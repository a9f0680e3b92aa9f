/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which QEMU the plugin is for. Newer ones may have the same interface: they are tried, and refuse the
 * plugin if they do not.
 */
#include "host/linux/qemu_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/program.h"
#include "host/provision/provision.h"

#define MAJOR 11u
#define MINOR 1u
#define TIMEOUT_MS 30000
#define WHERE                                                                                      \
    "QEMU 11.1 (plugin interface 7) is needed: Debian's qemu-system-x86 from trixie-backports or " \
    "newer; scripts/fetch-qemu.sh puts it under the build directory"

bool qemu_version_suits(const char *qemu, struct provision_error *error)
{
    static const char *const arguments[] = {"--version", NULL};
    static const char word[] = "version ";
    char text[512];
    if (!program_ask(qemu, arguments, text, sizeof text, TIMEOUT_MS)) {
        return provision_fail(error, "%s cannot be run. " WHERE, qemu);
    }
    const char *version = strstr(text, word);
    char *end = NULL;
    const unsigned long major = version != NULL ? strtoul(version + strlen(word), &end, 10) : 0;
    const unsigned long minor = end != NULL && *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
    if (major < MAJOR || (major == MAJOR && minor < MINOR)) {
        return provision_fail(error, "%s is version %lu.%lu. " WHERE, qemu, major, minor);
    }
    return true;
}
