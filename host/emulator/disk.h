/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk of a virtual machine, whose owner has encrypted a part of it.
 */
#ifndef HOST_EMULATOR_DISK_H
#define HOST_EMULATOR_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/emulator/guest_abi.h"

#define DISK_BYTES ((size_t)GUEST_DISK_SECTORS * GUEST_SECTOR_BYTES)
#define DISK_KEY_BYTES 32u

/**
 * Makes a disk: sector 0 says in plaintext what it is, sector 1 is a text under AES-256-GCM with the
 * first 32 bytes of the secret: 12 bytes of nonce, 16 of tag, 4 of length, ciphertext.
 *
 * @param[out] disk  DISK_BYTES
 * @param secret     at least DISK_KEY_BYTES
 */
bool disk_make(uint8_t *disk, const uint8_t *secret) __attribute__((warn_unused_result));

#endif
