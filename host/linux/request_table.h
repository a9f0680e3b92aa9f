/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests that a guest takes (docs/linux-guest.md, "While it runs").
 */
#ifndef HOST_LINUX_REQUEST_TABLE_H
#define HOST_LINUX_REQUEST_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "host/linux/asker.h"

struct guest;

struct request {
    const char *name;
    const char *argument; /**< In capitals; NULL: it has none. */
    const char *what;     /**< Is done, or told. */
    bool unreported;      /**< The page of the report does not have it. */
    /** Answers once. @param argument  not empty if there is one @return false: the guest cannot go on */
    bool (*run)(struct asker *asker, struct guest *guest, const char *argument);
};

extern const struct request request_table[];
extern const size_t request_count;

#endif
