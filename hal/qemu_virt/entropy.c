/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entropy: a virtio-rng device (virtio 1.x, sections 4.2 and 5.4). Devices cannot reach secure RAM, so
 * its ring and its buffer are in private RAM, and what arrives is copied and wiped there. The wait for
 * it sleeps: QEMU's own thread, which serves the device, would have to wait for one that polls.
 */
#include "hal/entropy.h"

#include "arch/arm/cp15.h"
#include "crypto/secret.h"
#include "hal/qemu_virt/board.h"
#include "hal/qemu_virt/virtio.h"
#include "hal/timer.h"

#define REQUEST_BYTES_MIN 32u
#define ANSWER_BYTES_MIN 16u /* Large enough for zeros to be no accident. */
#define REQUEST_BYTES_MAX 4096u
#define REQUESTS_MAX 256u /* A source may give less than it is asked for. */
#define ANSWER_MICROSECONDS 2000000u
#define LOOK_MICROSECONDS 18000u /* As often as the idle firmware looks at the mailbox. */

static volatile struct virtio_ring *const ring = (void *)BOARD_VIRTIO_RING;
static uint8_t *const bounce = (void *)BOARD_VIRTIO_BOUNCE;

/** The device's registers, or 0: not started, not found, or given up. */
static uintptr_t device;
static bool started;

bool board_entropy_start(void)
{
    /* Once only: a device that failed is not tried again. */
    if (!started) {
        started = true;
        device = board_timer_start() ? virtio_find(VIRTIO_DEVICE_ENTROPY) : 0;
        if (device != 0 && !virtio_start(device, ring, 1)) {
            device = 0;
        }
        if (device != 0) {
            board_interrupt_enable(virtio_interrupt(device));
        }
    }
    return device != 0;
}

static bool is_zero(const uint8_t *bytes, size_t length)
{
    uint8_t any = 0;

    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

/** Asks for @p wanted bytes in the bounce buffer. @return how many came; 0 on failure */
static size_t request(size_t wanted)
{
    uint64_t end = hal_timer_microseconds() + ANSWER_MICROSECONDS;

    ring->descriptor.address = BOARD_VIRTIO_BOUNCE;
    ring->descriptor.length = (uint32_t)wanted;
    ring->descriptor.flags = VIRTIO_DESCRIPTOR_WRITE;
    virtio_offer(device, 0, ring);
    while (!virtio_is_done(ring) && hal_timer_microseconds() <= end) {
        board_alarm_set(LOOK_MICROSECONDS);
        wait_for_interrupt();
    }
    board_alarm_clear();
    if (!virtio_is_done(ring)) {
        return 0;
    }
    mmio_write32(device + VIRTIO_INTERRUPT_ACKNOWLEDGE, VIRTIO_INTERRUPT_ALL);
    return ring->used.length <= wanted ? ring->used.length : 0;
}

/** Reads up to @p length bytes, at least one. @return how many; 0 on failure */
static size_t read_some(uint8_t *buffer, size_t length)
{
    size_t wanted = length < REQUEST_BYTES_MIN ? REQUEST_BYTES_MIN : length;
    size_t received;

    crypto_wipe(bounce, REQUEST_BYTES_MAX);
    received = request(wanted);
    /* A device that wrote elsewhere leaves our zeros. */
    if (received < ANSWER_BYTES_MIN || is_zero(bounce, received)) {
        received = 0;
    }
    if (received > length) {
        received = length;
    }
    board_copy(buffer, bounce, received);
    crypto_wipe(bounce, REQUEST_BYTES_MAX);
    return received;
}

bool hal_entropy_read(uint8_t *buffer, size_t length)
{
    size_t done = 0;

    if (length > REQUEST_BYTES_MAX) {
        crypto_wipe(buffer, length);
        return false;
    }
    for (uint32_t i = 0; i < REQUESTS_MAX && done < length && device != 0; i++) {
        size_t received = read_some(&buffer[done], length - done);

        if (received == 0) {
            virtio_stop(device); /* Or it might still write. */
            device = 0;
        }
        done += received;
    }
    if (done < length) {
        crypto_wipe(buffer, length);
        return false;
    }
    return true;
}
