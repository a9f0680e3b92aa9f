/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's first memory: a file, such as a virtual machine's firmware, laid out in pieces all
 * over x86 memory.
 */
#ifndef HOST_DEMO_GUEST_IMAGE_H
#define HOST_DEMO_GUEST_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_data.h"
#include "host/lib/memory_controller.h"

#define GUEST_IMAGE_PIECES 5u

struct guest_image_piece {
    uint64_t paddr;
    size_t offset; /**< In the image. */
    size_t length;
};

struct guest_image {
    uint8_t *bytes; /**< The plaintext, padded with zeros to whole blocks. */
    size_t length;
    struct guest_image_piece pieces[GUEST_IMAGE_PIECES];
    size_t piece_count;
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES]; /**< SHA-256 of all pieces in order. */
};

/**
 * Reads the file.
 *
 * @param[out] image  without pieces; free it with guest_image_free()
 * @return false with errno set
 */
bool guest_image_load(struct guest_image *image, const char *path)
    __attribute__((warn_unused_result));

/**
 * Allocates the pieces: not next to each other, and every other one above 4 GiB.
 *
 * @return false when memory does not suffice
 */
bool guest_image_place(struct guest_image *image, struct dram *dram)
    __attribute__((warn_unused_result));

/** Writes the plaintext into memory, as a hypervisor does before it is encrypted in place.
 * @return false when the pieces are not in memory */
bool guest_image_write(const struct guest_image *image, const struct memory_controller *controller)
    __attribute__((warn_unused_result));

/** Frees the plaintext. */
void guest_image_free(struct guest_image *image);

#endif
