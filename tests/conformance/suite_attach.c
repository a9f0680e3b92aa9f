/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board that somebody else has started, and where the suite's memory is in any board's (suite.h).
 */
#include <string.h>

#include "abi/snp_command_id.h"
#include "abi/snp_commands.h"
#include "host/lib/fabric.h"
#include "tests/conformance/suite.h"

#define MIB 0x100000u
#define LOW_BYTES_MIN (SUITE_MEMORY_MIB / 4 * MIB)
#define FAR_AWAY 0x10000000000ull /**< 1 TiB: no machine of a test has memory in front of it. */

uint64_t suite_hole_end(void)
{
    return suite.has_hole ? suite.high_base : FAR_AWAY;
}

/** What nobody describes: docs/fabric.md, "Defaults", or what the user says. */
static void describe_machine(void)
{
    const struct fabric_config *machine = suite.board.fabric_file.bytes != NULL
                                              ? fabric_configuration(suite.board.fabric_file.bytes)
                                              : NULL;

    if (machine != NULL) {
        suite.machine = *machine;
    }
}

/**
 * Low and high memory. Where there is one range only, its second half is the high one, and there is
 * no hole between them.
 */
static bool divide(const struct dram *dram)
{
    const struct fabric_range *low = &dram->ranges[0];
    const struct fabric_range *high = &dram->ranges[1];

    suite.has_hole = dram->range_count == 2;
    if (suite.has_hole &&
        (low->length < LOW_BYTES_MIN || low->length + high->length < SUITE_MEMORY_MIB / 2 * MIB)) {
        return false;
    }
    if (dram->range_count == 1 && low->length >= SUITE_MEMORY_MIB / 2 * MIB) {
        suite.low_end = low->base + low->length;
        suite.high_base = low->base + low->length / 2 / SEV_TMR_BYTES * SEV_TMR_BYTES;
        suite.high_end = suite.low_end;
        return true;
    }
    suite.low_end = low->base + low->length;
    suite.high_base = high->base;
    suite.high_end = high->base + high->length;
    return suite.has_hole;
}

bool suite_lay_out(void)
{
    struct dram *dram = &suite.board.dram;

    describe_machine();
    if (!divide(dram)) {
        return false;
    }
    suite.question = dram_allocate(dram, 0, DRAM_PAGE_BYTES, DRAM_PAGE_BYTES);
    suite.slots = dram_allocate(dram, 0, SUITE_SLOTS * SUITE_SLOT_BYTES, SUITE_SLOT_BYTES);
    suite.tmr = dram_allocate(dram, 0, 4 * SEV_TMR_BYTES, SEV_TMR_BYTES) + SEV_TMR_BYTES;
    suite.nv = suite.tmr + 2 * SEV_TMR_BYTES;
    return suite.tmr != SEV_TMR_BYTES;
}

/** What is asked and answered before any case. */
static bool ask(uint32_t id, uint64_t paddr, uint16_t *answer)
{
    return mailbox_command(&suite.board.mailbox, id, paddr, answer, SUITE_COMMAND_TIMEOUT_MS) ==
           MAILBOX_OK;
}

void suite_shut_down(void)
{
    const struct snp_shutdown_ex parameters = {.length = sizeof parameters,
                                               .flags = SNP_SHUTDOWN_X86};
    uint16_t answer;

    if (suite.board.fabric_file.bytes != NULL) {
        fabric_report_wbinvd_all(suite.board.fabric_file.bytes);
    }
    memcpy(suite_at(suite.question, sizeof parameters), &parameters, sizeof parameters);
    /* Where there is nothing to shut down, or no SEV-SNP, an error is as good an answer. */
    (void)(ask(SNP_COMMAND_DF_FLUSH, 0, &answer) &&
           ask(SNP_COMMAND_SHUTDOWN_EX, suite.question, &answer) &&
           ask(SEV_COMMAND_SHUTDOWN, 0, &answer));
}

/** As suite_start() does from the fuses; here the firmware's word is all there is. */
static bool ask_product(void)
{
    struct sev_platform_status *status = suite_at(suite.question, DRAM_PAGE_BYTES);
    uint16_t answer;

    if (!ask(SEV_COMMAND_PLATFORM_STATUS, suite.question, &answer) ||
        answer != SEV_STATUS_SUCCESS) {
        return false;
    }
    suite.api_major = status->api_major;
    suite.api_minor = status->api_minor;
    suite.build = status->build;
    suite.is_owned = status->owner != 0;
    suite.has_snp = suite.api_major >= SNP_API_MAJOR;
    return true;
}

enum board_result suite_attach(void)
{
    const enum board_result result = suite.options.directory != NULL
                                         ? board_open(&suite.board, suite.options.directory)
                                         : board_open_files(&suite.board, &suite.files);

    if (result != BOARD_OK) {
        return result;
    }
    suite.attached = true;
    suite.gone = false;
    if (!suite_lay_out()) {
        return board_fail(&suite.board, BOARD_FAILED,
                          "the suite needs %u MiB of memory, in one range that begins at 0, or %u "
                          "there and the rest in a second; here are %llu MiB in %u",
                          SUITE_MEMORY_MIB / 2, SUITE_MEMORY_MIB / 4,
                          (unsigned long long)suite.board.dram.length / MIB,
                          suite.board.dram.range_count);
    }
    suite_end_ring();
    suite_shut_down();
    return ask_product() ? BOARD_OK
                         : board_fail(&suite.board, BOARD_NOT_ANSWERING,
                                      "PLATFORM_STATUS gets no answer, or not SUCCESS");
}
