/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flips bytes on the wire, and counts what the firmware says.
 */
#include "host/demo/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Notes the outcome of one flip. */
static void note(struct wire_tally *tally, int result, enum sev_status expected, const char *what,
                 size_t offset)
{
    tally->tried++;
    if (result >= 0 && result < (int)WIRE_STATUSES) {
        tally->statuses[result]++;
    } else {
        tally->failed++;
    }
    if (result != (int)expected) {
        if (tally->wrong++ == 0) {
            (void)snprintf(tally->first_wrong, sizeof tally->first_wrong,
                           "byte %#zx of the %s: %s instead of %s", offset, what,
                           sev_result_text(result), sev_result_text((int)expected));
        }
    }
}

/* The bytes of a certificate. */
static uint8_t *part_of(struct sev_target *target, enum wire_part part)
{
    uint8_t *const parts[WIRE_PARTS] = {
        [WIRE_PDH] = (uint8_t *)&target->pdh,
        [WIRE_PEK] = (uint8_t *)&target->chain.pek,
        [WIRE_OCA] = (uint8_t *)&target->chain.oca,
        [WIRE_CEK] = (uint8_t *)&target->chain.cek,
        [WIRE_ASK] = target->amd,
        [WIRE_ARK] = target->amd + sizeof(struct amd_certificate_4096),
    };
    return parts[part];
}

void wire_flip_certificate(struct board *sender, uint32_t handle, uint32_t policy,
                           const struct sev_target *target, enum wire_part part,
                           const struct wire_flips *flips, struct wire_tally *tally)
{
    struct sev_target flipped = *target;
    uint8_t *bytes = part_of(&flipped, part);
    for (size_t i = flips->first; i < wire_part_bytes(part); i += flips->stride) {
        struct sev_handle cancel = {.handle = handle};
        struct sev_session session;
        uint32_t sent_policy = 0;
        bytes[i] ^= flips->mask;
        int result = sev_start_send(sender, handle, &flipped, &session, &sent_policy);
        bytes[i] ^= flips->mask;
        if (result == SEV_STATUS_SUCCESS && sev_send_cancel(sender, &cancel) != 0) {
            result = MAILBOX_ERROR;
        }
        note(tally, result, wire_expect_certificate(part, i, flips->mask, policy),
             wire_part_name(part), i);
    }
}

/* RECEIVE_START; a guest that comes into being is ended at once. */
static int try_to_receive(struct board *receiver, uint32_t policy,
                          const struct sev_certificate *pdh, const struct sev_session *session)
{
    uint32_t guest = 0;
    int result = sev_start_receive(receiver, policy, pdh, session, &guest);
    struct sev_handle handle = {.handle = guest};
    if (result == SEV_STATUS_SUCCESS && sev_decommission(receiver, &handle) != SEV_STATUS_SUCCESS) {
        result = MAILBOX_ERROR;
    }
    return result;
}

void wire_flip_session(struct board *receiver, uint32_t policy, const struct sev_certificate *pdh,
                       const struct sev_session *session, const struct wire_flips *flips,
                       struct wire_tally *tally)
{
    struct sev_session flipped = *session;
    uint8_t *bytes = (uint8_t *)&flipped;
    for (size_t i = flips->first; i < sizeof flipped; i += flips->stride) {
        bytes[i] ^= flips->mask;
        note(tally, try_to_receive(receiver, policy, pdh, &flipped), SEV_STATUS_BAD_MEASUREMENT,
             "session", i);
        bytes[i] ^= flips->mask;
    }
    for (unsigned bit = 0; bit < 6; bit++) {
        if (1u << bit != SEV_POLICY_ES) {
            note(tally, try_to_receive(receiver, policy ^ 1u << bit, pdh, session),
                 SEV_STATUS_BAD_MEASUREMENT, "policy", bit);
        }
    }
}

void wire_flip_origin(struct board *receiver, uint32_t policy, const struct sev_certificate *pdh,
                      const struct sev_session *session, const struct wire_flips *flips,
                      struct wire_tally *tally)
{
    struct sev_certificate flipped = *pdh;
    uint8_t *bytes = (uint8_t *)&flipped;
    for (size_t i = flips->first; i < sizeof flipped; i += flips->stride) {
        bytes[i] ^= flips->mask;
        note(tally, try_to_receive(receiver, policy, &flipped, session), wire_expect_origin(i),
             "origin's PDH", i);
        bytes[i] ^= flips->mask;
    }
}

/* Tries a packet; SUCCESS, or a change of guest memory, is what must not happen. */
static int try_packet(struct board *receiver, uint32_t handle, uint64_t paddr,
                      const struct sev_sent_packet *packet, uint8_t before[SEV_PACKET_MAX])
{
    const uint8_t *memory = dram_pointer(&receiver->dram, paddr, packet->length);
    int result = sev_receive(receiver, handle, paddr, packet);
    return memory != NULL && memcmp(memory, before, packet->length) == 0 ? result : MAILBOX_ERROR;
}

void wire_flip_packet(struct board *receiver, uint32_t handle, uint64_t paddr,
                      const struct sev_sent_packet *packet, const struct wire_flips *flips,
                      struct wire_tally *tally)
{
    struct sev_sent_packet flipped = *packet;
    uint8_t before[SEV_PACKET_MAX];
    const uint8_t *memory = dram_pointer(&receiver->dram, paddr, packet->length);
    if (memory == NULL) {
        note(tally, MAILBOX_ERROR, SEV_STATUS_SUCCESS, "guest's memory", 0);
        return;
    }
    memcpy(before, memory, packet->length);
    uint8_t *header = (uint8_t *)&flipped.header;
    for (size_t i = flips->first; i < sizeof flipped.header; i += flips->stride) {
        header[i] ^= flips->mask;
        note(tally, try_packet(receiver, handle, paddr, &flipped, before),
             wire_expect_header(i, flips->mask), "packet's header", i);
        header[i] ^= flips->mask;
    }
    for (size_t i = flips->first; i < flipped.length; i += flips->stride) {
        flipped.data[i] ^= flips->mask;
        note(tally, try_packet(receiver, handle, paddr, &flipped, before),
             SEV_STATUS_BAD_MEASUREMENT, "packet's data", i);
        flipped.data[i] ^= flips->mask;
    }
}

void wire_tally_text(const struct wire_tally *tally, char *text, size_t length)
{
    size_t used = 0;
    text[0] = '\0';
    for (unsigned status = 0; status < WIRE_STATUSES; status++) {
        if (tally->statuses[status] != 0 && used < length) {
            int written = snprintf(text + used, length - used, "%s%u %s", used != 0 ? ", " : "",
                                   tally->statuses[status], sev_result_text((int)status));
            used += written > 0 ? (size_t)written : 0;
        }
    }
}
