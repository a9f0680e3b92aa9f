/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP metadata of OVMF: which pages the firmware wants to be launched with beside itself. A table of
 * entries with GUIDs ends 32 bytes before the firmware's end; it is read from behind. One of its
 * entries says where the metadata lies.
 */
#ifndef HOST_DEMO_SNP_METADATA_H
#define HOST_DEMO_SNP_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SNP_METADATA_SECTIONS 16u

/** Those that are not memory of zeros; QEMU takes every other type for that. */
enum snp_section_type {
    SNP_SECTION_MEMORY = 1,
    SNP_SECTION_SECRETS = 2,
    SNP_SECTION_CPUID = 3,
};

/** Memory of the guest, of whole pages. */
struct snp_section {
    uint32_t gpa;
    uint32_t length;
    uint32_t type; /**< enum snp_section_type, or another */
};

/**
 * Reads the metadata.
 *
 * @param firmware       @p length bytes
 * @param[out] sections  the @p *count there are; none when there is no metadata
 * @return false when there is metadata that makes no sense
 */
bool snp_metadata_read(const uint8_t *firmware, size_t length,
                       struct snp_section sections[SNP_METADATA_SECTIONS], size_t *count)
    __attribute__((warn_unused_result));

#endif
