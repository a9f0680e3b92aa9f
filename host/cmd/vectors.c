/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp vectors: a corpus of test vectors for verifiers of attestation reports.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/cmd/commands.h"
#include "host/cmd/interrupt.h"
#include "host/lib/installed.h"
#include "host/lib/program.h"
#include "host/provision/arguments.h"
#include "host/vectors/corpus.h"

#define DEFAULT_SEED "virtasp"
#define DEFAULT_DATE "2026-01-01"
#define FIRMWARE "virtasp-sp"
#define EARLIEST_YEAR 2024 /* Authorities are of this year; a VCEK lives for seven. */
#define LATEST_YEAR 2041

static const char help[] =
    "NAME\n"
    "    virtasp vectors - make test vectors for verifiers of attestation reports\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp vectors DIR [--seed TEXT] [--date YYYY-MM-DD] [--hosted PATH]\n"
    "\n"
    "DESCRIPTION\n"
    "    Makes a corpus in DIR, which is empty, or is made in a directory that is there:\n"
    "    attestation reports of SEV-SNP and chains of certificates, of every product, report\n"
    "    version and signing key, as they should be, and with one thing wrong in each; and\n"
    "    manifest.json, which says of each what a verifier must answer, and why. docs/vectors.md\n"
    "    describes both.\n"
    "\n"
    "    The firmware makes the reports: it is run as a Linux process, for each product and "
    "version.\n"
    "    What is wrong is put in afterwards, and signed again with the keys of the chips that are\n"
    "    played. The same seed and date give the same bytes with the same build. None of it is\n"
    "    AMD's, and none of its keys is secret: they follow from the seed.\n"
    "\n"
    "OPTIONS\n"
    "    --seed TEXT         what all keys follow from (" DEFAULT_SEED ")\n"
    "    --date YYYY-MM-DD   the day from which VCEKs are valid for seven years and VLEKs for one\n"
    "                        (" DEFAULT_DATE "): give today's to verifiers that ask the clock\n"
    "    --hosted PATH       the firmware as a Linux process (" FIRMWARE ", as installed, or in\n"
    "                        $PATH)\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  done\n"
    "    1  failed, or interrupted; the reason is on standard error, and there is no manifest\n"
    "    2  wrong usage\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp vectors corpus\n"
    "    virtasp vectors corpus --date $(date -u +%F)\n";

static bool read_date(const char *text, time_t *date, struct provision_error *error)
{
    struct tm parts = {0};
    const char *end =
        strlen(text) == strlen(DEFAULT_DATE) ? strptime(text, "%Y-%m-%d", &parts) : NULL;
    const int day = parts.tm_mday;
    const time_t time = end != NULL ? timegm(&parts) : 0;
    if (end == NULL || *end != '\0' || parts.tm_mday != day) {
        return provision_fail(error, "--date wants a day as YYYY-MM-DD, not '%s'", text);
    }
    *date = time;
    return (parts.tm_year + 1900 >= EARLIEST_YEAR && parts.tm_year + 1900 <= LATEST_YEAR) ||
           provision_fail(error, "--date wants a year from %d to %d", EARLIEST_YEAR, LATEST_YEAR);
}

/* It stands in the manifest as it is given. */
static bool check_seed(const char *text, struct provision_error *error)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~') {
            return provision_fail(error, "--seed wants a line of ASCII text");
        }
    }
    return true;
}

static bool find_firmware(char path[PATH_MAX], struct provision_error *error)
{
    return installed_find(INSTALLED_HOSTED, path) || program_find(FIRMWARE, path) ||
           provision_fail(error, "there is no " FIRMWARE ": --hosted says where it is");
}

static bool parse(int argc, char **argv, struct vectors_corpus_options *options,
                  enum provision_request *request, struct provision_error *error)
{
    const char *date = DEFAULT_DATE;
    const struct provision_option table[] = {
        {"seed", &options->seed, NULL, NULL},
        {"date", &date, NULL, NULL},
        {"hosted", &options->hosted, NULL, NULL},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &options->directory,
                         request, error)) {
        return false;
    }
    if (*request != PROVISION_RUN) {
        return true;
    }
    if (options->directory == NULL) {
        return provision_fail(error, "a directory for the corpus is needed");
    }
    return check_seed(options->seed, error) && read_date(date, &options->date, error);
}

int command_vectors(int argc, char **argv)
{
    unsigned count = 0;
    char firmware[PATH_MAX];
    struct vectors_corpus_options options = {.seed = DEFAULT_SEED, .count = &count};
    struct provision_error error = {0};
    enum provision_request request;
    if (!parse(argc, argv, &options, &request, &error)) {
        return provision_usage_error("vectors", &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    if (options.hosted == NULL) {
        if (!find_firmware(firmware, &error)) {
            return provision_failure("vectors", &error);
        }
        options.hosted = firmware;
    }
    options.cancel = interrupt_catch();
    if (!vectors_corpus_make(&options, &error)) {
        return provision_failure("vectors", &error);
    }
    return printf("%u vectors in %s\n", count, options.directory) > 0 && fflush(stdout) == 0
               ? PROVISION_EXIT_OK
               : PROVISION_EXIT_FAILURE;
}
