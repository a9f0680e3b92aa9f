/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests move, whatever their policy: sections 4.25 to 4.30, 8 and 10.4.
 */
#include <string.h>

#include "host/demo/machine.h"
#include "host/provision/provision.h"
#include "tests/migration/pair.h"

#define API_0_24 (24u << 24)

/* No ciphertext of one machine is found on the other, and no plaintext on either. */
static void check_memory(struct pair *pair, const struct pair_transfer *transfer)
{
    for (size_t i = 0; i < transfer->twin.image.piece_count; i++) {
        const struct guest_image_piece *here = &transfer->guest.image.pieces[i];
        const struct guest_image_piece *there = &transfer->twin.image.pieces[i];
        const uint8_t *left = dram_pointer(&pair->first.board.dram, here->paddr, here->length);
        const uint8_t *right = dram_pointer(&pair->second.board.dram, there->paddr, there->length);
        (void)CHECK(here->paddr != there->paddr);
        (void)CHECK(left != NULL && right != NULL && memcmp(left, right, here->length) != 0);
        (void)CHECK(right != NULL &&
                    memcmp(right, pair->plaintext + there->offset, there->length) != 0);
    }
}

/* What the target's firmware knows of the guest. */
static void check_received(struct pair *pair, const struct pair_transfer *transfer)
{
    struct board *board = &pair->second.board;
    const struct tenant *twin = &transfer->twin;
    struct sev_guest_status status = {.handle = twin->handle};
    struct sev_attestation_report report;
    const uint8_t mnonce[SEV_NONCE_BYTES] = {1};
    struct sev_dbg debug = {.handle = twin->handle,
                            .src_paddr = twin->image.pieces[0].paddr,
                            .dst_paddr = dram_allocate(&board->dram, 0, DRAM_PAGE_BYTES, 0),
                            .length = 64};
    (void)CHECK_STATUS(sev_guest_status(board, &status), SUCCESS);
    (void)CHECK(status.policy == twin->policy && status.asid == twin->asid);
    /* It was not launched here: there is no launch digest. */
    (void)CHECK_STATUS(sev_attest(board, twin->handle, mnonce, &report), INVALID_GUEST_STATE);
    if ((twin->policy & SEV_POLICY_NODBG) != 0) {
        (void)CHECK_STATUS(sev_dbg_decrypt(board, &debug), POLICY_FAILURE);
    } else if (CHECK_STATUS(sev_dbg_decrypt(board, &debug), SUCCESS)) {
        (void)CHECK(memcmp(dram_pointer(&board->dram, debug.dst_paddr, 64),
                           pair->plaintext + twin->image.pieces[0].offset, 64) == 0);
    }
}

static void move(struct pair *pair, uint32_t policy, uint32_t packet_bytes)
{
    struct pair_transfer transfer;
    check_begin("move with policy %08x in packets of %u bytes", policy, packet_bytes);
    if (pair_begin(pair, &transfer, policy) && pair_complete(pair, &transfer, packet_bytes)) {
        check_memory(pair, &transfer);
        check_received(pair, &transfer);
    }
    pair_end(pair, &transfer);
}

void test_moves(struct pair *pair)
{
    static const uint32_t policies[] = {
        0,
        SEV_POLICY_NODBG | SEV_POLICY_NOKS,
        SEV_POLICY_SEV,
        SEV_POLICY_SEV | API_0_24,
        SEV_POLICY_ES,
        SEV_POLICY_SEV | SEV_POLICY_ES | SEV_POLICY_NODBG | API_0_24,
    };
    static const uint32_t packets[] = {SEV_PACKET_MAX, SEV_PAGE_4K_BYTES, 0xFF0};
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        move(pair, policies[i], packets[i % 3]);
    }
    if (!pair->options->quick) {
        move(pair, 0, SEV_BLOCK_BYTES * 5);
    }
}

/* Makes an owner's key and OCA certificate. */
static bool make_owner(struct provision_p384_key *key, struct sev_certificate *oca)
{
    struct provision_error error;
    bool done = provision_p384_generate(key, &error);
    provision_sev_certificate(key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, 0, 17, oca);
    return done && provision_sign_sev_certificate(oca, 0, key, SEV_USAGE_OCA, &error);
}

/* Gives a platform to an owner. */
static void own(struct machine *machine, const struct provision_p384_key *key,
                const struct sev_certificate *oca)
{
    struct provision_error error;
    struct sev_certificate csr;
    (void)CHECK_STATUS(sev_export_csr(&machine->board, &csr), SUCCESS);
    (void)CHECK(provision_sign_sev_certificate(&csr, 0, key, SEV_USAGE_OCA, &error));
    (void)CHECK_STATUS(sev_import_owner(&machine->board, &csr, oca), SUCCESS);
}

/* @return what SEND_START says to a DOMAIN guest for the second platform */
static int try_domain(struct pair *pair, uint32_t policy)
{
    struct tenant guest = {.handle = 0};
    int result = MAILBOX_ERROR;
    if (pair_launch(pair, &pair->first, &guest, policy)) {
        result = pair_try_send(&pair->first, &guest, &pair->second.identity);
    }
    pair_end_guest(&pair->first, &guest);
    return result;
}

void test_domain(struct pair *pair)
{
    struct provision_p384_key keys[2];
    struct sev_certificate ocas[2];
    check_begin("PEK_GEN makes both platforms their own owners");
    (void)CHECK_STATUS(sev_pek_gen(&pair->first.board), SUCCESS);
    (void)CHECK_STATUS(sev_pek_gen(&pair->second.board), SUCCESS);
    (void)CHECK(pair_identify(pair));

    check_begin("a DOMAIN guest stays while each platform owns itself");
    (void)CHECK_STATUS(try_domain(pair, SEV_POLICY_DOMAIN), POLICY_FAILURE);
    (void)CHECK_STATUS(try_domain(pair, SEV_POLICY_DOMAIN | SEV_POLICY_SEV), POLICY_FAILURE);

    check_begin("one owner takes the first platform, another the second");
    (void)CHECK(make_owner(&keys[0], &ocas[0]) && make_owner(&keys[1], &ocas[1]));
    own(&pair->first, &keys[0], &ocas[0]);
    own(&pair->second, &keys[1], &ocas[1]);
    if (pair_identify(pair)) {
        (void)CHECK_STATUS(try_domain(pair, SEV_POLICY_DOMAIN), POLICY_FAILURE);
    }

    check_begin("the second platform comes to the first one's owner");
    (void)CHECK_STATUS(sev_pek_gen(&pair->second.board), SUCCESS);
    own(&pair->second, &keys[0], &ocas[0]);
    if (pair_identify(pair)) {
        (void)CHECK(memcmp(&pair->second.identity.chain.oca, &ocas[0], sizeof ocas[0]) == 0);
        move(pair, SEV_POLICY_DOMAIN, SEV_PACKET_MAX);
        move(pair, SEV_POLICY_DOMAIN | SEV_POLICY_SEV, SEV_PACKET_MAX);
        move(pair, SEV_POLICY_DOMAIN | SEV_POLICY_SEV | SEV_POLICY_ES, SEV_PAGE_4K_BYTES);
    }

    check_begin("a self-owned platform is outside of the owner's domain again");
    (void)CHECK_STATUS(sev_pek_gen(&pair->second.board), SUCCESS);
    if (pair_identify(pair)) {
        (void)CHECK_STATUS(try_domain(pair, SEV_POLICY_DOMAIN), POLICY_FAILURE);
        (void)CHECK_STATUS(try_domain(pair, SEV_POLICY_SEV), SUCCESS);
    }
}
