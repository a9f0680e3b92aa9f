/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files beside a snapshot of a Linux guest (beside.h).
 */
#include "host/linux/beside.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/provision/temporary.h"

#define COPY_BYTES 0x10000u

const struct beside beside_machine = {".machine", {"the state of a QEMU", 0, 0x4D564551u, 4}};
const struct beside beside_shared = {
    ".shared", {"shared pages", 0, 0x3153454741504853ULL, 8}}; /* "SHPAGES1" */

void beside_name(char name[BESIDE_NAME_BYTES], const char *path, const struct beside *which)
{
    (void)snprintf(name, BESIDE_NAME_BYTES, "%s%s", path, which->suffix);
}

static bool may_write(const char *path, const struct output_kind *kind,
                      struct travel_outcome *outcome)
{
    const char *refusal = output_refusal(path, kind);
    return refusal == NULL || travel_fail(outcome, "%.400s: %s", path, refusal);
}

bool beside_may_write(const char *path, struct travel_outcome *outcome)
{
    char machine[BESIDE_NAME_BYTES];
    char shared[BESIDE_NAME_BYTES];
    if (strlen(path) >= PATH_MAX) {
        return travel_fail(outcome, "the name is too long");
    }
    beside_name(machine, path, &beside_machine);
    beside_name(shared, path, &beside_shared);
    return may_write(path, &output_snapshot, outcome) &&
           may_write(machine, &beside_machine.kind, outcome) &&
           may_write(shared, &beside_shared.kind, outcome);
}

static bool fail_with_errno(struct travel_outcome *outcome, const struct beside_file *beside)
{
    return travel_fail(outcome, "%.400s: %s", beside->path, strerror(errno));
}

bool beside_create(struct beside_file *beside, const char *path, const struct beside *which,
                   struct travel_outcome *outcome)
{
    *beside = (struct beside_file){.which = which};
    beside_name(beside->path, path, which);
    const int descriptor = temporary_create(beside->path, S_IRUSR | S_IWUSR, beside->temporary);
    beside->file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (descriptor >= 0 && beside->file == NULL) {
        (void)close(descriptor);
    }
    return beside->file != NULL || fail_with_errno(outcome, beside);
}

FILE *beside_open(const char *path, const struct beside *which)
{
    char name[BESIDE_NAME_BYTES];
    beside_name(name, path, which);
    return fopen(name, "rbe");
}

bool beside_copy(FILE *to, int from)
{
    static uint8_t buffer[COPY_BYTES];
    ssize_t got = 0;
    bool done = lseek(from, 0, SEEK_SET) == 0;
    while (done && (got = read(from, buffer, sizeof buffer)) > 0) {
        done = fwrite(buffer, 1, (size_t)got, to) == (size_t)got;
    }
    return done && got == 0;
}

bool beside_close(struct beside_file *beside, bool done, struct travel_outcome *outcome)
{
    const int error = errno;
    const bool flushed = fflush(beside->file) == 0 && fsync(fileno(beside->file)) == 0;
    const int flush_error = errno;
    const bool closed = fclose(beside->file) == 0;
    beside->file = NULL;
    if (!done) {
        errno = error;
    } else if (!flushed) {
        errno = flush_error;
    }
    return (done && flushed && closed) || fail_with_errno(outcome, beside);
}

bool beside_keep(struct beside_file *beside, struct travel_outcome *outcome)
{
    if (rename(beside->temporary, beside->path) != 0) {
        return fail_with_errno(outcome, beside);
    }
    beside->temporary[0] = '\0';
    return true;
}

void beside_discard(struct beside_file *beside)
{
    if (beside->file != NULL) {
        (void)fclose(beside->file);
    }
    beside->file = NULL;
    if (beside->temporary[0] != '\0') {
        (void)unlink(beside->temporary);
    }
    beside->temporary[0] = '\0';
}
