/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The launch digest against known answers: steps and a sequence made with OpenSSL, and the trace of
 * a launch of two vCPUs by sev-snp-measure (a public tool), step by step; and what it depends on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/snp_guest/digest.h"

#include "tests/unit/firmware_hex.h"
#include "tests/unit/firmware_snp_launch.h"
#include "tests/unit/firmware_snp_trace.h"

/** A page and LD after it. */
struct step {
    uint8_t type;
    uint64_t gpa;
    const char *ld; /**< Hexadecimal. */
};

/** Each from 48 zeros on; pages are all zero. */
static const struct step single[] = {
    {SNP_PAGE_ZERO, 0,
     "70c0ecaab9608f14ebf8ac6f0f07bcd8728f4e2ab30382b539b4de4de904ca9f"
     "8ebdf4b2cd3cd84dd996bd55dd794676"},
    {SNP_PAGE_NORMAL, 0xFFFFF000,
     "46c510442a54cc32344cef32e14dc3d6312fc4a010780dd11fd33204df555059"
     "0356b069e6c6ca5bbfca71561f370399"},
    {SNP_PAGE_UNMEASURED, 0x1000,
     "81475a112c0223cebe1ccb31a0aa2567772871200b33515a3cbbd5ed6a68a8e6"
     "30902dd83469ea6553554bfb67111fad"},
    {SNP_PAGE_SECRETS, 0x80D000,
     "e82e99caf82a32c31ec5070eef9e2135866d8f7de60d756814f3bd8c989c1e82"
     "6622e0a97dad026c6d9d81818780e6a2"},
    {SNP_PAGE_CPUID, 0x80E000,
     "c9e46442d2b4ddb823fa6b4a907930de7e93901180c5a3126ba234193059a0a5"
     "1a21ba82f05d2fe0f3136f22b1b1a8e4"},
    {SNP_PAGE_VMSA, SNP_VMSA_GPA,
     "f4577da9b848673216afc3909e5ea7aa80150dda441526874cd2b0282894709b"
     "46484c13a07221aefbedfff667199259"},
};

static struct digest_page page_of(const struct step *step)
{
    return (struct digest_page){.type = step->type, .gpa = step->gpa};
}

static void assert_ld(const struct digests *digests, const char *text)
{
    uint8_t expected[SNP_DIGEST_BYTES];

    hex(text, expected, sizeof expected);
    assert_memory_equal(digests->ld, expected, sizeof expected);
}

static void each_type_is_measured_as_known(void **state)
{
    static const uint8_t zero[SNP_PAGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        const struct digest_page page = page_of(&single[i]);
        struct digests digests = {.ld = {0}};

        digest_measure(&digests, &page, zero);
        assert_ld(&digests, single[i].ld);
    }
}

static void a_sequence_is_measured_as_known(void **state)
{
    static const struct step steps[] = {
        {SNP_PAGE_NORMAL, 0xFFFFF000, NULL}, {SNP_PAGE_ZERO, 0x800000, NULL},
        {SNP_PAGE_ZERO, 0x801000, NULL},     {SNP_PAGE_SECRETS, 0x80D000, NULL},
        {SNP_PAGE_CPUID, 0x80E000, NULL},    {SNP_PAGE_VMSA, SNP_VMSA_GPA, NULL},
    };
    static uint8_t contents[SNP_PAGE_BYTES];
    struct digests digests = {.ld = {0}};

    (void)state;
    memset(contents, 0xAA, sizeof contents);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct digest_page page = page_of(&steps[i]);

        digest_measure(&digests, &page, contents);
        memset(contents, 0, sizeof contents);
    }
    assert_ld(&digests, "12fd4242ba68a434a47d6672404d5e159097050c68344fdba878322be15144f7"
                        "de67738c619c8506a9f56f03c20447e1");
}

static void a_whole_launch_is_measured_as_known(void **state)
{
    static struct trace_step trace[TRACE_STEPS];
    struct digests digests = {.ld = {0}};

    (void)state;
    trace_read(trace);
    for (size_t i = 0; i < TRACE_STEPS; i++) {
        const struct digest_page page = {.type = (uint8_t)trace[i].type, .gpa = trace[i].gpa};

        digest_extend(&digests, &page, trace[i].contents);
        assert_memory_equal(digests.ld, trace[i].ld, sizeof trace[i].ld);
    }
}

/** Every field of PAGE_INFO counts, and stands where it should. */
static void every_field_counts(void **state)
{
    const struct digest_page pages[] = {
        {.type = SNP_PAGE_NORMAL},
        {.type = SNP_PAGE_VMSA},
        {.type = SNP_PAGE_NORMAL, .imi = true},
        {.type = SNP_PAGE_NORMAL, .permissions = {0xF, 1, 2, 3}},
        {.type = SNP_PAGE_NORMAL, .permissions = {0xF, 0xF, 0, 0}},
        {.type = SNP_PAGE_NORMAL, .gpa = 0x123456789000},
    };
    static uint8_t plaintext[SNP_PAGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct digests digests = {.ld = {1, 2, 3}, .imd = {4, 5, 6}};
        struct digests expected = digests;
        const struct snp_page_info info = {
            .page_type = pages[i].type,
            .imi_page = pages[i].imi ? 1 : 0,
            .vmpl1_perms = pages[i].permissions[1],
            .vmpl2_perms = pages[i].permissions[2],
            .vmpl3_perms = pages[i].permissions[3],
            .gpa = pages[i].gpa,
        };

        plaintext[i] = (uint8_t)(i + 1);
        digest_measure(&digests, &pages[i], plaintext);
        launch_expect(expected.ld, info, plaintext);
        if (pages[i].imi) {
            launch_expect(expected.imd, info, plaintext);
        }
        assert_memory_equal(&digests, &expected, sizeof digests);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_measured_as_known),
        cmocka_unit_test(a_sequence_is_measured_as_known),
        cmocka_unit_test(a_whole_launch_is_measured_as_known),
        cmocka_unit_test(every_field_counts),
    };

    return cmocka_run_group_tests_name("launch digest", tests, NULL, NULL);
}
