/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a snapshot. The header comes last, so that a file that was cut short has none.
 */
#include <errno.h>
#include <string.h>

#include "host/lib/snapshot_internal.h"

/* Appends bytes. */
static bool put(struct snapshot *snapshot, const void *bytes, size_t length)
{
    snapshot->header.file_bytes += length;
    return fwrite(bytes, 1, length, snapshot->file) == length ||
           snapshot_fail(snapshot, "write: %s", strerror(errno));
}

bool snapshot_create(struct snapshot *snapshot, const char *path,
                     const struct snapshot_header *header)
{
    static const struct snapshot_header none;
    *snapshot = (struct snapshot){.file = fopen(path, "w+be")};
    if (snapshot->file == NULL) {
        return snapshot_fail(snapshot, "%s: %s", path, strerror(errno));
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
    done = fclose(snapshot->file) == 0 && done;
    snapshot->file = NULL;
    return done || snapshot_fail(snapshot, "write: %s", strerror(errno));
}
