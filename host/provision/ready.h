/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip for a program that runs boards by itself: made if there is none, brought up to date if there is
 * a firmware to flash.
 */
#ifndef HOST_PROVISION_READY_H
#define HOST_PROVISION_READY_H

#include <stdbool.h>

#include "host/provision/error.h"

struct provision_ready {
    const char *directory; /**< Of the chip. */
    const char *vendor;    /**< Directory of its vendor's keys; NULL: its own. */
    const char *rom;       /**< Files; where either is missing, the chip's flash is kept. */
    const char *firmware;
    bool hosted; /**< Its boards are Linux processes: it need not have a flash that boots. */
    bool quiet;  /**< Nothing is printed. */
};

/** @return as provision_factory() */
PROVISION_CHECKED bool provision_make_ready(const struct provision_ready *ready,
                                            struct provision_error *error);

#endif
