/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds what was installed with the running program, wherever that was installed to, or what was
 * built with it, while it still lies in the build tree.
 */
#ifndef HOST_LIB_INSTALLED_H
#define HOST_LIB_INSTALLED_H

#include <limits.h>
#include <stdbool.h>

/** Files that programs look for. */
enum installed_file {
    INSTALLED_ROM,             /**< The boot ROM. */
    INSTALLED_FIRMWARE,        /**< The firmware, as `virtasp sign` takes it. */
    INSTALLED_CONFORMANCE,     /**< The suite of SEV and SEV-ES, a program. */
    INSTALLED_CONFORMANCE_SNP, /**< The suite of SEV-SNP, a program. */
    INSTALLED_CASES,           /**< Catalogues of their cases. */
    INSTALLED_CASES_SNP,
    INSTALLED_COMMANDS, /**< Command tables. */
    INSTALLED_COMMANDS_SNP,
    INSTALLED_HOSTED,      /**< The firmware as a Linux process, a program. */
    INSTALLED_EMULATOR,    /**< The reference emulator, a program. */
    INSTALLED_GUESTS,      /**< Directory of its guests' images. */
    INSTALLED_LINUX_GUEST, /**< What runs a Linux in QEMU, a program. */
    INSTALLED_LINUX_ENTRY, /**< The ROM that its machine starts from. */
    INSTALLED_QEMU_PLUGIN, /**< What QEMU loads for it. */
};

/**
 * Finds a file.
 *
 * @param[out] path  its absolute name; where it should be installed, when it is not there
 * @return false with errno set when it is not there
 */
bool installed_find(enum installed_file file, char path[PATH_MAX])
    __attribute__((warn_unused_result));

#endif
