/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps of a guest's life, as the x86 side and the guest owner take them. A step that should
 * succeed and does not fails the test.
 */
#ifndef TESTS_UNIT_FIRMWARE_FLOW_H
#define TESTS_UNIT_FIRMWARE_FLOW_H

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_oracle.h"

/** A guest owner: its key and what it sends with LAUNCH_START. */
struct flow_owner {
    struct oracle_key key;
    struct sev_transport_keys keys;
    struct sev_certificate certificate;
    struct sev_session session;
};

/** Makes an owner and a session for this platform's PDH. TEK = 10..1f, TIK = 20..2f. */
void flow_owner(struct flow_owner *owner, uint32_t policy);

/** Puts the owner's certificate and session into memory and fills in LAUNCH_START. */
void flow_prepare_start(struct sev_launch_start *parameters, const struct flow_owner *owner,
                        uint32_t policy);

/** LAUNCH_START with the owner's session, or without one (NULL). @return the handle */
uint32_t flow_start(const struct flow_owner *owner, uint32_t policy);

/** LAUNCH_START that shares the key of another guest. */
enum sev_status flow_share(uint32_t source, uint32_t policy, uint32_t *handle);

enum sev_status flow_activate(uint32_t handle, uint32_t asid);
enum sev_status flow_update(uint32_t handle, uint64_t paddr, uint32_t length);
enum sev_status flow_measure(uint32_t handle, struct sev_measurement *measurement);

/** DF_FLUSH, after WBINVD everywhere. */
void flow_flush(void);

/** Takes a guest without session to the state asked for, active on BOARD_ASID. @return its handle */
uint32_t flow_guest(enum sev_guest_state state);

/**
 * Makes a packet (7.6, 7.8), as a guest owner or another platform does.
 *
 * @param context  SEV_MAC_CONTEXT_*
 * @param measure  32 bytes for a launch secret, else NULL
 * @param cipher   gets the ciphertext, @p length bytes
 */
void flow_packet(uint8_t context, const struct sev_transport_keys *keys, const uint8_t *measure,
                 const void *plain, uint32_t length, struct sev_packet_header *header,
                 uint8_t *cipher);

/** LAUNCH_UPDATE_SECRET from BOARD_BUFFER(4), (5) to @p guest_paddr. */
enum sev_status flow_inject(uint32_t handle, const struct sev_packet_header *header,
                            const uint8_t *cipher, uint32_t length, uint64_t guest_paddr);

/** GUEST_STATUS. */
enum sev_status flow_guest_status(uint32_t handle, struct sev_guest_status *status);

/** Has an external owner sign the PEK and fills in PEK_CERT_IMPORT, both in memory. */
void flow_prepare_import(struct sev_pek_cert_import *parameters, struct oracle_key *owner);

#endif
