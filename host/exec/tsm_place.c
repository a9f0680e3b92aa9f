/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configfs-tsm: the place of its directories (tsm.h). Who has the guest is alone there; what one that
 * was killed left behind is removed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/exec/tsm.h"
#include "host/lib/board_path.h"

#define REPORT "report"

static void empty_directory(int directory)
{
    const int copy = dup(directory);
    DIR *entries = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        if (entry->d_name[0] != '.') {
            (void)unlinkat(directory, entry->d_name, 0);
        }
    }
    if (entries != NULL) {
        (void)closedir(entries);
    } else if (copy >= 0) {
        (void)close(copy);
    }
}

/* Removes the requests below report/. */
static void remove_requests(int report)
{
    const int copy = dup(report);
    DIR *entries = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        const int request =
            entry->d_name[0] != '.'
                ? openat(report, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                : -1;
        if (request >= 0) {
            empty_directory(request);
            (void)close(request);
            (void)unlinkat(report, entry->d_name, AT_REMOVEDIR);
        }
    }
    if (entries != NULL) {
        (void)closedir(entries);
    } else if (copy >= 0) {
        (void)close(copy);
    }
}

static void remove_place(const char *directory)
{
    char path[PATH_MAX];
    const int report = board_path(path, directory, REPORT)
                           ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                           : -1;
    if (report >= 0) {
        remove_requests(report);
        (void)close(report);
        (void)rmdir(path);
    }
    (void)rmdir(directory);
}

bool exec_tsm_make(struct exec_tsm *tsm, const char *chip, struct sev_guest *guest, uint32_t floor,
                   struct provision_error *error)
{
    char run[PATH_MAX];
    char whole[PATH_MAX];
    char report[PATH_MAX];
    tsm->guest = guest;
    tsm->floor = floor;
    if (!board_path(run, chip, "run") || realpath(run, whole) == NULL ||
        !board_path(tsm->directory, whole, "tsm") || !board_path(report, tsm->directory, REPORT)) {
        tsm->directory[0] = '\0';
        return provision_fail_errno(error, "%s/run/tsm", chip);
    }
    remove_place(tsm->directory);
    if (mkdir(tsm->directory, 0755) != 0 || mkdir(report, 0755) != 0) {
        return provision_fail_errno(error, "%s", report);
    }
    for (size_t i = 0; i < TSM_ENTRIES; i++) {
        tsm->entries[i] = (struct tsm_entry){.inblob = -1, .privlevel = -1};
    }
    return true;
}

void exec_tsm_remove(struct exec_tsm *tsm)
{
    for (size_t i = 0; i < TSM_ENTRIES; i++) {
        tsm_forget(&tsm->entries[i]);
    }
    if (tsm->directory[0] != '\0') {
        remove_place(tsm->directory);
    }
}
