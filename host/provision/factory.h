/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip factory: everything that one chip needs, in one directory.
 */
#ifndef HOST_PROVISION_FACTORY_H
#define HOST_PROVISION_FACTORY_H

#include "host/provision/error.h"
#include "host/provision/factory_options.h"

/**
 * Makes a chip, or completes the one that is there.
 *
 * @return false when an input is unusable, keys or fuses that are there contradict what was asked
 *         for, or a file cannot be written; files that are complete by then stay
 */
PROVISION_CHECKED bool provision_factory(const struct provision_factory_options *options,
                                         struct provision_error *error);

#endif
