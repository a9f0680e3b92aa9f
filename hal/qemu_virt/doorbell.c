/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell: a virtio console (virtio 1.x, section 5.3), port 0. QEMU forgets a byte for which the
 * socket has no room; a write to a UART would wait for it, and with it the whole board.
 */
#include "hal/doorbell.h"

#include "arch/arm/cp15.h"
#include "hal/qemu_virt/board.h"
#include "hal/qemu_virt/virtio.h"
#include "hal/timer.h"

#define RECEIVE 0u /* Numbers of the queues. */
#define TRANSMIT 1u
#define QUEUES 2u

/* QEMU takes a byte when it comes to it, whether or not the client does: mostly in microseconds. */
#define TRANSMIT_MICROSECONDS 100000u

/** What the device reaches, in private RAM. */
struct doorbell {
    struct virtio_ring rings[QUEUES];
    uint8_t received[64]; /* Nobody looks at them. */
    uint8_t sent;
};

static volatile struct doorbell *const shared = (void *)BOARD_DOORBELL;

/** The device's registers. */
static uintptr_t device;

/** Lets the device write the next bytes that come. */
static void offer_buffer(void)
{
    volatile struct virtio_ring *ring = &shared->rings[RECEIVE];

    ring->descriptor.address = (uintptr_t)shared->received;
    ring->descriptor.length = sizeof(shared->received);
    ring->descriptor.flags = VIRTIO_DESCRIPTOR_WRITE;
    virtio_offer(device, RECEIVE, ring);
}

static bool has_byte(void)
{
    return virtio_is_done(&shared->rings[RECEIVE]);
}

bool board_doorbell_start(void)
{
    device = virtio_find(VIRTIO_DEVICE_CONSOLE);
    if (device == 0 || !virtio_start(device, shared->rings, QUEUES)) {
        return false;
    }
    shared->rings[TRANSMIT].available.flags = VIRTIO_AVAILABLE_NO_INTERRUPT;
    offer_buffer();
    board_interrupt_enable(virtio_interrupt(device));
    return true;
}

uint32_t hal_doorbell_drain(void)
{
    uint32_t count = 0;

    /* In this order: acknowledged after the look, the interrupt of a byte between the two is lost. */
    mmio_write32(device + VIRTIO_INTERRUPT_ACKNOWLEDGE, VIRTIO_INTERRUPT_ALL);
    if (has_byte()) {
        count = shared->rings[RECEIVE].used.length;
        offer_buffer(); /* What waits behind it comes now, with an interrupt of its own. */
    }
    return count;
}

void hal_doorbell_wait(uint32_t timeout_ms)
{
    board_alarm_set((uint64_t)timeout_ms * 1000);
    while (!has_byte() && !board_alarm_went_off()) {
        wait_for_interrupt();
    }
}

/** Waits until the device has taken the last byte. @return false if it has not, and this one is lost */
static bool has_room(void)
{
    static bool late;
    const uint64_t end = hal_timer_microseconds() + TRANSMIT_MICROSECONDS;
    bool done = virtio_is_done(&shared->rings[TRANSMIT]);

    while (!done && !late && hal_timer_microseconds() < end) {
        done = virtio_is_done(&shared->rings[TRANSMIT]);
    }
    late = !done; /* Whoever is that late is not waited for again. */
    return done;
}

void hal_doorbell_ring(uint8_t value)
{
    volatile struct virtio_ring *ring = &shared->rings[TRANSMIT];

    if (has_room()) {
        shared->sent = value;
        ring->descriptor.address = (uintptr_t)&shared->sent;
        ring->descriptor.length = sizeof(shared->sent);
        ring->descriptor.flags = 0;
        virtio_offer(device, TRANSMIT, ring);
    }
}
