/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the demonstration launches with SEV-SNP: metadata of firmware images, their layout, and the
 * measurement that the owner expects, beside the tests' own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "host/demo/snp_metadata.h"
#include "host/demo/snp_owner.h"

#include "tests/snp/launch_digest.h"

#define BYTES 0x3000u
#define FAMILY 0x00A00F10u
#define C_BIT 51u
#define METADATA_AT 0x2000u
#define TABLE_END (BYTES - 0x20)

static uint8_t firmware[BYTES];

static const uint8_t table_guid[] = {0xDE, 0x82, 0xB5, 0x96, 0xB2, 0x1F, 0xF7, 0x45,
                                     0xBA, 0xEA, 0xA3, 0x66, 0xC5, 0x5A, 0x08, 0x2D};
static const uint8_t other_guid[16] = {0x11};
static const uint8_t metadata_guid[] = {0x66, 0x65, 0x88, 0xDC, 0x4A, 0x98, 0x98, 0x47,
                                        0xA7, 0x5E, 0x55, 0x85, 0xA7, 0xBF, 0x67, 0xCC};

static void put32(size_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        firmware[at + i] = (uint8_t)(value >> (8 * i));
    }
}

/** An entry that ends there: data, its length, GUID. @return where it begins */
static size_t put_entry(size_t end, const uint8_t guid[16], uint16_t length)
{
    memcpy(&firmware[end - 16], guid, 16);
    firmware[end - 18] = (uint8_t)length;
    firmware[end - 17] = (uint8_t)(length >> 8);
    return end - length;
}

static void put_section(unsigned index, uint32_t gpa, uint32_t length, uint32_t type)
{
    const size_t at = METADATA_AT + 16 + 12 * (size_t)index;
    put32(at, gpa);
    put32(at + 4, length);
    put32(at + 8, type);
}

/** A firmware with metadata, behind another entry of the table. */
static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof firmware; i++) {
        firmware[i] = (uint8_t)(i * 7 + i / 256);
    }
    (void)put_entry(TABLE_END, table_guid, 18 + 26 + 22);
    (void)put_entry(TABLE_END - 18, other_guid, 26);
    put32(put_entry(TABLE_END - 18 - 26, metadata_guid, 22), BYTES - METADATA_AT);
    memcpy(&firmware[METADATA_AT], "ASEV", 4);
    put32(METADATA_AT + 4, 16 + 4 * 12);
    put32(METADATA_AT + 8, 1);
    put32(METADATA_AT + 12, 4);
    put_section(0, 0x800000, 0x2000, SNP_SECTION_MEMORY);
    put_section(1, 0x80D000, 0x1000, SNP_SECTION_SECRETS);
    put_section(2, 0x80E000, 0x1000, SNP_SECTION_CPUID);
    put_section(3, 0x810000, 0x1000, 0x10);
    return 0;
}

static void metadata_is_found(void **state)
{
    struct snp_section sections[SNP_METADATA_SECTIONS];
    size_t count = 0;
    (void)state;
    assert_true(snp_metadata_read(firmware, sizeof firmware, sections, &count));
    assert_int_equal(count, 4);
    assert_int_equal(sections[0].gpa, 0x800000);
    assert_int_equal(sections[0].length, 0x2000);
    assert_int_equal(sections[3].type, 0x10);
}

static void firmware_without_metadata_is_fine(void **state)
{
    struct snp_section sections[SNP_METADATA_SECTIONS];
    size_t count = 1;
    (void)state;
    for (size_t length = 0; length < 64; length++) {
        assert_true(snp_metadata_read(firmware + BYTES - length, length, sections, &count));
        assert_int_equal(count, 0);
    }
    (void)put_entry(TABLE_END - 18 - 26, other_guid, 22);
    assert_true(snp_metadata_read(firmware, sizeof firmware, sections, &count));
    assert_int_equal(count, 0);
    firmware[TABLE_END - 1] ^= 1;
    assert_true(snp_metadata_read(firmware, sizeof firmware, sections, &count));
    assert_int_equal(count, 0);
}

/** One change makes the metadata senseless. */
static void senseless_metadata_is_refused(void **state)
{
    static const struct {
        uint32_t at;
        uint32_t value;
    } changes[] = {
        {METADATA_AT, 0x56455342},         /* another signature */
        {METADATA_AT + 8, 2},              /* version */
        {METADATA_AT + 12, 17},            /* too many */
        {METADATA_AT + 12, UINT32_MAX},    /* likewise */
        {METADATA_AT + 16, 0x800800},      /* half a page */
        {METADATA_AT + 16, 0xFFFFF000},    /* beyond 4 GiB */
        {METADATA_AT + 20, 0},             /* nothing */
        {METADATA_AT + 20, 0x1800},        /* one page and a half */
        {METADATA_AT + 24, 2},             /* two pages of secrets */
        {TABLE_END - 66, BYTES + 1},       /* before the firmware */
        {TABLE_END - 66, 15},              /* no room for a header */
        {TABLE_END - 66, 16 + 4 * 12 - 1}, /* or for the sections */
    };
    struct snp_section sections[SNP_METADATA_SECTIONS];
    struct snp_image image;
    size_t count = 0;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        (void)set_up(state);
        put32(changes[i].at, changes[i].value);
        assert_false(snp_metadata_read(firmware, sizeof firmware, sections, &count));
        assert_int_equal(count, 0);
        assert_false(snp_image_make(&image, firmware, sizeof firmware, FAMILY, C_BIT));
        assert_null(image.pages);
    }
}

