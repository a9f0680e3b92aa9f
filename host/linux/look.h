/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who finds a text in the guest's memory: the guest, somebody who reads DRAM, and the host's key.
 */
#ifndef HOST_LINUX_LOOK_H
#define HOST_LINUX_LOOK_H

#include "host/linux/controller.h"

struct look {
    uint64_t in_view;       /**< How often the guest has it in private pages. */
    uint64_t in_dram;       /**< How often DRAM has it, shared pages included. */
    uint64_t with_host_key; /**< How often private pages have it, read through the host's key. */
    uint64_t first;         /**< Where the guest has it first. */
};

/** @param[out] look  a text that crosses a page's end is not counted there */
void look_for(const struct controller *controller, const char *text, struct look *look);

#endif
