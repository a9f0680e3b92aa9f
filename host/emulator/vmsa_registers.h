/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the registers are in a VMSA.
 */
#ifndef HOST_EMULATOR_VMSA_REGISTERS_H
#define HOST_EMULATOR_VMSA_REGISTERS_H

#include "abi/sev_data.h"
#include "host/emulator/backend.h"

/** Takes the registers out of a VMSA. */
void vmsa_registers_get(const uint8_t vmsa[SEV_VMSA_BYTES], struct backend_registers *registers);

/** Puts them into one; everything else in it stays as it is. */
void vmsa_registers_put(uint8_t vmsa[SEV_VMSA_BYTES], const struct backend_registers *registers);

/**
 * Makes the VMSA of a virtual CPU that has never run.
 *
 * @param features  SEV_FEATURES
 */
void vmsa_registers_make(uint8_t vmsa[SEV_VMSA_BYTES], const struct backend_registers *registers,
                         uint64_t features);

#endif
