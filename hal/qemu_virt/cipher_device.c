/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio-crypto device and its queues (cipher_device.h).
 *
 * QEMU's main thread does the work. It is waited for by looking for as long as a batch of pages
 * takes, and then asleep: whoever looks for longer keeps a busy host from running that thread.
 */
#include "hal/qemu_virt/cipher_device.h"

#include "arch/arm/cp15.h"
#include "crypto/secret.h"
#include "hal/timer.h"

#define LOOK_MICROSECONDS 30u
#define ALARM_MICROSECONDS 1000000u /* Later than the alarms of the idle firmware: they stay. */
#define ANSWER_MICROSECONDS 5000000u

static struct cipher_area *const area = (struct cipher_area *)BOARD_CIPHER;

/** The device's registers, or 0: not started, not found, or given up. */
static uintptr_t device;

/** How many requests each queue has been given, as the index of its ring counts them. */
static uint16_t added[CIPHER_QUEUES];

struct cipher_area *cipher_area(void)
{
    return area;
}

static bool start_queues(void)
{
    for (uint32_t number = 0; number < CIPHER_QUEUES; number++) {
        struct cipher_ring *ring = &area->rings[number];
        const struct virtio_queue queue = {.size = CIPHER_QUEUE_ENTRIES,
                                           .descriptors = ring->descriptors,
                                           .available = &ring->available,
                                           .used = &ring->used};

        added[number] = 0;
        ring->available.flags = VIRTIO_AVAILABLE_NO_INTERRUPT;
        if (!virtio_set_queue(device, number, &queue)) {
            return false;
        }
    }
    return true;
}

bool cipher_device_start(void)
{
    device = virtio_find(VIRTIO_DEVICE_CRYPTO);
    if (device == 0) {
        return false;
    }
    if (!virtio_prepare(device)) {
        device = 0;
        return false;
    }
    crypto_wipe(area, sizeof *area);
    if (!start_queues()) {
        cipher_device_stop();
        return false;
    }
    virtio_enable(device);
    board_interrupt_enable(virtio_interrupt(device));
    return true;
}

bool cipher_device_runs(void)
{
    return device != 0;
}

void cipher_device_stop(void)
{
    if (device != 0) {
        virtio_stop(device);
        device = 0;
    }
}

void cipher_device_add(enum cipher_queue queue, uint32_t first, const struct cipher_part *parts,
                       uint32_t count)
{
    struct cipher_ring *ring = &area->rings[queue];

    for (uint32_t i = 0; i < count; i++) {
        const bool last = i + 1 == count;

        ring->descriptors[first + i] = (struct virtio_descriptor){
            .address = (uintptr_t)parts[i].address,
            .length = parts[i].length,
            .flags = (uint16_t)((last ? 0 : VIRTIO_DESCRIPTOR_NEXT) |
                                (parts[i].write ? VIRTIO_DESCRIPTOR_WRITE : 0)),
            .next = (uint16_t)(last ? 0 : first + i + 1),
        };
    }
    ring->available.ring[added[queue] % CIPHER_QUEUE_ENTRIES] = (uint16_t)first;
    added[queue]++;
}

void cipher_device_notify(enum cipher_queue queue)
{
    if (device == 0) {
        return;
    }
    barrier_dsb();
    area->rings[queue].available.index = added[queue];
    barrier_dsb();
    mmio_write32(device + VIRTIO_QUEUE_NOTIFY, queue);
}

static bool is_done(enum cipher_queue queue)
{
    const volatile uint16_t *used = &area->rings[queue].used.index;
    const bool done = *used == added[queue];

    barrier_dsb(); /* What the buffers hold is read after this. */
    return done;
}

/** Sleeps until the device is done. @return false when that takes too long */
static bool sleep_until_done(enum cipher_queue queue, uint64_t end)
{
    area->rings[queue].available.flags = 0; /* From now on it interrupts. */
    barrier_dsb();
    while (!is_done(queue)) {
        if (hal_timer_microseconds() > end) {
            return false;
        }
        board_alarm_set(ALARM_MICROSECONDS);
        wait_for_interrupt();
        mmio_write32(device + VIRTIO_INTERRUPT_ACKNOWLEDGE, VIRTIO_INTERRUPT_ALL);
    }
    area->rings[queue].available.flags = VIRTIO_AVAILABLE_NO_INTERRUPT;
    /* An interrupt that came after the last look would end the idle firmware's sleep, again and again. */
    mmio_write32(device + VIRTIO_INTERRUPT_ACKNOWLEDGE, VIRTIO_INTERRUPT_ALL);
    return true;
}

bool cipher_device_wait(enum cipher_queue queue)
{
    const uint64_t start = hal_timer_microseconds();

    if (device == 0) {
        return false;
    }
    while (hal_timer_microseconds() < start + LOOK_MICROSECONDS) {
        if (is_done(queue)) {
            return true;
        }
    }
    if (!sleep_until_done(queue, start + ANSWER_MICROSECONDS)) {
        cipher_device_stop();
        return false;
    }
    return true;
}
