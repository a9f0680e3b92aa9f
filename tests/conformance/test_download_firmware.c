/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DOWNLOAD_FIRMWARE (section 12). The images are in the chip's directory: same.img is what runs,
 * older.img has a security version below it. tests/update looks closer.
 */
#include <string.h>

#include "abi/image.h"
#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"

/** The image in memory; its length. */
static struct sev_download_firmware load(const char *name)
{
    return (struct sev_download_firmware){
        .fw_paddr = suite.tmr,
        .fw_length = (uint32_t)load_file(name, suite.tmr),
    };
}

static uint8_t *image(void)
{
    return suite_at(suite.tmr, SEV_TMR_BYTES);
}

static enum sev_status accepted(void)
{
    return suite.options.hosted != NULL ? SEV_STATUS_UNSUPPORTED : SEV_STATUS_SUCCESS;
}

/** Linux does it twice; persistent data and the chip stay, and so does memory under the host key. */
static void same_image_may_be_downloaded_again_and_again(void **state)
{
    static const uint8_t text[64] = "host memory, encrypted before the update";
    struct sev_platform_status status_before;
    struct sev_platform_status status_after;
    struct sev_certificate_chain before;
    struct sev_certificate_chain after;
    struct sev_certificate pdh;
    uint8_t read[64];

    (void)state;
    to_init();
    export_certificates(&pdh, &before);
    to_uninit();
    status_before = platform_status();
    guest_write(0, suite_slot(0), text, sizeof text);
    for (unsigned i = 0; i < 2; i++) {
        struct sev_download_firmware parameters = load("same.img");

        assert_status_is(RUN(DOWNLOAD_FIRMWARE, &parameters), accepted());
        status_after = platform_status();
        assert_memory_equal(&status_before, &status_after, sizeof status_before);
    }
    guest_read(0, suite_slot(0), read, sizeof read);
    assert_memory_equal(read, text, sizeof text);
    to_init();
    export_certificates(&pdh, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_chain_verifies(&pdh, &after);
    (void)launch_active(0);
}

static void older_security_version_is_bad_svn(void **state)
{
    (void)state;
    to_uninit();
    struct sev_download_firmware parameters = load("older.img");

    assert_refused(DOWNLOAD_FIRMWARE, &parameters, BAD_SVN);
}

static void too_short_is_invalid_length(void **state)
{
    static const uint32_t lengths[] = {0, 1, 0x100, IMAGE_HEADER_BYTES, IMAGE_HEADER_BYTES + 3};

    (void)state;
    to_uninit();
    struct sev_download_firmware parameters = load("same.img");

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        parameters.fw_length = lengths[i];
        assert_refused(DOWNLOAD_FIRMWARE, &parameters, INVALID_LENGTH);
    }
}

static void truncated_and_extended_images_are_unsupported(void **state)
{
    (void)state;
    to_uninit();
    const struct sev_download_firmware good = load("same.img");
    const uint32_t lengths[] = {good.fw_length - 4, good.fw_length + 4, good.fw_length - 1,
                                IMAGE_HEADER_BYTES + 4};

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_download_firmware parameters = good;

        parameters.fw_length = lengths[i];
        assert_refused(DOWNLOAD_FIRMWARE, &parameters, UNSUPPORTED);
    }
}

static void other_files_are_unsupported(void **state)
{
    (void)state;
    to_uninit();
    struct sev_download_firmware parameters = load("same.img");

    memset(image(), 0, parameters.fw_length);
    assert_refused(DOWNLOAD_FIRMWARE, &parameters, UNSUPPORTED);
    memset(image(), 0xFF, parameters.fw_length);
    assert_refused(DOWNLOAD_FIRMWARE, &parameters, UNSUPPORTED);
}

/** Changed anywhere: refused, and the running firmware goes on. */
static void changed_images_are_refused(void **state)
{
    static const struct {
        size_t offset;
        enum sev_status expected;
    } changes[] = {
        {offsetof(struct image_header, magic), SEV_STATUS_UNSUPPORTED},
        {offsetof(struct image_header, version), SEV_STATUS_UNSUPPORTED},
        {offsetof(struct image_header, load_address), SEV_STATUS_UNSUPPORTED},
        {offsetof(struct image_header, security_version) + 1, SEV_STATUS_BAD_SIGNATURE},
        {offsetof(struct image_header, build), SEV_STATUS_BAD_SIGNATURE},
        {offsetof(struct image_header, body_sha384), SEV_STATUS_BAD_SIGNATURE},
        {offsetof(struct image_header, root_key) + 9, SEV_STATUS_BAD_SIGNATURE},
        {offsetof(struct image_header, signing_key) + 9, SEV_STATUS_BAD_SIGNATURE},
        {offsetof(struct image_header, signature) + 500, SEV_STATUS_BAD_SIGNATURE},
        {IMAGE_HEADER_BYTES, SEV_STATUS_BAD_SIGNATURE},
        {IMAGE_HEADER_BYTES + 0x4321, SEV_STATUS_BAD_SIGNATURE},
    };

    (void)state;
    to_uninit();
    struct sev_download_firmware parameters = load("same.img");

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        image()[changes[i].offset] ^= 0x10;
        assert_refused_as(DOWNLOAD_FIRMWARE, &parameters, changes[i].expected);
        image()[changes[i].offset] ^= 0x10;
    }
    assert_status_is(RUN(DOWNLOAD_FIRMWARE, &parameters), accepted());
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(same_image_may_be_downloaded_again_and_again),
    cmocka_unit_test(older_security_version_is_bad_svn),
    cmocka_unit_test(too_short_is_invalid_length),
    cmocka_unit_test(truncated_and_extended_images_are_unsupported),
    cmocka_unit_test(other_files_are_unsupported),
    cmocka_unit_test(changed_images_are_refused),
};
TEST_GROUP(download_firmware, tests);
