/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every byte on the wire is flipped; host/demo/wire_expect.c says what the firmware must answer.
 */
#include <stdio.h>
#include <string.h>

#include "host/demo/wire.h"
#include "tests/migration/pair.h"

#define QUICK_STRIDE 53u
#define FLIP 1u /* the bit that is flipped in certificates */
#define BORDER_BYTES 32u
#define INNER_STRIDE 8u

static void report(const char *what, const struct wire_tally *tally)
{
    char text[256];
    wire_tally_text(tally, text, sizeof text);
    (void)printf("%-10s %5u flips: %s\n", what, tally->tried, text);
    (void)CHECK(tally->tried != 0 && tally->failed == 0);
    if (!CHECK(tally->wrong == 0)) {
        (void)printf("      %u wrong; %s\n", tally->wrong, tally->first_wrong);
    }
}

void test_flip_session(struct pair *pair)
{
    const bool quick = pair->options->quick;
    struct pair_transfer transfer;
    check_begin("flip session and policy");
    if (pair_begin(pair, &transfer, SEV_POLICY_SEV)) {
        const struct sev_certificate *origin = &pair->first.identity.pdh;
        for (unsigned bit = 0; bit < 8; bit += quick ? 8 : 7) {
            struct wire_flips flips = {.mask = (uint8_t)(1u << bit), .stride = quick ? 5 : 1};
            struct wire_tally tally = {0};
            wire_flip_session(&pair->second.board, SEV_POLICY_SEV, origin, &transfer.session,
                              &flips, &tally);
            report("session", &tally);
            flips.stride = pair->options->all ? 1 : quick ? QUICK_STRIDE : 7;
            tally = (struct wire_tally){0};
            wire_flip_origin(&pair->second.board, SEV_POLICY_SEV, origin, &transfer.session, &flips,
                             &tally);
            report("origin", &tally);
        }
        check_begin("flip a packet");
        for (unsigned bit = 0; bit < 8; bit++) {
            const struct wire_flips flips = {.mask = (uint8_t)(1u << bit), .stride = quick ? 7 : 1};
            struct sev_sent_packet packet = {.length = 256};
            struct wire_tally tally = {0};
            (void)CHECK_STATUS(sev_send(&pair->first.board, transfer.guest.handle,
                                        transfer.guest.image.pieces[0].paddr, &packet),
                               SUCCESS);
            wire_flip_packet(&pair->second.board, transfer.twin.handle,
                             transfer.twin.image.pieces[0].paddr, &packet, &flips, &tally);
            report("packet", &tally);
        }
        check_begin("the transfer goes on after all that");
        (void)pair_complete(pair, &transfer, SEV_PACKET_MAX);
    }
    pair_end(pair, &transfer);
}

/* @return whether the same is expected of all bytes around: deep inside a number, or in padding */
static bool is_inner(enum wire_part part, size_t offset, uint32_t policy)
{
    const enum sev_status expected = wire_expect_certificate(part, offset, FLIP, policy);
    if (offset < BORDER_BYTES || offset + BORDER_BYTES >= wire_part_bytes(part)) {
        return false;
    }
    for (size_t i = offset - BORDER_BYTES; i <= offset + BORDER_BYTES; i++) {
        if (wire_expect_certificate(part, i, FLIP, policy) != expected) {
            return false;
        }
    }
    return true;
}

/*
 * The bytes that the policy looks at: each alone. Unless all are asked for, seven of eight bytes deep
 * inside a run that is treated alike are left out where a try is expensive.
 */
static void flip_counted(struct pair *pair, const struct tenant *guest, enum wire_part part,
                         bool expensive)
{
    const uint32_t policy = guest->policy;
    struct wire_tally tally = {0};
    for (size_t i = 0; i < wire_part_bytes(part); i += pair->options->quick ? QUICK_STRIDE : 1) {
        const struct wire_flips flips = {.mask = FLIP, .first = i, .stride = wire_part_bytes(part)};
        const bool left_out = expensive && !pair->options->all && !pair->options->quick &&
                              i % INNER_STRIDE != 0 && is_inner(part, i, policy);
        if (!left_out && wire_expect_certificate(part, i, FLIP, policy) != SEV_STATUS_SUCCESS) {
            wire_flip_certificate(&pair->first.board, guest->handle, policy, &pair->second.identity,
                                  part, &flips, &tally);
        }
    }
    report(wire_part_name(part), &tally);
}

/* Sets all bytes that the policy does not look at, in all certificates at once: nothing happens. */
static void flip_ignored(struct pair *pair, const struct tenant *guest)
{
    struct sev_target target = pair->second.identity;
    uint8_t *const parts[] = {(uint8_t *)&target.pdh,
                              (uint8_t *)&target.chain.pek,
                              (uint8_t *)&target.chain.oca,
                              (uint8_t *)&target.chain.cek,
                              target.amd,
                              target.amd + sizeof(struct amd_certificate_4096)};
    unsigned flipped = 0;
    check_begin("policy %08x: flip all that it does not look at, together", guest->policy);
    for (unsigned part = 0; part < WIRE_PARTS; part++) {
        for (size_t i = 0; i < wire_part_bytes((enum wire_part)part); i++) {
            if (wire_expect_certificate((enum wire_part)part, i, 0x80, guest->policy) ==
                SEV_STATUS_SUCCESS) {
                parts[part][i] ^= 0x80;
                flipped++;
            }
        }
    }
    (void)CHECK(flipped != 0);
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), SUCCESS);
}

static void flip(struct pair *pair, uint32_t policy, const enum wire_part *parts, size_t count,
                 bool expensive)
{
    struct tenant guest = {.handle = 0};
    check_begin("launch a guest with policy %08x", policy);
    if (pair_launch(pair, &pair->first, &guest, policy)) {
        for (size_t i = 0; i < count; i++) {
            check_begin("policy %08x: flip each byte of the %s that counts", policy,
                        wire_part_name(parts[i]));
            flip_counted(pair, &guest, parts[i], expensive);
        }
        flip_ignored(pair, &guest);
    }
    pair_end_guest(&pair->first, &guest);
    dram_free_all(&pair->first.board.dram);
}

void test_flip_platform(struct pair *pair)
{
    static const enum wire_part parts[] = {WIRE_PDH, WIRE_PEK};
    flip(pair, SEV_POLICY_SEV, parts, sizeof parts / sizeof parts[0], false);
    static const enum wire_part pdh[] = {WIRE_PDH};
    flip(pair, 0, pdh, 1, false);
}

void test_flip_endorsement(struct pair *pair)
{
    static const enum wire_part parts[] = {WIRE_CEK, WIRE_ASK};
    flip(pair, SEV_POLICY_SEV, parts, sizeof parts / sizeof parts[0], true);
}

void test_flip_root(struct pair *pair)
{
    static const enum wire_part parts[] = {WIRE_ARK};
    flip(pair, SEV_POLICY_SEV, parts, sizeof parts / sizeof parts[0], true);
}

/* The first platform's own OCA: a guest with DOMAIN may be sent to itself. */
void test_flip_domain(struct pair *pair)
{
    static const enum wire_part parts[] = {WIRE_OCA, WIRE_PEK};
    const struct sev_target second = pair->second.identity;
    pair->second.identity = pair->first.identity;
    flip(pair, SEV_POLICY_DOMAIN, parts, sizeof parts / sizeof parts[0], true);
    pair->second.identity = second;
}
