/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the platform (model.h). Written from the specification, not from the firmware.
 */
#include "tests/load/model.h"

#include <string.h>

#include "tests/conformance/suite.h"

#define NOT_ACTIVE 0u

void model_start(struct model *model, uint32_t max_asid, uint32_t min_sev_asid)
{
    memset(model, 0, sizeof *model);
    model->max_asid = max_asid;
    model->min_sev_asid = min_sev_asid;
}

enum sev_platform_state model_state(const struct model *model)
{
    if (!model->initialised) {
        return SEV_PLATFORM_UNINIT;
    }
    return model->guest_count == 0 ? SEV_PLATFORM_INIT : SEV_PLATFORM_WORKING;
}

struct model_guest *model_find(struct model *model, uint32_t handle)
{
    for (size_t i = 0; handle != 0 && i < MODEL_GUESTS; i++) {
        if (model->guests[i].handle == handle) {
            return &model->guests[i];
        }
    }
    return NULL;
}

const struct model_guest *model_owner(const struct model *model, uint32_t asid)
{
    for (size_t i = 0; i < MODEL_GUESTS; i++) {
        if (model->guests[i].handle != 0 && model->guests[i].asid == asid) {
            return &model->guests[i];
        }
    }
    return NULL;
}

/** Makes a guest's place free. */
static void forget(struct model_guest *guest)
{
    EVP_MD_CTX_free(guest->digest);
    memset(guest, 0, sizeof *guest);
}

/** INIT and SHUTDOWN count as a deactivation of everything. */
static void retire_everything(struct model *model)
{
    for (size_t i = 0; i < MODEL_GUESTS; i++) {
        forget(&model->guests[i]);
    }
    model->guest_count = 0;
    for (size_t asid = 0; asid < MODEL_ASIDS; asid++) {
        model->needs_df_flush[asid] = true;
        memset(model->may_run[asid], false, sizeof model->may_run[asid]);
    }
    for (size_t core = 0; core < MODEL_CORES; core++) {
        model->owes_wbinvd[core] = true;
    }
}

