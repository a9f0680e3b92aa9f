/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Valid requests (subjects.h): sending, receiving, debugging, copying and swapping.
 */
#include <string.h>

#include "tests/conformance/migration.h"
#include "tests/conformance/subjects.h"

#define DATA_BYTES 0x40u

static void prepare_send_start(void *parameters)
{
    to_init();
    prepare_send(guest_in_state(SEV_GUEST_RUNNING, false), parameters);
}

/** For commands whose only parameter is the handle of a guest in SUPDATE. */
static void prepare_supdate(void *parameters)
{
    struct sev_handle *handle = parameters;

    to_init();
    handle->handle = guest_in_state(SEV_GUEST_SUPDATE, false);
}

static void prepare_receive_start(void *parameters)
{
    struct owner origin;

    to_init();
    assert_true(owner_open(&origin, SEV_POLICY_SEV));
    prepare_receive(&origin, parameters);
    owner_close(&origin);
}

static void prepare_receive_finish(void *parameters)
{
    struct sev_handle *handle = parameters;

    to_init();
    handle->handle = guest_in_state(SEV_GUEST_RUPDATE, false);
}

/** The places of a packet: header in slot 0, guest memory in slot 1, data in slot 2. */
static void place_packet(struct sev_packet *packet, uint32_t handle, uint32_t length)
{
    *packet = (struct sev_packet){
        .handle = handle,
        .hdr_paddr = suite_slot(0),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = suite_slot(1),
        .guest_length = length,
        .trans_paddr = suite_slot(2),
        .trans_length = length,
    };
}

static void prepare_send_update_data(void *parameters)
{
    to_init();
    place_packet(parameters, guest_in_state(SEV_GUEST_SUPDATE, true), DATA_BYTES);
}

static void prepare_send_update_vmsa(void *parameters)
{
    struct sev_measurement measurement;
    struct sev_send_start send;

    to_init_es();
    struct sev_launch_update update = {
        .handle = launch_active(SEV_POLICY_ES),
        .paddr = suite_slot(1),
        .length = SEV_VMSA_BYTES,
    };

    assert_status(RUN(LAUNCH_UPDATE_VMSA, &update), SUCCESS);
    measure(update.handle, &measurement);
    finish(update.handle);
    prepare_send(update.handle, &send);
    assert_status(RUN(SEND_START, &send), SUCCESS);
    place_packet(parameters, update.handle, SEV_VMSA_BYTES);
}

/** A guest in RUPDATE, and a packet for it. */
static void prepare_receive_update(struct sev_packet *packet, uint32_t policy, uint8_t context,
                                   uint32_t length)
{
    static const uint8_t plaintext[SEV_VMSA_BYTES] = "sent by another platform";
    struct owner origin;

    assert_true(owner_open(&origin, policy));
    const uint32_t handle = receive(&origin);

    (void)activate(handle);
    place_packet(packet, handle, length);
    seal_packet(&origin, context, plaintext, length,
                suite_at(packet->hdr_paddr, packet->hdr_length),
                suite_at(packet->trans_paddr, length));
    owner_close(&origin);
}

static void prepare_receive_update_data(void *parameters)
{
    to_init();
    prepare_receive_update(parameters, 0, SEV_MAC_CONTEXT_SEND_DATA, DATA_BYTES);
}

static void prepare_receive_update_vmsa(void *parameters)
{
    to_init_es();
    prepare_receive_update(parameters, SEV_POLICY_ES, SEV_MAC_CONTEXT_SEND_VMSA, SEV_VMSA_BYTES);
}

static void prepare_copy(void *parameters)
{
    struct sev_copy *copy = parameters;

    to_init();
    *copy = (struct sev_copy){
        .handle = launch_active(0),
        .length = DATA_BYTES,
        .src_paddr = suite_slot(1),
        .dst_paddr = suite_slot(2),
    };
}

static void prepare_dbg(void *parameters)
{
    struct sev_dbg *debug = parameters;

    to_init();
    *debug = (struct sev_dbg){
        .handle = launch_active(0),
        .src_paddr = suite_slot(1),
        .dst_paddr = suite_slot(2),
        .length = DATA_BYTES,
    };
}

static void prepare_swap_out(void *parameters)
{
    struct sev_swap_out *swap = parameters;

    to_init();
    *swap = (struct sev_swap_out){
        .handle = guest_in_state(SEV_GUEST_RUNNING, true),
        .src_paddr = suite_slot(1),
        .dst_paddr = suite_slot(2),
        .mdata_paddr = suite_slot(3),
        .software_data = 0x0123456789ABCDEFull,
    };
}

static void prepare_swap_in(void *parameters)
{
    struct sev_swap_in *swap = parameters;
    struct sev_swap_out out;

    prepare_swap_out(&out);
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    *swap = (struct sev_swap_in){
        .handle = out.handle,
        .src_paddr = out.dst_paddr,
        .dst_paddr = suite_slot(4),
        .mdata_paddr = out.mdata_paddr,
    };
}

const struct subject migration_subjects[] = {
    {.id = SEV_COMMAND_SEND_START, .prepare = prepare_send_start},
    {.id = SEV_COMMAND_SEND_UPDATE_DATA, .prepare = prepare_send_update_data},
    {.id = SEV_COMMAND_SEND_UPDATE_VMSA, .anchored = true, .prepare = prepare_send_update_vmsa},
    {.id = SEV_COMMAND_SEND_FINISH, .prepare = prepare_supdate},
    {.id = SEV_COMMAND_SEND_CANCEL, .prepare = prepare_supdate},
    {.id = SEV_COMMAND_RECEIVE_START, .prepare = prepare_receive_start},
    {.id = SEV_COMMAND_RECEIVE_UPDATE_DATA, .prepare = prepare_receive_update_data},
    {.id = SEV_COMMAND_RECEIVE_UPDATE_VMSA, .prepare = prepare_receive_update_vmsa},
    {.id = SEV_COMMAND_RECEIVE_FINISH, .prepare = prepare_receive_finish},
    {.id = SEV_COMMAND_COPY, .prepare = prepare_copy},
    {.id = SEV_COMMAND_DBG_DECRYPT, .prepare = prepare_dbg},
    {.id = SEV_COMMAND_DBG_ENCRYPT, .prepare = prepare_dbg},
    {.id = SEV_COMMAND_SWAP_OUT, .prepare = prepare_swap_out},
    {.id = SEV_COMMAND_SWAP_IN, .prepare = prepare_swap_in},
    {.prepare = NULL},
};
