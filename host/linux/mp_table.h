/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MP table of a guest without ACPI (MultiProcessor Specification 1.4): its CPUs, one I/O APIC, and how
 * QEMU's q35 wires the interrupts of ISA.
 */
#ifndef HOST_LINUX_MP_TABLE_H
#define HOST_LINUX_MP_TABLE_H

#include <stdint.h>

#define MP_TABLE_BYTES 1024u

/**
 * @param cpus        1 to 8
 * @param paddr       where it will lie; a multiple of 16, in the last 64 KiB below 1 MiB
 * @param[out] table  the floating pointer, and the table itself behind it
 */
void mp_table_make(uint32_t cpus, uint32_t paddr, uint8_t table[MP_TABLE_BYTES]);

#endif
