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

/* QEMU takes a byte when its main loop comes to it, whether or not the client does: mostly in
 * microseconds, but a busy machine may keep that loop from running for longer. */
#define TRANSMIT_MICROSECONDS 1000000u

/*
 * Buffers for what comes. Given back one by one, each would cost a notification, which wakes QEMU's
 * main thread and lets it and the CPU wait for each other: as dear as a NOP. So half of them go at once.
 */
#define RECEIVE_ENTRIES 8u
#define RECEIVE_BYTES 64u

/** What the device reaches, in private RAM. */
struct doorbell {
    struct {
        struct virtio_descriptor descriptors[RECEIVE_ENTRIES];
        struct {
            uint16_t flags;
            uint16_t index;
            uint16_t ring[RECEIVE_ENTRIES];
            uint16_t used_event;
        } available;
        struct {
            uint16_t flags;
            uint16_t index;
            struct {
                uint32_t id;
                uint32_t length;
            } ring[RECEIVE_ENTRIES];
            uint16_t available_event;
        } used __attribute__((aligned(4)));
    } receive __attribute__((aligned(16)));
    struct virtio_ring transmit;
    uint8_t received[RECEIVE_BYTES]; /* By all buffers: nobody looks at it. */
    uint8_t sent;
};

static volatile struct doorbell *const shared = (void *)BOARD_DOORBELL;

/** The device's registers. */
static uintptr_t device;

/* As the queue's indices count: buffers that were offered, and that came back and were seen. */
static uint16_t offered;
static uint16_t seen;

/** Lets the device write into all buffers that it has not. */
static void offer_buffers(void)
{
    for (; (uint16_t)(offered - seen) < RECEIVE_ENTRIES; offered++) {
        const uint32_t place = offered % RECEIVE_ENTRIES;

        shared->receive.available.ring[place] =
            (uint16_t)(shared->receive.used.ring[place].id % RECEIVE_ENTRIES);
    }
    barrier_dsb();
    shared->receive.available.index = offered;
    barrier_dsb();
    mmio_write32(device + VIRTIO_QUEUE_NOTIFY, RECEIVE);
}

/** Makes both queues, without a buffer in either. */
static void clear_queues(void)
{
    *shared = (struct doorbell){0};
    for (uint32_t i = 0; i < RECEIVE_ENTRIES; i++) {
        volatile struct virtio_descriptor *descriptor = &shared->receive.descriptors[i];

        descriptor->address = (uintptr_t)shared->received;
        descriptor->length = RECEIVE_BYTES;
        descriptor->flags = VIRTIO_DESCRIPTOR_WRITE;
        shared->receive.used.ring[i].id = i; /* As if it had come back. */
    }
    shared->receive.available.flags = VIRTIO_AVAILABLE_NO_INTERRUPT; /* But for sleeps. */
    shared->transmit.available.flags = VIRTIO_AVAILABLE_NO_INTERRUPT;
    offered = 0;
    seen = 0;
}

static bool start_queues(void)
{
    const struct virtio_queue receive = {.size = RECEIVE_ENTRIES,
                                         .descriptors = shared->receive.descriptors,
                                         .available = &shared->receive.available,
                                         .used = &shared->receive.used};
    const struct virtio_queue transmit = {.size = 1,
                                          .descriptors = &shared->transmit.descriptor,
                                          .available = &shared->transmit.available,
                                          .used = &shared->transmit.used};

    return virtio_set_queue(device, RECEIVE, &receive) &&
           virtio_set_queue(device, TRANSMIT, &transmit);
}

bool board_doorbell_start(void)
{
    device = virtio_find(VIRTIO_DEVICE_CONSOLE);
    if (device == 0 || !virtio_prepare(device)) {
        return false;
    }
    clear_queues();
    if (!start_queues()) {
        return false;
    }
    virtio_enable(device);
    offer_buffers();
    board_interrupt_enable(virtio_interrupt(device));
    return true;
}

static bool has_byte(void)
{
    const bool has = shared->receive.used.index != seen;

    barrier_dsb(); /* What came is read after this. */
    return has;
}

uint32_t hal_doorbell_drain(void)
{
    uint32_t count = 0;

    while (seen != offered && has_byte()) { /* No more than have been offered. */
        count += shared->receive.used.ring[seen % RECEIVE_ENTRIES].length;
        seen++;
    }
    if ((uint16_t)(offered - seen) <= RECEIVE_ENTRIES / 2) {
        offer_buffers(); /* What waits for them comes now. */
    }
    return count;
}

void hal_doorbell_wait(uint32_t timeout_ms)
{
    board_alarm_set((uint64_t)timeout_ms * 1000);
    shared->receive.available.flags = 0; /* From now on it interrupts. */
    barrier_dsb();
    while (!has_byte() && !board_alarm_went_off()) {
        wait_for_interrupt();
        /* In this order: acknowledged after the look, the interrupt of a byte between the two is lost. */
        mmio_write32(device + VIRTIO_INTERRUPT_ACKNOWLEDGE, VIRTIO_INTERRUPT_ALL);
    }
    shared->receive.available.flags = VIRTIO_AVAILABLE_NO_INTERRUPT;
}

/** Waits until the device has taken the last byte. @return false if it has not, and this one is lost */
static bool has_room(void)
{
    static bool late;
    const uint64_t end = hal_timer_microseconds() + TRANSMIT_MICROSECONDS;
    bool done = virtio_is_done(&shared->transmit);

    while (!done && !late && hal_timer_microseconds() < end) {
        done = virtio_is_done(&shared->transmit);
    }
    late = !done; /* Whoever is that late is not waited for again. */
    return done;
}

void hal_doorbell_ring(uint8_t value)
{
    volatile struct virtio_ring *ring = &shared->transmit;

    if (has_room()) {
        shared->sent = value;
        ring->descriptor.address = (uintptr_t)&shared->sent;
        ring->descriptor.length = sizeof(shared->sent);
        ring->descriptor.flags = 0;
        virtio_offer(device, TRANSMIT, ring);
    }
}
