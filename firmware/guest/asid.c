/*
 * ASIDs (asid.h).
 */
#include "firmware/guest/asid.h"

#include <stdbool.h>
#include <string.h>

#include "firmware/fabric.h"
#include "firmware/memctl.h"
#include "firmware/platform/flush.h"

static struct {
    uint32_t guests;              /**< How many are bound. */
    bool needs_df_flush;          /**< Used since the last DF_FLUSH. */
    uint8_t vek[SEV_KEY_BYTES];   /**< Key in the slot while guests are bound. */
    struct fabric_core_set cores; /**< That may run those guests. */
} asids[FABRIC_SLOTS_MAX];

/** Whether the ASID exists and lies in the guest's partition. */
static bool is_in_partition(const struct guest *guest, uint32_t asid)
{
    const struct fabric_config *config = fabric_config();
    const bool es = (guest->policy & SEV_POLICY_ES) != 0;

    return asid != SEV_ASID_HOST && asid <= config->max_asid && es == (asid < config->min_sev_asid);
}

/** Lets more cores run the guests of an ASID. */
static void allow_cores(uint32_t asid, const struct fabric_core_set *cores)
{
    for (uint32_t i = 0; i < sizeof cores->bits / sizeof cores->bits[0]; i++) {
        asids[asid].cores.bits[i] |= cores->bits[i];
    }
    memctl_set_cores(asid, &asids[asid].cores);
}

enum sev_status asid_activate(struct guest *guest, uint32_t asid,
                              const struct fabric_core_set *cores)
{
    if (!is_in_partition(guest, asid)) {
        return SEV_STATUS_INVALID_ASID;
    }
    if (guest_is_active(guest)) {
        return SEV_STATUS_ACTIVE;
    }
    if (asids[asid].guests != 0 && !crypto_equal(asids[asid].vek, guest->vek, sizeof guest->vek)) {
        return SEV_STATUS_ASID_OWNED;
    }
    if (asids[asid].guests == 0 && asids[asid].needs_df_flush) {
        return SEV_STATUS_DFFLUSH_REQUIRED;
    }
    if (asids[asid].guests == 0) {
        memcpy(asids[asid].vek, guest->vek, sizeof guest->vek);
        memctl_load_key(asid, guest->vek);
    }
    allow_cores(asid, cores);
    asids[asid].guests++;
    guest->asid = asid;
    return SEV_STATUS_SUCCESS;
}

enum sev_status asid_activate_more(struct guest *guest, uint32_t asid,
                                   const struct fabric_core_set *cores)
{
    if (!guest_is_active(guest) || guest->asid != asid) {
        return asid_activate(guest, asid, cores);
    }
    allow_cores(asid, cores);
    return SEV_STATUS_SUCCESS;
}

void asid_deactivate(struct guest *guest)
{
    const uint32_t asid = guest->asid;

    if (!guest_is_active(guest)) {
        return;
    }
    guest->asid = SEV_ASID_HOST;
    asids[asid].guests--;
    flush_require_wbinvd(&asids[asid].cores);
    if (asids[asid].guests == 0) {
        memctl_set_cores(asid, NULL);
        memctl_clear_key(asid);
        crypto_wipe(asids[asid].vek, sizeof asids[asid].vek);
        asids[asid].cores = (struct fabric_core_set){.bits = {0}};
        asids[asid].needs_df_flush = true;
    }
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
