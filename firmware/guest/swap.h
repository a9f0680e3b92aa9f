/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Swapping guest pages (section 4.32): a page leaves guest memory sealed under the guest's offline
 * key (AES-256-GCM) and comes back through its metadata entry.
 */
#ifndef FIRMWARE_GUEST_SWAP_H
#define FIRMWARE_GUEST_SWAP_H

#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/guest/guest.h"
#include "firmware/hostmem.h"

/** Bits of FLAGS that a metadata entry keeps. */
#define SWAP_PAGE_FLAGS 0x7u

/**
 * Checks FLAGS of SWAP_OUT or SWAP_IN.
 *
 * @param allowed  bits the command knows
 * @return SUCCESS; INVALID_PARAM for unknown bits, an unknown type, or a 2 MiB page that is not data;
 *         POLICY_FAILURE for a VMSA of a guest without SEV-ES
 */
CRYPTO_CHECKED enum sev_status swap_check_flags(const struct guest *guest, uint32_t flags,
                                                uint32_t allowed);

/**
 * Seals a page and writes it to host memory.
 *
 * @param[out] metadata  the entry; its SOFTWARE_DATA and FLAGS are set by the caller
 * @return SUCCESS; BAD_MEASUREMENT when a VMSA is unknown, was changed, or a core runs it;
 *         HWERROR_UNSAFE when hostmem refuses
 */
CRYPTO_CHECKED enum sev_status swap_out_page(struct guest *guest,
                                             const struct hostmem_range *source,
                                             const struct hostmem_range *destination,
                                             struct sev_swap_metadata *metadata);

/**
 * Opens a sealed page and writes it to guest memory.
 *
 * @param metadata  the entry, checked against FLAGS by the caller
 * @return SUCCESS; BAD_MEASUREMENT when page or entry are not what this guest swapped out, or a VMSA
 *         has come back already; INVALID_ADDRESS when a core runs the VMSA at @p destination;
 *         RESOURCE_LIMIT when the table of VMSAs has no room for that page;
 *         HWERROR_PLATFORM when that table is not as the firmware left it; HWERROR_UNSAFE when hostmem
 *         refuses
 */
CRYPTO_CHECKED enum sev_status swap_in_page(const struct guest *guest,
                                            const struct hostmem_range *source,
                                            const struct hostmem_range *destination,
                                            const struct sev_swap_metadata *metadata);

#endif
