/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests and memory of the samples (firmware_sample_steps.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_sample_steps.h"

static void launch(struct sample *sample, enum sev_guest_state state)
{
    struct sev_launch_update vmsa = {.paddr = SAMPLE_VMSA, .length = SEV_VMSA_BYTES};
    struct sev_measurement measurement;

    sample->handle = flow_start(&sample->owner, SEV_POLICY_ES);
    flow_flush();
    assert_int_equal(flow_activate(sample->handle, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_update(sample->handle, SAMPLE_PAGE, 0x1000), SEV_STATUS_SUCCESS);
    vmsa.handle = sample->handle;
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_UPDATE_VMSA, &vmsa, sizeof(vmsa)),
                     SEV_STATUS_SUCCESS);
    if (state == SEV_GUEST_LUPDATE) {
        return;
    }
    assert_int_equal(flow_measure(sample->handle, &measurement), SEV_STATUS_SUCCESS);
    memcpy(sample->measure, measurement.measure, sizeof(sample->measure));
    if (state == SEV_GUEST_LSECRET) {
        return;
    }
    assert_int_equal(board_order_guest(SEV_COMMAND_LAUNCH_FINISH, sample->handle),
                     SEV_STATUS_SUCCESS);
}

/** Puts the target's certificates, which are this platform's own, and ASK and ARK into memory. */
static void prepare_send(struct sev_send_start *parameters)
{
    struct board_certificates own;
    struct amd_certificate_header header = {.exponent_bits = 4096, .modulus_bits = 4096};

    board_export(&own);
    memcpy(board_dram(BOARD_BUFFER(4)), &own.pdh, sizeof(own.pdh));
    memcpy(board_dram(BOARD_BUFFER(5)), &own.chain, sizeof(own.chain));
    memcpy(board_dram(BOARD_BUFFER(6)), &header, sizeof(header));
    memcpy(board_dram(BOARD_BUFFER(6) + 1600), &header, sizeof(header));
    parameters->pdh_cert_paddr = BOARD_BUFFER(4);
    parameters->pdh_cert_length = sizeof(own.pdh);
    parameters->plat_certs_paddr = BOARD_BUFFER(5);
    parameters->plat_certs_length = sizeof(own.chain);
    parameters->amd_certs_paddr = BOARD_BUFFER(6);
    parameters->amd_certs_length = 3200;
    parameters->session_paddr = BOARD_BUFFER(7);
    parameters->session_length = sizeof(struct sev_session);
}

