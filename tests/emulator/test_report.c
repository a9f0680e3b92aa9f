/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report on a run says what the firmware and the guest have said, and shows memory as it was.
 */
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/demo/snp_owner.h"
#include "host/emulator/report/vm_report.h"
#include "tests/emulator/stage.h"

#define PAGE_MAX 0x400000u
#define PAGES_4_MIB 1024u
#define BREAK "<wbr>"
#define SECRET_PART 8u

static struct trace trace;

/* Runs a guest, and writes the report. @return the page, to be freed */
static char *page_of(struct vm_report *report, struct vm *vm, const char *path)
{
    vm_report_runs(report);
    stage_run_to_end(vm);
    vm_report_ran(report);
    vm_report_conclude(report, vm, true, VM_ENDED);
    assert_true(report_write(&report->page));
    FILE *file = fopen(path, "re");
    char *page = calloc(1, PAGE_MAX);
    assert_non_null(file);
    assert_non_null(page);
    const size_t length = fread(page, 1, PAGE_MAX - 1, file);
    assert_in_range(length, 1, PAGE_MAX - 2);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(unlink(path), 0);
    return page;
}

/* How often bytes are on the page, in hexadecimal. */
static unsigned count_hex(const char *page, const uint8_t *bytes, size_t length)
{
    char text[512] = "";
    unsigned count = 0;
    for (size_t i = 0; i < length; i++) {
        const size_t at = strlen(text);
        (void)snprintf(text + at, sizeof text - at, "%s%02x", i != 0 && i % 4 == 0 ? BREAK : "",
                       bytes[i]);
    }
    for (const char *at = strstr(page, text); at != NULL; at = strstr(at + 1, text)) {
        count++;
    }
    return count;
}

/* The same as rows of memory show them. */
static unsigned count_dump(const char *page, const uint8_t *bytes, size_t length)
{
    char text[512] = "";
    for (size_t i = 0; i < length; i++) {
        const size_t at = strlen(text);
        (void)snprintf(text + at, sizeof text - at, "%02x ", bytes[i]);
    }
    return strstr(page, text) != NULL ? 1 : 0;
}

static struct vm_report *begin(struct emulator *emulator, struct vm_options *options,
                               const char *path)
{
    trace = (struct trace){0};
    emulator->trace = &trace;
    struct vm_report *report = vm_report_new(&trace, options->name, path);
    assert_non_null(report);
    options->look = vm_report_look;
    options->look_context = report;
    report_phase(&report->page, "Launch");
    return report;
}

/* In the chip's directory, which goes with the tests. */
static void path_of(char path[PATH_MAX])
{
    (void)snprintf(path, PATH_MAX, "%s/report.html", stage_settings.chips[0]);
}

static void shows_what_sev_has_measured(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_of(path);
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    struct vm_options options = stage_options("secret", GUEST_SEV | GUEST_ES);
    options.secret = true;
    struct vm_report *report = begin(emulator, &options, path);
    struct vm *vm = stage_launch(emulator, &options);
    uint8_t secret[VM_SECRET_BYTES];
    memcpy(secret, vm->secret, sizeof secret);
    char *page = page_of(report, vm, path);
    const struct vm_evidence *evidence = &vm->evidence;
    /* Expected and found. */
    assert_int_equal(count_hex(page, evidence->found.measure, sizeof evidence->found.measure), 2);
    /* What the guest has written is there: on the map it is readable, to the guest alone. */
    assert_true(report->page.maps[2].looks[PIXEL_MAP_GUEST][PIXEL_MAP_READABLE] >
                report->page.maps[1].looks[PIXEL_MAP_GUEST][PIXEL_MAP_READABLE]);
    assert_int_equal(report->page.maps[2].looks[PIXEL_MAP_HOST][PIXEL_MAP_READABLE], 0);
    assert_int_equal(count_hex(page, evidence->launch_digest, sizeof evidence->launch_digest), 1);
    assert_non_null(strstr(page, "The measurement is the expected one."));
    assert_non_null(strstr(page, "Every signature holds, up to the root."));
    assert_null(strstr(page, "{{"));
    /* Of the owner's secret nothing is there, neither as a number nor as memory. */
    for (size_t i = 0; i < sizeof secret; i += SECRET_PART) {
        assert_int_equal(count_hex(page, secret + i, SECRET_PART), 0);
        assert_int_equal(count_dump(page, secret + i, SECRET_PART), 0);
    }
    free(page);
    vm_report_free(report);
    stage_end(vm);
    stage_close(emulator);
}

