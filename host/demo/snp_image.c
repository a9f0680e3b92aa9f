/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an SNP guest is launched from (snp_image.h).
 */
#include "host/demo/snp_image.h"

#include <stdlib.h>
#include <string.h>

#include "host/demo/snp_metadata.h"
#include "host/demo/snp_special.h"

#define TOP 0x100000000ull
#define IMAGE_MAX 0x40000000u
#define SECTION_MAX 0x4000000u

/* As in OVMF: what a firmware without metadata gets. */
static const struct snp_section usual_sections[] = {
    {0x800000, 0x9000, SNP_SECTION_MEMORY},
    {0x80D000, 0x1000, SNP_SECTION_SECRETS},
    {0x80E000, 0x1000, SNP_SECTION_CPUID},
};

static void page_for(const struct snp_image *image, const struct snp_section *section,
                     uint64_t offset, struct snp_image_page *page)
{
    *page = (struct snp_image_page){.type = SNP_PAGE_ZERO, .gpa = section->gpa + offset};
    if (section->type == SNP_SECTION_SECRETS) {
        page->type = SNP_PAGE_SECRETS;
    } else if (section->type == SNP_SECTION_CPUID) {
        page->type = SNP_PAGE_CPUID;
        page->bytes = image->cpuid;
    }
}

static bool count_pages(const struct snp_section *sections, size_t count, size_t *pages)
{
    for (size_t i = 0; i < count; i++) {
        if (sections[i].length > SECTION_MAX || *pages > IMAGE_MAX / SNP_PAGE_BYTES) {
            return false;
        }
        *pages += sections[i].length / SNP_PAGE_BYTES;
    }
    return true;
}

static void lay_out(struct snp_image *image, size_t padded, const struct snp_section *sections,
                    size_t section_count)
{
    for (size_t offset = 0; offset < padded; offset += SNP_PAGE_BYTES) {
        image->pages[image->count++] = (struct snp_image_page){
            .type = SNP_PAGE_NORMAL, .gpa = TOP - padded + offset, .bytes = image->bytes + offset};
    }
    for (size_t i = 0; i < section_count; i++) {
        for (uint64_t offset = 0; offset < sections[i].length; offset += SNP_PAGE_BYTES) {
            page_for(image, &sections[i], offset, &image->pages[image->count++]);
        }
    }
    image->pages[image->count++] =
        (struct snp_image_page){.type = SNP_PAGE_VMSA, .gpa = SNP_VMSA_GPA, .bytes = image->vmsa};
}

bool snp_image_make(struct snp_image *image, const uint8_t *bytes, size_t length, uint32_t family,
                    uint32_t c_bit)
{
    struct snp_section found[SNP_METADATA_SECTIONS];
    const struct snp_section *sections = found;
    size_t section_count = 0;
    *image = (struct snp_image){0};
    if (length == 0 || length > IMAGE_MAX ||
        !snp_metadata_read(bytes, length, found, &section_count)) {
        return false;
    }
    image->described = section_count != 0;
    if (!image->described) {
        sections = usual_sections;
        section_count = sizeof usual_sections / sizeof usual_sections[0];
    }
    const size_t padded = (length + SNP_PAGE_BYTES - 1) / SNP_PAGE_BYTES * SNP_PAGE_BYTES;
    size_t pages = padded / SNP_PAGE_BYTES + 1;
    if (!count_pages(sections, section_count, &pages)) {
        return false;
    }
    image->bytes = calloc(1, padded);
    image->cpuid = malloc(SNP_PAGE_BYTES);
    image->vmsa = malloc(SNP_PAGE_BYTES);
    image->pages = calloc(pages, sizeof image->pages[0]);
    if (image->bytes == NULL || image->cpuid == NULL || image->vmsa == NULL ||
        image->pages == NULL) {
        snp_image_free(image);
        return false;
    }
    memcpy(image->bytes + padded - length, bytes, length);
    snp_special_cpuid(image->cpuid, family, c_bit);
    snp_special_vmsa(image->vmsa, family);
    lay_out(image, padded, sections, section_count);
    return true;
}

const struct snp_image_page *snp_image_find(const struct snp_image *image, enum snp_page_type type)
{
    for (size_t i = 0; i < image->count; i++) {
        if (image->pages[i].type == type) {
            return &image->pages[i];
        }
    }
    return NULL;
}

void snp_image_free(struct snp_image *image)
{
    free(image->bytes);
    free(image->cpuid);
    free(image->vmsa);
    free(image->pages);
    *image = (struct snp_image){0};
}
