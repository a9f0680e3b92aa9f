/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integrity values of VMSA pages (abi/vmsa_table.h): what a page must be.
 */
#ifndef FIRMWARE_GUEST_VMSA_VALUE_H
#define FIRMWARE_GUEST_VMSA_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/vmsa_table.h"
#include "crypto/secret.h"

/** A MAC of the page, its address and its guest, under a key that firmware and CPU share. */
struct vmsa_value {
    uint8_t bytes[VMSA_TABLE_VALUE_BYTES];
};

/** Computes the value of a page of a guest at an address. @param plaintext  SEV_VMSA_BYTES */
void vmsa_value_of(uint32_t handle, uint64_t paddr, const uint8_t *plaintext,
                   struct vmsa_value *value);

/** Whether two values are the same, in constant time. */
CRYPTO_CHECKED bool vmsa_value_equal(const struct vmsa_value *a, const struct vmsa_value *b);

#endif
