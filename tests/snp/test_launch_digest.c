/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measurement of a launch: published answers. All of them have permissions of 0, so where these
 * stand in PAGE_INFO is a choice (docs/spec-choices.md), asserted here from the offsets alone.
 */
#include <stdio.h>

#include "tests/snp/launch_digest.h"
#include "tests/snp/testing.h"

#define TRACE "tests/snp/data/launch_trace.txt"
#define TRACE_STEPS 34u

static uint8_t zeros[WITNESS_PAGE_BYTES];

/* Computed with the algorithm of sev-snp-measure, each from a digest of 0. */
static void each_type_of_page_gives_the_known_digest(void **state)
{
    static const struct {
        struct witness_page page;
        const char *digest;
    } steps[] = {
        {{.type = WITNESS_PAGE_ZERO, .gpa = 0},
         "70c0ecaab9608f14ebf8ac6f0f07bcd8728f4e2ab30382b539b4de4de904ca9f"
         "8ebdf4b2cd3cd84dd996bd55dd794676"},
        {{.type = WITNESS_PAGE_NORMAL, .gpa = 0xFFFFF000},
         "46c510442a54cc32344cef32e14dc3d6312fc4a010780dd11fd33204df555059"
         "0356b069e6c6ca5bbfca71561f370399"},
        {{.type = WITNESS_PAGE_UNMEASURED, .gpa = 0x1000},
         "81475a112c0223cebe1ccb31a0aa2567772871200b33515a3cbbd5ed6a68a8e6"
         "30902dd83469ea6553554bfb67111fad"},
        {{.type = WITNESS_PAGE_SECRETS, .gpa = 0x80d000},
         "e82e99caf82a32c31ec5070eef9e2135866d8f7de60d756814f3bd8c989c1e82"
         "6622e0a97dad026c6d9d81818780e6a2"},
        {{.type = WITNESS_PAGE_CPUID, .gpa = 0x80e000},
         "c9e46442d2b4ddb823fa6b4a907930de7e93901180c5a3126ba234193059a0a5"
         "1a21ba82f05d2fe0f3136f22b1b1a8e4"},
        {{.type = WITNESS_PAGE_VMSA, .gpa = 0xFFFFFFFFF000},
         "f4577da9b848673216afc3909e5ea7aa80150dda441526874cd2b0282894709b"
         "46484c13a07221aefbedfff667199259"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct witness_launch launch = {0};

        witness_launch_page(&launch, &steps[i].page, zeros);
        assert_hex(launch.digest, steps[i].digest, WITNESS_DIGEST_BYTES);
        assert_true(witness_is_zero(launch.imd, sizeof launch.imd));
    }
}

static void a_sequence_of_pages_gives_the_known_digest(void **state)
{
    static const struct witness_page pages[] = {
        {.type = WITNESS_PAGE_NORMAL, .gpa = 0xFFFFF000},
        {.type = WITNESS_PAGE_ZERO, .gpa = 0x800000},
        {.type = WITNESS_PAGE_ZERO, .gpa = 0x801000},
        {.type = WITNESS_PAGE_SECRETS, .gpa = 0x80d000},
        {.type = WITNESS_PAGE_CPUID, .gpa = 0x80e000},
        {.type = WITNESS_PAGE_VMSA, .gpa = 0xFFFFFFFFF000},
    };
    struct witness_launch launch = {0};
    uint8_t first[WITNESS_PAGE_BYTES];

    (void)state;
    memset(first, 0xAA, sizeof first);
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        witness_launch_page(&launch, &pages[i], i == 0 ? first : zeros);
    }
    assert_hex(launch.digest,
               "12fd4242ba68a434a47d6672404d5e159097050c68344fdba878322be15144f7"
               "de67738c619c8506a9f56f03c20447e1",
               WITNESS_DIGEST_BYTES);
}

static uint8_t type_named(const char *name)
{
    static const char *const names[] = {"",           "NORMAL",  "VMSA", "ZERO",
                                        "UNMEASURED", "SECRETS", "CPUID"};

    for (uint8_t type = 1; type < sizeof names / sizeof names[0]; type++) {
        if (strcmp(name, names[type]) == 0) {
            return type;
        }
    }
    fail_msg("no page type %s", name);
    return 0;
}

