/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio-crypto device (virtio 1.2, section 5.9) with its two queues; cipher_session.h speaks to
 * one of them, cipher.c to the other. Devices cannot reach secure RAM: rings, requests and buffers are
 * in private RAM.
 */
#ifndef HAL_QEMU_VIRT_CIPHER_DEVICE_H
#define HAL_QEMU_VIRT_CIPHER_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hal/cipher.h"
#include "hal/qemu_virt/board.h"
#include "hal/qemu_virt/virtio.h"

#define CIPHER_DATA_DESCRIPTORS 4u /**< Of a request: head, source, destination, status. */
#define CIPHER_QUEUE_ENTRIES (HAL_CIPHER_REQUESTS * CIPHER_DATA_DESCRIPTORS)

enum cipher_queue { CIPHER_DATA_QUEUE, CIPHER_CONTROL_QUEUE, CIPHER_QUEUES };

struct cipher_ring {
    struct virtio_descriptor descriptors[CIPHER_QUEUE_ENTRIES];
    struct {
        uint16_t flags;
        uint16_t index;
        uint16_t ring[CIPHER_QUEUE_ENTRIES];
        uint16_t used_event;
    } available;
    struct {
        uint16_t flags;
        uint16_t index;
        struct {
            uint32_t id;
            uint32_t length;
        } ring[CIPHER_QUEUE_ENTRIES];
        uint16_t available_event;
    } used __attribute__((aligned(4)));
} __attribute__((aligned(16)));

/** Head of a request to encrypt or decrypt. */
struct cipher_data_head {
    uint32_t operation; /**< CIPHER_ENCRYPT or CIPHER_DECRYPT. */
    uint32_t algorithm; /**< Zero, as all fields without a name: the session knows. */
    uint64_t session;
    uint32_t unused[2];
    uint32_t iv_bytes;
    uint32_t source_bytes;
    uint32_t destination_bytes;
    uint32_t unused_2[7];
    uint32_t type; /**< CIPHER_TYPE_CIPHER. */
    uint32_t unused_3;
    uint8_t iv[HAL_CIPHER_BLOCK_BYTES];
};
_Static_assert(offsetof(struct cipher_data_head, iv_bytes) == 24, "as the standard has it");
_Static_assert(offsetof(struct cipher_data_head, type) == 64, "as the standard has it");
_Static_assert(sizeof(struct cipher_data_head) == 88, "as the standard has it");

#define CIPHER_ENCRYPT 0u
#define CIPHER_DECRYPT 1u
#define CIPHER_TYPE_CIPHER 1u

/** Head of a request that makes a session; the key follows. */
struct cipher_create_head {
    uint32_t operation; /**< CIPHER_CREATE_SESSION. */
    uint32_t algorithm; /**< CIPHER_ALGORITHM_*. */
    uint32_t unused[2];
    uint32_t session_algorithm; /**< The same again. */
    uint32_t key_bytes;
    uint32_t direction; /**< CIPHER_DIRECTION_*. */
    uint32_t unused_2[9];
    uint32_t type; /**< CIPHER_TYPE_CIPHER. */
    uint32_t unused_3;
};
_Static_assert(offsetof(struct cipher_create_head, session_algorithm) == 16, "as the standard has");
_Static_assert(offsetof(struct cipher_create_head, type) == 64, "as the standard has it");
_Static_assert(sizeof(struct cipher_create_head) == 72, "as the standard has it");

#define CIPHER_CREATE_SESSION 2u
#define CIPHER_ALGORITHM_AES_CTR 4u
#define CIPHER_ALGORITHM_AES_XTS 13u
#define CIPHER_DIRECTION_ENCRYPT 1u
#define CIPHER_DIRECTION_DECRYPT 2u

/** A request that ends a session. */
struct cipher_destroy_head {
    uint32_t operation; /**< CIPHER_DESTROY_SESSION. */
    uint32_t unused[3];
    uint64_t session;
    uint32_t unused_2[12];
};
_Static_assert(offsetof(struct cipher_destroy_head, session) == 16, "as the standard has it");
_Static_assert(sizeof(struct cipher_destroy_head) == 72, "as the standard has it");

#define CIPHER_DESTROY_SESSION 3u

/** What the device says to CIPHER_CREATE_SESSION. */
struct cipher_create_answer {
    uint64_t session;
    uint32_t status;
    uint32_t unused;
};
_Static_assert(sizeof(struct cipher_create_answer) == 16, "as the standard has it");

#define CIPHER_OK 0u
#define CIPHER_NO_ANSWER 0xFFu /**< Stands in a status until the device writes it. */

/** All that the device reaches, the buffers excepted. */
struct cipher_area {
    struct cipher_ring rings[CIPHER_QUEUES];
    struct cipher_data_head heads[HAL_CIPHER_REQUESTS];
    uint8_t statuses[HAL_CIPHER_REQUESTS];
    union {
        struct {
            struct cipher_create_head head;
            uint8_t key[HAL_CIPHER_KEY_BYTES];
        } create;
        struct cipher_destroy_head destroy;
    } control;
    struct cipher_create_answer created;
    uint8_t destroyed;
};
_Static_assert(sizeof(struct cipher_area) <= BOARD_CIPHER_BYTES, "the area has room");

/** @return the area, at BOARD_CIPHER */
struct cipher_area *cipher_area(void);

/** Finds the device and starts it with an empty area. @return false when there is none, or it refuses */
bool cipher_device_start(void) __attribute__((warn_unused_result));

/** @return whether the device has been started and not been stopped since */
bool cipher_device_runs(void);

/** Stops the device for good: it touches the area and the buffers no more. */
void cipher_device_stop(void);

/** One part of a request: memory that the device reads, or writes. */
struct cipher_part {
    const void *address;
    uint32_t length;
    bool write;
};

/**
 * Puts a request into a queue; the device looks at it after cipher_device_notify().
 *
 * @param first   its first descriptor; @p count of them are free
 * @param parts   @p count, in the device's order
 */
void cipher_device_add(enum cipher_queue queue, uint32_t first, const struct cipher_part *parts,
                       uint32_t count);

/** Hands the requests that were added to the device. */
void cipher_device_notify(enum cipher_queue queue);

/** Waits until all of them are done. @return false when that takes too long; the device is stopped */
bool cipher_device_wait(enum cipher_queue queue) __attribute__((warn_unused_result));

#endif
