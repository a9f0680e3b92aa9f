/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session fits one transfer, one target, one policy; a packet fits one session and one kind.
 */
#include <string.h>

#include "tests/migration/pair.h"

/* SEND_START to the second platform. */
static bool send_start(struct pair *pair, const struct tenant *guest, struct sev_session *session)
{
    uint32_t policy = 0;
    return CHECK_STATUS(
        sev_start_send(&pair->first.board, guest->handle, &pair->second.identity, session, &policy),
        SUCCESS);
}

static void new_pdh(struct pair *pair, const struct tenant *guest)
{
    struct sev_handle handle = {.handle = guest->handle};
    const struct sev_certificate *origin = &pair->first.identity.pdh;
    const struct sev_certificate old = *origin;
    struct sev_session session;
    check_begin("PDH_GEN on the target: the session for the old PDH is worthless");
    if (send_start(pair, guest, &session)) {
        (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, origin, &session), SUCCESS);
        (void)CHECK_STATUS(sev_pdh_gen(&pair->second.board), SUCCESS);
        (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, origin, &session), BAD_MEASUREMENT);
        (void)CHECK_STATUS(sev_send_cancel(&pair->first.board, &handle), SUCCESS);
        (void)CHECK(pair_identify(pair));
    }

    check_begin("PDH_GEN on the origin: the session goes with the PDH it was made with");
    if (send_start(pair, guest, &session)) {
        (void)CHECK_STATUS(sev_pdh_gen(&pair->first.board), SUCCESS);
        (void)CHECK(pair_identify(pair));
        (void)CHECK(memcmp(origin, &old, sizeof old) != 0);
        (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, origin, &session), BAD_MEASUREMENT);
        (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, &old, &session), SUCCESS);
        (void)CHECK_STATUS(sev_send_cancel(&pair->first.board, &handle), SUCCESS);
    }
}

static void misuse(struct pair *pair, const struct tenant *guest)
{
    struct sev_handle handle = {.handle = guest->handle};
    const struct sev_certificate *origin = &pair->first.identity.pdh;
    struct sev_session session;
    struct sev_session other;
    check_begin("a session is for its target, its policy, its two ends");
    if (!send_start(pair, guest, &session)) {
        return;
    }
    (void)CHECK_STATUS(pair_try_receive(&pair->first, 0, origin, &session), BAD_MEASUREMENT);
    (void)CHECK_STATUS(pair_try_receive(&pair->second, SEV_POLICY_NODBG, origin, &session),
                       BAD_MEASUREMENT);
    (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, &pair->second.identity.pdh, &session),
                       BAD_MEASUREMENT);
    (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, origin, &session), SUCCESS);

    check_begin("SEND_CANCEL, then SEND_START: a new session, new keys");
    (void)CHECK_STATUS(sev_send_cancel(&pair->first.board, &handle), SUCCESS);
    if (send_start(pair, guest, &other)) {
        (void)CHECK(memcmp(other.nonce, session.nonce, sizeof other.nonce) != 0);
        (void)CHECK(memcmp(other.wrap_iv, session.wrap_iv, sizeof other.wrap_iv) != 0);
        (void)CHECK(memcmp(other.wrap_tk, session.wrap_tk, sizeof other.wrap_tk) != 0);
        other.policy_mac[0] ^= 1;
        (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, origin, &other), BAD_MEASUREMENT);
        memcpy(other.policy_mac, session.policy_mac, sizeof other.policy_mac); /* two sessions */
        (void)CHECK_STATUS(pair_try_receive(&pair->second, 0, origin, &other), BAD_MEASUREMENT);
        (void)CHECK_STATUS(sev_send_cancel(&pair->first.board, &handle), SUCCESS);
    }
}

void test_sessions(struct pair *pair)
{
    struct tenant guest = {.handle = 0};
    check_begin("launch a guest");
    if (pair_launch(pair, &pair->first, &guest, 0)) {
        new_pdh(pair, &guest);
        misuse(pair, &guest);
    }
    pair_end_guest(&pair->first, &guest);
    dram_free_all(&pair->first.board.dram);
}

/* A packet of the transfer's guest. */
static bool take(struct pair *pair, const struct pair_transfer *transfer, bool vmsa,
                 uint32_t length, struct sev_sent_packet *packet)
{
    const uint64_t paddr =
        vmsa ? transfer->guest.vmsa_paddr : transfer->guest.image.pieces[0].paddr;
    *packet = (struct sev_sent_packet){.vmsa = vmsa, .length = length};
    return CHECK_STATUS(sev_send(&pair->first.board, transfer->guest.handle, paddr, packet),
                        SUCCESS);
}

