/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the platform (model.h): launching guests, sections 4.19 to 4.24.
 */
#include "tests/load/model.h"

enum sev_status model_launch_update_data(struct model *model, uint32_t handle, const void *data,
                                         uint32_t length)
{
    struct model_guest *guest;
    const enum sev_status status = model_get_guest(model, handle, &guest);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (guest->state != SEV_GUEST_LUPDATE) {
        return SEV_STATUS_INVALID_GUEST_STATE;
    }
    if (guest->asid == 0) {
        return SEV_STATUS_INACTIVE;
    }
    if (length == 0 || length % SEV_BLOCK_BYTES != 0) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    (void)EVP_DigestUpdate(guest->digest, data, length);
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_launch_measure(struct model *model, uint32_t handle, uint32_t length)
{
    struct model_guest *guest;
    const enum sev_status status = model_get_guest(model, handle, &guest);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (guest->state != SEV_GUEST_LUPDATE) {
        return SEV_STATUS_INVALID_GUEST_STATE;
    }
    if (length < sizeof(struct sev_measurement)) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    (void)EVP_DigestFinal_ex(guest->digest, guest->launch_digest, NULL);
    guest->state = SEV_GUEST_LSECRET;
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_launch_finish(struct model *model, uint32_t handle)
{
    struct model_guest *guest;
    const enum sev_status status = model_get_guest(model, handle, &guest);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (guest->state != SEV_GUEST_LSECRET) {
        return SEV_STATUS_INVALID_GUEST_STATE;
    }
    guest->state = SEV_GUEST_RUNNING;
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_attestation(struct model *model, uint32_t handle)
{
    struct model_guest *guest;
    const enum sev_status status = model_get_guest(model, handle, &guest);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return guest->state == SEV_GUEST_LUPDATE ? SEV_STATUS_INVALID_GUEST_STATE : SEV_STATUS_SUCCESS;
}
