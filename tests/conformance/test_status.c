/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `virtasp status` and `virtasp info` beside a client that uses the board, as this suite does: they
 * tell the truth, and not a byte of memory, mailbox or fabric changes.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/status.h"
#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/platform_owner.h"
#include "tests/conformance/states.h"

#define OUTPUT_BYTES 0x4000u
#define KERNEL_PADDR 0x100000u /* Where an operating system's kernel stands. */

/** Runs the program on the board's chip. @return its exit status, and what it printed */
static int run_program(const char *arguments, char output[OUTPUT_BYTES])
{
    const char *build = getenv("BUILD");
    char line[2 * PATH_MAX];
    size_t length;

    (void)snprintf(line, sizeof line, "timeout 30 '%s/host/virtasp' %s '%s' 2>&1",
                   build != NULL ? build : "build", arguments, suite_directory(NEEDS_CONTROL));
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    length = fread(output, 1, OUTPUT_BYTES - 1, pipe);
    output[length] = '\0';
    const int status = pclose(pipe);

    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/** Runs the program, and asserts that it succeeds and that nothing on the board changes. */
static void look(const char *arguments, char output[OUTPUT_BYTES])
{
    const struct shared_file *files[] = {&suite.board.mailbox_file, &suite.board.fabric_file,
                                         &suite.board.dram_file};
    uint8_t *before[sizeof files / sizeof files[0]];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        before[i] = malloc(files[i]->length);
        assert_non_null(before[i]);
        memcpy(before[i], files[i]->bytes, files[i]->length);
    }
    const int status = run_program(arguments, output);

    if (status != 0) {
        print_error("%s", output);
    }
    assert_int_equal(status, 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(memcmp(before[i], files[i]->bytes, files[i]->length), 0);
        free(before[i]);
    }
}

/** Every way to look; the last one's output is that of plain `status`. */
static void look_in_every_way(char output[OUTPUT_BYTES])
{
    look("info", output);
    assert_non_null(strstr(output, "\"name\": \"PLATFORM_STATUS\""));
    assert_int_equal(strstr(output, "\"name\": \"SNP_FEATURE_INFO\"") != NULL, suite.has_snp);
    look("status --json", output);
    assert_non_null(strstr(output, "\"serving\": true"));
    assert_int_equal(strstr(output, "\"snp\": {\"state\": \"") != NULL, suite.has_snp);
    assert_int_equal(strstr(output, "\"snp\": null") != NULL, !suite.has_snp);
    look("status", output);
}

static void assert_tells(const char *output, const char *line)
{
    if (strstr(output, line) == NULL) {
        fail_msg("'%s' is not in:\n%s", line, output);
    }
}

static void looking_changes_nothing_beside_a_client(void **state)
{
    static char output[OUTPUT_BYTES];
    uint8_t id[SEV_CHIP_ID_BYTES];
    char hex[2 * SEV_CHIP_ID_BYTES + 1];

    (void)state;
    (void)to_working();
    read_chip_id(id);
    for (size_t i = 0; i < sizeof id; i++) {
        (void)snprintf(&hex[2 * i], 3, "%02x", id[i]);
    }
    look_in_every_way(output);
    assert_tells(output, "platform    WORKING\n");
    assert_tells(output, "\nguests      1\n");
    assert_tells(output, suite.has_snp ? "SEV-SNP     UNINIT\nSNP guests  0\nTCB         "
                                       : "SEV-SNP     none");
    assert_tells(output, "the last of them GET_ID (00Ch): SUCCESS\n");
    assert_tells(output, "mode        mailbox\n");
    assert_tells(output, hex);
    assert_tells(output, "/run/doorbell\n");
}

/** Where the firmware itself may not write, no command of a tool could work. */
static void looking_works_with_the_tmr_where_a_kernel_stands(void **state)
{
    static char output[OUTPUT_BYTES];
    const struct sev_init init = {
        .options = SEV_INIT_OPTION_ES, .tmr_paddr = KERNEL_PADDR, .tmr_length = SEV_TMR_BYTES};

    (void)state;
    to_uninit();
    memcpy(suite_at(suite.tmr, sizeof init), &init, sizeof init);
    assert_status(suite_issue(SEV_COMMAND_INIT, suite.tmr), SUCCESS);
    look_in_every_way(output);
    assert_tells(output, "platform    INIT\n");
    assert_tells(output, "SEV-ES      on\n");
    to_uninit();
}

