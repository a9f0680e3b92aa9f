/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The function's MSI-X vectors: events of the client that are signalled.
 */
#ifndef HOST_BRIDGE_INTERRUPTS_H
#define HOST_BRIDGE_INTERRUPTS_H

#include <stddef.h>
#include <stdint.h>

#include "host/bridge/vfio_user.h"

#define INTERRUPTS_VECTORS 2u /**< As the silicon has; the mailbox uses INTERRUPTS_MAILBOX. */
#define INTERRUPTS_MAILBOX 0u

struct interrupts {
    int events[INTERRUPTS_VECTORS]; /**< eventfds, or -1. */
};

/** No vector has an event. */
void interrupts_begin(struct interrupts *interrupts);

/** Closes all events. */
void interrupts_end(struct interrupts *interrupts);

/** @return how many interrupts of a kind there are, VFIO_PCI_*_IRQ_INDEX */
uint32_t interrupts_count(uint32_t index);

/**
 * SET_IRQS.
 *
 * @param set         the request
 * @param data        what follows it, @p data_bytes
 * @param[in,out] fds @p fd_count descriptors; those that are kept are replaced by -1
 * @return 0; EINVAL: no such interrupts, flags that do not go together, fewer data or descriptors than
 *         are needed, or a descriptor that is no eventfd. Then nothing has changed
 */
int interrupts_set(struct interrupts *interrupts, const struct vfio_user_irq_set *set,
                   const uint8_t *data, size_t data_bytes, int *fds, size_t fd_count);

/** Signals a vector; nothing happens without an event, as with a masked interrupt nobody keeps. */
void interrupts_raise(const struct interrupts *interrupts, uint32_t vector);

#endif
