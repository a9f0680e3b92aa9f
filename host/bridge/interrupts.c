/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSI-X vectors (interrupts.h). A descriptor is looked at before it is kept: a write to a pipe or a
 * file could wait for ever, or do harm.
 */
#include "host/bridge/interrupts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void interrupts_begin(struct interrupts *interrupts)
{
    for (size_t i = 0; i < INTERRUPTS_VECTORS; i++) {
        interrupts->events[i] = -1;
    }
}

static void replace(struct interrupts *interrupts, size_t vector, int event)
{
    if (interrupts->events[vector] >= 0) {
        (void)close(interrupts->events[vector]);
    }
    interrupts->events[vector] = event;
}

void interrupts_end(struct interrupts *interrupts)
{
    for (size_t i = 0; i < INTERRUPTS_VECTORS; i++) {
        replace(interrupts, i, -1);
    }
}

uint32_t interrupts_count(uint32_t index)
{
    return index == VFIO_PCI_MSIX_IRQ_INDEX ? INTERRUPTS_VECTORS : 0;
}

static bool is_eventfd(int descriptor)
{
    static const char kind[] = "anon_inode:[eventfd]";
    char name[32];
    char target[sizeof kind];
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(name, target, sizeof target);
    return length == (ssize_t)sizeof kind - 1 && memcmp(target, kind, sizeof kind - 1) == 0;
}

/* Gives vectors events, or takes them away where no descriptors came. */
static int set_events(struct interrupts *interrupts, const struct vfio_user_irq_set *set, int *fds,
                      size_t fd_count)
{
    if (fd_count != 0 && fd_count != set->count) {
        return EINVAL;
    }
    for (size_t i = 0; i < fd_count; i++) {
        const int flags = fcntl(fds[i], F_GETFL);
        if (!is_eventfd(fds[i]) || flags < 0 || fcntl(fds[i], F_SETFL, flags | O_NONBLOCK) != 0) {
            return EINVAL;
        }
    }
    for (size_t i = 0; i < set->count; i++) {
        replace(interrupts, set->start + i, fd_count != 0 ? fds[i] : -1);
        if (fd_count != 0) {
            fds[i] = -1;
        }
    }
    return 0;
}

/* Signals vectors, as a test of the client's. */
static int trigger(const struct interrupts *interrupts, const struct vfio_user_irq_set *set,
                   const uint8_t *data)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (data == NULL || data[i] != 0) {
            interrupts_raise(interrupts, set->start + i);
        }
    }
    return 0;
}

int interrupts_set(struct interrupts *interrupts, const struct vfio_user_irq_set *set,
                   const uint8_t *data, size_t data_bytes, int *fds, size_t fd_count)
{
    const uint32_t there = interrupts_count(set->index);
    if (set->index >= VFIO_PCI_NUM_IRQS || set->start > there || set->count > there - set->start) {
        return EINVAL;
    }
    switch (set->flags) {
    case VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER:
        return set_events(interrupts, set, fds, fd_count);
    case VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER:
        return data_bytes < set->count ? EINVAL : trigger(interrupts, set, data);
    case VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER:
        if (set->count == 0 && set->start == 0 && there != 0) {
            interrupts_end(interrupts);
            return 0;
        }
        return trigger(interrupts, set, NULL);
    default:
        return EINVAL; /* Masks are the client's own affair with MSI-X. */
    }
}

/* An event that is full already tells what there is to tell. */
void interrupts_raise(const struct interrupts *interrupts, uint32_t vector)
{
    const uint64_t one = 1;
    struct pollfd event = {.fd = interrupts->events[vector], .events = POLLOUT};
    if (event.fd >= 0 && poll(&event, 1, 0) == 1 && (event.revents & POLLOUT) != 0) {
        const ssize_t written = write(event.fd, &one, sizeof one);
        (void)written;
    }
}
