/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT with damaged flash (section 4.1, check 5): the board is stopped, its image changed, and
 * started again.
 */
#include <stdio.h>
#include <string.h>

#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

#define RECORD_MAGIC "SEVNV001"
#define FLASH_BYTES 0x100000u /**< Enough: what is stored lies at the start. */

/** Flips a byte of every stored record, at an offset from its magic. @return how many there are */
static unsigned damage(size_t offset)
{
    static uint8_t flash[FLASH_BYTES];
    unsigned found = 0;
    char path[PATH_MAX];

    assert_true(board_path(path, suite_directory(NEEDS_CONTROL), "nv.img"));
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fread(flash, 1, sizeof flash, file), sizeof flash);
    for (size_t i = 0; i + offset < sizeof flash; i += 16) {
        if (memcmp(flash + i, RECORD_MAGIC, 8) == 0) {
            const uint8_t flipped = (uint8_t)(flash[i + offset] ^ 0x40);

            assert_int_equal(fseek(file, (long)(i + offset), SEEK_SET), 0);
            assert_int_equal(fwrite(&flipped, 1, 1, file), 1);
            found++;
        }
    }
    assert_int_equal(fclose(file), 0);
    return found;
}

static void damaged_identity_is_reported_once_and_replaced(void **state)
{
    static const size_t offsets[] = {0x28, 0x1000, 0x10};
    struct sev_init init = {.options = 0};

    (void)state;
    suite_need(NEEDS_CONTROL | NEEDS_DESTRUCTIVE);
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct sev_certificate_chain before;
        struct sev_certificate_chain after;
        struct sev_certificate pdh;

        to_init();
        export_certificates(&pdh, &before);
        assert_true(suite_stop());
        assert_true(damage(offsets[i]) > 0);
        assert_true(suite_start());
        assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
        assert_int_equal(platform_status().owner, 0);
        assert_status(RUN(INIT, &init), SECURE_DATA_INVALID);
        assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
        assert_status(RUN(INIT, &init), SUCCESS);
        export_certificates(&pdh, &after);
        assert_chain_verifies(&pdh, &after);
        assert_memory_not_equal(&before.oca, &after.oca, SEV_CERTIFICATE_SIGNED_BYTES);
        assert_memory_equal(&before.cek, &after.cek, sizeof before.cek);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(damaged_identity_is_reported_once_and_replaced),
};
TEST_GROUP(damaged_flash, tests);
