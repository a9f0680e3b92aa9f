/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the plugin share.
 */
#ifndef HOST_QEMU_PLUGIN_GUEST_STATE_H
#define HOST_QEMU_PLUGIN_GUEST_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "host/linux/control_page.h"

#define INSTRUCTION_BYTES_MAX 4u /* of those that are looked at */
#define INSTRUCTION_PAGE_BYTES 4096u

/** An instruction that is being translated. */
struct instruction {
    void *handle;
    void *following;  /**< The next one of the same block, or NULL. */
    uint64_t address; /**< Linear, where it is translated. It may run elsewhere. */
    uint64_t next;    /**< Of what follows, from the beginning of its page: registers_address(). */
    size_t size;
    uint8_t code[INSTRUCTION_BYTES_MAX];
};

extern unsigned guest_c_bit;
extern struct control_page *guest_control;

#endif
