/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another platform, made with OpenSSL: it receives what the firmware sends, and sends what the
 * firmware receives (sections 4.25 to 4.30, 7.3, 7.8).
 */
#ifndef TESTS_CONFORMANCE_MIGRATION_H
#define TESTS_CONFORMANCE_MIGRATION_H

#include "tests/conformance/states.h"

/**
 * A SEND_START to this very platform, whose chain satisfies every policy: PDH certificate in slot 4,
 * PEK, OCA and signed CEK in slot 5, ASK and ARK in slot 6; the session goes to slot 7.
 */
void prepare_send(uint32_t handle, struct sev_send_start *parameters);

/** As prepare_send(), but the target's PDH is the owner's key: its session can be opened. */
void prepare_send_to(uint32_t handle, const struct owner *target,
                     struct sev_send_start *parameters);

/** Opens the session in slot 7 as the target. @return whether its MACs are right */
bool session_opens(struct owner *target) __attribute__((warn_unused_result));

/** The same; fails the test when a MAC is wrong. */
void open_session(struct owner *target);

/** A RECEIVE_START from an origin: its PDH certificate in slot 4, the session in slot 5. */
void prepare_receive(const struct owner *origin, struct sev_receive_start *parameters);

/** prepare_receive(), and the command. @return the guest's handle, inactive */
uint32_t receive(const struct owner *origin);

/**
 * Makes a packet.
 *
 * @param context      SEV_MAC_CONTEXT_SEND_DATA or _VMSA
 * @param[out] header  with a random IV
 * @param[out] data    @p length bytes of ciphertext
 */
void seal_packet(const struct owner *origin, uint8_t context, const void *plaintext,
                 uint32_t length, struct sev_packet_header *header, void *data);

/** Opens a packet; fails the test when its header or MAC is wrong. @param[out] plaintext  as long */
void open_packet(const struct owner *target, uint8_t context,
                 const struct sev_packet_header *header, const void *data, uint32_t length,
                 void *plaintext);

#endif
