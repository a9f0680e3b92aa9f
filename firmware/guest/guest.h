/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest contexts (GCTX, section 3.5): a fixed table in secure RAM, found by handle.
 */
#ifndef FIRMWARE_GUEST_GUEST_H
#define FIRMWARE_GUEST_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_data.h"
#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "crypto/sha2.h"
#include "firmware/fabric.h"

#define GUEST_MAX 1023u /**< As many as there are key slots. */

struct guest {
    uint32_t handle; /**< 0 = this context is free. */
    enum sev_guest_state state;
    uint32_t policy;
    uint32_t asid;                                  /**< 0 = inactive. */
    uint64_t key_group;                             /**< The same in guests that share VEK. */
    struct crypto_sha256 launch_hash;               /**< LD while it grows (LUPDATE). */
    uint64_t swap_counter;                          /**< Pages swapped out: no IV comes twice. */
    uint8_t vek[SEV_KEY_BYTES];                     /**< Key of its memory. */
    struct sev_transport_keys keys;                 /**< Zero outside launch, send, receive. */
    uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES]; /**< LD once it is final. */
    uint8_t measure[SEV_MAC_BYTES];                 /**< MEASURE, until LAUNCH_FINISH. */
    uint8_t offline_key[32];                        /**< Seals pages that are swapped out. */
    bool has_launch_digest;                         /**< False for guests that were received. */
};

/**
 * Leaves the next firmware word of the handles that are used up.
 *
 * @return false when there is no room for that
 */
CRYPTO_CHECKED bool guest_hand_over(void);

/** Called once, while there is no guest: uses no handle that the firmware before has used. */
void guest_take_over(void);

/**
 * Takes a free context. All of it is zero but the handle, which no guest has had since the reset.
 *
 * @return NULL when there is none, or the handles of those that are free are used up (2^22 each)
 */
struct guest *guest_create(void);

/** @return the guest, or NULL when no live guest has this handle */
struct guest *guest_find(uint32_t handle);

/** @return a number for guests that share a key which nobody has yet; it never comes twice */
uint64_t guest_new_key_group(void);

/** Whether the guest has an ASID. */
bool guest_is_active(const struct guest *guest);

/**
 * Binds an inactive guest to an ASID and loads its key. Guests that share a key may share an ASID;
 * each adds the cores it may run on.
 *
 * @param cores  only they may run the guest, and owe a WBINVD when it is deactivated
 * @return SUCCESS; ACTIVE when the guest has an ASID; else as asid_bind
 */
CRYPTO_CHECKED enum sev_status guest_activate(struct guest *guest, uint32_t asid,
                                              const struct fabric_core_set *cores);

/**
 * As guest_activate; a guest that has this ASID already gets the cores in addition.
 *
 * @return as guest_activate; ACTIVE only when the guest has another ASID
 */
CRYPTO_CHECKED enum sev_status guest_activate_more(struct guest *guest, uint32_t asid,
                                                   const struct fabric_core_set *cores);

/** Takes the guest's ASID away, if it has one. */
void guest_deactivate(struct guest *guest);

/** Wipes a context and frees it, and has its keys forgotten; it must be inactive. */
void guest_destroy(struct guest *guest);

/** Deactivates and destroys every guest. */
void guest_destroy_all(void);

/** @return number of live guests */
uint32_t guest_count(void);

/** Wipes the transport keys and what only the launch needed. */
void guest_forget_transport(struct guest *guest);

#endif
