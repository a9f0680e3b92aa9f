/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files for DOWNLOAD_FIRMWARE and SNP_DOWNLOAD_FIRMWARE_EX on the Linux board: signed images in DRAM
 * that the board's fuses accept. The Linux board answers UNSUPPORTED to what it would otherwise enter.
 */
#ifndef TESTS_UNIT_FIRMWARE_DOWNLOAD_H
#define TESTS_UNIT_FIRMWARE_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/unit/firmware_board.h"

#define DOWNLOAD_PADDR BOARD_BUFFER(8)
#define DOWNLOAD_BODY_BYTES 64u

/** What a file says of itself; zeros are good values, but for the size. */
struct download_file {
    uint32_t body_bytes;
    uint32_t security_version;
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    bool wrapped; /**< In a PSP file, else bare. */
};

/** Makes the signing keys, and frees them: setup and teardown of a group. */
int download_make_keys(void **state);
int download_free_keys(void **state);

/** Puts a file at DOWNLOAD_PADDR, and the root of its signature into the fuses. @return its length */
uint32_t download_put(const struct download_file *file);

/** DOWNLOAD_FIRMWARE of what is at DOWNLOAD_PADDR. */
enum sev_status download_run(uint32_t length);

#endif
