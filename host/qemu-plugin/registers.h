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
    REGISTERS
};

/** Finds the registers, once in each CPU's thread. @return false when QEMU names them otherwise */
bool registers_find(void) __attribute__((warn_unused_result));

uint64_t register_read(unsigned name);
void register_write(unsigned name, uint64_t value);

/**
 * Goes on behind an instruction.
 *
 * @param next  linear address; the program counter is an offset in CS, which differs in real mode
 */
void registers_go_on(uint64_t next);

#endif