enum sev_status model_init(struct model *model, uint32_t options, uint32_t tmr_length)
{
    if (model->initialised) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    if (options > SEV_INIT_OPTION_ES) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if (options == SEV_INIT_OPTION_ES && tmr_length < SEV_TMR_BYTES) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    retire_everything(model);
    model->initialised = true;
    model->es = options == SEV_INIT_OPTION_ES;
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_shutdown(struct model *model)
{
    if (model->initialised) {
        retire_everything(model);
    }
    model->initialised = false;
    model->es = false;
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_ready(const struct model *model)
{
    return model->initialised ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PLATFORM_STATE;
}

/** Whether a guest with this policy may start; section 4.18, checks 1 to 4. */
static enum sev_status check_policy(struct model *model, uint32_t policy, uint32_t shared)
{
    const uint32_t major = policy >> 16 & 0xFF;
    const uint32_t minor = policy >> 24;
    const struct model_guest *source = model_find(model, shared);

    if (major > suite.api_major || (major == suite.api_major && minor > suite.api_minor)) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if ((policy & SEV_POLICY_ES) != 0 && !model->es) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if (shared == 0) {
        return SEV_STATUS_SUCCESS;
    }
    if (source == NULL) {
        return SEV_STATUS_INVALID_GUEST;
    }
    return (policy & SEV_POLICY_NOKS) != 0 || (source->policy & SEV_POLICY_NOKS) != 0
               ? SEV_STATUS_POLICY_FAILURE
               : SEV_STATUS_SUCCESS;
}

enum sev_status model_launch_start(struct model *model, uint32_t policy, uint32_t shared,
                                   struct model_guest **guest)
{
    enum sev_status status = model_ready(model);
    struct model_guest *place = model->guests;

    *guest = NULL;
    if (status == SEV_STATUS_SUCCESS) {
        status = check_policy(model, policy, shared);
    }
    if (status == SEV_STATUS_SUCCESS && model->guest_count == MODEL_GUESTS) {
        status = SEV_STATUS_RESOURCE_LIMIT;
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    while (place->handle != 0) {
        place++;
    }
    *place = (struct model_guest){
        .state = SEV_GUEST_LUPDATE,
        .policy = policy,
        .key = shared != 0 ? model_find(model, shared)->key : ++model->keys,
    };
    place->digest = EVP_MD_CTX_new();
    (void)EVP_DigestInit_ex(place->digest, EVP_sha256(), NULL);
    model->guest_count++;
    *guest = place;
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_get_guest(struct model *model, uint32_t handle, struct model_guest **guest)
{
    if (!model->initialised) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    *guest = model_find(model, handle);
    return *guest == NULL ? SEV_STATUS_INVALID_GUEST : SEV_STATUS_SUCCESS;
}

/** Section 9.2. */
static enum sev_status bind(struct model *model, struct model_guest *guest, uint32_t asid)
{
    const bool for_es = asid < model->min_sev_asid;
    const struct model_guest *owner;

    if (asid == 0 || asid > model->max_asid || for_es != ((guest->policy & SEV_POLICY_ES) != 0)) {
        return SEV_STATUS_INVALID_ASID;
    }
    if (guest->asid != NOT_ACTIVE) {
        return SEV_STATUS_ACTIVE;
    }
    owner = model_owner(model, asid);
    if (owner != NULL && owner->key != guest->key) {
        return SEV_STATUS_ASID_OWNED;
    }
    if (owner == NULL && model->needs_df_flush[asid]) {
        return SEV_STATUS_DFFLUSH_REQUIRED;
    }
    guest->asid = asid;
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_activate(struct model *model, uint32_t handle, uint32_t asid)
{
    struct model_guest *guest;
    enum sev_status status = model_get_guest(model, handle, &guest);

    if (status == SEV_STATUS_SUCCESS) {
        status = bind(model, guest, asid);
    }
    if (status == SEV_STATUS_SUCCESS) {
        memset(model->may_run[asid], true, sizeof model->may_run[asid]);
    }
    return status;
}

enum sev_status model_activate_ex(struct model *model, const struct sev_activate_ex *parameters,
                                  const uint32_t *cores)
{
    struct model_guest *guest;
    enum sev_status status = model_get_guest(model, parameters->handle, &guest);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (parameters->ex_len != sizeof *parameters) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    if (parameters->num_ids == 0) {
        return SEV_STATUS_INVALID_PARAM;
    }
    for (uint32_t i = 0; i < parameters->num_ids; i++) {
        if (cores[i] >= MODEL_CORES) {
            return SEV_STATUS_INVALID_PARAM;
        }
    }
    if (guest->asid == NOT_ACTIVE || guest->asid != parameters->asid) {
        status = bind(model, guest, parameters->asid);
    }
    for (uint32_t i = 0; status == SEV_STATUS_SUCCESS && i < parameters->num_ids; i++) {
        const uint32_t first = cores[i] - cores[i] % MODEL_COMPLEX_CORES;

        for (uint32_t core = first; core < first + MODEL_COMPLEX_CORES; core++) {
            model->may_run[guest->asid][core] = true;
        }
    }
    return status;
}

/** Section 9.4. */
static void unbind(struct model *model, struct model_guest *guest)
{
    const uint32_t asid = guest->asid;

    if (asid == NOT_ACTIVE) {
        return;
    }
    for (size_t core = 0; core < MODEL_CORES; core++) {
        model->owes_wbinvd[core] |= model->may_run[asid][core];
    }
    guest->asid = NOT_ACTIVE;
    if (model_owner(model, asid) == NULL) {
        memset(model->may_run[asid], false, sizeof model->may_run[asid]);
        model->needs_df_flush[asid] = true;
    }
}

enum sev_status model_deactivate(struct model *model, uint32_t handle)
{
    struct model_guest *guest;
    const enum sev_status status = model_get_guest(model, handle, &guest);

    if (status == SEV_STATUS_SUCCESS) {
        unbind(model, guest);
    }
    return status;
}

enum sev_status model_decommission(struct model *model, uint32_t handle)
{
    struct model_guest *guest;
    enum sev_status status = model_get_guest(model, handle, &guest);

    if (status == SEV_STATUS_SUCCESS && guest->asid != NOT_ACTIVE) {
        status = SEV_STATUS_ACTIVE;
    }
    if (status == SEV_STATUS_SUCCESS) {
        forget(guest);
        model->guest_count--;
    }
    return status;
}

enum sev_status model_df_flush(struct model *model)
{
    if (!model->initialised) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    for (size_t core = 0; core < MODEL_CORES; core++) {
        if (model->owes_wbinvd[core]) {
            return SEV_STATUS_WBINVD_REQUIRED;
        }
    }
    memset(model->needs_df_flush, 0, sizeof model->needs_df_flush);
    return SEV_STATUS_SUCCESS;
}

void model_wbinvd(struct model *model, uint32_t core)
{
    model->owes_wbinvd[core] = false;
}
