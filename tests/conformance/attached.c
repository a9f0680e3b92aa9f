/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The suite against somebody else's board (attached.h).
 */
#include "tests/conformance/attached.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/conformance/attached_board.h"
#include "tests/conformance/attached_options.h"
#include "tests/conformance/catalogue.h"

/** What there is of what cases need. */
static unsigned find_needs(const struct attached_options *settings)
{
    const struct board_files *files = &suite.files;
    const bool is_chip = suite.options.directory != NULL;

    if (is_chip) {
        if (!board_path(suite.doorbell, suite.options.directory, "run/doorbell")) {
            return 0;
        }
    } else if (files->doorbell != NULL) {
        (void)snprintf(suite.doorbell, sizeof suite.doorbell, "%s", files->doorbell);
    }
    return (suite.board.fabric_file.bytes != NULL ? NEEDS_FABRIC : 0u) |
           (suite.board.mailbox.doorbell >= 0 ? NEEDS_DOORBELL : 0u) |
           (strcmp(settings->profile, "sev") != 0 ? NEEDS_ES : 0u) |
           (settings->destructive ? NEEDS_DESTRUCTIVE | NEEDS_SELF_OWNED : 0u) |
           (suite.is_owned ? 0u : NEEDS_SELF_OWNED) |
           (is_chip || suite.certificates != NULL ? NEEDS_CERTIFICATES : 0u) |
           (suite.images != NULL ? NEEDS_IMAGES : 0u);
}

/** Whether a case was asked for, by its name or its group's, up to a dot. */
static bool is_wanted(const void *context, const char *id)
{
    const struct attached_options *settings = context;

    for (int i = 0; i < settings->name_count; i++) {
        const size_t length = strlen(settings->names[i]);

        if (strncmp(settings->names[i], id, length) == 0 &&
            (id[length] == '\0' || id[length] == '.')) {
            return true;
        }
    }
    return settings->name_count == 0;
}

