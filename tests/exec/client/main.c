/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: client GROUP...        groups: see below
 *        client descriptor N    whether N, which it has inherited, is /dev/sev
 *        client rate N          the median of N calls, in microseconds
 *        client forbid CALL PROGRAM...
 *                               runs it, and has that system call fail
 *
 * The last line counts the tests.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exec/client/client.h"

static const struct {
    const char *name;
    const struct client_test *tests;
} groups[] = {
    {"device", client_device_tests},     {"platform", client_platform_tests},
    {"snp", client_snp_tests},           {"certificates", client_certificate_tests},
    {"process", client_process_tests},   {"report", client_report_tests},
    {"keys", client_key_tests},          {"owner", client_owner_tests},
    {"disabled", client_disabled_tests}, {"patient", client_patient_tests},
    {"lost", client_lost_tests},         {"csr", client_csr_tests},
};

static bool good = true;

void client_expect(bool holds, const char *what, const char *file, int line)
{
    if (!holds) {
        (void)printf("    | %s:%d: not so: %s\n", file, line, what);
        good = false;
    }
}

static unsigned run(const struct client_test *tests, unsigned *failed)
{
    unsigned passed = 0;
    for (const struct client_test *test = tests; test->name != NULL; test++) {
        good = true;
        test->run();
        (void)printf("%s %s\n", good ? "ok  " : "FAIL", test->name);
        (void)fflush(stdout);
        passed += good ? 1 : 0;
        *failed += good ? 0 : 1;
    }
    return passed;
}

int main(int argc, char **argv)
{
    unsigned passed = 0;
    unsigned failed = 0;
    if (argc == 3 && strcmp(argv[1], "descriptor") == 0) {
        struct sev_user_data_status status = {0};
        return client_issue(atoi(argv[2]), SEV_PLATFORM_STATUS, &status, NULL);
    }
    if (argc > 3 && strcmp(argv[1], "forbid") == 0) {
        return client_forbid(argv[2], argv + 3);
    }
    if (argc == 3 && strcmp(argv[1], "rate") == 0) {
        return client_rate((unsigned)atoi(argv[2]));
    }
    for (int i = 1; i < argc; i++) {
        for (size_t group = 0; group < sizeof groups / sizeof groups[0]; group++) {
            if (strcmp(argv[i], groups[group].name) == 0) {
                passed += run(groups[group].tests, &failed);
            }
        }
    }
    (void)printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 && passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
