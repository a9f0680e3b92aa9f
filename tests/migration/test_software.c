/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL on the other end of the wire: what the firmware sends is what the specification says
 * (sections 7.3, 7.8), and what the specification says is what it receives.
 */
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/vmsa.h"
#include "tests/migration/software.h"

/* A receiver in software. */
struct receiver {
    struct sev_transport_keys transport;
    uint8_t memory[PAIR_GUEST_BYTES];
    uint8_t vmsa[SEV_VMSA_BYTES];
    uint8_t last_iv[16];
    unsigned packets;
};

static int receive(void *context, const struct sev_sent_packet *packet, uint64_t offset)
{
    struct receiver *receiver = context;
    uint8_t mac[SEV_MAC_BYTES];
    const uint8_t kind = packet->vmsa ? SEV_MAC_CONTEXT_SEND_VMSA : SEV_MAC_CONTEXT_SEND_DATA;
    uint8_t *to = packet->vmsa ? receiver->vmsa : receiver->memory + offset;
    (void)CHECK(session_packet_mac(receiver->transport.tik, kind, &packet->header, packet->data,
                                   packet->length, NULL, mac) &&
                memcmp(mac, packet->header.mac, sizeof mac) == 0);
    (void)CHECK(packet->header.flags == 0);
    (void)CHECK(memcmp(receiver->last_iv, packet->header.iv, sizeof receiver->last_iv) != 0);
    memcpy(receiver->last_iv, packet->header.iv, sizeof receiver->last_iv);
    (void)CHECK(session_crypt(receiver->transport.tek, packet->header.iv, packet->data, to,
                              packet->length));
    receiver->packets++;
    return SEV_STATUS_SUCCESS;
}

void test_software_target(struct pair *pair)
{
    static struct receiver receiver;
    static struct software target;
    const struct software_faults none = {.api_minor = 24};
    const uint32_t policy = SEV_POLICY_SEV | SEV_POLICY_ES;
    struct tenant guest = {.handle = 0};
    struct sev_session session;
    uint32_t sent = 0;
    check_begin("a target in software reads what the firmware sends");
    receiver = (struct receiver){.packets = 0};
    if (software_make(&target, pair, &none) && pair_launch(pair, &pair->first, &guest, policy) &&
        CHECK_STATUS(
            sev_start_send(&pair->first.board, guest.handle, &target.identity, &session, &sent),
            SUCCESS) &&
        CHECK(software_open(&target, &pair->first.identity.pdh, &session, sent,
                            &receiver.transport)) &&
        CHECK_STATUS(tenant_send(&guest, &pair->first.board, SEV_PACKET_MAX, receive, &receiver),
                     SUCCESS)) {
        (void)CHECK(receiver.packets == guest.image.piece_count + 1);
        (void)CHECK(memcmp(receiver.memory, pair->plaintext, sizeof receiver.memory) == 0);
        (void)CHECK(memcmp(receiver.vmsa, guest.vmsa, sizeof receiver.vmsa) == 0);
        (void)CHECK(tenant_finds_itself(&guest, &pair->first.board));
    }
    pair_end_guest(&pair->first, &guest);
}

/* Packs as SEND_UPDATE does. */
static bool pack(const struct sev_transport_keys *transport, const void *plaintext, uint32_t length,
                 bool vmsa, struct sev_sent_packet *packet)
{
    const uint8_t kind = vmsa ? SEV_MAC_CONTEXT_SEND_VMSA : SEV_MAC_CONTEXT_SEND_DATA;
    *packet = (struct sev_sent_packet){.vmsa = vmsa, .length = length};
    return RAND_bytes(packet->header.iv, sizeof packet->header.iv) == 1 &&
           session_crypt(transport->tek, packet->header.iv, plaintext, packet->data, length) &&
           session_packet_mac(transport->tik, kind, &packet->header, packet->data, length, NULL,
                              packet->header.mac);
}

