/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest in a file: what SEND_START and SEND_UPDATE have made of it, to be received later on the
 * platform whose PDH it was sent to. docs/snapshot.md describes the file.
 */
#ifndef HOST_LIB_SNAPSHOT_H
#define HOST_LIB_SNAPSHOT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/lib/sev_migration.h"

#define SNAPSHOT_MAGIC 0x31304E5350534156ull /**< "VASPSN01" as stored, little-endian. */
#define SNAPSHOT_VERSION 1u
#define SNAPSHOT_DIGEST_BYTES 32u

/** At offset 0 of the file. */
struct snapshot_header {
    uint64_t magic;
    uint32_t version;
    uint32_t policy;        /**< Of the guest; the firmware checks it against the session. */
    uint64_t file_bytes;    /**< Size of the whole file. */
    uint64_t image_bytes;   /**< Guest memory; the packets' offsets are below. */
    uint32_t packets;       /**< How many follow. */
    uint32_t vmsas;         /**< How many of them are VMSAs. */
    uint8_t reserved[0x18]; /**< Zeros. */
    uint8_t chip_id[SEV_CHIP_ID_BYTES]; /**< Of the platform that can receive it. */
    struct sev_session session;
    struct sev_certificate pdh; /**< Of the platform that sent it. */
    uint8_t padding[0x1C];      /**< Zeros. */
} ABI_PACKED;
ABI_SIZE(struct snapshot_header, 0x940);
ABI_OFFSET(struct snapshot_header, chip_id, 0x40);
ABI_OFFSET(struct snapshot_header, session, 0x80);
ABI_OFFSET(struct snapshot_header, pdh, 0x100);

#define SNAPSHOT_DATA 0u
#define SNAPSHOT_VMSA 1u

/** Before each packet's data. */
struct snapshot_packet {
    uint64_t offset; /**< In guest memory; for a VMSA, the number of the CPU. */
    uint32_t kind;   /**< SNAPSHOT_DATA or SNAPSHOT_VMSA. */
    uint32_t length; /**< Of the data: a multiple of 16, at most SEV_PACKET_MAX. */
    struct sev_packet_header header;
    uint8_t padding[0xC]; /**< Zeros. */
} ABI_PACKED;
ABI_SIZE(struct snapshot_packet, 0x50);
ABI_OFFSET(struct snapshot_packet, header, 0x10);

/** A snapshot that is being written or read. */
struct snapshot {
    FILE *file;
    char path[PATH_MAX];      /**< Where it shall be, while it is being written. */
    char temporary[PATH_MAX]; /**< Where it is until it is complete; empty when read. */
    struct snapshot_header header;
    char message[512]; /**< What is wrong, in words. */
};

/**
 * Begins a file. It has a temporary name beside PATH until snapshot_finish().
 *
 * @param path    an earlier snapshot there is replaced in the end; whatever else is there is refused,
 *                and so are a chip's own files
 * @param header  POLICY, IMAGE_BYTES, CHIP_ID, SESSION and PDH are used
 */
bool snapshot_create(struct snapshot *snapshot, const char *path,
                     const struct snapshot_header *header) __attribute__((warn_unused_result));

/** Appends a packet. */
bool snapshot_write(struct snapshot *snapshot, const struct sev_sent_packet *packet,
                    uint64_t offset) __attribute__((warn_unused_result));

/** Completes the file, gives it its name, and closes it. On failure what had the name still has it. */
bool snapshot_finish(struct snapshot *snapshot) __attribute__((warn_unused_result));

/**
 * Opens a file for reading, and checks all of it: header, packets, digest.
 *
 * @return false when it is no whole and undamaged snapshot; snapshot_close() it in any case
 */
bool snapshot_open(struct snapshot *snapshot, const char *path) __attribute__((warn_unused_result));

/**
 * Reads the next packet.
 *
 * @param[out] offset  see struct snapshot_packet
 * @return false when the file cannot be read; call it header.packets times, not more
 */
bool snapshot_read(struct snapshot *snapshot, struct sev_sent_packet *packet, uint64_t *offset)
    __attribute__((warn_unused_result));

/** Closes a file; of one that was being written nothing is left. */
void snapshot_close(struct snapshot *snapshot);

#endif
