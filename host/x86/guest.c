/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's virtual CPU (guest.h).
 */
#include "host/x86/guest.h"

#include <stddef.h>

#include "abi/snp_launch.h"

uint64_t x86_sev_status(const struct x86_guest *guest)
{
    if (guest == NULL || !guest->sev) {
        return 0;
    }
    return X86_SEV_STATUS_SEV | (guest->es ? X86_SEV_STATUS_ES : 0) |
           (guest->snp ? X86_SEV_STATUS_SNP : 0) |
           (guest->features & ~SNP_VMSA_FEATURE_ACTIVE) << X86_SEV_STATUS_FEATURES_SHIFT;
}