static void receive(struct sample *sample)
{
    struct sev_receive_start parameters = {.policy = SEV_POLICY_ES};

    memcpy(board_dram(BOARD_BUFFER(4)), &sample->owner.certificate, sizeof(struct sev_certificate));
    memcpy(board_dram(BOARD_BUFFER(5)), &sample->owner.session, sizeof(struct sev_session));
    parameters.pdh_cert_paddr = BOARD_BUFFER(4);
    parameters.pdh_cert_length = sizeof(struct sev_certificate);
    parameters.session_paddr = BOARD_BUFFER(5);
    parameters.session_length = sizeof(struct sev_session);
    assert_int_equal(board_command(SEV_COMMAND_RECEIVE_START, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    sample->handle = parameters.handle;
    flow_flush();
    assert_int_equal(flow_activate(sample->handle, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
}

void sample_make_guest(struct sample *sample, enum sev_guest_state state)
{
    struct sev_send_start send = {.handle = 0};

    if (state == SEV_GUEST_RUPDATE) {
        receive(sample);
        return;
    }
    launch(sample, state);
    if (state == SEV_GUEST_SUPDATE || state == SEV_GUEST_SENT) {
        prepare_send(&send);
        send.handle = sample->handle;
        assert_int_equal(board_command(SEV_COMMAND_SEND_START, &send, sizeof(send)),
                         SEV_STATUS_SUCCESS);
    }
    if (state == SEV_GUEST_SENT) {
        assert_int_equal(board_order_guest(SEV_COMMAND_SEND_FINISH, sample->handle),
                         SEV_STATUS_SUCCESS);
    }
}

/** Header and data of a packet of 4 KiB, where the parameters say. */
static void put_packet(struct sample *sample, uint8_t context)
{
    struct sev_packet *parameters = (struct sev_packet *)(void *)sample->parameters;
    struct sev_packet_header header;
    static uint8_t plain[0x1000];
    static uint8_t cipher[0x1000];

    memset(plain, 0x6B, sizeof(plain));
    flow_packet(context, &sample->owner.keys,
                context == SEV_MAC_CONTEXT_LAUNCH_SECRET ? sample->measure : NULL, plain,
                sizeof(plain), &header, cipher);
    memcpy(board_dram(parameters->hdr_paddr), &header, sizeof(header));
    memcpy(board_dram(parameters->trans_paddr), cipher, sizeof(cipher));
}

static void fill_in_start(struct sample *sample)
{
    /* LAUNCH_START and RECEIVE_START have one layout. */
    struct sev_launch_start *parameters = (struct sev_launch_start *)(void *)sample->parameters;

    parameters->policy = SEV_POLICY_ES;
    memcpy(board_dram(parameters->dh_cert_paddr), &sample->owner.certificate,
           sizeof(sample->owner.certificate));
    memcpy(board_dram(parameters->session_paddr), &sample->owner.session,
           sizeof(sample->owner.session));
}

static void fill_in_swap_in(struct sample *sample)
{
    struct sev_swap_out out = {.handle = sample->handle,
                               .src_paddr = SAMPLE_PAGE,
                               .dst_paddr = sample_address(sample, 0),
                               .mdata_paddr = sample_address(sample, 2)};

    assert_int_equal(board_command(SEV_COMMAND_SWAP_OUT, &out, sizeof(out)), SEV_STATUS_SUCCESS);
}

struct sev_swap_in sample_swap_vmsa_out(const struct sample *sample)
{
    struct sev_swap_out out = {.handle = sample->handle,
                               .flags = SEV_SWAP_VMSA << 1,
                               .src_paddr = SAMPLE_VMSA,
                               .dst_paddr = BOARD_BUFFER(13),
                               .mdata_paddr = BOARD_BUFFER(14)};

    assert_int_equal(board_command(SEV_COMMAND_SWAP_OUT, &out, sizeof(out)), SEV_STATUS_SUCCESS);
    return (struct sev_swap_in){.handle = out.handle,
                                .flags = out.flags,
                                .src_paddr = out.dst_paddr,
                                .dst_paddr = out.src_paddr,
                                .mdata_paddr = out.mdata_paddr};
}

static void fill_in_init_ex(struct sample *sample)
{
    struct sev_init_ex *parameters = (struct sev_init_ex *)(void *)sample->parameters;

    parameters->length = sizeof(*parameters);
    parameters->options = SEV_INIT_OPTION_ES;
    parameters->tmr_paddr = BOARD_TMR;
    parameters->tmr_length = SEV_TMR_BYTES;
    memset(board_dram(parameters->nv_paddr), 0xFF, SEV_NV_BYTES);
}

static void fill_in_ring_buffer(struct sample *sample)
{
    struct sev_ring_buffer *parameters = (struct sev_ring_buffer *)(void *)sample->parameters;

    parameters->qlo_size = 1;
    parameters->qhi_size = 1;
}

static void fill_in_import(struct sample *sample)
{
    struct oracle_key key;

    flow_prepare_import((struct sev_pek_cert_import *)(void *)sample->parameters, &key);
}

void sample_fill_in(struct sample *sample)
{
    uint8_t *parameters = sample->parameters;

    switch (sample->row->id) {
    case SEV_COMMAND_INIT:
        *(struct sev_init *)(void *)parameters = (struct sev_init){
            .options = SEV_INIT_OPTION_ES, .tmr_paddr = BOARD_TMR, .tmr_length = SEV_TMR_BYTES};
        break;
    case SEV_COMMAND_INIT_EX:
        fill_in_init_ex(sample);
        break;
    case SEV_COMMAND_RING_BUFFER:
        fill_in_ring_buffer(sample);
        break;
    case SEV_COMMAND_PEK_CERT_IMPORT:
        fill_in_import(sample);
        break;
    case SEV_COMMAND_DOWNLOAD_FIRMWARE:
        sample->expected = SEV_STATUS_UNSUPPORTED; /* Zeros are no image. */
        break;
    case SEV_COMMAND_ACTIVATE:
        ((struct sev_activate *)(void *)parameters)->asid = BOARD_ES_ASID;
        break;
    case SEV_COMMAND_ACTIVATE_EX:
        ((struct sev_activate_ex *)(void *)parameters)->ex_len = sizeof(struct sev_activate_ex);
        ((struct sev_activate_ex *)(void *)parameters)->asid = BOARD_ES_ASID;
        break;
    case SEV_COMMAND_LAUNCH_START:
    case SEV_COMMAND_RECEIVE_START:
        fill_in_start(sample);
        break;
    case SEV_COMMAND_LAUNCH_UPDATE_SECRET:
        put_packet(sample, SEV_MAC_CONTEXT_LAUNCH_SECRET);
        break;
    case SEV_COMMAND_SEND_START:
        prepare_send((struct sev_send_start *)(void *)parameters);
        break;
    case SEV_COMMAND_SEND_UPDATE_VMSA:
        sample_set_address(sample, 1, SAMPLE_VMSA);
        break;
    case SEV_COMMAND_RECEIVE_UPDATE_DATA:
        put_packet(sample, SEV_MAC_CONTEXT_SEND_DATA);
        break;
    case SEV_COMMAND_RECEIVE_UPDATE_VMSA:
        put_packet(sample, SEV_MAC_CONTEXT_SEND_VMSA);
        break;
    case SEV_COMMAND_SWAP_IN:
        fill_in_swap_in(sample);
        break;
    default:
        break;
    }
}
