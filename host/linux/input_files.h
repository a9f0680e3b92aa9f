/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a Linux guest is made of, looked at before anything is made or started.
 */
#ifndef HOST_LINUX_INPUT_FILES_H
#define HOST_LINUX_INPUT_FILES_H

#include "host/linux/guest.h"
#include "host/provision/error.h"

/**
 * Opens none of them: a pipe would lose its writer.
 *
 * @param[out] error  "FILE: reason", for the first one that is not there, is a directory, may not be read
 *                    (the disk: nor written), or is no file for a secret, or too long; or the console's
 *                    file is one of them
 * @return whether all that OPTIONS name can be used
 */
bool input_files_check(const struct guest_options *options, struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
