/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's attestation keys as the second implementation (tests/snp) derives them from the fuses,
 * and a cloud provider whose VLEK the chip can be given.
 */
#ifndef TESTS_UNIT_FIRMWARE_WITNESS_KEYS_H
#define TESTS_UNIT_FIRMWARE_WITNESS_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/snp/report.h"

/** Loads the provider's VLEK, of a TCB version that the chip takes. */
void witness_keys_load_vlek(uint64_t tcb);

/** @return whether a report is signed by the VCEK, or the provider's VLEK, of that TCB version */
bool witness_keys_vcek_signed(const uint8_t report[WITNESS_REPORT_BYTES], uint64_t tcb);
bool witness_keys_vlek_signed(const uint8_t report[WITNESS_REPORT_BYTES], uint64_t tcb);

/** The roots of guests' keys. */
void witness_keys_vcek_root(uint64_t tcb, uint8_t root[32]);
void witness_keys_vlek_root(uint64_t tcb, uint8_t root[32]);

#endif
