/*
 * virtio over MMIO registers (virtio 1.x, section 4.2), for devices with one queue of one entry.
 */
#ifndef HAL_QEMU_VIRT_VIRTIO_H
#define HAL_QEMU_VIRT_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#define VIRTIO_DEVICE_ENTROPY 4u
#define VIRTIO_QUEUE_NOTIFY 0x50u
#define VIRTIO_DESCRIPTOR_WRITE 2u /**< The device writes the buffer. */

/** A split virtqueue of size 1, with each part aligned as the standard wants it. */
struct virtio_ring {
    struct {
        uint64_t address;
        uint32_t length;
        uint16_t flags;
        uint16_t next;
    } descriptor;
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
};

/**
 * @param type  VIRTIO_DEVICE_*
 * @return address of the registers of the first such device, 0 if there is none
 */
uintptr_t virtio_find(uint32_t type);

/**
 * Resets a device and gives it its queue.
 *
 * @param device  from virtio_find()
 * @param ring    in memory that devices can reach; cleared
 * @return false when the device refuses
 */
bool virtio_start(uintptr_t device, volatile struct virtio_ring *ring)
    __attribute__((warn_unused_result));

/** Resets a device: it no longer touches the ring or any buffer. */
void virtio_stop(uintptr_t device);

#endif
