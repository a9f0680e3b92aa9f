/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board that the suite drives (suite.h).
 */
#include "tests/conformance/suite.h"

#include <stdio.h>
#include <string.h>

#include "abi/fuses.h"
#include "abi/mailbox.h"
#include "host/lib/sev.h"
#include "tests/conformance/case.h"
#include "tests/conformance/coverage.h"
#include "tests/conformance/exchange.h"
#include "tests/conformance/rows.h"

#define REVIVALS_MAX 5u

struct suite suite = {
    .machine = {.sockets = 1, .cores = 1, .max_asid = 509, .min_sev_asid = 100, .c_bit = 51},
};

static unsigned revivals;

/** Which API the chip's firmware must say it serves: the fuses decide. */
static bool read_product(void)
{
    struct fuses fuses = {0};
    char path[PATH_MAX];
    FILE *file = board_path(path, suite.options.directory, "fuses.bin") ? fopen(path, "rb") : NULL;
    const bool known = file != NULL && fread(&fuses, sizeof fuses, 1, file) == 1;

    if (file != NULL) {
        (void)fclose(file);
    }
    suite.has_snp = fuses.product != SNP_PRODUCT_ROME;
    suite.api_major = suite.has_snp ? SNP_API_MAJOR : SEV_API_MAJOR;
    suite.build = SEV_BUILD;
    suite.api_minor = suite.has_snp ? SNP_API_MINOR : SEV_API_MINOR;
    return known;
}

uint32_t suite_api_policy(void)
{
    return (uint32_t)suite.api_major << 16 | (uint32_t)suite.api_minor << 24;
}

bool suite_start(void)
{
    if (suite.options.memory_mib == 0) {
        suite.options.memory_mib = SUITE_MEMORY_MIB;
    }
    const enum board_result result = board_start(&suite.board, &suite.options);

    if (result != BOARD_OK) {
        (void)fprintf(stderr, "conformance: the board did not start: %s\n", suite.board.message);
        return false;
    }
    suite.gone = false;
    suite.has = NEEDS_ALL;
    if (!read_product() || !suite_lay_out() ||
        !board_path(suite.doorbell, suite.options.directory, "run/doorbell")) {
        (void)fprintf(
            stderr, "conformance: the chip's fuses, or the board's memory, are not as expected\n");
        if (board_stop(&suite.board) != BOARD_OK) {
            (void)fprintf(stderr, "conformance: nor does the board stop\n");
        }
        return false;
    }
    return true;
}

/** Whether what the board's process printed has a complaint of a sanitizer. */
static bool sanitizer_complained(void)
{
    char path[PATH_MAX];
    char line[512];
    bool found = false;

    if (!board_path(path, suite.options.directory, "run/emulator.log")) {
        return true;
    }
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (found || strstr(line, "Sanitizer") != NULL || strstr(line, "runtime error") != NULL ||
            strstr(line, "guard") != NULL) {
            found = true;
            (void)fprintf(stderr, "board: %s", line);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return found;
}

bool suite_stop(void)
{
    const bool stopped =
        suite.gone ? board_kill(&suite.board) == BOARD_OK : board_stop(&suite.board) == BOARD_OK;

    return !sanitizer_complained() && stopped;
}

void suite_revive(void)
{
    if (!suite.gone) {
        return;
    }
    if (suite.attached) {
        fail_msg("nobody answers any more");
    }
    if (revivals++ >= REVIVALS_MAX) {
        fail_msg("the board has died %u times", REVIVALS_MAX);
    }
    if (!suite_stop()) {
        print_error("the board did not end as it should\n");
    }
    if (!suite_start()) {
        fail_msg("the board cannot be started again");
    }
}

void suite_end_ring(void)
{
    const uint32_t control = mailbox_read(&suite.board.mailbox, MAILBOX_RB_CTL);

    if ((control & MAILBOX_RB_CTL_ACTIVE) != 0) {
        mailbox_write(&suite.board.mailbox, MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
    }
}

uint64_t suite_slot(unsigned index)
{
    assert_true(index < SUITE_SLOTS);
    return suite.slots + (uint64_t)index * SUITE_SLOT_BYTES;
}

void *suite_at(uint64_t paddr, uint64_t length)
{
    void *bytes = dram_pointer(&suite.board.dram, paddr, length);

    if (bytes == NULL) {
        fail_msg("no DRAM at %llx, %llx bytes", (unsigned long long)paddr,
                 (unsigned long long)length);
    }
    return bytes;
}

int suite_issue(uint32_t id, uint64_t paddr)
{
    uint16_t status;

    const struct row *row = row_find(id);
    const size_t length = row != NULL ? row->size : 0;
    const void *parameters = length != 0 ? dram_pointer(&suite.board.dram, paddr, length) : NULL;

    if (suite.gone) {
        fail_msg("the board is gone");
    }
    needs_of_command(id, parameters);
    exchange_sent(id, paddr, parameters, length);
    const enum mailbox_result result =
        mailbox_command(&suite.board.mailbox, id, paddr, &status, SUITE_COMMAND_TIMEOUT_MS);
    if (result != MAILBOX_OK) {
        suite.gone = true;
        fail_msg("%s (%03xh): %s", sev_command_name(id), id, mailbox_result_text(result));
    }
    coverage_record(id, status);
    exchange_answered(status);
    return status;
}

/** Issues a command with its parameters in PAGE. */
static int run_in(uint64_t page, uint32_t id, void *parameters, size_t size)
{
    uint8_t *bytes = suite_at(page, DRAM_PAGE_BYTES);

    if (size == 0) {
        return suite_issue(id, 0);
    }
    memset(bytes, SUITE_PATTERN, DRAM_PAGE_BYTES);
    memcpy(bytes, parameters, size);
    const int status = suite_issue(id, page);
    memcpy(parameters, bytes, size);
    for (size_t i = size; i < DRAM_PAGE_BYTES; i++) {
        if (bytes[i] != SUITE_PATTERN) {
            fail_msg("%s: wrote byte %zu behind its %zu bytes of parameters", sev_command_name(id),
                     i, size);
        }
    }
    return status;
}

int suite_run(uint32_t id, void *parameters, size_t size)
{
    return run_in(suite.board.command_paddr, id, parameters, size);
}

int suite_ask(uint32_t id, void *parameters, size_t size)
{
    return run_in(suite.question, id, parameters, size);
}

void suite_assert_status(int status, enum sev_status expected, const char *what, const char *file,
                         int line)
{
    case_note_status(status, expected, file);
    if (status != (int)expected) {
        exchange_expected((int)expected);
        print_error("%s: %s, not %s\n", what, sev_result_text(status),
                    sev_result_text((int)expected));
        _fail(file, line);
    }
}