/** The signals that ask for an end. They wait until a case is done, as no call of it expects them. */
static void hold_signals(sigset_t *held)
{
    static const int asking[] = {SIGINT, SIGTERM, SIGHUP};

    (void)sigemptyset(held);
    for (size_t i = 0; i < sizeof asking / sizeof asking[0]; i++) {
        struct sigaction now;

        if (sigaction(asking[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) {
            (void)sigaddset(held, asking[i]);
        }
    }
    (void)sigprocmask(SIG_BLOCK, held, NULL);
}

/** Whether one has come: the rest of the cases is not run then. */
static bool is_interrupted(struct attached_options *settings)
{
    const struct timespec at_once = {0};
    const int number = sigtimedwait(&settings->held, NULL, &at_once);

    if (number > 0) {
        settings->signal = number;
        report_give_up(&settings->report, "interrupted");
    }
    return number > 0;
}

/** Runs or leaves out one case. @return false when no other can run */
static bool run_case(struct attached_options *settings, const struct test_group *group,
                     const struct CMUnitTest *test)
{
    struct case_result result = {.outcome = CASE_LEFT_OUT};

    case_id(result.id, group->name, test->name);
    if (!is_wanted(settings, result.id)) {
        return true;
    }
    const struct catalogue_entry *entry = catalogue_find(result.id);
    const unsigned needs = entry != NULL ? entry->needs : NEEDS_ALL;

    result.missing = needs & ~suite.has;
    if (result.missing == 0 && !case_run(test, entry != NULL ? entry->command : 0, &result)) {
        report_give_up(&settings->report, "no memory, or no file, for what a case says");
        return false;
    }
    settings->missing |= result.missing;
    report_case(&settings->report, &result);
    free(result.text);
    if (suite.gone) {
        report_give_up(&settings->report, "nobody answers any more");
    }
    return !suite.gone && !is_interrupted(settings);
}

static size_t count_wanted(const struct attached_options *settings,
                           const struct attached_suite *what)
{
    const struct test_group *group;
    char id[CASE_ID_BYTES];
    size_t total = 0;

    for (size_t i = 0; (group = what->group_at(i)) != NULL; i++) {
        for (size_t j = 0; j < group->count; j++) {
            case_id(id, group->name, group->tests[j].name);
            total += is_wanted(settings, id) ? 1 : 0;
        }
    }
    return total;
}

/** @return false when a case could not be run */
static bool run_cases(struct attached_options *settings, const struct attached_suite *what)
{
    const struct test_group *group;

    for (size_t i = 0; (group = what->group_at(i)) != NULL; i++) {
        for (size_t j = 0; j < group->count; j++) {
            if (!run_case(settings, group, &group->tests[j])) {
                return false;
            }
        }
    }
    return true;
}

/** What the cases that were left out need, so that their number is understood. */
static void print_missing(const struct attached_options *settings)
{
    for (size_t i = 0; i < NEEDS_COUNT; i++) {
        if ((settings->missing >> i & 1u) != 0) {
            (void)fprintf(stderr, "left out: what needs %s\n", need_text(i));
        }
    }
}

/** Runs what is wanted, and leaves the platform shut down. @return whether all of it has passed */
static bool run_wanted(struct attached_options *settings, const struct attached_suite *what)
{
    const size_t *counts = settings->report.counts;

    hold_signals(&settings->held);
    const bool whole = run_cases(settings, what);
    const bool reported = report_end(&settings->report);

    print_missing(settings);
    attached_board_hint();
    if (!suite.gone) {
        suite_end_ring();
        suite_shut_down();
    }
    return whole && reported && counts[CASE_FAILED] == 0 && counts[CASE_PASSED] != 0;
}

static enum board_result run(struct attached_options *settings, const struct attached_suite *what)
{
    enum board_result result;
    const size_t total = count_wanted(settings, what);

    if (total == 0) { /* Before the platform is shut down for it. */
        (void)fprintf(stderr, "virtasp conformance: no case has such a name; --list has them\n");
        return BOARD_BAD_USAGE;
    }
    result = suite_attach();
    if (result != BOARD_OK) {
        (void)fprintf(stderr, "virtasp conformance: %s\n", suite.board.message);
        return result;
    }
    suite.has = find_needs(settings);
    const char *refusal = attached_board_refusal(what);

    if (refusal != NULL) {
        (void)fprintf(stderr, "virtasp conformance: %s\n", refusal);
        result = BOARD_FAILED;
    } else if (!report_begin(&settings->report, total)) {
        result = BOARD_FAILED;
    } else {
        result = run_wanted(settings, what) ? BOARD_OK : BOARD_FAILED;
    }
    board_close(&suite.board);
    return result;
}

/** Lists what was asked for. @return exit status */
static int list(const struct attached_options *settings, const struct attached_suite *what)
{
    const struct catalogue_choice choice = {
        .without = strcmp(settings->profile, "sev") == 0 ? NEEDS_ES : 0,
        .is_wanted = is_wanted,
        .context = settings,
    };

    if (!catalogue_has(&choice)) {
        (void)fprintf(stderr, "virtasp conformance: no case has such a name\n");
        return BOARD_BAD_USAGE;
    }
    if (settings->json) {
        catalogue_print_json(what->name, &choice);
    } else {
        catalogue_print(&choice);
    }
    return fflush(stdout) == 0 ? BOARD_OK : BOARD_FAILED;
}

/** Ends as the signal would have ended the program at once, if one has come. */
static void end_by_signal(const struct attached_options *settings)
{
    if (settings->signal != 0) {
        (void)fflush(NULL);
        (void)signal(settings->signal, SIG_DFL);
        (void)raise(settings->signal);
        (void)sigprocmask(SIG_UNBLOCK, &settings->held, NULL);
    }
}

bool attached_is_wanted(int argc, char **argv)
{
    return argc > 1 && strcmp(argv[1], "--attach") == 0;
}

int attached_run(int argc, char **argv, const struct attached_suite *what)
{
    struct attached_options settings = {.report.suite = what->name, .profile = what->name};

    suite.options = board_default_options;
    suite.options.directory = NULL;
    if (!attached_parse(argc, argv, &settings, what)) {
        (void)fprintf(stderr, "this program is run by `virtasp conformance`, which has help\n");
        return BOARD_BAD_USAGE;
    }
    if (!catalogue_read(settings.catalogue)) {
        return BOARD_FAILED;
    }
    if (settings.list) {
        return list(&settings, what);
    }
    const int status = run(&settings, what);

    end_by_signal(&settings);
    return status;
}
