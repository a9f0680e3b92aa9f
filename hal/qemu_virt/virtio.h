/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtio over MMIO registers (virtio 1.x, section 4.2): devices and their queues; most of these have
 * one entry.
 */
#ifndef HAL_QEMU_VIRT_VIRTIO_H
#define HAL_QEMU_VIRT_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#define VIRTIO_DEVICE_CONSOLE 3u
#define VIRTIO_DEVICE_ENTROPY 4u
#define VIRTIO_DEVICE_CRYPTO 20u
#define VIRTIO_QUEUE_NOTIFY 0x50u
#define VIRTIO_INTERRUPT_STATUS 0x60u
#define VIRTIO_INTERRUPT_ACKNOWLEDGE 0x64u
#define VIRTIO_INTERRUPT_ALL 3u
#define VIRTIO_DESCRIPTOR_NEXT 1u        /**< Another one follows. */
#define VIRTIO_DESCRIPTOR_WRITE 2u       /**< The device writes the buffer. */
#define VIRTIO_AVAILABLE_NO_INTERRUPT 1u /**< Nobody waits for the buffer. */

struct virtio_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags; /**< VIRTIO_DESCRIPTOR_*. */
    uint16_t next;
};
_Static_assert(sizeof(struct virtio_descriptor) == 16, "as the standard has it");

/** A split virtqueue of size 1, with each part aligned as the standard wants it. */
struct virtio_ring {
    struct virtio_descriptor descriptor;
    struct {
        uint16_t flags;
        uint16_t index;
        uint16_t ring;
        uint16_t used_event;
    } available;
    struct {
        uint16_t flags;
        uint16_t index;
        uint32_t id;
        uint32_t length;
        uint16_t available_event;
    } used;
} __attribute__((aligned(16)));

/**
 * @param type  VIRTIO_DEVICE_*
 * @return address of the registers of the first such device, 0 if there is none
 */
uintptr_t virtio_find(uint32_t type);

/** @return number of the interrupt of a device from virtio_find() */
uint32_t virtio_interrupt(uintptr_t device);

/** A split virtqueue: its three parts, in memory that devices can reach. */
struct virtio_queue {
    uint32_t size; /**< Number of entries, a power of two. */
    const volatile void *descriptors;
    const volatile void *available;
    const volatile void *used;
};

/** Resets a device and agrees on its features. @return false when it refuses */
bool virtio_prepare(uintptr_t device) __attribute__((warn_unused_result));

/**
 * Gives a device a queue, between virtio_prepare() and virtio_enable().
 *
 * @param number  of the queue
 * @param queue   zeroed
 * @return false when the device has no such queue, or refuses it
 */
bool virtio_set_queue(uintptr_t device, uint32_t number, const struct virtio_queue *queue)
    __attribute__((warn_unused_result));

/** Lets a device work. */
void virtio_enable(uintptr_t device);

/**
 * Resets a device with queues of one entry, gives it these, and lets it work.
 *
 * @param device  from virtio_find()
 * @param rings   @p count queues, from number 0 on, in memory that devices can reach; cleared
 * @return false when the device refuses
 */
bool virtio_start(uintptr_t device, volatile struct virtio_ring *rings, uint32_t count)
    __attribute__((warn_unused_result));

/**
 * Hands the device the buffer that the ring's descriptor names. The device must have given back the
 * one before.
 *
 * @param queue  number of the queue that @p ring is
 */
void virtio_offer(uintptr_t device, uint32_t queue, volatile struct virtio_ring *ring);

/** @return whether the device has given back the last buffer that was offered, and may not touch it */
bool virtio_is_done(const volatile struct virtio_ring *ring);

/** Resets a device: it no longer touches the ring or any buffer. */
void virtio_stop(uintptr_t device);

#endif
