/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of certificates that the hypervisor gives a guest beside a report (GHCB specification,
 * "SNP Extended Guest Request"): entries of GUID, offset and length, one of zeros at the end, then
 * what they name.
 */
#ifndef HOST_EXEC_CERTIFICATES_H
#define HOST_EXEC_CERTIFICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "host/provision/files.h"

/** Pages that a table needs. */
#define CERTIFICATE_TABLE_PAGE 4096u

/**
 * Makes the table of what signs a chip's reports: ARK, ASK and VCEK, in DER format, as its key server
 * has them.
 *
 * @param directory   of the chip
 * @param id          of the chip, 64 bytes
 * @param tcb         reported TCB version
 * @param[out] table  to be freed by the caller; empty on error
 * @return false when the key server has not got them
 */
bool exec_certificates_make(const char *directory, const uint8_t *id, uint64_t tcb,
                            struct provision_bytes *table, struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
