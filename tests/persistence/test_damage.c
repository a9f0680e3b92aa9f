/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash that was changed while the board was off: SECURE_DATA_INVALID once, then a fresh identity
 * (section 4.1, check 5). Changes to the copy that is not in force do not matter.
 */
#include <stdio.h>
#include <string.h>

#include "abi/fuses.h"
#include "tests/conformance/certificates.h"
#include "tests/conformance/platform_owner.h"
#include "tests/persistence/persistence.h"

#define RECORD_MAGIC "SEVNV001"
#define SECTOR_BYTES 0x40000u
#define SECTORS 2u
#define SEQUENCE_OFFSET 0x10u /**< Of the record. */
#define RECORD_BYTES 0x1800u  /**< A little less than the whole record. */
#define ROUNDS 4u

/** A file of the chip's directory, open for change. */
static FILE *open_file(const char *name)
{
    char path[PATH_MAX];

    assert_true(board_path(path, suite.options.directory, name));
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    return file;
}

/** Flips bits of one byte. */
static void flip(FILE *file, long offset, uint8_t bits)
{
    uint8_t byte;

    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fread(&byte, 1, 1, file), 1);
    byte ^= bits;
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(&byte, 1, 1, file), 1);
}

/** The records of both sectors: where they begin, or -1. */
struct records {
    long offset[SECTORS];
    uint64_t sequence[SECTORS];
};

static struct records find_records(FILE *file)
{
    static uint8_t head[0x1000];
    struct records records = {.offset = {-1, -1}};

    for (long sector = 0; sector < (long)SECTORS; sector++) {
        assert_int_equal(fseek(file, sector * (long)SECTOR_BYTES, SEEK_SET), 0);
        assert_int_equal(fread(head, 1, sizeof head, file), sizeof head);
        for (size_t i = 0; i < 0x100; i += 8) {
            if (memcmp(head + i, RECORD_MAGIC, 8) == 0) {
                records.offset[sector] = sector * (long)SECTOR_BYTES + (long)i;
                memcpy(&records.sequence[sector], head + i + SEQUENCE_OFFSET, 8);
            }
        }
    }
    return records;
}

/** The sector whose record is in force. */
static unsigned newest(const struct records *records)
{
    if (records->offset[0] < 0 || records->offset[1] < 0) {
        return records->offset[0] < 0 ? 1 : 0;
    }
    return records->sequence[1] > records->sequence[0] ? 1 : 0;
}

/** Both sectors hold a record, and nobody else owns the platform. */
static struct identity to_two_records(void)
{
    to_init();
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    return look();
}

static void damaged_record_is_reported_once(void **state)
{
    struct random_state random = {program_settings.seed};

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        const struct identity before = to_two_records();

        assert_true(suite_stop());
        FILE *file = open_file("nv.img");
        const struct records records = find_records(file);

        assert_true(records.offset[newest(&records)] >= 0);
        flip(file, records.offset[newest(&records)] + (long)random_below(&random, RECORD_BYTES),
             (uint8_t)(1u << random_below(&random, 8)));
        assert_int_equal(fclose(file), 0);
        assert_true(suite_start());
        assert_status(initialise(), SECURE_DATA_INVALID);
        assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
        assert_status(initialise(), SUCCESS);
        const struct identity after = look();

        assert_renewed_identity(&before, &after);
        restart();
        assert_status(initialise(), SUCCESS);
        const struct identity later = look();

        assert_same_identity(&after, &later);
    }
}

/** The older copy is only there until the newer one is complete. */
static void damage_to_the_older_copy_does_not_matter(void **state)
{
    (void)state;
    const struct identity before = to_two_records();

    assert_true(suite_stop());
    FILE *file = open_file("nv.img");
    const struct records records = find_records(file);
    const unsigned older = 1 - newest(&records);

    if (records.offset[older] >= 0) {
        flip(file, records.offset[older] + 0x345, 0x08);
    }
    assert_int_equal(fclose(file), 0);
    assert_true(suite_start());
    assert_status(initialise(), SUCCESS);
    const struct identity after = look();

    assert_same_identity(&before, &after);
}

/** An owner's mark goes with the data it stands in. */
static void damage_ends_external_ownership(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    assert_true(suite_stop());
    FILE *file = open_file("nv.img");
    const struct records records = find_records(file);

    flip(file, records.offset[newest(&records)] + 0x777, 0x01);
    assert_int_equal(fclose(file), 0);
    assert_true(suite_start());
    assert_int_equal(platform_status().owner, 0);
    assert_status(initialise(), SECURE_DATA_INVALID);
    assert_status(initialise(), SUCCESS);
    assert_int_equal(platform_status().owner, 0);
}

/** What one chip has stored opens on no other: its key comes from the fuses. */
static void stored_data_is_bound_to_the_chip(void **state)
{
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;

    (void)state;
    to_init();
    const struct identity before = look();

    assert_true(suite_stop());
    for (unsigned i = 0; i < 2; i++) {
        FILE *file = open_file("fuses.bin");

        flip(file, (long)offsetof(struct fuses, chip_secret) + 5, 0x20);
        assert_int_equal(fclose(file), 0);
        assert_true(suite_start());
        assert_status(initialise(), SECURE_DATA_INVALID);
        assert_status(initialise(), SUCCESS);
        export_certificates(&pdh, &chain);
        assert_int_equal(same_certificate(&chain.cek, &before.chain.cek), i == 1);
        assert_false(same_certificate(&chain.oca, &before.chain.oca));
        assert_true(i == 1 || suite_stop());
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(damaged_record_is_reported_once),
    cmocka_unit_test(damage_to_the_older_copy_does_not_matter),
    cmocka_unit_test(damage_ends_external_ownership),
    cmocka_unit_test(stored_data_is_bound_to_the_chip),
};
PROGRAM_GROUP(damage, tests);
