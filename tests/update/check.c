/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The function that judges files for DOWNLOAD_FIRMWARE (firmware/platform/update.h), called directly:
 * here a good file is accepted, on Linux too. And the two implementations of the acceptance of
 * images, the firmware's and the factory's, put to the same images.
 *
 * usage: check VENDOR-DIRECTORY FIRMWARE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/self_test.h"
#include "firmware/platform/image.h"
#include "firmware/platform/update.h"
#include "hal/hosted/hosted.h"
#include "tests/update/cases.h"

#define SECURITY_VERSION 3u
#define PROCESSES 4u

_Noreturn void crypto_fatal(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
    abort();
}

static void judge(const char *what, const struct provision_bytes *file, enum sev_status expected)
{
    struct update_image image = {0};
    const enum sev_status status =
        update_check(file->data, (uint32_t)file->length, SECURITY_VERSION, &image);
    if (status != expected) {
        fail_msg("%s: status %d instead of %d", what, (int)status, (int)expected);
    }
}

static int make_board(void **state)
{
    struct image_public_key root;
    struct provision_error error = {0};
    (void)state;
    crypto_start();
    hosted_reset();
    return provision_image_root_hash(subject.material.ours.root, &root,
                                     hosted_fuses()->firmware_root_hash, &error)
               ? 0
               : -1;
}

static void the_accepted_image_is_the_one_in_the_file(void **state)
{
    (void)state;
    for (int wrapped = 0; wrapped <= 1; wrapped++) {
        struct provision_bytes file;
        struct update_image image = {0};
        const size_t start = wrapped ? PSP_HEADER_BYTES : 0;
        material_file(&subject.material, wrapped != 0, &file);
        assert_int_equal(update_check(file.data, (uint32_t)file.length, 0, &image),
                         SEV_STATUS_SUCCESS);
        assert_ptr_equal(image.header, file.data + start);
        assert_ptr_equal(image.body, file.data + start + IMAGE_HEADER_BYTES);
        provision_bytes_free(&file);
    }
}

static void the_higher_of_both_minimums_counts(void **state)
{
    static const struct {
        uint32_t running;
        uint32_t fused;
        enum sev_status status;
    } minimums[] = {
        {0, 0, SEV_STATUS_SUCCESS},
        {SECURITY_VERSION, SECURITY_VERSION, SEV_STATUS_SUCCESS},
        {SECURITY_VERSION + 1, 0, SEV_STATUS_BAD_SVN},
        {0, SECURITY_VERSION + 1, SEV_STATUS_BAD_SVN},
        {UINT32_MAX, 0, SEV_STATUS_BAD_SVN},
    };
    struct provision_bytes file;
    (void)state;
    material_file(&subject.material, true, &file);
    for (size_t i = 0; i < sizeof minimums / sizeof minimums[0]; i++) {
        struct update_image image;
        hosted_fuses()->minimum_security_version = minimums[i].fused;
        assert_int_equal(
            update_check(file.data, (uint32_t)file.length, minimums[i].running, &image),
            minimums[i].status);
    }
    hosted_fuses()->minimum_security_version = 0;
    provision_bytes_free(&file);
}

static void without_fuses_there_is_no_update(void **state)
{
    struct provision_bytes file;
    struct update_image image;
    const uint64_t magic = hosted_fuses()->magic;
    (void)state;
    material_file(&subject.material, true, &file);
    hosted_fuses()->magic ^= 1;
    assert_int_equal(update_check(file.data, (uint32_t)file.length, 0, &image),
                     SEV_STATUS_HWERROR_PLATFORM);
    hosted_fuses()->magic = magic;
    provision_bytes_free(&file);
}

/** Both verdicts on one header, the factory's with as much behind it as a flash bank has. */
static bool agree(const uint8_t *flash, size_t available)
{
    struct image_header header;
    struct provision_error error = {0};
    memcpy(&header, flash, sizeof header);
    const enum image_refusal firmware = image_check_header(&header, hosted_fuses()).refusal;
    const enum image_refusal factory =
        provision_image_check(flash, available, hosted_fuses()->firmware_root_hash,
                              hosted_fuses()->minimum_security_version, &error);
    if (firmware == factory && firmware != IMAGE_REFUSAL_NONE) {
        return true;
    }
    (void)fprintf(stderr, "the firmware says %s, the factory %s\n", image_refusal_name(firmware),
                  image_refusal_name(factory));
    return false;
}

