/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP guests (guests.h).
 */
#include "firmware/snp_guest/guests.h"

#include <stddef.h>

#include "crypto/cipher_engine.h"
#include "firmware/guest/asid.h"
#include "firmware/platform/flush.h"
#include "firmware/platform/snp.h"
#include "firmware/rmp.h"
#include "firmware/snp_guest/context.h"

/** SEV guests' owners are counted from 1: the highest bit keeps the two apart. */
#define SNP_OWNER (1ull << 63)

/** Whether the guest's policy lets it have these cores besides those of its ASID. */
static bool sockets_allow(const struct snp_guest *guest, uint32_t asid,
                          const struct fabric_core_set *cores)
{
    struct fabric_core_set all = *asid_cores(asid);

    fabric_core_set_join(&all, cores);
    return (guest->policy & SNP_POLICY_SINGLE_SOCKET) == 0 || fabric_core_set_sockets(&all) <= 1;
}

enum sev_status snp_guest_activate(struct snp_guest *guest, uint32_t asid,
                                   const struct fabric_core_set *cores)
{
    const struct asid_owner owner = {
        .id = SNP_OWNER | guest->id,
        .partition = ASID_PARTITION_SNP,
        .key_bytes = sizeof guest->vek,
        .key = guest->vek,
    };
    enum sev_status status;

    if (!asid_is_in_partition(asid, ASID_PARTITION_SNP)) {
        return SEV_STATUS_INVALID_ASID;
    }
    if (guest->asid == asid) {
        if (!sockets_allow(guest, asid, cores)) {
            return SEV_STATUS_POLICY_FAILURE;
        }
        asid_add_cores(asid, cores);
        return SEV_STATUS_SUCCESS;
    }
    if (guest->asid != 0) {
        return SEV_STATUS_ACTIVE;
    }
    status = asid_check(&owner, asid);
    if (status == SEV_STATUS_DFFLUSH_REQUIRED && !flush_wbinvd_done()) {
        return SEV_STATUS_WBINVD_REQUIRED;
    }
    if (status == SEV_STATUS_SUCCESS && rmp_pages_of(asid) != 0) {
        return SEV_STATUS_INVALID_CONFIG;
    }
    if (status == SEV_STATUS_SUCCESS && !sockets_allow(guest, asid, cores)) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = asid_bind(&owner, asid, cores);
    }
    if (status == SEV_STATUS_SUCCESS) {
        snp_context_set_asid(guest, asid);
    }
    return status;
}

void snp_guest_destroy(struct snp_guest *guest)
{
    if (guest->asid != 0) {
        asid_unbind(guest->asid);
        snp_context_set_asid(guest, 0);
    }
    crypto_engine_forget();
    snp_context_destroy(guest);
}

bool snp_guests_start(void)
{
    if (!snp_context_start()) {
        return false;
    }
    asid_retire_all();
    flush_require_wbinvd(NULL);
    return true;
}

void snp_guests_stop(void)
{
    snp_context_stop(asid_unbind);
    crypto_engine_forget();
    asid_retire_all();
    flush_require_wbinvd(NULL);
}

uint32_t snp_guest_count(void)
{
    return snp_context_count();
}