/* Neither kind passes for the other. */
static void contexts(struct pair *pair, struct pair_transfer *transfer)
{
    static struct sev_sent_packet data;
    static struct sev_sent_packet vmsa;
    struct board *board = &pair->second.board;
    const struct tenant *twin = &transfer->twin;
    check_begin("a data packet is no VMSA, and a VMSA is no data packet");
    if (!take(pair, transfer, false, SEV_VMSA_BYTES, &data) ||
        !take(pair, transfer, true, SEV_VMSA_BYTES, &vmsa)) {
        return;
    }
    data.vmsa = true;
    vmsa.vmsa = false;
    (void)CHECK_STATUS(sev_receive(board, twin->handle, twin->vmsa_paddr, &data), BAD_MEASUREMENT);
    (void)CHECK_STATUS(sev_receive(board, twin->handle, twin->image.pieces[0].paddr, &vmsa),
                       BAD_MEASUREMENT);
    data.vmsa = false;
    vmsa.vmsa = true;
    (void)CHECK_STATUS(sev_receive(board, twin->handle, twin->image.pieces[0].paddr, &data),
                       SUCCESS);
    (void)CHECK_STATUS(sev_receive(board, twin->handle, twin->vmsa_paddr, &vmsa), SUCCESS);

    check_begin("header and data of two packets do not go together; nor does another length");
    static struct sev_sent_packet second;
    if (take(pair, transfer, false, SEV_VMSA_BYTES, &second)) {
        (void)CHECK(memcmp(second.data, data.data, SEV_VMSA_BYTES) != 0);
        second.header = data.header;
        (void)CHECK_STATUS(sev_receive(board, twin->handle, twin->image.pieces[0].paddr, &second),
                           BAD_MEASUREMENT);
    }
    data.length -= SEV_BLOCK_BYTES;
    (void)CHECK_STATUS(sev_receive(board, twin->handle, twin->image.pieces[0].paddr, &data),
                       BAD_MEASUREMENT);
    data.length += 2 * SEV_BLOCK_BYTES;
    (void)CHECK_STATUS(sev_receive(board, twin->handle, twin->image.pieces[0].paddr, &data),
                       BAD_MEASUREMENT);
}

/* Lengths that RECEIVE_UPDATE refuses before it looks at the MAC. */
static void lengths(struct pair *pair, struct pair_transfer *transfer)
{
    struct sev_packet query = {.handle = transfer->guest.handle};
    check_begin("SEND_UPDATE: a query of nothing but the handle yields the header's length");
    (void)CHECK_STATUS(sev_send_update_data(&pair->first.board, &query), INVALID_LENGTH);
    (void)CHECK(query.hdr_length == sizeof(struct sev_packet_header));
    query = (struct sev_packet){.handle = transfer->guest.handle, .guest_length = 256};
    (void)CHECK_STATUS(sev_send_update_data(&pair->first.board, &query), INVALID_LENGTH);
    (void)CHECK(query.hdr_length == sizeof(struct sev_packet_header) && query.trans_length == 256);

    check_begin("packets of no length, of half a block, of the wrong size for a VMSA");
    static const struct {
        uint32_t length;
        bool vmsa;
    } cases[] = {{0, false}, {8, false}, {SEV_PACKET_MAX / 2 + 8, false}, {0, true}, {4080, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct sev_sent_packet packet;
        packet = (struct sev_sent_packet){.length = cases[i].length, .vmsa = cases[i].vmsa};
        const uint64_t here =
            cases[i].vmsa ? transfer->guest.vmsa_paddr : transfer->guest.image.pieces[0].paddr;
        const uint64_t there =
            cases[i].vmsa ? transfer->twin.vmsa_paddr : transfer->twin.image.pieces[0].paddr;
        (void)CHECK_STATUS(sev_send(&pair->first.board, transfer->guest.handle, here, &packet),
                           INVALID_LENGTH);
        (void)CHECK_STATUS(sev_receive(&pair->second.board, transfer->twin.handle, there, &packet),
                           INVALID_LENGTH);
    }
}

/* Two guests on their way at the same time. */
static void two_transfers(struct pair *pair, struct pair_transfer *transfer)
{
    static struct sev_sent_packet packet;
    struct pair_transfer other = {.guest = {.handle = 0}};
    check_begin("a packet fits the session it was made in, and no other");
    if (pair_begin(pair, &other, 0) && take(pair, &other, false, 64, &packet)) {
        (void)CHECK_STATUS(sev_receive(&pair->second.board, transfer->twin.handle,
                                       transfer->twin.image.pieces[0].paddr, &packet),
                           BAD_MEASUREMENT);
        (void)CHECK_STATUS(sev_receive(&pair->second.board, other.twin.handle,
                                       other.twin.image.pieces[0].paddr, &packet),
                           SUCCESS);
        /* The API binds a packet to no address: it may be put anywhere, and again. */
        (void)CHECK_STATUS(sev_receive(&pair->second.board, other.twin.handle,
                                       other.twin.image.pieces[1].paddr, &packet),
                           SUCCESS);
    }
    other.twin.image.bytes = NULL;
    pair_end_guest(&pair->second, &other.twin);
    pair_end_guest(&pair->first, &other.guest);
}

void test_packets(struct pair *pair)
{
    struct pair_transfer transfer;
    check_begin("begin to send a guest");
    if (pair_begin(pair, &transfer, SEV_POLICY_ES)) {
        contexts(pair, &transfer);
        lengths(pair, &transfer);
        two_transfers(pair, &transfer);
    }
    pair_end(pair, &transfer);
}
