/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MP table of a guest without ACPI.
 */
#include "host/linux/mp_table.h"

#include <stddef.h>
#include <string.h>

#define POINTER_BYTES 16u
#define HEADER_BYTES 44u
#define LOCAL_APIC 0xfee00000u
#define IO_APIC 0xfec00000u
#define ISA_INTERRUPTS 16u
#define CASCADE                                                                                    \
    2u /* where the second interrupt controller would be: here it is the timer's input */

/* Text without an end. */
static const char table_signature[] = {'P', 'C', 'M', 'P'};
static const char pointer_signature[] = {'_', 'M', 'P', '_'};
static const char maker[] = {'V', 'I', 'R', 'T', 'A', 'S', 'P', ' ', 'L', 'I',
                             'N', 'U', 'X', ' ', 'G', 'U', 'E', 'S', 'T', ' '};

enum { ENTRY_CPU, ENTRY_BUS, ENTRY_IO_APIC, ENTRY_INTERRUPT, ENTRY_LOCAL_INTERRUPT };

struct writer {
    uint8_t *at;
    uint16_t entries;
};

static void put(struct writer *writer, const void *bytes, size_t length)
{
    memcpy(writer->at, bytes, length);
    writer->at += length;
    writer->entries++;
}

static void put_32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint8_t checksum(const uint8_t *bytes, size_t length)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return (uint8_t)-sum;
}

static void put_cpus(struct writer *writer, uint32_t cpus)
{
    for (uint32_t i = 0; i < cpus; i++) {
        uint8_t entry[20] = {ENTRY_CPU, (uint8_t)i, 0x14, i == 0 ? 3 : 1};
        put_32(entry + 4, 0xa00f11);  /* family 19h, model 1 */
        put_32(entry + 8, 0x78bfbff); /* CPUID 1, EDX: of no use to anybody */
        put(writer, entry, sizeof entry);
    }
}

static void put_interrupts(struct writer *writer, uint8_t io_apic)
{
    for (uint8_t irq = 0; irq < ISA_INTERRUPTS; irq++) {
        if (irq != CASCADE) {
            const uint8_t entry[8] = {ENTRY_INTERRUPT,         0, 0, 0, 1, irq, io_apic,
                                      irq == 0 ? CASCADE : irq};
            put(writer, entry, sizeof entry);
        }
    }
    const uint8_t external[8] = {ENTRY_LOCAL_INTERRUPT, 3, 0, 0, 1, 0, 0, 0};
    const uint8_t nmi[8] = {ENTRY_LOCAL_INTERRUPT, 1, 0, 0, 1, 0, 0xff, 1};
    put(writer, external, sizeof external);
    put(writer, nmi, sizeof nmi);
}

void mp_table_make(uint32_t cpus, uint32_t paddr, uint8_t table[MP_TABLE_BYTES])
{
    memset(table, 0, MP_TABLE_BYTES);
    uint8_t *header = table + POINTER_BYTES;
    struct writer writer = {.at = header + HEADER_BYTES};
    const uint8_t pci[8] = {ENTRY_BUS, 0, 'P', 'C', 'I', ' ', ' ', ' '};
    const uint8_t isa[8] = {ENTRY_BUS, 1, 'I', 'S', 'A', ' ', ' ', ' '};
    uint8_t io_apic[8] = {ENTRY_IO_APIC, (uint8_t)cpus, 0x20, 1};
    put_cpus(&writer, cpus);
    put(&writer, pci, sizeof pci);
    put(&writer, isa, sizeof isa);
    put_32(io_apic + 4, IO_APIC);
    put(&writer, io_apic, sizeof io_apic);
    put_interrupts(&writer, (uint8_t)cpus);

    const size_t length = (size_t)(writer.at - header);
    memcpy(header, table_signature, sizeof table_signature);
    header[4] = (uint8_t)length;
    header[5] = (uint8_t)(length >> 8);
    header[6] = 4; /* version 1.4 */
    memcpy(header + 8, maker, sizeof maker);
    header[34] = (uint8_t)writer.entries;
    put_32(header + 36, LOCAL_APIC);
    header[7] = checksum(header, length);

    memcpy(table, pointer_signature, sizeof pointer_signature);
    put_32(table + 4, paddr + POINTER_BYTES);
    table[8] = 1; /* in units of 16 bytes */
    table[9] = 4;
    table[10] = checksum(table, POINTER_BYTES);
}