static void every_step_of_a_whole_launch_gives_the_known_digest(void **state)
{
    FILE *trace = fopen(TRACE, "r");
    uint8_t digest[WITNESS_DIGEST_BYTES] = {0};
    char line[256];
    size_t steps = 0;

    (void)state;
    assert_non_null(trace);
    while (fgets(line, sizeof line, trace) != NULL) {
        uint8_t contents[WITNESS_DIGEST_BYTES] = {0};
        char name[16];
        char measured[97];
        char after[97];
        unsigned long long gpa;

        if (line[0] == '#') {
            continue;
        }
        assert_int_equal(sscanf(line, "%15s %llx %96s %96s", name, &gpa, measured, after), 4);
        assert_true(strcmp(measured, "-") == 0 || witness_hex(measured, contents, sizeof contents));
        witness_launch_step(digest, &(struct witness_page){.type = type_named(name), .gpa = gpa},
                            contents);
        assert_hex(digest, after, WITNESS_DIGEST_BYTES);
        steps++;
    }
    (void)fclose(trace);
    assert_int_equal(steps, TRACE_STEPS);
}

/* PAGE_INFO by hand, every field with another value. */
static void each_field_has_its_place(void **state)
{
    const struct witness_page page = {
        .type = WITNESS_PAGE_NORMAL,
        .imi = true,
        .vmpl_permissions = {0x11, 0x22, 0x33},
        .gpa = 0x123456789000,
    };
    struct witness_launch launch;
    uint8_t info[0x70] = {0};
    uint8_t contents[WITNESS_PAGE_BYTES];
    uint8_t expected[WITNESS_DIGEST_BYTES];

    (void)state;
    fill_pattern(contents, sizeof contents);
    memset(launch.digest, 0x77, sizeof launch.digest);
    memset(launch.imd, 0x88, sizeof launch.imd);
    witness_sha384(contents, sizeof contents, info + 48);
    memcpy(info + 96, "\x70\x00\x01\x01\x00\x11\x22\x33\x00\x90\x78\x56\x34\x12", 14);
    witness_launch_page(&launch, &page, contents);
    memset(info, 0x77, WITNESS_DIGEST_BYTES);
    witness_sha384(info, sizeof info, expected);
    assert_memory_equal(launch.digest, expected, sizeof expected);
    memset(info, 0x88, WITNESS_DIGEST_BYTES);
    witness_sha384(info, sizeof info, expected);
    assert_memory_equal(launch.imd, expected, sizeof expected);
}

static void a_range_is_measured_page_by_page(void **state)
{
    static uint8_t data[3 * WITNESS_PAGE_BYTES];
    struct witness_page page = {.type = WITNESS_PAGE_NORMAL, .gpa = 0x200000};
    struct witness_launch whole = {0};
    struct witness_launch single = {0};

    (void)state;
    fill_pattern(data, sizeof data);
    witness_launch_range(&whole, &page, data, 3);
    for (size_t i = 0; i < 3; i++, page.gpa += WITNESS_PAGE_BYTES) {
        witness_launch_page(&single, &page, data + i * WITNESS_PAGE_BYTES);
    }
    assert_memory_equal(&whole, &single, sizeof whole);
}

static void contents_count_only_where_they_are_measured(void **state)
{
    uint8_t data[WITNESS_PAGE_BYTES];

    (void)state;
    memset(data, 1, sizeof data);
    for (uint8_t type = WITNESS_PAGE_NORMAL; type <= WITNESS_PAGE_CPUID; type++) {
        const struct witness_page page = {.type = type};
        struct witness_launch empty = {0};
        struct witness_launch full = {0};
        const bool measured = type == WITNESS_PAGE_NORMAL || type == WITNESS_PAGE_VMSA;

        witness_launch_page(&empty, &page, zeros);
        witness_launch_page(&full, &page, data);
        assert_int_equal(memcmp(&empty, &full, sizeof empty) != 0, measured);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_of_page_gives_the_known_digest),
        cmocka_unit_test(a_sequence_of_pages_gives_the_known_digest),
        cmocka_unit_test(every_step_of_a_whole_launch_gives_the_known_digest),
        cmocka_unit_test(each_field_has_its_place),
        cmocka_unit_test(a_range_is_measured_page_by_page),
        cmocka_unit_test(contents_count_only_where_they_are_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
