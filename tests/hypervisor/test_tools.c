/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `virtasp load-firmware` on a machine with SEV-SNP: it borrows no memory that the RMP keeps from x86
 * software, and shuts SEV-SNP down when it is told to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "host/lib/fabric.h"
#include "host/lib/status.h"
#include "tests/hypervisor/hypervisor.h"

#define OUTPUT_BYTES 0x2000u
#define ROOM_BYTES 0x400000u /**< More than a file has. */

/** Runs the command with the image that the chip runs. @return its exit status, and what it printed */
static int load(const char *options, char output[OUTPUT_BYTES])
{
    const char *build = getenv("BUILD");
    char line[4 * PATH_MAX];
    size_t length;

    (void)snprintf(line, sizeof line,
                   "timeout 120 '%s/host/virtasp' load-firmware '%s' '%s/same.img' --force %s 2>&1",
                   build != NULL ? build : "build", suite_directory(NEEDS_CONTROL),
                   suite.options.directory, options);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    length = fread(output, 1, OUTPUT_BYTES - 1, pipe);
    output[length] = '\0';
    const int status = pclose(pipe);

    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void assert_says(const char *output, const char *words)
{
    if (strstr(output, words) == NULL) {
        fail_msg("not '%s' but: %s", words, output);
    }
}

/** Leaves no page empty but those of the RMP. */
static void fill_memory(void)
{
    static const uint8_t zeros[DRAM_PAGE_BYTES];

    for (uint32_t i = 0; i < suite.board.dram.range_count; i++) {
        const struct fabric_range *range = &suite.board.dram.ranges[i];

        for (uint64_t at = range->base; at < range->base + range->length; at += DRAM_PAGE_BYTES) {
            uint8_t *page = suite_at(at, DRAM_PAGE_BYTES);

            if ((at < hypervisor.table || at >= hypervisor.table + HYPERVISOR_TABLE_BYTES) &&
                memcmp(page, zeros, sizeof zeros) == 0) {
                page[0] = SUITE_PATTERN;
            }
        }
    }
}

static void pages_of_snp_are_not_borrowed(void **state)
{
    char output[OUTPUT_BYTES];
    char at[64];

    (void)state;
    hypervisor_to_init();
    fill_memory();
    assert_int_equal(load("", output), 1);
    assert_says(output, "bytes of x86 memory are empty");
    (void)snprintf(at, sizeof at, "--at %#llx", (unsigned long long)hypervisor.table + 0x4000);
    assert_int_equal(load(at, output), 1);
    assert_says(output, "reverse map table");
    hypervisor_give(hypervisor_page(3));
    (void)snprintf(at, sizeof at, "--at %#llx", (unsigned long long)hypervisor_page(0));
    assert_int_equal(load(at, output), 1);
    assert_says(output, "reverse map table");
    memset(suite_at(suite.high_end - ROOM_BYTES, ROOM_BYTES), 0, ROOM_BYTES);
    assert_int_equal(load("", output), 1);
    assert_says(output, "SHUTDOWN_REQUIRED; --shutdown");
    assert_page(hypervisor_page(3), FIRMWARE);
}

static void snp_is_shut_down_when_that_is_asked_for(void **state)
{
    char output[OUTPUT_BYTES];

    (void)state;
    hypervisor_to_init();
    (void)hypervisor_create(hypervisor_page(0));
    memset(suite_at(suite.high_end - ROOM_BYTES, ROOM_BYTES), 0, ROOM_BYTES);
    if (!program_settings.emulated) {
        assert_int_equal(load("--shutdown", output), 1);
        assert_says(output, "no SHUTDOWN was issued");
        assert_page(hypervisor_page(0), CONTEXT);
        return;
    }
    assert_status(SNP_OF(DECOMMISSION, hypervisor_page(0)), SUCCESS);
    assert_int_equal(load("--shutdown", output), 0);
    assert_says(output, "new firmware");
    assert_page(hypervisor_page(0), DEFAULT);
    /* The table alone is in the way, too. */
    hypervisor_to_init();
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    assert_int_equal(load("", output), 1);
    assert_says(output, "SHUTDOWN_REQUIRED; --shutdown");
    assert_int_equal(load("--shutdown", output), 0);
    assert_page(hypervisor_page(0), DEFAULT);
}

/** The tool executes no WBINVD: it says what is missing, and the guests stay. */
static void guests_stay_until_caches_are_written_back(void **state)
{
    char output[OUTPUT_BYTES];

    (void)state;
    hypervisor_to_uninit();
    if (!program_settings.emulated) {
        return;
    }
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), SUCCESS);
    memset(suite_at(suite.high_end - ROOM_BYTES, ROOM_BYTES), 0, ROOM_BYTES);
    assert_int_equal(load("--shutdown", output), 1);
    assert_says(output, "SNP_DF_FLUSH: WBINVD_REQUIRED");
    assert_int_equal(hypervisor_status().state, SNP_PLATFORM_INIT);
    fabric_report_wbinvd_all(suite_fabric());
    assert_int_equal(load("--shutdown", output), 0);
}

static void the_file_is_committed_when_that_is_asked_for(void **state)
{
    char output[OUTPUT_BYTES];
    struct fabric_status status;

    (void)state;
    hypervisor_to_uninit();
    memset(suite_at(suite.high_end - ROOM_BYTES, ROOM_BYTES), 0, ROOM_BYTES);
    if (!program_settings.emulated) {
        assert_int_equal(load("--commit", output), 1);
        assert_says(output, "SNP_DOWNLOAD_FIRMWARE_EX: UNSUPPORTED");
        return;
    }
    assert_int_equal(load("--commit", output), 0);
    assert_int_equal(status_copy(suite_fabric(), STATUS_TIMEOUT_MS, &status), STATUS_SERVING);
    assert_int_equal(status.last_command, SNP_COMMAND_DOWNLOAD_FIRMWARE_EX);
    assert_int_equal(status.tcb_committed, status.tcb_current);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pages_of_snp_are_not_borrowed),
    cmocka_unit_test(snp_is_shut_down_when_that_is_asked_for),
    cmocka_unit_test(guests_stay_until_caches_are_written_back),
    cmocka_unit_test(the_file_is_committed_when_that_is_asked_for),
};

PROGRAM_GROUP(tools, tests);
