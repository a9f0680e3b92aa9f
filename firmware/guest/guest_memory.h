/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of a guest, through its key. What goes page by page expands the key once and uses hostmem.h
 * itself (copy.h, launch.h).
 */
#ifndef FIRMWARE_GUEST_GUEST_MEMORY_H
#define FIRMWARE_GUEST_GUEST_MEMORY_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/guest/guest.h"
#include "firmware/hostmem.h"

/**
 * Reads a range whole, in plaintext.
 *
 * @param[out] plaintext  as many bytes as the range has, a multiple of 16
 * @return as hostmem_copy_in
 */
CRYPTO_CHECKED enum sev_status
guest_memory_read(const struct guest *guest, const struct hostmem_range *range, uint8_t *plaintext);

/**
 * Writes a range whole.
 *
 * @param[in,out] plaintext  as above; holds ciphertext after SUCCESS
 * @return as hostmem_copy_out
 */
CRYPTO_CHECKED enum sev_status guest_memory_write(const struct guest *guest,
                                                  const struct hostmem_range *range,
                                                  uint8_t *plaintext);

#endif