static void looking_works_in_ring_buffer_mode(void **state)
{
    static char output[OUTPUT_BYTES];
    struct sev_ring_buffer rings = {
        .qlo_cmdptr_paddr = suite_slot(0),
        .qlo_statval_paddr = suite_slot(1),
        .qhi_cmdptr_paddr = suite_slot(2),
        .qhi_statval_paddr = suite_slot(3),
        .qlo_size = 1,
        .qhi_size = 1,
    };

    (void)state;
    to_init();
    assert_status(RUN(RING_BUFFER, &rings), SUCCESS);
    look_in_every_way(output);
    assert_tells(output, "mode        ring buffer\n");
    to_uninit();
}

/** Whether a thread of the board's process may still run. */
static bool runs(void)
{
    char path[64];
    char line[512];
    bool found = false;
    const struct dirent *entry;

    (void)snprintf(path, sizeof path, "/proc/%ld/task", (long)suite.board.pid);
    DIR *tasks = opendir(path);
    assert_non_null(tasks);
    while ((entry = readdir(tasks)) != NULL) {
        (void)snprintf(path, sizeof path, "/proc/%ld/task/%.20s/stat", (long)suite.board.pid,
                       entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (file != NULL) {
            const char *state = fgets(line, sizeof line, file) != NULL ? strrchr(line, ')') : NULL;

            found = found || state == NULL || state[2] != 'T';
            (void)fclose(file);
        }
    }
    (void)closedir(tasks);
    return found;
}

/** The board's process stands still, with a command that nobody takes. */
static void looking_works_when_the_firmware_hangs(void **state)
{
    static char output[OUTPUT_BYTES];
    uint32_t response;

    (void)state;
    to_init();
    assert_int_equal(kill(suite.board.pid, SIGSTOP), 0);
    for (unsigned i = 0; i < SUITE_COMMAND_TIMEOUT_MS && runs(); i++) {
        deadline_sleep_us(1000);
    }
    mailbox_write(&suite.board.mailbox, MAILBOX_CMDRESP,
                  SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
    const int status = run_program("status", output);

    response = mailbox_read(&suite.board.mailbox, MAILBOX_CMDRESP);
    assert_int_equal(kill(suite.board.pid, SIGCONT), 0);
    assert_int_equal(status, 0);
    assert_int_equal(response, SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
    assert_tells(output, "platform    INIT\n");
    for (unsigned i = 0; i < SUITE_COMMAND_TIMEOUT_MS && response >> 31 == 0; i++) {
        deadline_sleep_us(1000);
        response = mailbox_read(&suite.board.mailbox, MAILBOX_CMDRESP);
    }
    assert_int_equal(response >> 31, 1);
}

/** As firmware leaves the block that stops while its board goes on. */
static void stopped_firmware_is_reported(void **state)
{
    static char output[OUTPUT_BYTES];
    uint8_t *magic = suite_fabric() + FABRIC_STATUS_OFFSET;
    const uint64_t stopped = 0;
    uint64_t serving;

    (void)state;
    to_init();
    memcpy(&serving, magic, sizeof serving);
    memcpy(magic, &stopped, sizeof stopped);
    const int text = run_program("status", output);

    assert_tells(output, "serves no commands");
    assert_tells(output, "platform    INIT\n");
    const int json = run_program("status --json", output);

    assert_tells(output, "\"serving\": false");
    const int info = run_program("info", output);

    memcpy(magic, &serving, sizeof serving);
    assert_null(strchr(output, '{'));
    assert_int_equal(text, BOARD_STOPPED);
    assert_int_equal(json, BOARD_STOPPED);
    assert_int_equal(info, BOARD_STOPPED);
}

static void every_answer_is_counted(void **state)
{
    struct board board;
    struct status_view before;
    struct status_view after;

    (void)state;
    to_init();
    assert_int_equal(status_look(&board, suite_directory(NEEDS_CONTROL), &before), BOARD_OK);
    assert_status(RUN_PLAIN(NOP), SUCCESS);
    assert_int_equal(suite_issue(0x7FF, 0), SEV_STATUS_INVALID_COMMAND);
    assert_int_equal(status_look(&board, suite_directory(NEEDS_CONTROL), &after), BOARD_OK);
    assert_int_equal(after.block.commands, before.block.commands + 2);
    assert_int_equal(after.block.last_command, 0x7FF);
    assert_int_equal(after.block.last_status, SEV_STATUS_INVALID_COMMAND);
    assert_int_equal(after.block.boot_count, before.block.boot_count);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(looking_changes_nothing_beside_a_client),
    cmocka_unit_test(looking_works_with_the_tmr_where_a_kernel_stands),
    cmocka_unit_test(looking_works_in_ring_buffer_mode),
    cmocka_unit_test(looking_works_when_the_firmware_hangs),
    cmocka_unit_test(stopped_firmware_is_reported),
    cmocka_unit_test(every_answer_is_counted),
};
TEST_GROUP(status, tests);
