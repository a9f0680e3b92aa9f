/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a snapshot. The header comes last, so that a file that was cut short has none, and the
 * name after it, so that what had the name before is lost only to a whole one.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lib/output_file.h"
#include "host/lib/snapshot_internal.h"
#include "host/provision/temporary.h"

/* Appends bytes. */
static bool put(struct snapshot *snapshot, const void *bytes, size_t length)
{
    snapshot->header.file_bytes += length;
    return fwrite(bytes, 1, length, snapshot->file) == length ||
           snapshot_fail(snapshot, "write: %s", strerror(errno));
}

/* Makes the file under a name of its own. */
static bool open_temporary(struct snapshot *snapshot, const char *path)
{
    (void)snprintf(snapshot->path, sizeof snapshot->path, "%s", path);
    const int file = temporary_create(path, S_IRUSR | S_IWUSR, snapshot->temporary);
    if (file < 0) {
        return snapshot_fail(snapshot, "%s: %s", path, strerror(errno));
    }
    snapshot->file = fdopen(file, "w+b");
    if (snapshot->file == NULL) {
        (void)close(file);
        snapshot_close(snapshot);
        return snapshot_fail(snapshot, "%s: %s", path, strerror(ENOMEM));
    }
    return true;
}

bool snapshot_create(struct snapshot *snapshot, const char *path,
                     const struct snapshot_header *header)
{
    static const struct snapshot_header none;
    const char *refusal = output_refusal(path, &output_snapshot);
    *snapshot = (struct snapshot){.file = NULL};
    if (refusal != NULL) {
        return snapshot_fail(snapshot, "%s: %s", path, refusal);
    }
    if (!open_temporary(snapshot, path)) {
        return false;
    }
    bool done = put(snapshot, &none, sizeof none);
    snapshot->header = (struct snapshot_header){
        .magic = SNAPSHOT_MAGIC,
        .version = SNAPSHOT_VERSION,
        .policy = header->policy,
        .file_bytes = sizeof none,
        .image_bytes = header->image_bytes,
        .session = header->session,
        .pdh = header->pdh,
    };
    memcpy(snapshot->header.chip_id, header->chip_id, sizeof header->chip_id);
    if (!done) {
        snapshot_close(snapshot);
    }
    return done;
}

bool snapshot_write(struct snapshot *snapshot, const struct sev_sent_packet *packet,
                    uint64_t offset)
{
    const struct snapshot_packet record = {
        .offset = offset,
        .kind = packet->vmsa ? SNAPSHOT_VMSA : SNAPSHOT_DATA,
        .length = packet->length,
        .header = packet->header,
    };
    snapshot->header.packets++;
    snapshot->header.vmsas += packet->vmsa ? 1 : 0;
    return put(snapshot, &record, sizeof record) && put(snapshot, packet->data, packet->length);
}

bool snapshot_finish(struct snapshot *snapshot)
{
    uint8_t digest[SNAPSHOT_DIGEST_BYTES];
    const uint64_t digested = snapshot->header.file_bytes;
    snapshot->header.file_bytes += sizeof digest;
    bool done = fseek(snapshot->file, 0, SEEK_SET) == 0 &&
                fwrite(&snapshot->header, sizeof snapshot->header, 1, snapshot->file) == 1 &&
                snapshot_digest(snapshot, digested, digest) &&
                fseek(snapshot->file, 0, SEEK_END) == 0 &&
                fwrite(digest, sizeof digest, 1, snapshot->file) == 1;
    done = done && fflush(snapshot->file) == 0 && fsync(fileno(snapshot->file)) == 0 &&
           rename(snapshot->temporary, snapshot->path) == 0;
    const int error = errno;
    if (done) {
        snapshot->temporary[0] = '\0';
    }
    snapshot_close(snapshot);
    return done || snapshot_fail(snapshot, "write: %s", strerror(error));
}
