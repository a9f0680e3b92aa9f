/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that follows from a seed, and the attestation reports that its firmware gives: it runs as a
 * Linux process, whose entropy follows from the seed, too.
 */
#ifndef HOST_VECTORS_MACHINE_H
#define HOST_VECTORS_MACHINE_H

#include "abi/snp_report.h"
#include "host/provision/key_server.h"
#include "host/vectors/seed.h"

/** What a report was asked for. */
enum vectors_report {
    VECTORS_GUEST,     /**< By a guest at VMPL 0, signed by the VCEK. */
    VECTORS_VMPL3,     /**< By a guest for VMPL 3. */
    VECTORS_HOST,      /**< By the host. */
    VECTORS_OLDER_TCB, /**< By a guest; the host has set a REPORTED_TCB below the current one. */
    VECTORS_MASKED_ID, /**< By a guest; the host has masked CHIP_ID. */
    VECTORS_UNSIGNED,  /**< By a guest; the host has masked the chip's key. */
    VECTORS_VLEK,      /**< By a guest, signed by the VLEK. */
    VECTORS_DEBUG,     /**< By a guest whose policy allows debugging, signed by the VCEK. */
    VECTORS_REPORTS,
};

/** A chip. */
struct vectors_machine {
    const struct provision_key_server *server; /**< Who has its secrets. */
    uint32_t report_version;
    uint8_t ark_hash[PROVISION_ARK_HASH_BYTES];
    char entropy_seed[24]; /**< A number. */
    const char *hosted;    /**< The firmware as a Linux process. */
    const char *directory; /**< Where the chip's files are made; it exists. */
};

/** @return the TCB version below the current one that the host sets for VECTORS_OLDER_TCB */
uint64_t vectors_older_tcb(const struct provision_product *product);

/**
 * Makes the chip's files, runs its firmware, launches two guests, and has all reports made.
 *
 * @param[out] reports  VECTORS_REPORTS of them
 * @return false when a file cannot be written, the firmware does not run, or a command fails
 */
PROVISION_CHECKED bool vectors_machine_reports(const struct vectors_machine *machine,
                                               struct snp_report reports[VECTORS_REPORTS],
                                               struct provision_error *error);

#endif
