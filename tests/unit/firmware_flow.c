/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps of a guest's life (firmware_flow.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_flow.h"

void flow_owner(struct flow_owner *owner, uint32_t policy)
{
    struct board_certificates platform;

    for (unsigned int i = 0; i < 16; i++) {
        owner->keys.tek[i] = (uint8_t)(0x10 + i);
        owner->keys.tik[i] = (uint8_t)(0x20 + i);
    }
    oracle_generate(&owner->key);
    oracle_certificate(&owner->certificate, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256, &owner->key);
    board_export(&platform);
    oracle_session(&owner->session, &owner->key, &platform.pdh, policy, &owner->keys);
}

void flow_prepare_start(struct sev_launch_start *parameters, const struct flow_owner *owner,
                        uint32_t policy)
{
    *parameters = (struct sev_launch_start){.policy = policy};
    if (owner != NULL) {
        memcpy(board_dram(BOARD_BUFFER(2)), &owner->certificate, sizeof(owner->certificate));
        memcpy(board_dram(BOARD_BUFFER(3)), &owner->session, sizeof(owner->session));
        parameters->dh_cert_paddr = BOARD_BUFFER(2);
        parameters->dh_cert_length = sizeof(owner->certificate);
        parameters->session_paddr = BOARD_BUFFER(3);
        parameters->session_length = sizeof(owner->session);
    }
}

uint32_t flow_start(const struct flow_owner *owner, uint32_t policy)
{
    struct sev_launch_start parameters;

    flow_prepare_start(&parameters, owner, policy);
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_int_not_equal(parameters.handle, 0);
    return parameters.handle;
}

enum sev_status flow_share(uint32_t source, uint32_t policy, uint32_t *handle)
{
    struct sev_launch_start parameters = {.handle = source, .policy = policy};
    const enum sev_status status =
        board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters));

    *handle = parameters.handle;
    return status;
}

enum sev_status flow_activate(uint32_t handle, uint32_t asid)
{
    struct sev_activate parameters = {.handle = handle, .asid = asid};

    return board_command(SEV_COMMAND_ACTIVATE, &parameters, sizeof(parameters));
}

enum sev_status flow_update(uint32_t handle, uint64_t paddr, uint32_t length)
{
    struct sev_launch_update parameters = {.handle = handle, .paddr = paddr, .length = length};

    return board_command(SEV_COMMAND_LAUNCH_UPDATE_DATA, &parameters, sizeof(parameters));
}

enum sev_status flow_measure(uint32_t handle, struct sev_measurement *measurement)
{
    struct sev_launch_measure parameters = {
        .handle = handle, .measure_paddr = BOARD_BUFFER(0), .measure_length = sizeof(*measurement)};
    const enum sev_status status =
        board_command(SEV_COMMAND_LAUNCH_MEASURE, &parameters, sizeof(parameters));

    memcpy(measurement, board_dram(BOARD_BUFFER(0)), sizeof(*measurement));
    return status;
}

void flow_flush(void)
{
    board_wbinvd();
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

uint32_t flow_guest(enum sev_guest_state state)
{
    const uint32_t handle = flow_start(NULL, 0);
    struct sev_measurement measurement;

    flow_flush();
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
    if (state != SEV_GUEST_LUPDATE) {
        assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_SUCCESS);
    }
    if (state == SEV_GUEST_RUNNING) {
        assert_int_equal(board_order_guest(SEV_COMMAND_LAUNCH_FINISH, handle), SEV_STATUS_SUCCESS);
    }
    return handle;
}

void flow_packet(uint8_t context, const struct sev_transport_keys *keys, const uint8_t *measure,
                 const void *plain, uint32_t length, struct sev_packet_header *header,
                 uint8_t *cipher)
{
    uint8_t message[1 + 4 + 16 + 4 + 4 + SEV_PACKET_MAX + 32] = {context};
    size_t used = 29;

    *header = (struct sev_packet_header){.flags = 0};
    for (unsigned int i = 0; i < sizeof(header->iv); i++) {
        header->iv[i] = (uint8_t)(0x50 + i);
    }
    oracle_aes128_ctr(keys->tek, header->iv, plain, cipher, length);
    memcpy(message + 1, &header->flags, 4);
    memcpy(message + 5, header->iv, 16);
    memcpy(message + 21, &length, 4); /* GUEST_LENGTH, then TRANS_LENGTH. */
    memcpy(message + 25, &length, 4);
    memcpy(message + used, cipher, length);
    used += length;
    if (measure != NULL) {
        memcpy(message + used, measure, 32);
        used += 32;
    }
    oracle_hmac(keys->tik, message, used, header->mac);
}

enum sev_status flow_inject(uint32_t handle, const struct sev_packet_header *header,
                            const uint8_t *cipher, uint32_t length, uint64_t guest_paddr)
{
    struct sev_packet parameters = {
        .handle = handle,
        .hdr_paddr = BOARD_BUFFER(4),
        .hdr_length = sizeof(*header),
        .guest_paddr = guest_paddr,
        .guest_length = length,
        .trans_paddr = BOARD_BUFFER(5),
        .trans_length = length,
    };

    memcpy(board_dram(BOARD_BUFFER(4)), header, sizeof(*header));
    memcpy(board_dram(BOARD_BUFFER(5)), cipher, length);
    return board_command(SEV_COMMAND_LAUNCH_UPDATE_SECRET, &parameters, sizeof(parameters));
}

enum sev_status flow_guest_status(uint32_t handle, struct sev_guest_status *status)
{
    *status = (struct sev_guest_status){.handle = handle};
    return board_command(SEV_COMMAND_GUEST_STATUS, status, sizeof(*status));
}

void flow_prepare_import(struct sev_pek_cert_import *parameters, struct oracle_key *owner)
{
    struct sev_pek_csr csr = {.csr_paddr = BOARD_BUFFER(6),
                              .csr_length = sizeof(struct sev_certificate)};
    struct sev_certificate pek;
    struct sev_certificate oca;

    assert_int_equal(board_command(SEV_COMMAND_PEK_CSR, &csr, sizeof(csr)), SEV_STATUS_SUCCESS);
    memcpy(&pek, board_dram(BOARD_BUFFER(6)), sizeof(pek));
    oracle_generate(owner);
    oracle_certificate(&oca, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, owner);
    oracle_sign(&oca, 0, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, owner);
    oracle_sign(&pek, 0, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, owner);
    memcpy(board_dram(BOARD_BUFFER(6)), &pek, sizeof(pek));
    memcpy(board_dram(BOARD_BUFFER(7)), &oca, sizeof(oca));
    *parameters = (struct sev_pek_cert_import){
        .pek_cert_paddr = BOARD_BUFFER(6),
        .pek_cert_length = sizeof(pek),
        .oca_cert_paddr = BOARD_BUFFER(7),
        .oca_cert_length = sizeof(oca),
    };
}