/* Of a guest without registers that are launched: boot page, page tables, image. */
static void digest_of(const struct vm *vm, uint8_t digest[SEV_LAUNCH_DIGEST_BYTES])
{
    const struct vm_image *image = &vm->image;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_non_null(context);
    assert_int_equal(EVP_DigestInit_ex(context, EVP_sha256(), NULL), 1);
    assert_int_equal(EVP_DigestUpdate(context, image->bytes + GUEST_BOOT_GPA, VM_PAGE_BYTES), 1);
    assert_int_equal(EVP_DigestUpdate(context, image->bytes + GUEST_TABLES_GPA,
                                      image->tables_end - GUEST_TABLES_GPA),
                     1);
    assert_int_equal(
        EVP_DigestUpdate(context, image->bytes + GUEST_IMAGE_GPA, image->length - GUEST_IMAGE_GPA),
        1);
    assert_int_equal(EVP_DigestFinal_ex(context, digest, NULL), 1);
    EVP_MD_CTX_free(context);
}

/* Fixed bytes that look random: SHA-256 of a counter. */
static void fill(uint8_t *bytes, size_t length)
{
    for (uint8_t i = 0; (size_t)i * 32 < length; i++) {
        assert_int_equal(EVP_Digest(&i, sizeof i, bytes + (size_t)i * 32, NULL, EVP_sha256(), NULL),
                         1);
    }
}

static void judges_pages_by_what_was_written(void **state)
{
    (void)state;
    static const char text[] = "a page that says this over and over again is text, not a cipher. ";
    static uint8_t page[VM_PAGE_BYTES];
    assert_int_equal(pixel_map_level(page), 0);
    memset(page, 0xA5, sizeof page);
    assert_int_equal(pixel_map_level(page), 0);
    memset(page, 0, sizeof page / 2); /* Two values, each in lines of its own. */
    assert_in_range(pixel_map_level(page), 1, PIXEL_MAP_LEVEL_RANDOM - 1);
    for (size_t lines = 1; lines <= VM_PAGE_BYTES / X86_LINE_BYTES; lines *= 2) {
        memset(page, 0, sizeof page);
        fill(page, lines * X86_LINE_BYTES);
        assert_in_range(pixel_map_level(page), PIXEL_MAP_LEVEL_RANDOM, PIXEL_MAP_LEVELS - 1);
        for (size_t i = 0; i < lines * X86_LINE_BYTES; i++) {
            page[i] = (uint8_t)text[i % (sizeof text - 1)];
        }
        assert_in_range(pixel_map_level(page), 1, PIXEL_MAP_LEVEL_RANDOM - 1);
    }
}

static void maps_memory_as_it_is(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_of(path);
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    struct vm_options options = stage_options("tamper", GUEST_SEV);
    struct vm_report *report = begin(emulator, &options, path);
    struct vm *vm = stage_launch(emulator, &options);
    char *page = page_of(report, vm, path);
    const struct pixel_map *maps = report->page.maps;
    const uint32_t first = GUEST_IMAGE_GPA / VM_PAGE_BYTES;
    /* The first page of the image is code: to the host before the launch, to the guest always. */
    assert_int_equal(pixel_map_look_of(maps[0].pixels[PIXEL_MAP_HOST][first]), PIXEL_MAP_READABLE);
    assert_int_equal(pixel_map_look_of(maps[1].pixels[PIXEL_MAP_HOST][first]), PIXEL_MAP_RANDOM);
    assert_int_equal(pixel_map_look_of(maps[1].pixels[PIXEL_MAP_GUEST][first]), PIXEL_MAP_READABLE);
    for (unsigned moment = 0; moment < REPORT_MOMENTS; moment++) {
        assert_true(maps[moment].taken);
        assert_int_equal(maps[moment].count, PAGES_4_MIB);
    }
    for (unsigned moment = 1; moment < REPORT_MOMENTS; moment++) {
        assert_int_equal(maps[moment].looks[PIXEL_MAP_HOST][PIXEL_MAP_READABLE], 0);
    }
    /* The view is of what was launched, and the host's is another. */
    assert_true(report->page.viewed);
    assert_memory_equal(report->page.view_guest, vm->image.bytes + report->page.view_gpa,
                        REPORT_VIEW_BYTES);
    assert_memory_not_equal(report->page.view_host, report->page.view_guest, REPORT_VIEW_BYTES);
    /* The digest is of what was launched. */
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];
    digest_of(vm, digest);
    assert_int_equal(count_hex(page, digest, sizeof digest), 1);
    /* A bit of ciphertext is a block of plaintext. */
    const struct report_attack *attack = &report->page.attacks[0];
    assert_string_equal(attack->title, "The host flips a bit");
    assert_memory_not_equal(attack->before.host, attack->after.host, 16);
    assert_memory_equal(attack->before.host + 1, attack->after.host + 1, VM_PAGE_BYTES - 1);
    assert_memory_not_equal(attack->before.guest, attack->after.guest, 16);
    assert_memory_equal(attack->before.guest + 16, attack->after.guest + 16, VM_PAGE_BYTES - 16);
    unsigned changed = 0; /* A byte of garbage may be what it was. */
    for (size_t i = 0; i < VM_PAGE_BYTES; i++) {
        changed += attack->before.guest[i] != attack->after.guest[i] ? 1 : 0;
    }
    char says[64];
    (void)snprintf(says, sizeof says, "The guest: %u of 4096 bytes changed", changed);
    assert_non_null(strstr(page, says));
    free(page);
    vm_report_free(report);
    stage_end(vm);
    stage_close(emulator);
}

