/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an SNP guest is launched from: pages with the addresses where the guest finds them, as a
 * hypervisor makes them of a virtual machine's firmware. Its last byte is at 4 GiB - 1; the special
 * pages are where its SNP metadata wants them, or, if it has none, where OVMF's has them; then comes a
 * VMSA for one virtual CPU.
 */
#ifndef HOST_DEMO_SNP_IMAGE_H
#define HOST_DEMO_SNP_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/snp_data.h"
#include "abi/snp_launch.h"

struct snp_image_page {
    enum snp_page_type type;
    bool imi; /**< Part of the incoming migration image. */
    uint64_t gpa;
    const uint8_t *bytes; /**< SNP_PAGE_BYTES; NULL: zeros, or the firmware's to fill in. */
};

struct snp_image {
    uint8_t *bytes; /**< The firmware, with zeros before it to whole pages. */
    uint8_t *cpuid; /**< SNP_PAGE_BYTES: the CPUID page. */
    uint8_t *vmsa;  /**< SNP_PAGE_BYTES: a virtual CPU after reset. */
    bool described; /**< Has SNP metadata. */
    size_t count;
    struct snp_image_page *pages; /**< In the order in which they are launched. */
};

/**
 * Lays a firmware out.
 *
 * @param[out] image   free it with snp_image_free()
 * @param bytes        @p length bytes, copied
 * @param family       CPUID function 1's EAX on this machine
 * @param c_bit        number of the C-bit
 * @return false when memory does not suffice, or the metadata makes no sense
 */
bool snp_image_make(struct snp_image *image, const uint8_t *bytes, size_t length, uint32_t family,
                    uint32_t c_bit) __attribute__((warn_unused_result));

/** @return the first page of a type, or NULL when there is none */
const struct snp_image_page *snp_image_find(const struct snp_image *image, enum snp_page_type type);

/** Frees everything. */
void snp_image_free(struct snp_image *image);

#endif
