/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration space of the security processor's PCI function, 1022:14CA: what a driver finds there,
 * and what it may change. BAR 2 is the mailbox, BAR 5 has the table of MSI-X.
 */
#ifndef HOST_BRIDGE_PCI_FUNCTION_H
#define HOST_BRIDGE_PCI_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/bridge/interrupts.h"

#define PCI_CONFIG_BYTES 4096u

#define PCI_MAILBOX_BAR 2u
#define PCI_MSIX_BAR 5u
#define PCI_MSIX_BAR_BYTES 0x2000u
#define PCI_MSIX_PBA_OFFSET 0x1000u
#define PCI_MSIX_ENTRY_BYTES 16u

struct pci_function {
    uint8_t config[PCI_CONFIG_BYTES];
    uint8_t
        msix[INTERRUPTS_VECTORS * PCI_MSIX_ENTRY_BYTES]; /**< Table; no vector is ever pending. */
};

/** As after power-on, or a function-level reset. */
void pci_function_reset(struct pci_function *function);

/** Reads configuration space. @param offset, count  inside of it */
void pci_function_read(const struct pci_function *function, uint32_t offset, uint8_t *bytes,
                       uint32_t count);

/**
 * Writes configuration space, as far as it can be written.
 *
 * @return whether a function-level reset was asked for; the function is then reset
 */
bool pci_function_write(struct pci_function *function, uint32_t offset, const uint8_t *bytes,
                        uint32_t count);

/** Reads BAR 5. @param offset, count  inside of it */
void pci_msix_read(const struct pci_function *function, uint32_t offset, uint8_t *bytes,
                   uint32_t count);

/** Writes BAR 5. */
void pci_msix_write(struct pci_function *function, uint32_t offset, const uint8_t *bytes,
                    uint32_t count);

#endif
