/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program under `virtasp exec` against a small fake processor: what it may do with /dev/sev, and what
 * the firmware is asked. The program is this one again, with the name of a part to play.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "host/exec/filter.h"
#include "host/exec/memory.h"
#include "host/exec/supervise.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"
#include "host/lib/run_lock.h"
#include "tests/host/support.h"

#define MEMORY_BYTES 0x1000000u
#define WAIT_MS 20000
#define GOOD 0

/* Parts of the program; the result is its exit status. */

static int issue(int flags, uint32_t command, void *data, uint32_t *error)
{
    struct psp_sev_issue_cmd issue = {.command = command, .data = (uintptr_t)data, .error = 77};
    const int file = open("/dev/sev", flags);
    const int result = ioctl(file, PSP_SEV_ISSUE_CMD, &issue) == 0 ? 0 : errno;
    (void)close(file);
    *error = issue.error;
    return result;
}

static int ask_status(void)
{
    uint8_t status[16];
    uint32_t error = 1;
    memset(status, 0xEE, sizeof status);
    return issue(O_RDONLY, PSP_SEV_PLATFORM_STATUS, status, &error) == 0 && error == 0 &&
                   status[11] == 0 && status[12] == 0xEE
               ? GOOD
               : 1;
}

static int change_without_permission(void)
{
    uint32_t error;
    struct psp_sev_buffers buffers = {0};
    return issue(O_RDONLY, PSP_SEV_PEK_GEN, NULL, &error) == EPERM && error == 77 &&
                   issue(O_RDONLY, PSP_SEV_FACTORY_RESET, NULL, &error) == EPERM &&
                   issue(O_RDONLY, PSP_SEV_PDH_CERT_EXPORT, &buffers, &error) == EPERM
               ? GOOD
               : 1;
}

static int generate(void)
{
    uint32_t error;
    return issue(O_RDWR, PSP_SEV_PEK_GEN, NULL, &error) == 0 && error == 0 ? GOOD : 1;
}

static int see_a_refusal(void)
{
    uint32_t error;
    uint8_t status[16];
    return issue(O_RDWR, PSP_SEV_PLATFORM_STATUS, status, &error) == EIO && error == 0x16 ? GOOD
                                                                                          : 1;
}

static int pass_what_cannot_be_used(void)
{
    uint32_t error;
    const int file = open("/dev/sev", O_RDWR);
    const bool bad_argument = ioctl(file, PSP_SEV_ISSUE_CMD, 16) != 0 && errno == EFAULT;
    (void)close(file);
    return bad_argument && issue(O_RDWR, PSP_SEV_PLATFORM_STATUS, (void *)16, &error) == EFAULT
               ? GOOD
               : 1;
}

static int stay_a_while(void)
{
    uint32_t error;
    uint8_t status[16];
    const int64_t deadline = deadline_after(WAIT_MS);
    if (issue(O_RDWR, PSP_SEV_PLATFORM_STATUS, status, &error) != 0) {
        return 1;
    }
    /* The mailbox is another one's while nothing is wanted of it. */
    const int mailbox = open(getenv("MAILBOX"), O_RDWR);
    while (flock(mailbox, LOCK_EX | LOCK_NB) != 0) {
        if (deadline_left_ms(deadline) == 0) {
            return 2;
        }
        deadline_sleep_us(1000);
    }
    (void)close(mailbox);
    return issue(O_RDWR, PSP_SEV_PLATFORM_STATUS, status, &error) == 0 ? GOOD : 3;
}

static int leave_something_running(void)
{
    const int file = open(getenv("LEFT"), O_WRONLY | O_CREAT, 0600);
    const pid_t child = fork();
    if (child == 0) {
        (void)setsid();
        for (;;) {
            (void)pause();
        }
    }
    return dprintf(file, "%ld", (long)child) > 0 ? GOOD : 1;
}

static const struct {
    const char *name;
    int (*play)(void);
} parts[] = {
    {"status", ask_status},
    {"permission", change_without_permission},
    {"generate", generate},
    {"refusal", see_a_refusal},
    {"pointers", pass_what_cannot_be_used},
    {"while", stay_a_while},
    {"leave", leave_something_running},
};

/* The supervisor's side. */

static struct {
    char directory[PATH_MAX];
    char mailbox[PATH_MAX + 16];
    char doorbell[PATH_MAX + 16];
    struct shared_file file;
    struct fake_processor fake;
    int lock;
    bool busy; /* With a command of a client that was killed. */
    struct exec_machine machine;
} fixture;

static void make_file(const char *name, size_t length, char path[PATH_MAX + 16])
{
    (void)snprintf(path, PATH_MAX + 16, "%s/run/%s", fixture.directory, name);
    assert_true(shared_file_create(path, length));
}

static void configure(const char *path)
{
    static const struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
    struct shared_file fabric;
    assert_true(shared_file_open(&fabric, path, FABRIC_FILE_BYTES));
    fabric_configure(fabric.bytes, &options, MEMORY_BYTES);
    shared_file_close(&fabric);
}

static int set_up(void **state)
{
    char path[PATH_MAX + 16];
    (void)state;
    memset(&fixture, 0, sizeof fixture);
    support_make_directory(fixture.directory);
    (void)snprintf(path, sizeof path, "%s/run", fixture.directory);
    assert_int_equal(mkdir(path, 0700), 0);
    make_file("mailbox", MAILBOX_FILE_BYTES, fixture.mailbox);
    make_file("dram", MEMORY_BYTES, path);
    make_file("fabric", FABRIC_FILE_BYTES, path);
    configure(path);
    (void)snprintf(fixture.doorbell, sizeof fixture.doorbell, "%s/run/doorbell", fixture.directory);
    fixture.lock = run_lock_take(fixture.directory);
    return fixture.lock >= 0 && shared_file_open(&fixture.file, fixture.mailbox, MAILBOX_FILE_BYTES)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    exec_machine_close(&fixture.machine);
    fake_stop(&fixture.fake);
    shared_file_close(&fixture.file);
    (void)close(fixture.lock);
    support_remove_directory(fixture.directory);
    return 0;
}

