/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line of `virtasp conformance` says (conformance_wishes.h).
 */
#include "host/cmd/conformance_wishes.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lib/board_path.h"

/** Whether two names are of one file. */
static bool are_same(const char *one, const char *other)
{
    struct stat a;
    struct stat b;
    return one != NULL && other != NULL && stat(one, &a) == 0 && stat(other, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/** What options say of a machine, that nothing else does. */
static bool check_machine(const struct conformance_wishes *wishes, struct provision_error *error)
{
    static const char *const names[] = {"--c-bit", "--max-asid", "--min-sev-asid"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (wishes->numbers_given[i] && (wishes->board != NULL || wishes->fabric != NULL)) {
            return provision_fail(error, "%s is for a board without a fabric: this one's says it",
                                  names[i]);
        }
    }
    return (!are_same(wishes->mailbox, wishes->dram) &&
            !are_same(wishes->mailbox, wishes->fabric) &&
            !are_same(wishes->dram, wishes->fabric)) ||
           provision_fail(error, "--mailbox, --dram and --fabric are different files");
}

bool conformance_directories_check(const struct conformance_wishes *wishes,
                                   struct provision_error *error)
{
    const struct {
        const char *directory;
        const char *name;
    } files[] = {
        {wishes->images, "same.img"},
        {wishes->images, "older.img"},
        {wishes->images, "newer.img"},
        {wishes->certificates, "kds"},
    };
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].directory != NULL &&
            (!board_path(path, files[i].directory, files[i].name) || access(path, R_OK) != 0)) {
            return provision_fail_errno(error, "%s/%s", files[i].directory, files[i].name);
        }
    }
    return true;
}

bool conformance_wishes_check(struct conformance_wishes *wishes, struct provision_error *error)
{
    const bool has_files = wishes->mailbox != NULL || wishes->dram != NULL ||
                           wishes->doorbell != NULL || wishes->fabric != NULL;
    if (wishes->profile == NULL) {
        wishes->profile = "es";
    }
    if (strcmp(wishes->profile, "sev") != 0 && strcmp(wishes->profile, "es") != 0 &&
        strcmp(wishes->profile, "snp") != 0) {
        return provision_fail(error, "there is no profile '%s': sev, es or snp", wishes->profile);
    }
    if (wishes->json && !wishes->list) {
        return provision_fail(error, "--json goes with --list");
    }
    if (wishes->list) {
        return true;
    }
    if (wishes->junit != NULL && strcmp(wishes->junit, "-") == 0) {
        return provision_fail(error, "--junit wants a file, not '-': standard output has the other "
                                     "report (./- is a file)");
    }
    if (wishes->tap && wishes->junit != NULL) {
        return provision_fail(error, "--tap and --junit exclude each other");
    }
    if (wishes->board != NULL && has_files) {
        return provision_fail(error, "--board names all files: --mailbox, --dram, --doorbell and "
                                     "--fabric make no sense with it");
    }
    if (wishes->board == NULL && (wishes->mailbox == NULL || wishes->dram == NULL)) {
        return provision_fail(error, "which board? --board, or --mailbox and --dram");
    }
    return (strcmp(wishes->profile, "snp") != 0 || wishes->board != NULL ||
            wishes->fabric != NULL ||
            provision_fail(error, "SEV-SNP needs a fabric: --fabric, or --board")) &&
           check_machine(wishes, error);
}
