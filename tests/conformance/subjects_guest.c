/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Valid requests (subjects.h): guest management and launch.
 */
#include <string.h>

#include "tests/conformance/states.h"
#include "tests/conformance/subjects.h"

#define REGION_BYTES 0x1000u
#define SECRET_BYTES 0x40u
#define IDS 3u

/** For commands whose only parameter is the handle of a guest in LUPDATE. */
static void prepare_handle(void *parameters)
{
    struct sev_handle *handle = parameters;

    handle->handle = to_working();
}

static void prepare_activate(void *parameters)
{
    struct sev_activate *activation = parameters;

    activation->handle = to_working();
    activation->asid = new_asid();
}

static void prepare_deactivate(void *parameters)
{
    struct sev_handle *handle = parameters;

    handle->handle = to_working();
    (void)activate(handle->handle);
}

static void prepare_launch_start(void *parameters)
{
    struct owner owner;

    to_init();
    assert_true(owner_open(&owner, SEV_POLICY_NOSEND));
    owner_prepare(&owner, parameters);
    owner_close(&owner);
}

static void prepare_launch_update_data(void *parameters)
{
    struct sev_launch_update *update = parameters;

    to_init();
    update->handle = launch_active(0);
    update->paddr = suite_slot(0);
    update->length = REGION_BYTES;
}

static void prepare_launch_measure(void *parameters)
{
    struct sev_launch_measure *measurement = parameters;

    measurement->handle = to_working();
    measurement->measure_paddr = suite_slot(0);
    measurement->measure_length = sizeof(struct sev_measurement);
}

static void prepare_launch_update_secret(void *parameters)
{
    static const char secret[SECRET_BYTES] = "a secret of the guest's owner";
    struct sev_packet *packet = parameters;
    struct owned_guest guest;

    to_init();
    owned_launch(&guest, 0);
    (void)activate(guest.handle);
    owned_measure(&guest, "", 0);
    *packet = (struct sev_packet){
        .handle = guest.handle,
        .hdr_paddr = suite_slot(0),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = suite_slot(1),
        .guest_length = SECRET_BYTES,
        .trans_paddr = suite_slot(2),
        .trans_length = SECRET_BYTES,
    };
    assert_true(owner_seal_secret(&guest.owner, secret, SECRET_BYTES,
                                  suite_at(packet->hdr_paddr, packet->hdr_length),
                                  suite_at(packet->trans_paddr, packet->trans_length)));
    owner_close(&guest.owner);
}

static void prepare_launch_finish(void *parameters)
{
    struct sev_handle *handle = parameters;

    to_init();
    handle->handle = guest_in_state(SEV_GUEST_LSECRET, false);
}

static void prepare_activate_ex(void *parameters)
{
    struct sev_activate_ex *activation = parameters;
    uint32_t *ids = suite_at(suite_slot(0), IDS * sizeof *ids);

    to_init();
    *activation = (struct sev_activate_ex){
        .ex_len = sizeof *activation,
        .handle = launch(0),
        .asid = new_asid(),
        .num_ids = IDS,
        .ids_paddr = suite_slot(0),
    };
    for (uint32_t i = 0; i < IDS; i++) {
        ids[i] = i;
    }
}

static void prepare_launch_update_vmsa(void *parameters)
{
    struct sev_launch_update *update = parameters;

    to_init_es();
    update->handle = launch_active(SEV_POLICY_ES);
    update->paddr = suite_slot(0);
    update->length = SEV_VMSA_BYTES;
}

static void prepare_attestation(void *parameters)
{
    struct sev_attestation *attestation = parameters;

    to_init();
    attestation->handle = guest_in_state(SEV_GUEST_RUNNING, false);
    attestation->report_paddr = suite_slot(0);
    attestation->length = sizeof(struct sev_attestation_report);
}

const struct subject guest_subjects[] = {
    {.id = SEV_COMMAND_DECOMMISSION, .prepare = prepare_handle},
    {.id = SEV_COMMAND_ACTIVATE, .prepare = prepare_activate},
    {.id = SEV_COMMAND_ACTIVATE_EX, .prepare = prepare_activate_ex},
    {.id = SEV_COMMAND_DEACTIVATE, .prepare = prepare_deactivate},
    {.id = SEV_COMMAND_GUEST_STATUS, .repeatable = true, .prepare = prepare_handle},
    {.id = SEV_COMMAND_LAUNCH_START, .prepare = prepare_launch_start},
    {.id = SEV_COMMAND_LAUNCH_UPDATE_DATA, .prepare = prepare_launch_update_data},
    {.id = SEV_COMMAND_LAUNCH_UPDATE_VMSA, .prepare = prepare_launch_update_vmsa},
    {.id = SEV_COMMAND_LAUNCH_MEASURE, .prepare = prepare_launch_measure},
    {.id = SEV_COMMAND_LAUNCH_UPDATE_SECRET, .prepare = prepare_launch_update_secret},
    {.id = SEV_COMMAND_LAUNCH_FINISH, .prepare = prepare_launch_finish},
    {.id = SEV_COMMAND_ATTESTATION, .prepare = prepare_attestation},
    {.prepare = NULL},
};