static void *end_silence(void *context)
{
    bool *silent = context;
    deadline_sleep_us(300000);
    __atomic_store_n(silent, false, __ATOMIC_SEQ_CST);
    return NULL;
}

/* The processor has a command already, and answers it a while later. @return who ends the while */
static pthread_t make_busy(void)
{
    pthread_t thread;
    uint32_t *request = (uint32_t *)(void *)(fixture.file.bytes + MAILBOX_CMDRESP);
    __atomic_store_n(request, SEV_COMMAND_DF_FLUSH << MAILBOX_CMDRESP_ID_SHIFT, __ATOMIC_SEQ_CST);
    assert_int_equal(pthread_create(&thread, NULL, end_silence, &fixture.fake.behaviour.silent), 0);
    return thread;
}

/* Has the program play a part. */
static void play(char *part, uint16_t status)
{
    char self[] = "/proc/self/exe";
    char *const arguments[] = {self, part, NULL};
    struct provision_error error = {0};
    int result = -1;
    fake_start(&fixture.fake, fixture.file.bytes, fixture.doorbell,
               (struct fake_behaviour){.status = status, .silent = fixture.busy});
    const pthread_t busy = fixture.busy ? make_busy() : pthread_self();
    assert_int_equal(exec_machine_open(&fixture.machine, fixture.directory), BOARD_OK);
    const struct exec_run run = {.machine = &fixture.machine, .arguments = arguments};
    sigset_t before;
    assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &before), 0);
    assert_true(exec_supervise(&run, &result, &error));
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    assert_true(!fixture.busy || pthread_join(busy, NULL) == 0);
    assert_int_equal(result, GOOD);
}

static void status_is_copied_and_no_more(void **state)
{
    char part[] = "status";
    (void)state;
    play(part, 0);
    assert_int_equal(fixture.fake.served, 1);
    assert_int_equal(fixture.fake.last_id, SEV_COMMAND_PLATFORM_STATUS);
}

static void command_of_who_was_killed_is_waited_for(void **state)
{
    char part[] = "status";
    (void)state;
    fixture.busy = true;
    play(part, 0);
    assert_int_equal(fixture.fake.served, 2);
}

static void changes_want_a_writable_descriptor(void **state)
{
    char part[] = "permission";
    (void)state;
    play(part, 0);
    /* That the platform is not initialised is asked for PDH_CERT_EXPORT. */
    assert_int_equal(fixture.fake.served, 1);
    assert_int_equal(fixture.fake.last_id, SEV_COMMAND_PLATFORM_STATUS);
}

static void platform_is_initialised_for_a_command_only(void **state)
{
    char part[] = "generate";
    (void)state;
    play(part, 0);
    /* PLATFORM_STATUS, INIT, DF_FLUSH, PEK_GEN, SHUTDOWN */
    assert_int_equal(fixture.fake.served, 5);
    assert_int_equal(fixture.fake.last_id, SEV_COMMAND_SHUTDOWN);
}

static void refusal_is_told(void **state)
{
    char part[] = "refusal";
    (void)state;
    play(part, 0x16);
}

static void bad_pointers_are_faults(void **state)
{
    char part[] = "pointers";
    (void)state;
    play(part, 0);
}

static void mailbox_is_given_back_meanwhile(void **state)
{
    char part[] = "while";
    (void)state;
    assert_int_equal(setenv("MAILBOX", fixture.mailbox, 1), 0);
    play(part, 0);
    assert_int_equal(fixture.fake.served, 2);
}

static void what_is_left_running_is_ended(void **state)
{
    char part[] = "leave";
    char path[PATH_MAX + 16];
    long left = 0;
    (void)state;
    (void)snprintf(path, sizeof path, "%s/run/left", fixture.directory);
    assert_int_equal(setenv("LEFT", path, 1), 0);
    play(part, 0);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char text[32] = "";
    assert_non_null(fgets(text, sizeof text, file));
    (void)fclose(file);
    (void)unlink(path);
    left = strtol(text, NULL, 10);
    assert_true(left > 0);
    assert_int_equal(kill((pid_t)left, 0), -1);
}

static int play_part(const char *name)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(name, parts[i].name) == 0) {
            return parts[i].play();
        }
    }
    return 99;
}

/* A sandbox can forbid what exec needs; tests/exec leaves its tests out there, too. */
static int why;

static void it_is_said_why_programs_cannot_be_answered(void **state)
{
    (void)state;
    (void)printf("left out: programs cannot be answered here: %s\n", strerror(why));
    assert_int_not_equal(why, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv)
{
    if (argc == 2) {
        _exit(play_part(argv[1]));
    }
    if (!exec_filter_is_possible() || !exec_memory_is_reachable()) {
        const struct CMUnitTest only[] = {
            cmocka_unit_test(it_is_said_why_programs_cannot_be_answered)};
        why = errno;
        return cmocka_run_group_tests(only, NULL, NULL);
    }
    const struct CMUnitTest tests[] = {
        TEST(status_is_copied_and_no_more),
        TEST(command_of_who_was_killed_is_waited_for),
        TEST(changes_want_a_writable_descriptor),
        TEST(platform_is_initialised_for_a_command_only),
        TEST(refusal_is_told),
        TEST(bad_pointers_are_faults),
        TEST(mailbox_is_given_back_meanwhile),
        TEST(what_is_left_running_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
