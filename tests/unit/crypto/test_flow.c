/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets neither decide a branch nor an address: valgrind watches tests/flow/main.c, a program
 * without sanitizers, for each operation. It is left out only on machines that valgrind does not
 * know.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define REPORTED 99 /* Valgrind's exit status when it has reported something. */
#define NO_VALGRIND 127

/* Runs the subject; returns the exit status. */
static int run(const char *subject, bool quiet)
{
    const char *const build = getenv("BUILD");
    char program[512];
    int status = 0;
    (void)snprintf(program, sizeof(program), "%s/tests/native/flow",
                   build != NULL && *build != '\0' ? build : "build");
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const int nowhere = quiet ? open("/dev/null", O_WRONLY) : -1;
        if (nowhere >= 0) {
            (void)dup2(nowhere, STDERR_FILENO);
        }
        (void)unsetenv("VALGRIND_OPTS");
        execlp("valgrind", "valgrind", "--quiet", "--error-exitcode=99", "--undef-value-errors=yes",
               "--track-origins=no", program, subject, (char *)NULL);
        _exit(NO_VALGRIND);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Whether there can be a valgrind: those are the machines that Debian builds it for. */
static bool can_have_valgrind(void)
{
    static const char *const machines[] = {"x86_64", "i386", "i686",    "aarch64", "armv7l",
                                           "ppc64",  "ppc",  "ppc64le", "s390x",   "mips64"};
    struct utsname name;
    assert_int_equal(uname(&name), 0);
    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        if (strcmp(name.machine, machines[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void expect(const char *subject, int expected)
{
    const int status = run(subject, expected == REPORTED);
    if (status == NO_VALGRIND && !can_have_valgrind()) {
        print_message("left out: there is no valgrind for this machine\n");
        skip();
    }
    if (status == NO_VALGRIND) {
        fail_msg("valgrind is not installed (scripts/setup.sh)");
    }
    if (status != expected) {
        fail_msg("%s: exit status %d, expected %d", subject, status, expected);
    }
}

static void operations_do_not_show_their_secrets(void **state)
{
    static const char *const subjects[] = {"generate", "from_seed", "ecdh",   "sign",
                                           "scalars",  "hmac",      "session"};
    (void)state;
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        expect(subjects[i], 0);
    }
}

static void branch_on_a_secret_is_noticed(void **state)
{
    (void)state;
    expect("planted_branch", REPORTED);
}

static void index_by_a_secret_is_noticed(void **state)
{
    (void)state;
    expect("planted_index", REPORTED);
}

static void comparison_that_stops_early_is_noticed(void **state)
{
    (void)state;
    expect("planted_comparison", REPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_do_not_show_their_secrets),
        cmocka_unit_test(branch_on_a_secret_is_noticed),
        cmocka_unit_test(index_by_a_secret_is_noticed),
        cmocka_unit_test(comparison_that_stops_early_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
