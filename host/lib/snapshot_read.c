/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a snapshot. Nothing in the file is believed: the digest finds accidents, and these checks
 * whatever else somebody may have put there; the rest is for the firmware to refuse.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lib/snapshot_internal.h"

bool snapshot_fail(struct snapshot *snapshot, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(snapshot->message, sizeof snapshot->message, format, arguments);
    va_end(arguments);
    return false;
}

bool snapshot_digest(struct snapshot *snapshot, uint64_t length,
                     uint8_t digest[SNAPSHOT_DIGEST_BYTES])
{
    uint8_t buffer[65536];
    unsigned digest_length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context != NULL && fseek(snapshot->file, 0, SEEK_SET) == 0 &&
                EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    while (done && length != 0) {
        const size_t count = length < sizeof buffer ? (size_t)length : sizeof buffer;
        done = fread(buffer, 1, count, snapshot->file) == count &&
               EVP_DigestUpdate(context, buffer, count) == 1;
        length -= count;
    }
    done = done && EVP_DigestFinal_ex(context, digest, &digest_length) == 1;
    EVP_MD_CTX_free(context);
    return done;
}

static bool all_zero(const uint8_t *bytes, size_t length)
{
    uint8_t any = 0;
    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

static bool check_header(struct snapshot *snapshot)
{
    const struct snapshot_header *header = &snapshot->header;
    struct stat status;
    if (fread(&snapshot->header, sizeof snapshot->header, 1, snapshot->file) != 1 ||
        header->magic != SNAPSHOT_MAGIC) {
        return snapshot_fail(snapshot, "this is no snapshot");
    }
    if (header->version != SNAPSHOT_VERSION) {
        return snapshot_fail(snapshot, "version %u is not known", header->version);
    }
    if (fstat(fileno(snapshot->file), &status) != 0 ||
        (uint64_t)status.st_size != header->file_bytes ||
        header->file_bytes < sizeof *header + SNAPSHOT_DIGEST_BYTES) {
        return snapshot_fail(snapshot, "the file is not as long as it was");
    }
    return (all_zero(header->reserved, sizeof header->reserved) &&
            all_zero(header->padding, sizeof header->padding)) ||
           snapshot_fail(snapshot, "the header is damaged");
}

static bool check_digest(struct snapshot *snapshot)
{
    uint8_t computed[SNAPSHOT_DIGEST_BYTES];
    uint8_t stored[SNAPSHOT_DIGEST_BYTES];
    return (snapshot_digest(snapshot, snapshot->header.file_bytes - sizeof stored, computed) &&
            fread(stored, sizeof stored, 1, snapshot->file) == 1 &&
            memcmp(stored, computed, sizeof stored) == 0) ||
           snapshot_fail(snapshot, "the file is damaged: its digest is another one");
}

bool snapshot_read(struct snapshot *snapshot, struct sev_sent_packet *packet, uint64_t *offset)
{
    struct snapshot_packet record = {.length = 0};
    const uint64_t image = snapshot->header.image_bytes;
    if (fread(&record, sizeof record, 1, snapshot->file) != 1) {
        return snapshot_fail(snapshot, "a packet is missing");
    }
    const bool vmsa = record.kind == SNAPSHOT_VMSA;
    const bool fits = vmsa ? record.length == SEV_VMSA_BYTES
                           : record.kind == SNAPSHOT_DATA && record.length <= SEV_PACKET_MAX &&
                                 record.offset <= image && record.length <= image - record.offset;
    if (!fits || record.length == 0 || record.length % SEV_BLOCK_BYTES != 0 ||
        !all_zero(record.padding, sizeof record.padding)) {
        return snapshot_fail(snapshot, "a packet is malformed");
    }
    packet->header = record.header;
    packet->vmsa = vmsa;
    packet->length = record.length;
    *offset = record.offset;
    return fread(packet->data, 1, packet->length, snapshot->file) == packet->length ||
           snapshot_fail(snapshot, "a packet is cut short");
}

/* Walks over all packets, and returns to the first one. */
static bool check_packets(struct snapshot *snapshot)
{
    struct sev_sent_packet packet = {.vmsa = false};
    uint64_t offset = 0;
    uint32_t vmsas = 0;
    const long end = (long)(snapshot->header.file_bytes - SNAPSHOT_DIGEST_BYTES);
    bool good = fseek(snapshot->file, (long)sizeof snapshot->header, SEEK_SET) == 0;
    for (uint32_t i = 0; i < snapshot->header.packets && good; i++) {
        if (!snapshot_read(snapshot, &packet, &offset)) {
            return false;
        }
        vmsas += packet.vmsa ? 1 : 0;
    }
    good = good && ftell(snapshot->file) == end && vmsas == snapshot->header.vmsas &&
           fseek(snapshot->file, (long)sizeof snapshot->header, SEEK_SET) == 0;
    return good || snapshot_fail(snapshot, "the packets are not those of the header");
}

bool snapshot_open(struct snapshot *snapshot, const char *path)
{
    *snapshot = (struct snapshot){.file = fopen(path, "rbe")};
    if (snapshot->file == NULL) {
        return snapshot_fail(snapshot, "%s: %s", path, strerror(errno));
    }
    return check_header(snapshot) && check_digest(snapshot) && check_packets(snapshot);
}

void snapshot_close(struct snapshot *snapshot)
{
    if (snapshot->file != NULL) {
        (void)fclose(snapshot->file);
    }
    snapshot->file = NULL;
    if (snapshot->temporary[0] != '\0') {
        (void)unlink(snapshot->temporary);
    }
    snapshot->temporary[0] = '\0';
}
