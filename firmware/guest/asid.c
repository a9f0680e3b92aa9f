/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASIDs (asid.h).
 */
#include "firmware/guest/asid.h"

#include "abi/sev_state.h"
#include "firmware/memctl.h"
#include "firmware/platform/flush.h"
#include "firmware/platform/snp.h"

static struct {
    uint64_t owner;               /**< Id of those that are bound. */
    uint32_t owners;              /**< How many they are. */
    bool shared;                  /**< Whether all of them agreed to share. */
    bool needs_df_flush;          /**< Used since the last DF_FLUSH. */
    struct fabric_core_set cores; /**< That may use it. */
} asids[FABRIC_SLOTS_MAX];

/** Whether an owner may have an ASID that others have. */
static bool may_share(const struct asid_owner *owner, uint32_t asid)
{
    return owner->shared && asids[asid].shared && owner->id == asids[asid].owner;
}

/** Which partition an ASID that guests can have is for; SEV-ES and SEV-SNP may share one. */
static bool is_for(uint32_t asid, enum asid_partition partition)
{
    const struct snp_options *options = &snp_settings()->options;
    const bool is_es = asid < fabric_config()->min_sev_asid;

    if (!is_es || partition == ASID_PARTITION_SEV || !options->hides_ciphertext) {
        return is_es == (partition != ASID_PARTITION_SEV);
    }
    return (asid <= options->max_asid) == (partition == ASID_PARTITION_SNP);
}

bool asid_is_in_partition(uint32_t asid, enum asid_partition partition)
{
    return asid != SEV_ASID_HOST && asid <= fabric_config()->max_asid && is_for(asid, partition);
}

enum sev_status asid_check(const struct asid_owner *owner, uint32_t asid)
{
    if (!asid_is_in_partition(asid, owner->partition)) {
        return SEV_STATUS_INVALID_ASID;
    }
    if (asids[asid].owners != 0 && !may_share(owner, asid)) {
        return SEV_STATUS_ASID_OWNED;
    }
    if (asids[asid].owners == 0 && asids[asid].needs_df_flush) {
        return SEV_STATUS_DFFLUSH_REQUIRED;
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status asid_bind(const struct asid_owner *owner, uint32_t asid,
                          const struct fabric_core_set *cores)
{
    const enum sev_status status = asid_check(owner, asid);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (asids[asid].owners == 0) {
        asids[asid].owner = owner->id;
        asids[asid].shared = owner->shared;
        memctl_load_key(asid, owner->key, owner->key_bytes);
    }
    asids[asid].owners++;
    asid_add_cores(asid, cores);
    return SEV_STATUS_SUCCESS;
}

void asid_add_cores(uint32_t asid, const struct fabric_core_set *cores)
{
    fabric_core_set_join(&asids[asid].cores, cores);
    memctl_set_cores(asid, &asids[asid].cores);
}

const struct fabric_core_set *asid_cores(uint32_t asid)
{
    return &asids[asid].cores;
}

void asid_unbind(uint32_t asid)
{
    const struct fabric_core_set cores = asids[asid].cores;

    asids[asid].owners--;
    if (asids[asid].owners == 0) {
        asids[asid].cores = (struct fabric_core_set){.bits = {0}};
        asids[asid].needs_df_flush = true;
        memctl_set_cores(asid, NULL);
        memctl_clear_key(asid);
    }
    flush_require_wbinvd(&cores);
}

bool asid_flush_is_pending(void)
{
    bool pending = false;

    for (uint32_t asid = 0; asid < FABRIC_SLOTS_MAX; asid++) {
        pending |= asids[asid].needs_df_flush;
    }
    return pending;
}

void asid_flushed(void)
{
    for (uint32_t asid = 0; asid < FABRIC_SLOTS_MAX; asid++) {
        asids[asid].needs_df_flush = false;
    }
}

void asid_retire_all(void)
{
    for (uint32_t asid = 0; asid < FABRIC_SLOTS_MAX; asid++) {
        asids[asid].needs_df_flush = true;
    }
}
