/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an attacker on the wire can do: flip bytes of all that goes from the sender to the receiver.
 * Each flip is tried, and its status compared with what the specification says: sections 4.25, 4.28,
 * 4.29 and 6.
 */
#ifndef HOST_DEMO_WIRE_H
#define HOST_DEMO_WIRE_H

#include "host/lib/sev_migration.h"

/** Certificates that SEND_START gets of the target. */
enum wire_part {
    WIRE_PDH,
    WIRE_PEK,
    WIRE_OCA,
    WIRE_CEK,
    WIRE_ASK,
    WIRE_ARK,
    WIRE_PARTS,
};

/** How to flip. */
struct wire_flips {
    uint8_t mask;  /**< Bits that are flipped: one of them. */
    size_t stride; /**< Every how many bytes; 1 = all. */
    size_t first;  /**< From which byte on. */
};

#define WIRE_STATUSES 0x40u

/** What the flips led to. */
struct wire_tally {
    unsigned tried;
    unsigned wrong;                   /**< Not the status that is specified. */
    unsigned statuses[WIRE_STATUSES]; /**< How often each status came. */
    unsigned failed;                  /**< No status at all. */
    char first_wrong[160];            /**< In words. */
};

/** @return the certificate's name */
const char *wire_part_name(enum wire_part part);

/** @return size of a certificate in bytes; that of an AMD certificate is for 4096 bits */
size_t wire_part_bytes(enum wire_part part);

/**
 * What SEND_START answers when a bit of a certificate is flipped. The target owns itself, all
 * certificates are valid, ARK and ASK have 4096 bits, and POLICY asks for no API version.
 *
 * @param offset  of the byte
 * @param mask    the bit
 * @param policy  of the guest that is sent
 * @return SUCCESS where the policy does not look
 */
enum sev_status wire_expect_certificate(enum wire_part part, size_t offset, uint8_t mask,
                                        uint32_t policy);

/** @return what RECEIVE_START answers when a bit of the origin's PDH certificate is flipped */
enum sev_status wire_expect_origin(size_t offset);

/** @return what RECEIVE_UPDATE answers when a bit of the packet's header is flipped */
enum sev_status wire_expect_header(size_t offset, uint8_t mask);

/**
 * Flips one certificate on its way to SEND_START.
 *
 * @param handle         a running guest; it is running again when this returns
 * @param target         intact
 * @param[in,out] tally  is added to
 */
void wire_flip_certificate(struct board *sender, uint32_t handle, uint32_t policy,
                           const struct sev_target *target, enum wire_part part,
                           const struct wire_flips *flips, struct wire_tally *tally);

/**
 * Flips session and policy, then the origin's certificate, on their way to RECEIVE_START.
 *
 * @param pdh, session  as they were sent
 */
void wire_flip_session(struct board *receiver, uint32_t policy, const struct sev_certificate *pdh,
                       const struct sev_session *session, const struct wire_flips *flips,
                       struct wire_tally *tally);

/** As wire_flip_session(), of the origin's certificate. */
void wire_flip_origin(struct board *receiver, uint32_t policy, const struct sev_certificate *pdh,
                      const struct sev_session *session, const struct wire_flips *flips,
                      struct wire_tally *tally);

/**
 * Flips header and data of a packet on its way to RECEIVE_UPDATE. Guest memory must not change.
 *
 * @param handle  a guest that is being received
 * @param paddr   where the packet would go
 */
void wire_flip_packet(struct board *receiver, uint32_t handle, uint64_t paddr,
                      const struct sev_sent_packet *packet, const struct wire_flips *flips,
                      struct wire_tally *tally);

/** Puts the statuses with their counts into TEXT: "112 BAD_MEASUREMENT, 4 INVALID_PARAM". */
void wire_tally_text(const struct wire_tally *tally, char *text, size_t length);

#endif
