/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest contexts (guest.h). A handle is the context's index and how often it was used, so that a
 * handle kept after DECOMMISSION does not name the next guest. No handle comes twice before a reset,
 * whatever ends in between: a core that is in a guest which has gone knows it by its handle.
 */
#include "firmware/guest/guest.h"

#include <stddef.h>

#include "crypto/cipher_engine.h"
#include "firmware/guest/asid.h"
#include "firmware/guest/vmsa.h"
#include "firmware/handover.h"
#include "firmware/platform/platform.h"

#define INDEX_BITS 10u
#define INDEX_MASK ((1u << INDEX_BITS) - 1u)
#define USES_MAX (1u << (32u - INDEX_BITS)) /**< A context that was used so often stays unused. */
_Static_assert(GUEST_MAX <= INDEX_MASK, "a handle holds index + 1 in INDEX_BITS");

static struct guest guests[GUEST_MAX];
static uint32_t uses[GUEST_MAX]; /**< Up to USES_MAX. */
static uint32_t live;
static uint64_t key_groups;

bool guest_hand_over(void)
{
    uint32_t most = 0;

    for (uint32_t index = 0; index < GUEST_MAX; index++) {
        most = uses[index] > most ? uses[index] : most;
    }
    return handover_add(HANDOVER_GUESTS, &most, sizeof most);
}

void guest_take_over(void)
{
    uint32_t most;

    if (!handover_take(HANDOVER_GUESTS, &most, sizeof most)) {
        return;
    }
    for (uint32_t index = 0; index < GUEST_MAX; index++) {
        uses[index] = most < USES_MAX ? most : USES_MAX;
    }
}

struct guest *guest_create(void)
{
    for (uint32_t index = 0; index < GUEST_MAX; index++) {
        struct guest *guest = &guests[index];

        if (guest->handle == SEV_HANDLE_INVALID && uses[index] < USES_MAX) {
            guest->handle = (uses[index] << INDEX_BITS) | (index + 1u);
            uses[index]++;
            live++;
            platform_set_guests(live);
            return guest;
        }
    }
    return NULL;
}

struct guest *guest_find(uint32_t handle)
{
    const uint32_t index = (handle & INDEX_MASK) - 1u;

    if (index >= GUEST_MAX || guests[index].handle != handle) {
        return NULL;
    }
    return &guests[index];
}

uint64_t guest_new_key_group(void)
{
    key_groups++;
    return key_groups;
}

bool guest_is_active(const struct guest *guest)
{
    return guest->asid != SEV_ASID_HOST;
}

/** Which ASIDs the guest may have. */
static enum asid_partition partition_of(const struct guest *guest)
{
    return (guest->policy & SEV_POLICY_ES) != 0 ? ASID_PARTITION_ES : ASID_PARTITION_SEV;
}

enum sev_status guest_activate(struct guest *guest, uint32_t asid,
                               const struct fabric_core_set *cores)
{
    const struct asid_owner owner = {
        .id = guest->key_group,
        .shared = true,
        .partition = partition_of(guest),
        .key_bytes = sizeof guest->vek,
        .key = guest->vek,
    };
    enum sev_status status;

    if (!asid_is_in_partition(asid, owner.partition)) {
        return SEV_STATUS_INVALID_ASID;
    }
    if (guest_is_active(guest)) {
        return SEV_STATUS_ACTIVE;
    }
    status = asid_bind(&owner, asid, cores);
    if (status == SEV_STATUS_SUCCESS) {
        guest->asid = asid;
    }
    return status;
}

enum sev_status guest_activate_more(struct guest *guest, uint32_t asid,
                                    const struct fabric_core_set *cores)
{
    if (!guest_is_active(guest) || guest->asid != asid) {
        return guest_activate(guest, asid, cores);
    }
    asid_add_cores(asid, cores);
    return SEV_STATUS_SUCCESS;
}

void guest_deactivate(struct guest *guest)
{
    const uint32_t asid = guest->asid;

    if (guest_is_active(guest)) {
        guest->asid = SEV_ASID_HOST;
        asid_unbind(asid);
    }
}

void guest_destroy(struct guest *guest)
{
    if ((guest->policy & SEV_POLICY_ES) != 0) {
        vmsa_forget_guest(guest->handle);
    }
    crypto_engine_forget();
    crypto_wipe(guest, sizeof *guest);
    live--;
    platform_set_guests(live);
}

void guest_destroy_all(void)
{
    for (uint32_t index = 0; index < GUEST_MAX; index++) {
        if (guests[index].handle != SEV_HANDLE_INVALID) {
            guest_deactivate(&guests[index]);
            guest_destroy(&guests[index]);
        }
    }
}

uint32_t guest_count(void)
{
    return live;
}

void guest_forget_transport(struct guest *guest)
{
    crypto_engine_forget();
    crypto_wipe(&guest->keys, sizeof guest->keys);
    crypto_wipe(guest->measure, sizeof guest->measure);
}
