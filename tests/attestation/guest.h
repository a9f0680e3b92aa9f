/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest SEV-SNP guest that can ask for a report: one page of software and its SECRETS page.
 *
 *     struct attested_guest guest;
 *     if (guest_launch(&guest, &board) && guest_ask_report(&guest, WITNESS_SIGNED_BY_VCEK, data, report))
 *
 * Functions say on standard error what went wrong.
 */
#ifndef TESTS_ATTESTATION_GUEST_H
#define TESTS_ATTESTATION_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "host/lib/board.h"
#include "host/x86/rmp.h"
#include "tests/snp/guest_message.h"
#include "tests/snp/launch_digest.h"
#include "tests/snp/report.h"

#define GUEST_WRAPPED_VLEK_BYTES 0x1B0u
#define GUEST_POLICY 0x30000u /**< SMT may be on; the bit that must be 1. */

struct attested_guest {
    struct board *board;
    struct x86_rmp rmp;
    uint64_t gctx;                /**< Its context page. */
    uint64_t request_paddr;       /**< The hypervisor's, for what the firmware reads. */
    uint64_t response_paddr;      /**< The firmware's, for what it writes. */
    struct witness_launch launch; /**< What its measurement must be. */
    struct witness_channel channel;
};

/**
 * Puts SEV-SNP in force on a machine that has it off, launches the guest, and reads its VMPCK 0 through
 * its key.
 */
bool guest_launch(struct attested_guest *guest, struct board *board)
    __attribute__((warn_unused_result));

/** SNP_VLEK_LOAD. @param wrapped  as the key server gives it */
bool guest_load_vlek(struct attested_guest *guest, const uint8_t wrapped[GUEST_WRAPPED_VLEK_BYTES])
    __attribute__((warn_unused_result));

/** The guest asks, at VMPL 0. @param signer  WITNESS_SIGNED_BY_VCEK or _VLEK */
bool guest_ask_report(struct attested_guest *guest, unsigned signer, const uint8_t report_data[64],
                      uint8_t report[WITNESS_REPORT_BYTES]) __attribute__((warn_unused_result));

/** The host asks: SNP_HV_REPORT_REQ, signed with the VCEK. */
bool guest_ask_host_report(struct attested_guest *guest, uint8_t report[WITNESS_REPORT_BYTES])
    __attribute__((warn_unused_result));

#endif
