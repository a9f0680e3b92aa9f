/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which file DOWNLOAD_FIRMWARE accepts (firmware/platform/update.h, section 12): lengths, and the
 * wrapper of a PSP file. What the image in it must be: test_firmware_update_image.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/update.h"
#include "hal/hosted/hosted.h"

#include "tests/unit/firmware_psp_file.h"

static void a_bare_image_and_a_psp_file_are_accepted(void **state)
{
    struct update_image image = {.header = NULL};

    (void)state;
    assert_int_equal(update_check((const uint8_t *)&psp_file, PSP_FILE_BYTES, PSP_FILE_SVN, &image),
                     SEV_STATUS_SUCCESS);
    assert_ptr_equal(image.header, &psp_file.header);
    assert_ptr_equal(image.body, psp_file.body);
    image = (struct update_image){.header = NULL};
    assert_int_equal(
        update_check((const uint8_t *)&psp_file.header, PSP_FILE_IMAGE_BYTES, PSP_FILE_SVN, &image),
        SEV_STATUS_SUCCESS);
    assert_ptr_equal(image.header, &psp_file.header);
    assert_ptr_equal(image.body, psp_file.body);
    assert_memory_equal(&psp_file, &psp_file_good, sizeof(psp_file));
}

static void a_bare_image_fills_its_file(void **state)
{
    (void)state;
    for (uint32_t length = UPDATE_MINIMUM_BYTES; length < PSP_FILE_IMAGE_BYTES + 64; length += 4) {
        assert_int_equal(psp_file_check_bare(length, 0), length == PSP_FILE_IMAGE_BYTES
                                                             ? SEV_STATUS_SUCCESS
                                                             : SEV_STATUS_UNSUPPORTED);
    }
}

static void a_psp_file_of_another_length_is_unsupported(void **state)
{
    struct update_image image;

    (void)state;
    for (uint32_t length = UPDATE_MINIMUM_BYTES; length < PSP_FILE_BYTES; length++) {
        assert_int_equal(update_check((const uint8_t *)&psp_file, length, 0, &image),
                         SEV_STATUS_UNSUPPORTED);
    }
}

/** Too short for header, smallest image and signature, though its sizes agree: nothing behind the
 *  file is read. */
static void a_psp_file_that_holds_no_image_is_unsupported(void **state)
{
    const uint32_t overhead = PSP_HEADER_BYTES + PSP_SIGNATURE_BYTES;
    struct update_image image;

    (void)state;
    for (uint32_t length = UPDATE_MINIMUM_BYTES; length < overhead + UPDATE_MINIMUM_BYTES;
         length++) {
        uint8_t *bytes = malloc(length); /* Not a byte more, so that the sanitizer notices. */

        psp_file.wrapper.size_signed = length - overhead;
        psp_file.wrapper.uncompressed_size = length - overhead;
        psp_file.wrapper.total_size = length;
        assert_non_null(bytes);
        memcpy(bytes, &psp_file, length);
        assert_int_equal(update_check(bytes, length, 0, &image), SEV_STATUS_UNSUPPORTED);
        free(bytes);
    }
}

/** Wrapper and header agree on a body that reaches into the signature, and all is signed. */
static void an_image_longer_than_its_place_is_unsupported(void **state)
{
    (void)state;
    psp_file.header.body_bytes = PSP_FILE_BODY_BYTES + 4;
    signed_image_sign_header(&psp_file_keys, &psp_file.header);
    psp_file.wrapper.size_signed = PSP_FILE_IMAGE_BYTES + 4;
    psp_file.wrapper.uncompressed_size = PSP_FILE_IMAGE_BYTES + 4;
    psp_file_sign_wrapper();
    psp_file_expect(SEV_STATUS_UNSUPPORTED);
}

