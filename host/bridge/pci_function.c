/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration space (pci_function.h): PCI Local Bus Specification 3.0, chapter 6; PCI Express Base
 * Specification, chapter 7. Two tables: what is there after a reset, and which bits can be written.
 */
#include "host/bridge/pci_function.h"

#include <string.h>

#include "abi/mailbox.h"

#define EXPRESS 0x64u /* PCI Express capability */
#define MSIX 0xC0u    /* MSI-X capability */

#define DEVICE_CONTROL (EXPRESS + 8u)
#define INITIATE_RESET 0x80u /* of its second byte */

/* A field of up to four bytes. */
struct field {
    uint16_t offset;
    uint8_t bytes;
    uint32_t value;
    uint32_t writable;
};

static const struct field fields[] = {
    {0x00, 2, 0x1022, 0}, /* AMD */
    {0x02, 2, 0x14CA, 0},
    {0x04, 2, 0, 0x0546},                     /* Command: memory, master, parity, SERR#, no INTx */
    {0x06, 2, 0x0010, 0},                     /* Status: there are capabilities */
    {0x08, 4, 0x10800000, 0},                 /* Encryption controller, revision 0 */
    {0x0C, 2, 0, 0x00FF},                     /* Cache line size */
    {0x18, 4, 0, ~(MAILBOX_BAR_BYTES - 1u)},  /* BAR 2: 32 bits, not prefetchable */
    {0x24, 4, 0, ~(PCI_MSIX_BAR_BYTES - 1u)}, /* BAR 5 */
    {0x2C, 4, 0x14CA1022, 0},                 /* Subsystem */
    {0x34, 1, EXPRESS, 0},                    /* First capability */
    {0x3C, 1, 0, 0xFF},                       /* Interrupt line; there is no pin */
    {EXPRESS + 0x00, 2, 0x10 | MSIX << 8, 0},
    {EXPRESS + 0x02, 2, 0x0002, 0},     /* Version 2, an endpoint */
    {EXPRESS + 0x04, 4, 0x10008020, 0}, /* Function-level reset; role-based errors; extended tags */
    {DEVICE_CONTROL, 2, 0x2810, 0x7FFF},
    {EXPRESS + 0x0C, 4, 0x00000011, 0}, /* One lane at 2.5 GT/s */
    {EXPRESS + 0x10, 2, 0, 0x0143},
    {EXPRESS + 0x12, 2, 0x0011, 0},
    {MSIX + 0x00, 2, 0x11, 0}, /* The last capability */
    {MSIX + 0x02, 2, INTERRUPTS_VECTORS - 1, 0xC000},
    {MSIX + 0x04, 4, PCI_MSIX_BAR, 0},
    {MSIX + 0x08, 4, PCI_MSIX_PBA_OFFSET | PCI_MSIX_BAR, 0},
};

#define FIELDS (sizeof fields / sizeof fields[0])

/* Vector control of an entry that is masked, as all are after a reset. */
#define VECTOR_CONTROL 12u
#define VECTOR_MASKED 1u

void pci_function_reset(struct pci_function *function)
{
    memset(function, 0, sizeof *function);
    for (size_t i = 0; i < FIELDS; i++) {
        for (uint32_t byte = 0; byte < fields[i].bytes; byte++) {
            function->config[fields[i].offset + byte] = (uint8_t)(fields[i].value >> 8 * byte);
        }
    }
    for (size_t i = 0; i < INTERRUPTS_VECTORS; i++) {
        function->msix[i * PCI_MSIX_ENTRY_BYTES + VECTOR_CONTROL] = VECTOR_MASKED;
    }
}

void pci_function_read(const struct pci_function *function, uint32_t offset, uint8_t *bytes,
                       uint32_t count)
{
    memcpy(bytes, function->config + offset, count);
}

/* @return which bits of a byte can be written */
static uint8_t writable(uint32_t offset)
{
    for (size_t i = 0; i < FIELDS; i++) {
        if (offset >= fields[i].offset && offset - fields[i].offset < fields[i].bytes) {
            return (uint8_t)(fields[i].writable >> 8 * (offset - fields[i].offset));
        }
    }
    return 0;
}

bool pci_function_write(struct pci_function *function, uint32_t offset, const uint8_t *bytes,
                        uint32_t count)
{
    bool reset = false;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t mask = writable(offset + i);
        uint8_t *byte = &function->config[offset + i];
        *byte = (uint8_t)((*byte & ~mask) | (bytes[i] & mask));
        reset = reset || (offset + i == DEVICE_CONTROL + 1 && (bytes[i] & INITIATE_RESET) != 0);
    }
    if (reset) {
        pci_function_reset(function);
    }
    return reset;
}

void pci_msix_read(const struct pci_function *function, uint32_t offset, uint8_t *bytes,
                   uint32_t count)
{
    memset(bytes, 0, count);
    for (uint32_t i = 0; i < count && offset + i < sizeof function->msix; i++) {
        bytes[i] = function->msix[offset + i];
    }
}

void pci_msix_write(struct pci_function *function, uint32_t offset, const uint8_t *bytes,
                    uint32_t count)
{
    for (uint32_t i = 0; i < count && offset + i < sizeof function->msix; i++) {
        function->msix[offset + i] = bytes[i];
    }
}
