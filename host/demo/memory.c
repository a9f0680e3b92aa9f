/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a look at the memory tells: DRAM itself, and DRAM through the memory controller's keys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"

#define SHOWN_BYTES 64u
#define ENTROPY_MIN 7.9 /* of ciphertext in pieces of many pages; random bytes have 7.999 */
#define ENTROPY_FROM 65536u

bool memory_show_ciphertext(struct demo *demo)
{
    for (size_t i = 0; i < demo->image.piece_count; i++) {
        const struct guest_image_piece *piece = &demo->image.pieces[i];
        const uint8_t *plain = demo->image.bytes + piece->offset;
        const uint8_t *memory = dram_pointer(&demo->board.dram, piece->paddr, piece->length);
        double entropy = show_entropy(memory, piece->length);
        if (memcmp(memory, plain, piece->length) == 0 ||
            (piece->length >= ENTROPY_FROM && entropy < ENTROPY_MIN)) {
            return demo_fail("DRAM", "piece %zu is not encrypted", i);
        }
        show_step("DRAM", "ok", -1, "%#11llx: entropy %.3f bits per byte, plaintext %.3f",
                  (unsigned long long)piece->paddr, entropy, show_entropy(plain, piece->length));
    }
    const struct guest_image_piece *first = &demo->image.pieces[0];
    if (first->length >= SHOWN_BYTES) {
        (void)printf("\n");
        show_side_by_side("the guest's image", demo->image.bytes, "DRAM",
                          dram_pointer(&demo->board.dram, first->paddr, SHOWN_BYTES), SHOWN_BYTES);
        (void)printf("\n");
    }
    return true;
}

/* Reads the whole image through an ASID's key; NULL when that fails. */
static uint8_t *read_image(struct demo *demo, uint32_t asid)
{
    uint8_t *bytes = malloc(demo->image.length);
    for (size_t i = 0; bytes != NULL && i < demo->image.piece_count; i++) {
        const struct guest_image_piece *piece = &demo->image.pieces[i];
        enum memory_controller_result result = memory_controller_read(
            &demo->board.memory, asid, piece->paddr, bytes + piece->offset, piece->length);
        if (result != MEMORY_CONTROLLER_OK) {
            (void)demo_fail("memory controller", "%s", memory_controller_result_text(result));
            free(bytes);
            bytes = NULL;
        }
    }
    return bytes;
}

bool memory_read_as_guest(struct demo *demo)
{
    uint8_t secret[sizeof demo->secret];
    int64_t started = deadline_now_us();
    uint8_t *bytes = read_image(demo, demo->asid);
    bool same = bytes != NULL && memcmp(bytes, demo->image.bytes, demo->image.length) == 0;
    free(bytes);
    if (!same) {
        return demo_fail("read as guest", "the guest does not find its image");
    }
    show_step("read as guest", "ok", deadline_now_us() - started,
              "ASID %u: all %zu bytes are the image's", demo->asid, demo->image.length);
    if (memory_controller_read(&demo->board.memory, demo->asid, demo->secret_paddr, secret,
                               sizeof secret) != MEMORY_CONTROLLER_OK ||
        memcmp(secret, demo->secret, sizeof secret) != 0) {
        return demo_fail("read as guest", "the guest does not find its secret");
    }
    show_step("read as guest", "ok", -1, "\"%s\"", (const char *)secret);
    return true;
}

/* Checks that an ASID reads garbage where the guest's image lies. */
static bool reads_garbage(struct demo *demo, uint32_t asid, const char *whose)
{
    uint8_t *bytes = read_image(demo, asid);
    if (bytes == NULL) {
        return false;
    }
    bool same = memcmp(bytes, demo->image.bytes, SEV_BLOCK_BYTES) == 0;
    double entropy = show_entropy(bytes, demo->image.length);
    free(bytes);
    if (same || (demo->image.length >= ENTROPY_FROM && entropy < ENTROPY_MIN)) {
        return demo_fail(whose, "finds the guest's memory readable");
    }
    show_step(whose, "ok", -1, "ASID %u: garbage, entropy %.3f bits per byte", asid, entropy);
    return true;
}

bool memory_read_as_others(struct demo *demo)
{
    return reads_garbage(demo, SEV_ASID_HOST, "read as host") &&
           reads_garbage(demo, demo->asid + 1, "read as other guest");
}

bool memory_read_after_end(struct demo *demo)
{
    if (memory_controller_has_key(&demo->board.memory, demo->asid)) {
        return demo_fail("key slot", "it still holds the guest's key");
    }
    return reads_garbage(demo, demo->asid, "read after end");
}
