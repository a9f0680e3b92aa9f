/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that is ready to run (ready.h).
 */
#include "host/provision/ready.h"

#include <unistd.h>

#include "host/provision/factory.h"

bool provision_make_ready(const struct provision_ready *ready, struct provision_error *error)
{
    const bool built = access(ready->rom, R_OK) == 0 && access(ready->firmware, R_OK) == 0;
    const struct provision_factory_options options = {
        .directory = ready->directory,
        .vendor = ready->vendor,
        .rom = built ? ready->rom : NULL,
        .firmware = built ? ready->firmware : NULL,
        .image = PROVISION_IMAGE_DEFAULTS,
        .no_flash = ready->hosted && !built,
        .log = ready->quiet ? NULL : stdout,
    };
    return provision_factory(&options, error);
}
