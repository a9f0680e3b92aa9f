/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the controller share.
 */
#ifndef HOST_LINUX_CONTROLLER_INTERNAL_H
#define HOST_LINUX_CONTROLLER_INTERNAL_H

#include "host/linux/controller.h"

/** Sets the message. @return false */
bool controller_fail(struct controller *controller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Finds out which pages of DRAM somebody has written (WRITTEN), as far as the file system knows. */
void controller_find_written(const struct controller *controller,
                             const struct controller_range *range);

#endif
