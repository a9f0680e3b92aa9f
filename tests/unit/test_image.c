/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acceptance of signed firmware images (firmware/platform/image.h), with images that OpenSSL signs:
 * what is accepted, and that any damage is refused for the right reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/fatal.h"
#include "crypto/self_test.h"
#include "firmware/platform/image.h"

#include "tests/unit/firmware_signed_image.h"

#define BODY_BYTES 4096u
#define CERTIFICATE_SIGNED_BYTES offsetof(struct image_key_certificate, signature)
#define HEADER_SIGNED_BYTES offsetof(struct image_header, signature)

static struct signed_image_keys keys;
static struct image_header good;
static struct fuses good_fuses;
static uint8_t body[BODY_BYTES];

_Noreturn void crypto_fatal(const char *what)
{
    (void)what;
    abort();
}

static void sign_all(struct image_header *header)
{
    signed_image_sign_header(&keys, header);
}

static int make_good_image(void **state)
{
    (void)state;
    crypto_start();
    signed_image_make_keys(&keys);
    memset(body, 0x5A, sizeof(body));
    signed_image_make(&keys, body, BODY_BYTES, 5, &good);
    good.signing_key.minimum_security_version = 4;
    sign_all(&good);

    good_fuses = (struct fuses){.magic = FUSES_MAGIC,
                                .chip_secret = {[31] = 1},
                                .life_cycle = FUSES_LIFE_CYCLE_PRODUCTION,
                                .minimum_security_version = 5};
    signed_image_hash(&good.root_key, sizeof(good.root_key), good_fuses.firmware_root_hash);
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    signed_image_free_keys(&keys);
    return 0;
}

static void expect(const struct image_header *header, const struct fuses *fuses,
                   enum image_refusal refusal)
{
    struct image_verdict verdict = image_check_header(header, fuses);

    assert_string_equal(image_refusal_name(verdict.refusal), image_refusal_name(refusal));
    assert_int_equal(verdict.accepted, refusal == IMAGE_REFUSAL_NONE ? IMAGE_HEADER_ACCEPTED : 0);
}

static void a_good_image_is_accepted(void **state)
{
    (void)state;
    struct image_verdict verdict = image_check_body(&good, body);

    expect(&good, &good_fuses, IMAGE_REFUSAL_NONE);
    assert_int_equal(verdict.refusal, IMAGE_REFUSAL_NONE);
    assert_int_equal(verdict.accepted, IMAGE_BODY_ACCEPTED);
}

static void the_largest_body_and_a_thumb_entry_are_accepted(void **state)
{
    (void)state;
    struct image_header header = good;

    header.body_bytes = IMAGE_BODY_MAX;
    header.entry = IMAGE_LOAD_ADDRESS + IMAGE_BODY_MAX - 1;
    sign_all(&header);
    expect(&header, &good_fuses, IMAGE_REFUSAL_NONE);
}

/** One change of a header that is signed again: only the check of the field itself can refuse it. */
static const struct change {
    size_t offset;
    uint32_t value;
    enum image_refusal refusal;
} changes[] = {
#define FIELD(member) offsetof(struct image_header, member)
    {FIELD(magic), 0x4D494156, IMAGE_REFUSAL_NONE}, /* What is there: the table itself is sound. */
    {FIELD(magic), 0x4D494157, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(version), 2, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(load_address), IMAGE_LOAD_ADDRESS + 4, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(body_bytes), 0, IMAGE_REFUSAL_BAD_SIZE},
    {FIELD(body_bytes), 4094, IMAGE_REFUSAL_BAD_SIZE},
    {FIELD(body_bytes), IMAGE_BODY_MAX + 4, IMAGE_REFUSAL_BAD_SIZE},
    {FIELD(body_bytes), 0xFFFFFFFC, IMAGE_REFUSAL_BAD_SIZE},
    {FIELD(entry), IMAGE_LOAD_ADDRESS - 4, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(entry), IMAGE_LOAD_ADDRESS + BODY_BYTES, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(entry), IMAGE_LOAD_ADDRESS + BODY_BYTES + 1, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(entry), IMAGE_LOAD_ADDRESS + 2, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(entry), IMAGE_LOAD_ADDRESS + 3, IMAGE_REFUSAL_NONE}, /* Thumb code on a halfword. */
    {FIELD(entry), 1, IMAGE_REFUSAL_BAD_HEADER},
    {FIELD(signing_key.key.exponent), 3, IMAGE_REFUSAL_BAD_SIGNATURE},
    {FIELD(signing_key.usage), 0, IMAGE_REFUSAL_BAD_KEY_CERTIFICATE},
    {FIELD(signing_key.minimum_security_version), 6, IMAGE_REFUSAL_BAD_SECURITY_VERSION},
    {FIELD(signing_key.minimum_security_version), 5, IMAGE_REFUSAL_NONE},
    {FIELD(security_version), 4, IMAGE_REFUSAL_BAD_SECURITY_VERSION},
    {FIELD(security_version), 0xFFFFFFFF, IMAGE_REFUSAL_NONE},
#undef FIELD
};

