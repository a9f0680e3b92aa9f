/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware images: their layout, and that a changed one is refused for the right reason.
 */
#include <string.h>

#include "host/provision/image.h"
#include "tests/provision/checker.h"

static struct provision_bytes make_image(uint32_t security_version, uint32_t key_minimum)
{
    uint8_t code[1001];
    const struct provision_bytes firmware = {code, sizeof code};
    const struct provision_image_keys keys = {good.ark, good.ask};
    struct provision_image_parameters parameters = PROVISION_IMAGE_DEFAULTS;
    struct provision_bytes image;
    memset(code, 0xA5, sizeof code);
    parameters.security_version = security_version;
    parameters.key_minimum_security_version = key_minimum;
    assert_true(provision_image_make(&firmware, &parameters, &keys, &image, &good.error));
    return image;
}

static void root_hash(uint8_t hash[IMAGE_HASH_BYTES])
{
    struct image_public_key public_key;
    assert_true(provision_image_root_hash(good.ark, &public_key, hash, &good.error));
}

static void image_has_the_layout_of_the_contract(void **state)
{
    struct provision_bytes image = make_image(3, 2);
    struct image_header header;
    (void)state;
    memcpy(&header, image.data, sizeof header);
    assert_int_equal(image.length, IMAGE_HEADER_BYTES + 1004);
    assert_memory_equal(image.data, "VAIMAGE1", 8);
    assert_int_equal(header.body_bytes, 1004);
    assert_int_equal(header.load_address, IMAGE_LOAD_ADDRESS);
    assert_int_equal(header.entry, IMAGE_LOAD_ADDRESS);
    assert_int_equal(header.security_version, 3);
    assert_int_equal(header.signing_key.minimum_security_version, 2);
    assert_int_equal(header.root_key.exponent, 65537);
    assert_int_equal(image.data[IMAGE_HEADER_BYTES + 1000], 0xA5);
    assert_int_equal(image.data[IMAGE_HEADER_BYTES + 1001], 0);
    provision_bytes_free(&image);
}

static const struct {
    const char *what;
    size_t offset;
    enum image_refusal refusal;
} image_damages[] = {
    {"magic", 0x00, IMAGE_REFUSAL_BAD_HEADER},
    {"version", 0x08, IMAGE_REFUSAL_BAD_HEADER},
    {"body bytes", 0x0C, IMAGE_REFUSAL_BAD_SIZE},
    {"load address", 0x12, IMAGE_REFUSAL_BAD_HEADER},
    {"entry", 0x17, IMAGE_REFUSAL_BAD_HEADER},
    {"Thumb bit of the entry", 0x14, IMAGE_REFUSAL_BAD_SIGNATURE},
    {"security version", 0x1A, IMAGE_REFUSAL_BAD_SIGNATURE},
    {"build", 0x1E, IMAGE_REFUSAL_BAD_SIGNATURE},
    {"reserved byte", 0x1F, IMAGE_REFUSAL_BAD_SIGNATURE},
    {"body hash", 0x20, IMAGE_REFUSAL_BAD_SIGNATURE},
    {"root key", 0x60, IMAGE_REFUSAL_WRONG_ROOT},
    {"signing key", 0x300, IMAGE_REFUSAL_BAD_KEY_CERTIFICATE},
    {"usage of the key", 0x458, IMAGE_REFUSAL_BAD_KEY_CERTIFICATE},
    {"key's minimum", 0x45C, IMAGE_REFUSAL_BAD_KEY_CERTIFICATE},
    {"signature of the key", 0x460, IMAGE_REFUSAL_BAD_KEY_CERTIFICATE},
    {"reserved bytes", 0xDFF, IMAGE_REFUSAL_BAD_SIGNATURE},
    {"signature", 0xFFF, IMAGE_REFUSAL_BAD_SIGNATURE},
    {"first body byte", 0x1000, IMAGE_REFUSAL_BAD_BODY},
    {"last body byte", 0x1000 + 1003, IMAGE_REFUSAL_BAD_BODY},
};

static void damaged_image_is_refused_for_the_right_reason(void **state)
{
    struct provision_bytes image = make_image(1, 0);
    uint8_t hash[IMAGE_HASH_BYTES];
    struct provision_error error = {0};
    (void)state;
    root_hash(hash);
    assert_int_equal(provision_image_check(image.data, image.length, hash, 1, &error),
                     IMAGE_REFUSAL_NONE);
    for (size_t i = 0; i < sizeof image_damages / sizeof image_damages[0]; i++) {
        image.data[image_damages[i].offset] ^= 1;
        const enum image_refusal refusal =
            provision_image_check(image.data, image.length, hash, 1, &error);
        if (refusal != image_damages[i].refusal) {
            fail_msg("%s: refusal %d instead of %d", image_damages[i].what, (int)refusal,
                     (int)image_damages[i].refusal);
        }
        image.data[image_damages[i].offset] ^= 1;
    }
    assert_int_equal(provision_image_check(image.data, image.length - 1, hash, 1, &error),
                     IMAGE_REFUSAL_BAD_SIZE);
    assert_int_equal(provision_image_check(image.data, IMAGE_HEADER_BYTES - 1, hash, 1, &error),
                     IMAGE_REFUSAL_BAD_HEADER);
    provision_bytes_free(&image);
}

static void rollback_is_refused(void **state)
{
    struct provision_bytes image = make_image(4, 4);
    uint8_t hash[IMAGE_HASH_BYTES];
    struct provision_error error = {0};
    (void)state;
    root_hash(hash);
    assert_int_equal(provision_image_check(image.data, image.length, hash, 4, &error),
                     IMAGE_REFUSAL_NONE);
    assert_int_equal(provision_image_check(image.data, image.length, hash, 5, &error),
                     IMAGE_REFUSAL_BAD_SECURITY_VERSION);

    /* The signing key may be restricted, whatever the fuses say. */
    struct image_header header;
    memcpy(&header, image.data, sizeof header);
    header.security_version = 3;
    assert_true(provision_image_seal(&header, image.data + IMAGE_HEADER_BYTES, good.ask, &error));
    memcpy(image.data, &header, sizeof header);
    assert_int_equal(provision_image_check(image.data, image.length, hash, 0, &error),
                     IMAGE_REFUSAL_BAD_SECURITY_VERSION);
    provision_bytes_free(&image);
}

int check_images(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image_has_the_layout_of_the_contract),
        cmocka_unit_test(damaged_image_is_refused_for_the_right_reason),
        cmocka_unit_test(rollback_is_refused),
    };
    return cmocka_run_group_tests(tests, checker_set_up, NULL);
}
