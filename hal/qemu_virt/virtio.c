/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtio over MMIO registers (virtio 1.x, section 4.2), and queues of one entry.
 */
#include "hal/qemu_virt/virtio.h"

#include "arch/arm/cp15.h"
#include "hal/qemu_virt/board.h"

#define MAGIC 0x000u
#define VERSION 0x004u
#define DEVICE_ID 0x008u
#define DRIVER_FEATURES 0x020u
#define DRIVER_FEATURES_SELECT 0x024u
#define QUEUE_SELECT 0x030u
#define QUEUE_SIZE_MAX 0x034u
#define QUEUE_SIZE 0x038u
#define QUEUE_READY 0x044u
#define STATUS 0x070u
#define QUEUE_DESCRIPTORS 0x080u
#define QUEUE_DRIVER 0x090u
#define QUEUE_DEVICE 0x0A0u

#define MAGIC_VALUE 0x74726976u
#define VERSION_MODERN 2u
#define FEATURE_VERSION_1 1u /* In the second word of features. */

#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER 2u
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u

#define RESET_POLLS 1000u

uintptr_t virtio_find(uint32_t type)
{
    for (uint32_t slot = 0; slot < BOARD_VIRTIO_SLOTS; slot++) {
        uintptr_t device = BOARD_VIRTIO_MMIO + slot * BOARD_VIRTIO_SLOT_BYTES;

        if (mmio_read32(device + MAGIC) == MAGIC_VALUE &&
            mmio_read32(device + VERSION) == VERSION_MODERN &&
            mmio_read32(device + DEVICE_ID) == type) {
            return device;
        }
    }
    return 0;
}

uint32_t virtio_interrupt(uintptr_t device)
{
    return BOARD_INTERRUPT_VIRTIO +
           (uint32_t)(device - BOARD_VIRTIO_MMIO) / BOARD_VIRTIO_SLOT_BYTES;
}

static bool reset(uintptr_t device)
{
    mmio_write32(device + STATUS, 0);
    for (uint32_t i = 0; i < RESET_POLLS; i++) {
        if (mmio_read32(device + STATUS) == 0) {
            return true;
        }
    }
    return false;
}

static bool agree_on_features(uintptr_t device)
{
    uint32_t status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;

    mmio_write32(device + STATUS, STATUS_ACKNOWLEDGE);
    mmio_write32(device + STATUS, status);
    mmio_write32(device + DRIVER_FEATURES_SELECT, 0);
    mmio_write32(device + DRIVER_FEATURES, 0);
    mmio_write32(device + DRIVER_FEATURES_SELECT, 1);
    mmio_write32(device + DRIVER_FEATURES, FEATURE_VERSION_1);
    mmio_write32(device + STATUS, status | STATUS_FEATURES_OK);
    return (mmio_read32(device + STATUS) & STATUS_FEATURES_OK) != 0;
}

static void set_address(uintptr_t registers, const volatile void *address)
{
    mmio_write32(registers, (uint32_t)(uintptr_t)address);
    mmio_write32(registers + 4, 0);
}

bool virtio_set_queue(uintptr_t device, uint32_t number, const struct virtio_queue *queue)
{
    mmio_write32(device + QUEUE_SELECT, number);
    if (mmio_read32(device + QUEUE_SIZE_MAX) < queue->size ||
        mmio_read32(device + QUEUE_READY) != 0) {
        return false;
    }
    barrier_dsb();
    mmio_write32(device + QUEUE_SIZE, queue->size);
    set_address(device + QUEUE_DESCRIPTORS, queue->descriptors);
    set_address(device + QUEUE_DRIVER, queue->available);
    set_address(device + QUEUE_DEVICE, queue->used);
    mmio_write32(device + QUEUE_READY, 1);
    return mmio_read32(device + QUEUE_READY) == 1;
}

bool virtio_prepare(uintptr_t device)
{
    return reset(device) && agree_on_features(device);
}

void virtio_enable(uintptr_t device)
{
    mmio_write32(device + STATUS,
                 STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
}

bool virtio_start(uintptr_t device, volatile struct virtio_ring *rings, uint32_t count)
{
    if (!virtio_prepare(device)) {
        return false;
    }
    for (uint32_t number = 0; number < count; number++) {
        volatile struct virtio_ring *ring = &rings[number];
        const struct virtio_queue queue = {.size = 1,
                                           .descriptors = &ring->descriptor,
                                           .available = &ring->available,
                                           .used = &ring->used};

        *ring = (struct virtio_ring){0};
        if (!virtio_set_queue(device, number, &queue)) {
            return false;
        }
    }
    virtio_enable(device);
    return true;
}

void virtio_offer(uintptr_t device, uint32_t queue, volatile struct virtio_ring *ring)
{
    ring->available.ring = 0;
    barrier_dsb();
    ring->available.index++;
    barrier_dsb();
    mmio_write32(device + VIRTIO_QUEUE_NOTIFY, queue);
}

bool virtio_is_done(const volatile struct virtio_ring *ring)
{
    bool done = ring->used.index == ring->available.index;

    barrier_dsb(); /* What the buffer holds is read after this. */
    return done;
}

void virtio_stop(uintptr_t device)
{
    (void)reset(device);
}
