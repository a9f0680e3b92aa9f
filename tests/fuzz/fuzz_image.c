/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the acceptance of firmware images: headers that are plausible up to a byte, bodies, and the
 * files of DOWNLOAD_FIRMWARE. Nobody has the root's key, so that no image may be accepted.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/psp_header.h"
#include "crypto/sha2.h"
#include "firmware/platform/image.h"
#include "firmware/platform/update.h"
#include "hal/hosted/hosted.h"

#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

#define FILE_MAX 0x3000u
#define CHANGES_MAX 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Alignas(8) uint8_t file[FILE_MAX];

/** A header that only its signatures betray. @p hash gets the root that it names. */
static void plausible(struct input *input, struct image_header *header, uint32_t body_bytes,
                      uint8_t hash[48])
{
    memset(header, 0, sizeof(*header));
    header->magic = IMAGE_MAGIC;
    header->version = IMAGE_VERSION;
    header->body_bytes = body_bytes;
    header->load_address = IMAGE_LOAD_ADDRESS;
    header->entry = IMAGE_LOAD_ADDRESS | 1u;
    header->root_key.exponent = 65537;
    header->signing_key.key.exponent = 65537;
    header->signing_key.usage = IMAGE_KEY_USAGE_FIRMWARE;
    memset(header->root_key.modulus, 0xA7, IMAGE_RSA_BYTES);
    memset(header->signing_key.key.modulus, 0xB9, IMAGE_RSA_BYTES);
    input_bytes(input, header->root_key.modulus + 1, 8);
    crypto_sha384(header + 1, body_bytes, header->body_sha384);
    crypto_sha384(&header->root_key, sizeof(header->root_key), hash);
}

static void change(struct input *input, uint32_t length)
{
    for (uint32_t i = input_below(input, CHANGES_MAX); i != 0; i--) {
        file[input_u32(input) % length] = input_u8(input);
    }
}

/** Builds a file. @return its length */
static uint32_t build(struct input *input)
{
    const bool wrapped = input_below(input, 2) == 1;
    const uint32_t body_bytes = 4u * (1u + input_below(input, 255));
    const uint32_t start = wrapped ? PSP_HEADER_BYTES : 0;
    const uint32_t length =
        start + IMAGE_HEADER_BYTES + body_bytes + (wrapped ? PSP_SIGNATURE_BYTES : 0);

    memset(file, 0x5C, sizeof(file));
    plausible(input, (struct image_header *)(void *)(file + start), body_bytes,
              hosted_fuses()->firmware_root_hash);
    if (wrapped) {
        struct psp_header wrapper;
        memset(&wrapper, 0, sizeof(wrapper));
        wrapper.magic = PSP_MAGIC;
        wrapper.size_signed = IMAGE_HEADER_BYTES + body_bytes;
        wrapper.uncompressed_size = wrapper.size_signed;
        wrapper.total_size = length;
        wrapper.is_signed = 1;
        wrapper.signature_type = PSP_SIGNATURE_RSA4096_SHA384;
        memcpy(file, &wrapper, sizeof(wrapper));
    }
    change(input, length);
    return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    struct input input = {.data = data, .left = size};
    struct update_image image;
    struct image_verdict verdict;
    uint32_t length;

    if (!started) {
        machine_reset();
        started = true;
    }
    length = build(&input);
    if (input_below(&input, 4) == 3) { /* Truncated or extended. */
        length = UPDATE_MINIMUM_BYTES + input_u32(&input) % (FILE_MAX - UPDATE_MINIMUM_BYTES);
    }
    if (update_check(file, length, 0, &image) == SEV_STATUS_SUCCESS) {
        abort();
    }
    verdict = image_check_header((const struct image_header *)(const void *)file, hosted_fuses());
    if (verdict.refusal == IMAGE_REFUSAL_NONE || verdict.accepted != 0) {
        abort();
    }
    return 0;
}
