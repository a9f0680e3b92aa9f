/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attacker in the demonstration of a migration: flips bits of all that crosses the wire.
 */
#include <stdio.h>

#include "host/demo/migration.h"
#include "host/demo/show.h"
#include "host/demo/wire.h"
#include "host/lib/deadline.h"

#define SMALL_PACKET 64u
#define CERTIFICATE_STRIDE 97u /* every byte would take a minute; tests/migration tries them all */

static bool report(const char *what, const struct wire_tally *tally, int64_t started,
                   const char *remark)
{
    char text[256];
    wire_tally_text(tally, text, sizeof text);
    if (tally->wrong != 0) {
        return demo_fail(what, "%u of %u: %s", tally->wrong, tally->tried, tally->first_wrong);
    }
    show_step(what, "as it must", deadline_now_us() - started, "%s%s", text, remark);
    return true;
}

/* SUCCESS after a flip is no hole: a guest with policy SEV, but not DOMAIN, needs no owner. */
static const char *why_success(enum wire_part part, const struct wire_tally *tally)
{
    if (tally->statuses[SEV_STATUS_SUCCESS] == 0) {
        return "";
    }
    return part == WIRE_OCA ? ": as expected, only policy DOMAIN looks at it"
                            : "; SUCCESS: in a signature that policy SEV does not look at";
}

/* Flips what A gets to know of B. */
static bool attack_certificates(struct migration *migration)
{
    const struct wire_flips flips = {.mask = 1, .stride = CERTIFICATE_STRIDE};
    for (unsigned part = 0; part < WIRE_PARTS; part++) {
        struct wire_tally tally = {0};
        int64_t started = deadline_now_us();
        char name[24];
        wire_flip_certificate(&migration->source.board, migration->guest.handle,
                              migration->guest.policy, &migration->target.identity,
                              (enum wire_part)part, &flips, &tally);
        (void)snprintf(name, sizeof name, "flip %s of B", wire_part_name((enum wire_part)part));
        if (!report(name, &tally, started, why_success((enum wire_part)part, &tally))) {
            return false;
        }
    }
    return true;
}

/* Flips what B gets from A. */
static bool attack_packets(struct migration *migration)
{
    const struct wire_flips flips = {.mask = 1, .stride = 1};
    struct sev_sent_packet packet = {.length = SMALL_PACKET};
    struct wire_tally tally = {0};
    int64_t started = deadline_now_us();
    int result = sev_send(&migration->source.board, migration->guest.handle,
                          migration->guest.image.pieces[0].paddr, &packet);
    if (result != SEV_STATUS_SUCCESS) {
        return demo_fail("SEND_UPDATE_DATA", "%s", sev_result_text(result));
    }
    wire_flip_packet(&migration->target.board, migration->twin.handle,
                     migration->twin.image.pieces[0].paddr, &packet, &flips, &tally);
    if (!report("flip packet", &tally, started, "")) {
        return false;
    }
    started = deadline_now_us();
    result = tenant_receive(&migration->twin, &migration->target.board, &packet, 0);
    return demo_command("RECEIVE_UPDATE_DATA", started, result, "B: the packet as it was sent");
}

bool migration_attack(void *context)
{
    struct migration *migration = context;
    const struct wire_flips flips = {.mask = 1, .stride = 1};
    struct wire_tally tally = {0};
    show_part("An attacker on the wire flips bits: every one is refused, where the policy looks");
    const size_t length = migration->file.length < MIGRATION_SMALL_GUEST ? migration->file.length
                                                                         : MIGRATION_SMALL_GUEST;
    if (!migration_launch(migration, length, SEV_POLICY_SEV, FABRIC_DEFAULT_MIN_SEV_ASID) ||
        !attack_certificates(migration) || !migration_start(migration)) {
        return false;
    }
    int64_t started = deadline_now_us();
    wire_flip_session(&migration->target.board, migration->guest.policy,
                      &migration->source.identity.pdh, &migration->session, &flips, &tally);
    return report("flip session, policy", &tally, started, "") && attack_packets(migration) &&
           migration_end(migration);
}
