/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which reports the firmware is asked for, and of which chip.
 */
#ifndef HOST_VECTORS_REPORTS_H
#define HOST_VECTORS_REPORTS_H

#include <signal.h>

#include "abi/snp_report.h"
#include "host/provision/key_server.h"

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
    /** As of struct board_options. */
    const volatile sig_atomic_t *cancel;
};

#endif
