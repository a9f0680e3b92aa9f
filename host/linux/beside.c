/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files beside a snapshot of a Linux guest (beside.h).
 */
#include "host/linux/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool fail_with_errno(struct travel_outcome *outcome, const char *path,
                            const struct beside *which)
{
    return travel_fail(outcome, "%.400s%s: %s", path, which->suffix, strerror(errno));
}

static FILE *open_file(const char *path, const struct beside *which, bool writes)
{
    char name[BESIDE_NAME_BYTES];
    beside_name(name, path, which);
    const int descriptor =
        open(name, O_CLOEXEC | (writes ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY), 0600);
    FILE *file = NULL;
    if (descriptor >= 0 && (!writes || fchmod(descriptor, 0600) == 0)) {
        file = fdopen(descriptor, writes ? "wb" : "rb");
    }
    if (descriptor >= 0 && file == NULL) {
        const int error = errno;
        (void)close(descriptor);
        errno = error;
    }
    return file;
}

FILE *beside_create(const char *path, const struct beside *which, struct travel_outcome *outcome)
{
    FILE *file = open_file(path, which, true);
    if (file == NULL) {
        (void)fail_with_errno(outcome, path, which);
    }
    return file;
}

FILE *beside_open(const char *path, const struct beside *which)
{
    return open_file(path, which, false);
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

bool beside_close(FILE *file, bool done, const char *path, const struct beside *which,
                  struct travel_outcome *outcome)
{
    const int error = errno;
    const bool closed = fclose(file) == 0;
    if (!done) {
        errno = error;
    }
    return (done && closed) || fail_with_errno(outcome, path, which);
}
