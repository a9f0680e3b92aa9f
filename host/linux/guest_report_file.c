/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a report on a Linux guest.
 */
#include <stdlib.h>
#include <string.h>

#include "host/linux/guest_report.h"
#include "host/provision/provision.h"

static const char *name_of(const struct guest_options *options)
{
    const char *slash = strrchr(options->image.kernel, '/');
    return slash != NULL ? slash + 1 : options->image.kernel;
}

static void forget(struct guest_report *report)
{
    if (report != NULL) {
        report_close(&report->page);
        free(report->filled);
        free(report);
    }
}

bool guest_report_open(struct guest_options *options, const char *path,
                       struct provision_error *error)
{
    const char *const needed[] = {options->image.kernel, options->image.initrd, options->disk,
                                  options->restore,      options->secret,       options->console,
                                  options->rom,          options->firmware};
    if (path == NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (report_is_same_file(path, needed[i])) {
            return provision_fail(error, "--report: %s cannot be written: it is needed", path);
        }
    }
    struct guest_report *report = calloc(1, sizeof *report);
    if (report == NULL || !report_open(&report->page, name_of(options), path)) {
        free(report);
        return provision_fail_errno(error, "--report: %s cannot be written", path);
    }
    if (report_is_same_file(path, options->console)) { /* which is not there before */
        forget(report);
        return provision_fail(error, "--report: %s cannot be written: it is the console's", path);
    }
    /* Unless it gets further than that. */
    report->page.protection = "SEV";
    report_verdict(&report->page, false, "It has not come to run: standard error says why");
    report_measured(&report->page, false, "Nothing was measured.");
    options->report = report;
    return true;
}

int guest_report_close(struct guest_report *report, const char *path, int status)
{
    if (report != NULL && !report_write(&report->page)) {
        (void)fprintf(stderr, "virtasp run: --report: %s cannot be written\n", path);
        status = status == BOARD_OK ? BOARD_FAILED : status;
    }
    forget(report);
    return status;
}
