/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending a guest and receiving it on the same platform, with every buffer in encrypted host memory.
 */
#include <string.h>

#include "tests/conformance/certificates.h"
#include "tests/memory/flows.h"

#define PDH_PLACE 0u
#define CHAIN_PLACE 1u
#define AMD_PLACE 2u
#define SESSION_PLACE 3u
#define DATA_PLACE 4u
#define HEADER_PLACE 5u
#define TRANS_PLACE 6u
#define TWIN_PLACE 7u

#define DATA_BYTES 0x1FF0u
#define AMD_BYTES (2 * sizeof(struct amd_certificate_4096))

/** What the sender knows about the target, in our case itself. */
struct target {
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
    uint8_t amd[AMD_BYTES];
    struct sev_certificate signed_cek;
};

/** Reads the vendor's files; the chip id is asked for in plain memory. */
static void read_target(struct target *target)
{
    host_leave();
    read_signed_cek(&target->signed_cek);
    assert_int_equal(read_kds("ask_ark.cert", target->amd, sizeof target->amd), AMD_BYTES);
}

/** SEND_START to itself, checked up to the vendor's root. */
static void send_start(struct host_layout layout, struct target *target, uint32_t handle,
                       struct sev_session *session)
{
    const uint64_t paddr = host_place(layout, SESSION_PLACE, sizeof *session, 1);
    struct sev_send_start parameters = {
        .handle = handle,
        .pdh_cert_length = sizeof target->pdh,
        .plat_certs_length = sizeof target->chain,
        .amd_certs_length = AMD_BYTES,
        .session_paddr = host_address(paddr),
        .session_length = sizeof *session,
    };

    flow_export(layout, &target->pdh, &target->chain);
    target->chain.cek = target->signed_cek;
    parameters.pdh_cert_paddr =
        host_address(host_place_bytes(layout, PDH_PLACE, &target->pdh, sizeof target->pdh, 1));
    parameters.plat_certs_paddr = host_address(
        host_place_bytes(layout, CHAIN_PLACE, &target->chain, sizeof target->chain, 1));
    parameters.amd_certs_paddr =
        host_address(host_place_bytes(layout, AMD_PLACE, target->amd, AMD_BYTES, 1));
    assert_status(HOST_RUN(layout, SEND_START, &parameters), SUCCESS);
    assert_int_equal(parameters.policy, SEV_POLICY_SEV);
    host_check_around(paddr, sizeof *session);
    host_get(paddr, session, sizeof *session);
}

/** RECEIVE_START from itself, and ACTIVATE. @return handle */
static uint32_t receive_start(struct host_layout layout, const struct target *target,
                              const struct sev_session *session, uint32_t asid)
{
    struct sev_receive_start parameters = {
        .policy = SEV_POLICY_SEV,
        .pdh_cert_length = sizeof target->pdh,
        .session_length = sizeof *session,
    };
    struct sev_activate activation = {.asid = asid};

    parameters.pdh_cert_paddr =
        host_address(host_place_bytes(layout, PDH_PLACE, &target->pdh, sizeof target->pdh, 1));
    parameters.session_paddr =
        host_address(host_place_bytes(layout, SESSION_PLACE, session, sizeof *session, 1));
    assert_status(HOST_RUN(layout, RECEIVE_START, &parameters), SUCCESS);
    activation.handle = parameters.handle;
    assert_status(HOST_RUN(layout, ACTIVATE, &activation), SUCCESS);
    return parameters.handle;
}

/** SEND_UPDATE_DATA of one guest and RECEIVE_UPDATE_DATA of the other. */
static void move(struct host_layout layout, uint32_t from, uint64_t source, uint32_t to,
                 uint64_t destination)
{
    const uint64_t header = host_place(layout, HEADER_PLACE, sizeof(struct sev_packet_header), 1);
    const uint64_t data = host_place(layout, TRANS_PLACE, DATA_BYTES, 1);
    struct sev_packet parameters = {
        .handle = from,
        .hdr_paddr = host_address(header),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = host_address(source),
        .guest_length = DATA_BYTES,
        .trans_paddr = host_address(data),
        .trans_length = DATA_BYTES,
    };

    assert_status(HOST_RUN(layout, SEND_UPDATE_DATA, &parameters), SUCCESS);
    host_check_around(header, sizeof(struct sev_packet_header));
    host_check_around(data, DATA_BYTES);
    parameters.handle = to;
    parameters.guest_paddr = host_address(destination);
    assert_status(HOST_RUN(layout, RECEIVE_UPDATE_DATA, &parameters), SUCCESS);
}

static struct target target;

static void transfer_flow(struct host_layout layout)
{
    const uint32_t asid = suite.machine.min_sev_asid;
    const uint64_t twin_paddr = suite_slot(TWIN_PLACE) + 0xFF0;
    struct sev_measurement measurement;
    struct sev_handle handle;
    struct sev_session session;
    static uint8_t data[DATA_BYTES];
    static uint8_t read[DATA_BYTES];
    uint64_t paddr;
    uint32_t twin;

    flow_initialise(layout, false);
    handle.handle = flow_launch(layout, SEV_POLICY_SEV, asid);
    flow_fill(data, sizeof data);
    paddr = host_place_bytes(layout, DATA_PLACE, data, sizeof data, SEV_BLOCK_BYTES);
    flow_update(layout, handle.handle, paddr, DATA_BYTES);
    flow_finish(layout, handle.handle, &measurement);

    send_start(layout, &target, handle.handle, &session);
    twin = receive_start(layout, &target, &session, asid + 1);
    move(layout, handle.handle, paddr, twin, twin_paddr);
    host_get_guest(asid + 1, twin_paddr, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
    host_get_guest(asid, paddr, read, sizeof read);
    assert_memory_equal(read, data, sizeof data);
    host_assert_not_in_dram(data, sizeof data, "the guest's memory");

    assert_status(HOST_RUN(layout, SEND_FINISH, &handle), SUCCESS);
    flow_tear_down(layout, handle.handle);
    handle.handle = twin;
    assert_status(HOST_RUN(layout, RECEIVE_FINISH, &handle), SUCCESS);
    flow_tear_down(layout, twin);
}

static void a_guest_moves_through_every_memory(void **state)
{
    (void)state;
    read_target(&target);
    flow_run_all(transfer_flow);
}

static const struct CMUnitTest tests[] = {
    flow_test(a_guest_moves_through_every_memory),
};

PROGRAM_GROUP(transfer, tests);
