/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of the CPU whose thread runs.
 */
#ifndef HOST_QEMU_PLUGIN_REGISTERS_H
#define HOST_QEMU_PLUGIN_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

/** The first sixteen are numbered as instructions number them. */
enum register_name {
    REGISTER_RAX,
    REGISTER_RCX,
    REGISTER_RDX,
    REGISTER_RBX,
    REGISTER_R15 = 15,
    REGISTER_CR0,
    REGISTER_CS,
    REGISTER_RIP, /* of this or an earlier instruction of the same block: its page is certain */
    REGISTERS
};

/** Finds the registers, once in each CPU's thread. @return false when QEMU names them otherwise */
bool registers_find(void) __attribute__((warn_unused_result));

uint64_t register_read(unsigned name);
void register_write(unsigned name, uint64_t value);

/** @return whether the CPU is at privilege level 0: what runs is the guest's kernel, and no program of it */
bool registers_in_kernel(void);

/**
 * Translated code is shared by all addresses at which its page is mapped: only where in its page something
 * is can be remembered of it.
 *
 * @param offset  from the beginning of the page that holds the instruction; may be beyond its end
 * @return the linear address that this is where the CPU runs now
 */
uint64_t registers_address(uint64_t offset);

/** Goes on elsewhere. @param offset  as of registers_address() */
void registers_go_on(uint64_t offset);

#endif
