/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP metadata of OVMF (snp_metadata.h).
 */
#include "host/demo/snp_metadata.h"

#include <string.h>

#include "abi/snp_data.h"

#define GUID_BYTES 16u
#define ENTRY_BYTES (2u + GUID_BYTES) /* Length of the whole entry, GUID; its data are before it. */
#define TABLE_END 32u                 /* Bytes behind the table. */
#define HEADER_BYTES 16u
#define SECTION_BYTES 12u
#define VERSION 1u

/* 96b582de-1fb2-45f7-baea-a366c55a082d: the table itself, its last entry. */
static const uint8_t table_guid[GUID_BYTES] = {0xDE, 0x82, 0xB5, 0x96, 0xB2, 0x1F, 0xF7, 0x45,
                                               0xBA, 0xEA, 0xA3, 0x66, 0xC5, 0x5A, 0x08, 0x2D};

/* dc886566-984a-4798-a75e-5585a7bf67cc: how far before the end the metadata begins. */
static const uint8_t metadata_guid[GUID_BYTES] = {0x66, 0x65, 0x88, 0xDC, 0x4A, 0x98, 0x98, 0x47,
                                                  0xA7, 0x5E, 0x55, 0x85, 0xA7, 0xBF, 0x67, 0xCC};

static uint32_t get16(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t get32(const uint8_t *bytes)
{
    return get16(bytes) | get16(bytes + 2) << 16;
}

/* @return how far before the end the metadata begins; 0 when there is none */
static size_t find(const uint8_t *firmware, size_t length)
{
    if (length < TABLE_END + ENTRY_BYTES) {
        return 0;
    }
    size_t end = length - TABLE_END;
    const uint8_t *footer = firmware + end - ENTRY_BYTES;
    const size_t bytes = get16(footer);
    if (memcmp(footer + 2, table_guid, GUID_BYTES) != 0 || bytes > end || bytes < ENTRY_BYTES) {
        return 0;
    }
    const size_t start = end - bytes;
    end -= ENTRY_BYTES;
    while (end >= start + ENTRY_BYTES) {
        const uint8_t *entry = firmware + end - ENTRY_BYTES;
        const size_t size = get16(entry);
        if (size < ENTRY_BYTES || size > end - start) {
            return 0;
        }
        if (memcmp(entry + 2, metadata_guid, GUID_BYTES) == 0 && size >= ENTRY_BYTES + 4) {
            return get32(entry - 4);
        }
        end -= size;
    }
    return 0;
}

static bool is_sensible(const struct snp_section *section)
{
    const bool special = section->type == SNP_SECTION_SECRETS || section->type == SNP_SECTION_CPUID;
    return section->gpa % SNP_PAGE_BYTES == 0 && section->length % SNP_PAGE_BYTES == 0 &&
           section->length != 0 && section->length <= UINT32_MAX - section->gpa &&
           (!special || section->length == SNP_PAGE_BYTES);
}

bool snp_metadata_read(const uint8_t *firmware, size_t length,
                       struct snp_section sections[SNP_METADATA_SECTIONS], size_t *count)
{
    const size_t before_end = find(firmware, length);
    *count = 0;
    if (before_end == 0) {
        return true;
    }
    if (before_end > length || before_end < HEADER_BYTES) {
        return false;
    }
    const uint8_t *header = firmware + length - before_end;
    const uint32_t found = get32(header + 12);
    if (memcmp(header, "ASEV", 4) != 0 || get32(header + 8) != VERSION ||
        found > SNP_METADATA_SECTIONS || HEADER_BYTES + found * SECTION_BYTES > before_end) {
        return false;
    }
    for (uint32_t i = 0; i < found; i++) {
        const uint8_t *section = header + HEADER_BYTES + (size_t)i * SECTION_BYTES;
        sections[i] = (struct snp_section){get32(section), get32(section + 4), get32(section + 8)};
        if (!is_sensible(&sections[i])) {
            return false;
        }
    }
    *count = found;
    return true;
}