/** One field of the wrapper changed, and the file signed again: only its check can refuse it. */
static void each_field_of_a_signed_wrapper_is_checked(void **state)
{
    static const struct {
        size_t offset;
        uint32_t value;
        enum sev_status status;
    } changes[] = {
#define FIELD(member) offsetof(struct psp_header, member)
        {FIELD(magic), PSP_MAGIC ^ 1, SEV_STATUS_UNSUPPORTED},
        {FIELD(size_signed), PSP_FILE_IMAGE_BYTES - 4, SEV_STATUS_UNSUPPORTED},
        {FIELD(size_signed), PSP_FILE_IMAGE_BYTES + 4, SEV_STATUS_UNSUPPORTED},
        {FIELD(size_signed), UINT32_MAX, SEV_STATUS_UNSUPPORTED},
        {FIELD(total_size), PSP_FILE_BYTES - 4, SEV_STATUS_UNSUPPORTED},
        {FIELD(total_size), PSP_FILE_BYTES + 4, SEV_STATUS_UNSUPPORTED},
        {FIELD(total_size), 0, SEV_STATUS_UNSUPPORTED},
        {FIELD(uncompressed_size), PSP_FILE_IMAGE_BYTES + 1, SEV_STATUS_UNSUPPORTED},
        {FIELD(uncompressed_size), 0, SEV_STATUS_UNSUPPORTED},
        {FIELD(encrypted), 1, SEV_STATUS_UNSUPPORTED},
        {FIELD(compressed), 1, SEV_STATUS_UNSUPPORTED},
        {FIELD(is_signed), 0, SEV_STATUS_UNSUPPORTED},
        {FIELD(is_signed), 2, SEV_STATUS_UNSUPPORTED},
        {FIELD(signature_type), 0, SEV_STATUS_UNSUPPORTED},
        {FIELD(signature_type), 1, SEV_STATUS_UNSUPPORTED},
        {FIELD(signature_type), 3, SEV_STATUS_UNSUPPORTED},
        {FIELD(version), 0x01020304, SEV_STATUS_SUCCESS}, /* The inner header's counts. */
        {FIELD(load_address), 0x40, SEV_STATUS_SUCCESS},
        {FIELD(reserved0), UINT32_MAX, SEV_STATUS_SUCCESS},
        {FIELD(reserved6), UINT32_MAX, SEV_STATUS_SUCCESS},
#undef FIELD
    };

    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        psp_file = psp_file_good;
        memcpy((uint8_t *)&psp_file + changes[i].offset, &changes[i].value, sizeof(uint32_t));
        psp_file_sign_wrapper();
        psp_file_expect(changes[i].status);
    }
}

static void each_byte_of_the_key_id_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(psp_file.wrapper.key_id); i++) {
        psp_file = psp_file_good;
        psp_file.wrapper.key_id[i] ^= 1;
        psp_file_sign_wrapper();
        psp_file_expect(SEV_STATUS_BAD_SIGNATURE);
    }
}

static void a_flip_anywhere_in_the_wrapper_s_signature_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(psp_file.signature); i += 7) {
        psp_file.signature[i] ^= 0x10;
        psp_file_expect(SEV_STATUS_BAD_SIGNATURE);
        psp_file.signature[i] ^= 0x10;
    }
    psp_file_expect(SEV_STATUS_SUCCESS);
    signed_image_sign(psp_file_keys.root, &psp_file, PSP_FILE_SIGNED_BYTES, psp_file.signature);
    psp_file_expect(SEV_STATUS_BAD_SIGNATURE);
}

/** What the fields' own checks do not look at is under the signature. */
static void the_wrapper_s_signature_covers_the_wrapper(void **state)
{
    (void)state;
    psp_file.wrapper.reserved0[0] ^= 1;
    psp_file_expect(SEV_STATUS_BAD_SIGNATURE);
    psp_file = psp_file_good;
    psp_file.wrapper.reserved6[sizeof(psp_file.wrapper.reserved6) - 1] ^= 1;
    psp_file_expect(SEV_STATUS_BAD_SIGNATURE);
    psp_file = psp_file_good;
    psp_file.wrapper.version[0] ^= 1;
    psp_file_expect(SEV_STATUS_BAD_SIGNATURE);
}

#define TEST(name) cmocka_unit_test_setup(name, psp_file_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bare_image_and_a_psp_file_are_accepted),
        TEST(a_bare_image_fills_its_file),
        TEST(a_psp_file_of_another_length_is_unsupported),
        TEST(a_psp_file_that_holds_no_image_is_unsupported),
        TEST(an_image_longer_than_its_place_is_unsupported),
        TEST(each_field_of_a_signed_wrapper_is_checked),
        TEST(each_byte_of_the_key_id_counts),
        TEST(a_flip_anywhere_in_the_wrapper_s_signature_is_refused),
        TEST(the_wrapper_s_signature_covers_the_wrapper),
    };

    return cmocka_run_group_tests_name("update file", tests, psp_file_make, psp_file_free);
}
