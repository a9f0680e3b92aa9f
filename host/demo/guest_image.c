/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's first memory: a file, laid out in pieces all over x86 memory.
 */
#include "host/demo/guest_image.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/host_memory.h"

#define IMAGE_MAX 0x40000000u
#define GAP_BYTES 0x3000u

static bool read_file(FILE *file, struct guest_image *image)
{
    long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (length <= 0 || length > (long)IMAGE_MAX || fseek(file, 0, SEEK_SET) != 0) {
        errno = length == 0 ? ENODATA : EFBIG;
        return false;
    }
    size_t padded = ((size_t)length + SEV_BLOCK_BYTES - 1) & ~(size_t)(SEV_BLOCK_BYTES - 1);
    image->bytes = calloc(1, padded);
    image->length = padded;
    return image->bytes != NULL && fread(image->bytes, 1, (size_t)length, file) == (size_t)length;
}

bool guest_image_load(struct guest_image *image, const char *path)
{
    *image = (struct guest_image){0};
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return false;
    }
    bool done = read_file(file, image);
    int error = errno;
    (void)fclose(file);
    unsigned length = 0;
    done = done &&
           EVP_Digest(image->bytes, image->length, image->digest, &length, EVP_sha256(), NULL) == 1;
    if (!done) {
        guest_image_free(image);
        errno = error != 0 ? error : EIO;
    }
    return done;
}

bool guest_image_place(struct guest_image *image, struct dram *dram)
{
    size_t share =
        (image->length / GUEST_IMAGE_PIECES + DRAM_PAGE_BYTES) & ~(size_t)(DRAM_PAGE_BYTES - 1);
    image->piece_count = 0;
    for (size_t offset = 0; offset < image->length; offset += share) {
        size_t length = image->length - offset < share ? image->length - offset : share;
        uint32_t range = image->piece_count % 2 == 1 && dram->range_count > 1 ? 1 : 0;
        uint64_t gap = dram_allocate(dram, range, GAP_BYTES, 0);
        uint64_t paddr = gap != 0 ? dram_allocate(dram, range, length, 0) : 0;
        if (paddr == 0) {
            return false;
        }
        image->pieces[image->piece_count++] =
            (struct guest_image_piece){.paddr = paddr, .offset = offset, .length = length};
    }
    return true;
}

bool guest_image_write(const struct guest_image *image, const struct memory_controller *controller)
{
    for (size_t i = 0; i < image->piece_count; i++) {
        const struct guest_image_piece *piece = &image->pieces[i];
        if (host_memory_write(controller, piece->paddr, image->bytes + piece->offset,
                              piece->length) != MEMORY_CONTROLLER_OK) {
            return false;
        }
    }
    return true;
}

void guest_image_free(struct guest_image *image)
{
    free(image->bytes);
    *image = (struct guest_image){0};
}
