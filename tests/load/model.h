/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the platform: states, guests, ASIDs and caches as sections 3, 8.3 and 9 of the API
 * describe them, without memory or cryptography. It says which status a command must return.
 *
 * Each function takes a command's parameters, changes the model when the command succeeds, and
 * returns the status.
 */
#ifndef TESTS_LOAD_MODEL_H
#define TESTS_LOAD_MODEL_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "abi/sev_state.h"
#include "abi/sev_status.h"

#define MODEL_GUESTS 1023u
#define MODEL_CORES 12u
#define MODEL_COMPLEX_CORES 4u /**< Cores 0 to 3 share the first core complex, and so on. */
#define MODEL_ASIDS 1024u

struct model_guest {
    uint32_t handle; /**< 0 = this place is free. */
    enum sev_guest_state state;
    uint32_t policy;
    uint32_t asid;      /**< 0 = inactive. */
    uint32_t key;       /**< Number of its memory key; guests that share one have the same. */
    EVP_MD_CTX *digest; /**< Launch digest so far. */
    uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES];
};

struct model {
    bool initialised;
    bool es;
    uint32_t max_asid;
    uint32_t min_sev_asid;
    uint32_t guest_count;
    uint32_t keys; /**< Keys that were ever made. */
    struct model_guest guests[MODEL_GUESTS];
    bool needs_df_flush[MODEL_ASIDS];
    bool may_run[MODEL_ASIDS][MODEL_CORES]; /**< Cores that may run the guests of an ASID. */
    bool owes_wbinvd[MODEL_CORES];
};

/** A platform that is UNINIT. */
void model_start(struct model *model, uint32_t max_asid, uint32_t min_sev_asid);

enum sev_platform_state model_state(const struct model *model);

/** @return the guest, or NULL */
struct model_guest *model_find(struct model *model, uint32_t handle);

/** @return some guest that has the ASID, or NULL */
const struct model_guest *model_owner(const struct model *model, uint32_t asid);

enum sev_status model_init(struct model *model, uint32_t options, uint32_t tmr_length);
enum sev_status model_shutdown(struct model *model);

/** Commands that need INIT or WORKING and nothing else. */
enum sev_status model_ready(const struct model *model);

/** Commands that need a guest and nothing else. @param[out] guest  set on success */
enum sev_status model_get_guest(struct model *model, uint32_t handle, struct model_guest **guest);

/**
 * LAUNCH_START.
 *
 * @param shared      HANDLE as given
 * @param[out] guest  the new guest, whose handle the caller sets; NULL unless SUCCESS
 */
enum sev_status model_launch_start(struct model *model, uint32_t policy, uint32_t shared,
                                   struct model_guest **guest);

enum sev_status model_activate(struct model *model, uint32_t handle, uint32_t asid);

/** ACTIVATE_EX; the ids are those of cores[id], MODEL_CORES stands for an id that is unknown. */
enum sev_status model_activate_ex(struct model *model, const struct sev_activate_ex *parameters,
                                  const uint32_t *cores);

enum sev_status model_deactivate(struct model *model, uint32_t handle);
enum sev_status model_decommission(struct model *model, uint32_t handle);
enum sev_status model_launch_update_data(struct model *model, uint32_t handle, const void *data,
                                         uint32_t length);
enum sev_status model_launch_measure(struct model *model, uint32_t handle, uint32_t length);
enum sev_status model_launch_finish(struct model *model, uint32_t handle);
enum sev_status model_attestation(struct model *model, uint32_t handle);
enum sev_status model_df_flush(struct model *model);

/** A core executes WBINVD. */
void model_wbinvd(struct model *model, uint32_t core);

#endif
