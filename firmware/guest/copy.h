/*
 * Copies between guest and host memory of any length (COPY, DBG_DECRYPT, DBG_ENCRYPT), and what
 * they mean for VMSA pages.
 */
#ifndef FIRMWARE_GUEST_COPY_H
#define FIRMWARE_GUEST_COPY_H

#include <stdbool.h>

#include "crypto/secret.h"
#include "firmware/guest/guest.h"
#include "firmware/hostmem.h"

enum copy_side {
    COPY_HOST_MEMORY,  /**< Raw, or under the host's key where the address says so. */
    COPY_GUEST_MEMORY, /**< Under the guest's key. */
};

/**
 * Copies page by page through secure RAM. The ranges have the same length and do not overlap.
 *
 * @return false when hostmem refuses half-way
 */
CRYPTO_CHECKED bool copy_memory(const struct guest *guest, const struct hostmem_range *source,
                                enum copy_side source_side, const struct hostmem_range *destination,
                                enum copy_side destination_side);

/**
 * Recomputes the integrity value of every known VMSA that the range touches.
 *
 * @return false when hostmem or the TMR refuses
 */
CRYPTO_CHECKED bool copy_refresh_vmsas(const struct guest *guest,
                                       const struct hostmem_range *range);

/**
 * After a copy within the guest: each known VMSA that lies whole in @p source and whose copy is page
 * aligned is now at its new place, and no longer at the old one.
 *
 * @return false when hostmem or the TMR refuses
 */
CRYPTO_CHECKED bool copy_move_vmsas(const struct guest *guest, const struct hostmem_range *source,
                                    const struct hostmem_range *destination);

#endif
