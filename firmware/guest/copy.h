/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies between guest and host memory of any length (COPY, DBG_DECRYPT, DBG_ENCRYPT), and what
 * they mean for VMSA pages. They go through secure RAM in parts of up to 16 pages; what concerns a
 * VMSA goes page by page.
 *
 * The two ranges have the same length and do not overlap. Each function returns SUCCESS, what hostmem
 * says when it refuses memory half-way (hostmem_copy_in, hostmem_copy_out), or HWERROR_UNSAFE when
 * the table of VMSAs is not as the firmware left it.
 */
#ifndef FIRMWARE_GUEST_COPY_H
#define FIRMWARE_GUEST_COPY_H

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/guest/guest.h"
#include "firmware/hostmem.h"

/**
 * Copies guest memory to another place of the guest's. A VMSA that lies whole in @p source and whose
 * copy is page aligned moves along if no core runs it, it is what its value says, and the table of
 * VMSAs has room; and nothing is written to a page that is a VMSA which a core runs, since the core
 * will write all of it.
 */
CRYPTO_CHECKED enum sev_status copy_within_guest(const struct guest *guest,
                                                 const struct hostmem_range *source,
                                                 const struct hostmem_range *destination);

/** Copies guest memory, in plaintext, to host memory. */
CRYPTO_CHECKED enum sev_status copy_from_guest(const struct guest *guest,
                                               const struct hostmem_range *source,
                                               const struct hostmem_range *destination);

/**
 * Copies host memory to guest memory. Where that changes a VMSA, its value follows; but a VMSA that
 * is changed in part and was not intact before does not become so, and one that a core runs stays as
 * it is, since the core will write all of it.
 */
CRYPTO_CHECKED enum sev_status copy_to_guest(const struct guest *guest,
                                             const struct hostmem_range *source,
                                             const struct hostmem_range *destination);

#endif
