/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands that move a guest, together with what their buffers point to: certificates, session
 * and packets. SEV firmware API, sections 4.25 to 4.30. Results as in sev.h.
 */
#ifndef HOST_LIB_SEV_MIGRATION_H
#define HOST_LIB_SEV_MIGRATION_H

#include "host/lib/sev.h"

#define SEV_AMD_CHAIN_MAX (2u * AMD_CERTIFICATE_BYTES(4096))

/** What the sender wants to know of the platform that a guest is sent to. */
struct sev_target {
    struct sev_certificate pdh;
    struct sev_certificate_chain chain; /**< With the CEK certificate that the ASK has signed. */
    uint8_t amd[SEV_AMD_CHAIN_MAX];     /**< ASK || ARK */
    uint32_t amd_length;
};

/** One packet on its way. */
struct sev_sent_packet {
    struct sev_packet_header header;
    bool vmsa; /**< Made by SEND_UPDATE_VMSA. */
    uint32_t length;
    uint8_t data[SEV_PACKET_MAX];
};

/**
 * SEND_START.
 *
 * @param[out] session  set on success
 * @param[out] policy   of the guest, set on success
 */
int sev_start_send(struct board *board, uint32_t handle, const struct sev_target *target,
                   struct sev_session *session, uint32_t *policy)
    __attribute__((warn_unused_result));

/**
 * SEND_UPDATE_DATA or SEND_UPDATE_VMSA.
 *
 * @param paddr           of guest memory
 * @param[in,out] packet  VMSA and LENGTH say what to send; the rest is set on success
 */
int sev_send(struct board *board, uint32_t handle, uint64_t paddr, struct sev_sent_packet *packet)
    __attribute__((warn_unused_result));

/**
 * RECEIVE_START of a guest with a memory key of its own.
 *
 * @param pdh          the origin's
 * @param[out] handle  set on success
 */
int sev_start_receive(struct board *board, uint32_t policy, const struct sev_certificate *pdh,
                      const struct sev_session *session, uint32_t *handle)
    __attribute__((warn_unused_result));

/** RECEIVE_UPDATE_DATA or RECEIVE_UPDATE_VMSA, as the packet says. @param paddr of guest memory */
int sev_receive(struct board *board, uint32_t handle, uint64_t paddr,
                const struct sev_sent_packet *packet) __attribute__((warn_unused_result));

#endif