static void each_field_is_checked_in_a_signed_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct image_header header = good;

        memcpy((uint8_t *)&header + changes[i].offset, &changes[i].value, sizeof(uint32_t));
        sign_all(&header);
        expect(&header, &good_fuses, changes[i].refusal);
    }
}

/** Why a header is refused when the byte at @p offset is damaged; fields with checks of their own
 *  are left out. */
static enum image_refusal refusal_of_damage(size_t offset)
{
    if (offset < offsetof(struct image_header, body_bytes)) {
        return IMAGE_REFUSAL_BAD_HEADER;
    }
    if (offset < offsetof(struct image_header, root_key)) {
        return IMAGE_REFUSAL_BAD_SIGNATURE;
    }
    if (offset < offsetof(struct image_header, signing_key)) {
        return IMAGE_REFUSAL_WRONG_ROOT;
    }
    return offset < offsetof(struct image_header, reserved1) ? IMAGE_REFUSAL_BAD_KEY_CERTIFICATE
                                                             : IMAGE_REFUSAL_BAD_SIGNATURE;
}

static void damage_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t offset = 0; offset < sizeof(good); offset += offset < 0x60 ? 1 : 13) {
        struct image_header header = good;

        if (offset >= offsetof(struct image_header, body_bytes) &&
            offset < offsetof(struct image_header, security_version)) {
            continue;
        }
        ((uint8_t *)&header)[offset] ^= 0x80;
        expect(&header, &good_fuses, refusal_of_damage(offset));
    }
}

static void damage_anywhere_in_the_body_is_refused(void **state)
{
    (void)state;
    for (size_t offset = 0; offset < sizeof(body); offset++) {
        struct image_verdict verdict;

        body[offset] ^= 1;
        verdict = image_check_body(&good, body);
        body[offset] ^= 1;
        assert_int_equal(verdict.refusal, IMAGE_REFUSAL_BAD_BODY);
        assert_int_equal(verdict.accepted, 0);
    }
}

static void keys_in_the_wrong_place_are_refused(void **state)
{
    (void)state;
    struct image_header header = good;

    /* The signing key as the root of an image of its own. */
    header.root_key = good.signing_key.key;
    signed_image_sign(keys.signing, &header.signing_key, CERTIFICATE_SIGNED_BYTES,
                      header.signing_key.signature);
    signed_image_sign(keys.signing, &header, HEADER_SIGNED_BYTES, header.signature);
    expect(&header, &good_fuses, IMAGE_REFUSAL_WRONG_ROOT);

    /* A signing key that certifies itself. */
    header.root_key = good.root_key;
    signed_image_sign(keys.signing, &header, HEADER_SIGNED_BYTES, header.signature);
    expect(&header, &good_fuses, IMAGE_REFUSAL_BAD_KEY_CERTIFICATE);

    /* A header that the root signed itself, without a signing key. */
    header = good;
    signed_image_sign(keys.root, &header, HEADER_SIGNED_BYTES, header.signature);
    expect(&header, &good_fuses, IMAGE_REFUSAL_BAD_SIGNATURE);
}

static void fuses_that_are_none_are_refused(void **state)
{
    (void)state;
    struct fuses fuses = good_fuses;

    fuses.magic ^= 1;
    expect(&good, &fuses, IMAGE_REFUSAL_BAD_FUSES);
    fuses = good_fuses;
    fuses.life_cycle = 0;
    expect(&good, &fuses, IMAGE_REFUSAL_BAD_FUSES);
    fuses = good_fuses;
    fuses.chip_secret[31] = 0;
    expect(&good, &fuses, IMAGE_REFUSAL_BAD_FUSES);
    fuses = good_fuses;
    fuses.firmware_root_hash[47] ^= 1;
    expect(&good, &fuses, IMAGE_REFUSAL_WRONG_ROOT);
    fuses = good_fuses;
    fuses.minimum_security_version = 6;
    expect(&good, &fuses, IMAGE_REFUSAL_BAD_SECURITY_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_image_is_accepted),
        cmocka_unit_test(the_largest_body_and_a_thumb_entry_are_accepted),
        cmocka_unit_test(each_field_is_checked_in_a_signed_header),
        cmocka_unit_test(damage_anywhere_is_refused),
        cmocka_unit_test(damage_anywhere_in_the_body_is_refused),
        cmocka_unit_test(keys_in_the_wrong_place_are_refused),
        cmocka_unit_test(fuses_that_are_none_are_refused),
    };

    return cmocka_run_group_tests(tests, make_good_image, free_keys);
}
