/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which image DOWNLOAD_FIRMWARE accepts (firmware/platform/update.h, section 12), bare and in a PSP
 * file: every refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/update.h"
#include "hal/hosted/hosted.h"

#include "tests/unit/firmware_psp_file.h"

static void damage_to_the_image_is_refused_in_both_kinds_of_file(void **state)
{
    static const struct {
        size_t offset;
        enum sev_status status;
    } damage[] = {
#define FIELD(member) offsetof(struct image_header, member)
        {FIELD(version), SEV_STATUS_UNSUPPORTED},
        {FIELD(load_address), SEV_STATUS_UNSUPPORTED},
        {FIELD(body_bytes), SEV_STATUS_UNSUPPORTED}, /* Not whole words. */
        {FIELD(api_minor), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(body_sha384), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(root_key.modulus), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(root_key.exponent), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(signing_key.key.modulus), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(signing_key.usage), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(signing_key.signature), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(reserved1), SEV_STATUS_BAD_SIGNATURE},
        {FIELD(signature), SEV_STATUS_BAD_SIGNATURE},
#undef FIELD
        {IMAGE_HEADER_BYTES, SEV_STATUS_BAD_SIGNATURE}, /* The body. */
        {PSP_FILE_IMAGE_BYTES - 1, SEV_STATUS_BAD_SIGNATURE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
        psp_file = psp_file_good;
        ((uint8_t *)&psp_file.header)[damage[i].offset] ^= 1;
        psp_file_sign_wrapper();
        psp_file_expect_both(damage[i].status);
    }
    psp_file.header.magic ^= 1;
    psp_file_sign_wrapper();
    psp_file_expect(SEV_STATUS_UNSUPPORTED);
    assert_int_equal(psp_file_check_bare(PSP_FILE_IMAGE_BYTES, 0),
                     SEV_STATUS_UNSUPPORTED); /* Neither kind. */
}

/** A header that says more or less than the file holds, with all signatures right. */
static void a_signed_image_of_another_length_is_unsupported(void **state)
{
    static const uint32_t lengths[] = {4, PSP_FILE_BODY_BYTES - 4, PSP_FILE_BODY_BYTES + 4,
                                       IMAGE_BODY_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        psp_file = psp_file_good;
        psp_file.header.body_bytes = lengths[i];
        signed_image_sign_header(&psp_file_keys, &psp_file.header);
        psp_file_sign_wrapper();
        psp_file_expect_both(SEV_STATUS_UNSUPPORTED);
    }
}

static void another_chip_s_root_is_refused(void **state)
{
    (void)state;
    hosted_fuses()->firmware_root_hash[47] ^= 1;
    psp_file_expect_both(SEV_STATUS_BAD_SIGNATURE);
}

static void security_versions_only_go_up(void **state)
{
    (void)state;
    assert_int_equal(psp_file_check(PSP_FILE_SVN), SEV_STATUS_SUCCESS);
    assert_int_equal(psp_file_check(PSP_FILE_SVN + 1),
                     SEV_STATUS_BAD_SVN); /* The running image's. */
    assert_int_equal(psp_file_check(UINT32_MAX), SEV_STATUS_BAD_SVN);
    assert_int_equal(psp_file_check_bare(PSP_FILE_IMAGE_BYTES, PSP_FILE_SVN), SEV_STATUS_SUCCESS);
    assert_int_equal(psp_file_check_bare(PSP_FILE_IMAGE_BYTES, PSP_FILE_SVN + 1),
                     SEV_STATUS_BAD_SVN);
    hosted_fuses()->minimum_security_version = PSP_FILE_SVN + 1;
    psp_file_expect_both(SEV_STATUS_BAD_SVN);
    hosted_fuses()->minimum_security_version = 0;
    psp_file_expect_both(SEV_STATUS_SUCCESS);
    psp_file.header.signing_key.minimum_security_version =
        PSP_FILE_SVN + 1; /* The signing key's. */
    signed_image_sign_header(&psp_file_keys, &psp_file.header);
    psp_file_sign_wrapper();
    psp_file_expect_both(SEV_STATUS_BAD_SVN);
}

static void without_fuses_nothing_is_accepted(void **state)
{
    (void)state;
    hosted_fuses()->magic ^= 1;
    psp_file_expect_both(SEV_STATUS_HWERROR_PLATFORM);
    *hosted_fuses() = psp_file_fuses();
    hosted_fuses()->life_cycle = 0;
    psp_file_expect_both(SEV_STATUS_HWERROR_PLATFORM);
    *hosted_fuses() = psp_file_fuses();
    memset(hosted_fuses()->chip_secret, 0, sizeof(hosted_fuses()->chip_secret));
    psp_file_expect_both(SEV_STATUS_HWERROR_PLATFORM);
}

static void garbage_is_unsupported(void **state)
{
    (void)state;
    memset(&psp_file, 0, sizeof(psp_file));
    psp_file_expect_both(SEV_STATUS_UNSUPPORTED);
    memset(&psp_file, 0xFF, sizeof(psp_file));
    psp_file_expect_both(SEV_STATUS_UNSUPPORTED);
}

#define TEST(name) cmocka_unit_test_setup(name, psp_file_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(damage_to_the_image_is_refused_in_both_kinds_of_file),
        TEST(a_signed_image_of_another_length_is_unsupported),
        TEST(another_chip_s_root_is_refused),
        TEST(security_versions_only_go_up),
        TEST(without_fuses_nothing_is_accepted),
        TEST(garbage_is_unsupported),
    };

    return cmocka_run_group_tests_name("update image", tests, psp_file_make, psp_file_free);
}