/* Sends a page and a VMSA from software to the second platform. */
static void send_pages(struct pair *pair, const struct sev_transport_keys *transport,
                       uint32_t handle)
{
    static struct sev_sent_packet packet;
    struct board *board = &pair->second.board;
    struct sev_activate activate = {.handle = handle, .asid = PAIR_ASID_ES};
    struct sev_handle finish = {.handle = handle};
    const uint64_t page = dram_allocate(&board->dram, 1, SEV_PACKET_MAX, 0);
    const uint64_t vmsa = dram_allocate(&board->dram, 0, SEV_VMSA_BYTES, 0);
    uint8_t read[SEV_PACKET_MAX];
    (void)CHECK_STATUS(sev_activate(board, &activate), SUCCESS);
    (void)CHECK(pack(transport, pair->plaintext, SEV_PACKET_MAX, false, &packet));
    (void)CHECK_STATUS(sev_receive(board, handle, page, &packet), SUCCESS);
    (void)CHECK(memory_controller_read(&board->memory, PAIR_ASID_ES, page, read, sizeof read) ==
                    MEMORY_CONTROLLER_OK &&
                memcmp(read, pair->plaintext, sizeof read) == 0);
    (void)CHECK(pack(transport, pair->plaintext, SEV_VMSA_BYTES, true, &packet));
    (void)CHECK_STATUS(sev_receive(board, handle, vmsa, &packet), SUCCESS);
    (void)CHECK(vmsa_check(&board->memory, PAIR_ASID_ES, vmsa, read) == VMSA_OK &&
                memcmp(read, pair->plaintext, SEV_VMSA_BYTES) == 0);
    packet.header.flags = SEV_PACKET_FLAG_COMPRESSED;
    (void)CHECK(session_packet_mac(transport->tik, SEV_MAC_CONTEXT_SEND_VMSA, &packet.header,
                                   packet.data, packet.length, NULL, packet.header.mac));
    (void)CHECK_STATUS(sev_receive(board, handle, vmsa, &packet), UNSUPPORTED);
    packet.header.flags = 2;
    (void)CHECK(session_packet_mac(transport->tik, SEV_MAC_CONTEXT_SEND_VMSA, &packet.header,
                                   packet.data, packet.length, NULL, packet.header.mac));
    (void)CHECK_STATUS(sev_receive(board, handle, vmsa, &packet), INVALID_PARAM);
    (void)CHECK_STATUS(sev_receive_finish(board, &finish), SUCCESS);
    (void)CHECK_STATUS(sev_deactivate(board, &finish), SUCCESS);
    (void)CHECK_STATUS(sev_decommission(board, &finish), SUCCESS);
    (void)CHECK_STATUS(tenant_flush(board), SUCCESS);
    dram_free_all(&board->dram);
}

void test_software_origin(struct pair *pair)
{
    static struct software origin;
    const struct software_faults none = {.api_minor = 24};
    const struct sev_transport_keys transport = {.tek = {1, 2, 3}, .tik = {4, 5, 6}};
    const uint32_t policy = SEV_POLICY_SEV | SEV_POLICY_ES;
    struct board *board = &pair->second.board;
    struct sev_session session;
    uint32_t handle = 0;
    check_begin("the firmware receives what an origin in software sends");
    if (software_make(&origin, pair, &none) &&
        CHECK(software_wrap(&origin, &pair->second.identity.pdh, policy, &transport, &session)) &&
        CHECK_STATUS(sev_start_receive(board, policy, &origin.identity.pdh, &session, &handle),
                     SUCCESS)) {
        send_pages(pair, &transport, handle);
    }

    check_begin("RECEIVE_START checks the policy as LAUNCH_START does");
    static const struct {
        uint32_t policy;
        enum sev_status status;
    } cases[] = {
        {0x40, SEV_STATUS_SUCCESS},
        {0x8000, SEV_STATUS_SUCCESS}, /* reserved */
        {1u << 16 | 59u << 24, SEV_STATUS_POLICY_FAILURE},
        {2u << 16, SEV_STATUS_POLICY_FAILURE},
        {1u << 16 | 58u << 24, SEV_STATUS_SUCCESS},
        {255u << 24, SEV_STATUS_SUCCESS},
        {SEV_POLICY_NOSEND, SEV_STATUS_SUCCESS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)CHECK(software_wrap(&origin, &pair->second.identity.pdh, cases[i].policy, &transport,
                                  &session));
        (void)check_status(
            pair_try_receive(&pair->second, cases[i].policy, &origin.identity.pdh, &session),
            cases[i].status, "RECEIVE_START", __FILE__, __LINE__);
    }
}
