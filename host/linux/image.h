/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a Linux guest's memory holds before its first instruction: kernel, initial file system, command
 * line, boot parameters (Linux's Documentation/arch/x86/boot.rst), page tables and an MP table. The same
 * input gives the same bytes: whoever has the files knows the launch digest.
 */
#ifndef HOST_LINUX_IMAGE_H
#define HOST_LINUX_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/linux/entry.h"

#define IMAGE_PIECES_MAX 8u

struct image_options {
    const char *kernel;
    const char *initrd; /**< May be NULL. */
    const char *append; /**< Command line. */
    uint64_t memory;    /**< Bytes. */
    uint32_t cpus;
    uint32_t c_bit; /**< Its number. */
};

/** Bytes that are launched at one place; PADDR and LENGTH are multiples of 16. */
struct image_piece {
    const char *name;
    uint64_t paddr;
    uint64_t length;
    uint8_t *bytes;
};

struct image {
    struct image_piece pieces[IMAGE_PIECES_MAX]; /**< In the order in which they are launched. */
    size_t count;
    struct entry_state entry;
    char message[256]; /**< What is wrong, in words. */
};

/**
 * Reads the files and makes the pieces.
 *
 * @param[out] image  free it with image_free(), also on failure
 * @return false when a file cannot be read, is no kernel with a 64-bit entry, or does not fit
 */
bool image_make(struct image *image, const struct image_options *options)
    __attribute__((warn_unused_result));

/** Wipes and frees all pieces. */
void image_free(struct image *image);

#endif