/** Entries whose lengths lead out of the table, or nowhere, end the search. */
static void tables_with_wrong_lengths_are_none(void **state)
{
    static const struct {
        size_t at;
        uint16_t length;
    } changes[] = {
        {TABLE_END, 17},      {TABLE_END, BYTES},           {TABLE_END - 18, 0},
        {TABLE_END - 18, 17}, {TABLE_END - 18, UINT16_MAX}, {TABLE_END - 44, 18},
        {TABLE_END - 44, 23},
    };
    struct snp_section sections[SNP_METADATA_SECTIONS];
    size_t count = 1;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        (void)set_up(state);
        firmware[changes[i].at - 18] = (uint8_t)changes[i].length;
        firmware[changes[i].at - 17] = (uint8_t)(changes[i].length >> 8);
        assert_true(snp_metadata_read(firmware, sizeof firmware, sections, &count));
        assert_int_equal(count, 0);
    }
}

static void assert_page(const struct snp_image *image, size_t index, enum snp_page_type type,
                        uint64_t gpa)
{
    assert_true(index < image->count);
    assert_int_equal(image->pages[index].type, type);
    assert_int_equal(image->pages[index].gpa, gpa);
}

static void images_end_at_4_gib_and_have_what_they_want(void **state)
{
    struct snp_image image;
    (void)state;
    assert_true(snp_image_make(&image, firmware, sizeof firmware, FAMILY, C_BIT));
    assert_true(image.described);
    assert_int_equal(image.count, 3 + 2 + 1 + 1 + 1 + 1);
    assert_page(&image, 0, SNP_PAGE_NORMAL, 0xFFFFD000);
    assert_page(&image, 2, SNP_PAGE_NORMAL, 0xFFFFF000);
    assert_memory_equal(image.pages[2].bytes, firmware + 0x2000, 0x1000);
    assert_page(&image, 3, SNP_PAGE_ZERO, 0x800000);
    assert_page(&image, 4, SNP_PAGE_ZERO, 0x801000);
    assert_page(&image, 5, SNP_PAGE_SECRETS, 0x80D000);
    assert_page(&image, 6, SNP_PAGE_CPUID, 0x80E000);
    assert_page(&image, 7, SNP_PAGE_ZERO, 0x810000);
    assert_page(&image, 8, SNP_PAGE_VMSA, 0xFFFFFFFFF000);
    assert_ptr_equal(snp_image_find(&image, SNP_PAGE_ZERO), &image.pages[3]);
    assert_null(snp_image_find(&image, SNP_PAGE_UNMEASURED));
    snp_image_free(&image);
}

static void other_images_get_the_usual_pages(void **state)
{
    static const uint8_t zeros[0x1000 - 100];
    struct snp_image image;
    (void)state;
    assert_true(snp_image_make(&image, firmware, 0x1064, FAMILY, C_BIT));
    assert_false(image.described);
    assert_int_equal(image.count, 2 + 9 + 1 + 1 + 1);
    assert_page(&image, 0, SNP_PAGE_NORMAL, 0xFFFFE000);
    assert_memory_equal(image.bytes, zeros, sizeof zeros - 1);
    assert_memory_equal(image.bytes + 0x2000 - 0x1064, firmware, 0x1064);
    assert_page(&image, 2, SNP_PAGE_ZERO, 0x800000);
    assert_page(&image, 11, SNP_PAGE_SECRETS, 0x80D000);
    assert_page(&image, 12, SNP_PAGE_CPUID, 0x80E000);
    assert_page(&image, 13, SNP_PAGE_VMSA, 0xFFFFFFFFF000);
    snp_image_free(&image);
    assert_false(snp_image_make(&image, firmware, 0, FAMILY, C_BIT));
}

static void the_owner_measures_what_others_measure(void **state)
{
    struct snp_image image;
    struct witness_launch launch = {0};
    uint8_t digest[SNP_DIGEST_BYTES];
    (void)state;
    assert_true(snp_image_make(&image, firmware, sizeof firmware, FAMILY, C_BIT));
    image.pages[1].imi = true;
    for (size_t i = 0; i < image.count; i++) {
        const struct snp_image_page *page = &image.pages[i];
        const struct witness_page measured = {
            .type = (uint8_t)page->type, .imi = page->imi, .gpa = page->gpa};
        witness_launch_page(&launch, &measured, page->bytes);
    }
    assert_true(snp_owner_measure(&image, digest));
    assert_memory_equal(digest, launch.digest, sizeof digest);
    snp_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(metadata_is_found, set_up),
        cmocka_unit_test_setup(firmware_without_metadata_is_fine, set_up),
        cmocka_unit_test_setup(senseless_metadata_is_refused, set_up),
        cmocka_unit_test_setup(tables_with_wrong_lengths_are_none, set_up),
        cmocka_unit_test_setup(images_end_at_4_gib_and_have_what_they_want, set_up),
        cmocka_unit_test_setup(other_images_get_the_usual_pages, set_up),
        cmocka_unit_test_setup(the_owner_measures_what_others_measure, set_up),
    };
    return cmocka_run_group_tests_name("images of SNP guests", tests, NULL, NULL);
}
