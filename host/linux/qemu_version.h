/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which QEMU the plugin is for.
 */
#ifndef HOST_LINUX_QEMU_VERSION_H
#define HOST_LINUX_QEMU_VERSION_H

#include <stdbool.h>

#include "host/provision/error.h"

/**
 * @param qemu        program
 * @param[out] error  says what is needed, and where to get it
 * @return false when it cannot be run, or has another plugin interface than version 7
 */
bool qemu_version_suits(const char *qemu, struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