/** Every so-many-th byte of the header damaged; runs in a process of its own. */
static bool agree_on_damage(uint8_t *flash, size_t available, size_t first)
{
    bool good = true;
    for (size_t offset = first; offset < IMAGE_HEADER_BYTES; offset += PROCESSES) {
        const uint8_t bit = (uint8_t)(1u << (offset / PROCESSES) % 8);
        flash[offset] ^= bit;
        if (!agree(flash, available)) {
            (void)fprintf(stderr, "  when bit %02x of byte %zx is wrong\n", bit, offset);
            good = false;
        }
        flash[offset] ^= bit;
    }
    return good;
}

static void factory_and_firmware_agree_on_every_damaged_byte(void **state)
{
    const size_t available = IMAGE_HEADER_BYTES + IMAGE_BODY_MAX;
    uint8_t *flash = calloc(1, available);
    struct provision_bytes image;
    pid_t children[PROCESSES];
    bool good = true;
    (void)state;
    assert_non_null(flash);
    material_file(&subject.material, false, &image);
    memcpy(flash, image.data, image.length);
    for (size_t i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            _exit(agree_on_damage(flash, available, i) ? 0 : 1);
        }
    }
    for (size_t i = 0; i < PROCESSES; i++) {
        int status = -1;
        good = waitpid(children[i], &status, 0) == children[i] && status == 0 && good;
    }
    assert_true(good);
    provision_bytes_free(&image);
    free(flash);
}

/** Whoever has the keys can sign a header that makes no sense. */
static void factory_and_firmware_agree_on_signed_nonsense(void **state)
{
    static const struct {
        size_t offset;
        uint32_t value;
    } changes[] = {
        {offsetof(struct image_header, version), 2},
        {offsetof(struct image_header, body_bytes), 0},
        {offsetof(struct image_header, body_bytes), 4098},
        {offsetof(struct image_header, body_bytes), IMAGE_BODY_MAX + 4},
        {offsetof(struct image_header, load_address), 0},
        {offsetof(struct image_header, entry), IMAGE_LOAD_ADDRESS - 4},
        {offsetof(struct image_header, entry), IMAGE_LOAD_ADDRESS + 2},
        {offsetof(struct image_header, entry), IMAGE_LOAD_ADDRESS + IMAGE_BODY_MAX},
        {offsetof(struct image_header, entry), 0},
        {offsetof(struct image_header, signing_key.usage), 0},
        {offsetof(struct image_header, signing_key.key.exponent), 3},
        {offsetof(struct image_header, signing_key.minimum_security_version), 4},
        {offsetof(struct image_header, security_version), 1},
    };
    (void)state;
    hosted_fuses()->minimum_security_version = 2;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct provision_bytes image;
        material_file(&subject.material, false, &image);
        memcpy(image.data + changes[i].offset, &changes[i].value, sizeof changes[i].value);
        material_sign_key(&subject.material, image.data);
        material_sign_header(&subject.material, image.data);
        assert_true(agree(image.data, image.length));
        provision_bytes_free(&image);
    }
    hosted_fuses()->minimum_security_version = 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_accepted_image_is_the_one_in_the_file),
        cmocka_unit_test(the_higher_of_both_minimums_counts),
        cmocka_unit_test(without_fuses_there_is_no_update),
        cmocka_unit_test(factory_and_firmware_agree_on_every_damaged_byte),
        cmocka_unit_test(factory_and_firmware_agree_on_signed_nonsense),
    };
    if (argc != 3 || !material_open(&subject.material, argv[1], argv[2], SECURITY_VERSION)) {
        (void)fprintf(stderr, "usage: check VENDOR-DIRECTORY FIRMWARE\n");
        return 2;
    }
    subject.judge = judge;
    subject.stride = 61;
    int failed =
        _cmocka_run_group_tests("update_check", update_cases, update_case_count, make_board, NULL);
    failed += cmocka_run_group_tests_name("images", tests, make_board, NULL);
    material_close(&subject.material);
    return failed == 0 ? 0 : 1;
}
