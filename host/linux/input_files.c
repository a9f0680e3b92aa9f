/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a Linux guest is made of (input_files.h).
 */
#include "host/linux/input_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/linux/beside.h"
#include "host/report/report.h"

/* @param path  NULL: none is given @param most  bytes; 0 = it may be long, and no regular file */
static bool check(const char *path, int mode, off_t most, struct provision_error *error)
{
    struct stat found;
    int reason = 0;
    if (path == NULL) {
        return true;
    }
    if (stat(path, &found) != 0 || faccessat(AT_FDCWD, path, mode, AT_EACCESS) != 0) {
        reason = errno;
    } else if (S_ISDIR(found.st_mode)) {
        reason = EISDIR;
    }
    if (reason != 0) {
        return provision_fail(error, "%s: %s", path, strerror(reason));
    }
    if (most != 0 && !S_ISREG(found.st_mode)) {
        return provision_fail(error, "%s: is no regular file", path);
    }
    if (most != 0 && found.st_size > most) {
        return provision_fail(error, "%s: longer than %lld bytes", path, (long long)most);
    }
    return true;
}

static bool check_beside(const char *path, const struct beside *which,
                         struct provision_error *error)
{
    char name[BESIDE_NAME_BYTES];
    beside_name(name, path, which);
    return check(name, R_OK, 0, error);
}

/* What the console prints would take the place of one that is needed. */
static bool check_console(const struct guest_options *options, struct provision_error *error)
{
    const char *const needed[] = {options->image.kernel, options->image.initrd, options->disk,
                                  options->secret,       options->restore,      options->rom,
                                  options->firmware};
    for (size_t i = 0; options->console != NULL && i < sizeof needed / sizeof needed[0]; i++) {
        if (report_is_same_file(options->console, needed[i])) {
            return provision_fail(error, "--console: %s cannot be written: it is needed",
                                  options->console);
        }
    }
    return true;
}

bool input_files_check(const struct guest_options *options, struct provision_error *error)
{
    return check_console(options, error) && check(options->image.kernel, R_OK, 0, error) &&
           check(options->image.initrd, R_OK, 0, error) &&
           check(options->disk, R_OK | W_OK, 0, error) &&
           check(options->secret, R_OK, MAP_SECRET_BYTES, error) &&
           (options->restore == NULL || (check(options->restore, R_OK, 0, error) &&
                                         check_beside(options->restore, &beside_machine, error) &&
                                         check_beside(options->restore, &beside_shared, error)));
}
