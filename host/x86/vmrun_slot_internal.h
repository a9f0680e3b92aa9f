/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fabric says of an ASID to VMRUN.
 */
#ifndef HOST_X86_VMRUN_SLOT_INTERNAL_H
#define HOST_X86_VMRUN_SLOT_INTERNAL_H

#include "host/x86/machine.h"

/** What the firmware has said at one moment. */
struct x86_slot {
    bool has_key;
    bool allows_core; /**< The core may run the ASID. */
};

/** @return nothing is allowed while nobody can tell */
struct x86_slot x86_slot_of(const struct x86_machine *machine, uint32_t asid, uint32_t core);

#endif