static void shows_what_snp_has_measured(void **state)
{
    (void)state;
    char path[PATH_MAX];
    uint8_t expected[SNP_DIGEST_BYTES];
    path_of(path);
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, true));
    struct vm_options options = stage_options("tamper", GUEST_SEV | GUEST_ES | GUEST_SNP);
    struct vm_report *report = begin(emulator, &options, path);
    struct vm *vm = stage_launch(emulator, &options);
    assert_true(snp_owner_measure(&vm->snp_image, expected));
    char *page = page_of(report, vm, path);
    assert_int_equal(count_hex(page, expected, sizeof expected), 2);
    assert_memory_equal(vm->evidence.report.measurement, expected, sizeof expected);
    for (unsigned moment = 1; moment < REPORT_MOMENTS; moment++) {
        assert_int_equal(report->page.maps[moment].looks[PIXEL_MAP_HOST][PIXEL_MAP_READABLE], 0);
    }
    assert_non_null(strstr(page, "The owner accepts the attestation report."));
    assert_non_null(strstr(page, "asked for this one in its place"));
    assert_non_null(strstr(page, "#VC: the page is not validated"));
    assert_non_null(strstr(page, "#NPF: the RMP says that the page is another one"));
    free(page);
    vm_report_free(report);
    stage_end(vm);
    stage_close(emulator);
}

/* Whether a report has the guest's view of a page that is attacked. */
static bool sees(const struct vm_report *report, struct vm *vm, uint64_t gpa)
{
    vm->attack = (struct vm_attack){.what = GUEST_ATTACK_READ, .gpa = gpa};
    vm_show(vm, VM_BEFORE_ATTACK);
    vm_show(vm, VM_AFTER_ATTACK);
    const struct report_attack *attack = &report->page.attacks[report->page.attack_count - 1];
    assert_true(attack->before.host_sees);
    assert_int_equal(attack->before.guest_sees, attack->after.guest_sees);
    return attack->after.guest_sees;
}

/* Neither the owner's secret, nor the keys for messages; nor if they are mapped where the guest has them attacked. */
static void shows_no_secret(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_of(path);
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    struct vm_options options = stage_options("secret", GUEST_SEV);
    options.secret = true;
    struct vm_report *report = begin(emulator, &options, path);
    struct vm *vm = stage_launch(emulator, &options);
    const uint64_t own = vm_spa(vm, GUEST_IMAGE_GPA);
    assert_true(sees(report, vm, GUEST_IMAGE_GPA));
    assert_false(sees(report, vm, GUEST_SECRET_GPA + 8));
    assert_false(sees(report, vm, GUEST_SECRETS_GPA));
    assert_true(nested_map(&vm->nested, GUEST_IMAGE_GPA, vm_spa(vm, GUEST_SECRET_GPA)));
    assert_false(sees(report, vm, GUEST_IMAGE_GPA));
    assert_true(nested_map(&vm->nested, GUEST_IMAGE_GPA, own));
    assert_true(sees(report, vm, GUEST_IMAGE_GPA));
    char *page = page_of(report, vm, path);
    free(page);
    vm_report_free(report);
    stage_end(vm);
    stage_close(emulator);
}

const struct CMUnitTest stage_report_tests[] = {
    cmocka_unit_test(judges_pages_by_what_was_written),
    STAGE_TEST(shows_no_secret),
    STAGE_TEST(shows_what_sev_has_measured),
    STAGE_TEST(maps_memory_as_it_is),
    STAGE_TEST(shows_what_snp_has_measured),
};
const size_t stage_report_count = sizeof stage_report_tests / sizeof stage_report_tests[0];
