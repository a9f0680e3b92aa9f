/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest from the hypervisor's side: launched without an owner's session, sent in packets, received
 * elsewhere, ended. Functions print nothing; results are as in host/lib/sev.h.
 */
#ifndef HOST_DEMO_TENANT_H
#define HOST_DEMO_TENANT_H

#include "host/demo/guest_image.h"
#include "host/lib/sev_migration.h"

struct tenant {
    struct guest_image image; /**< Its plaintext, and where that lies. */
    uint8_t vmsa[SEV_VMSA_BYTES];
    uint64_t vmsa_paddr; /**< 0: no SEV-ES guest. */
    uint32_t policy;
    uint32_t handle;
    uint32_t asid;
};

/** Gets a packet and its place in the guest: an offset in the image; 0 for the VMSA. */
typedef int tenant_sink(void *context, const struct sev_sent_packet *packet, uint64_t offset);

/**
 * INIT, with SEV-ES when asked to, then WBINVD on all cores and DF_FLUSH.
 *
 * @param es  allocates the TMR, and gives it to the firmware
 */
int tenant_init_platform(struct board *board, bool es) __attribute__((warn_unused_result));

/** WBINVD on all cores, and DF_FLUSH. */
int tenant_flush(struct board *board) __attribute__((warn_unused_result));

/**
 * Makes a guest's plaintext.
 *
 * @param[out] tenant  end it with guest_image_free() of its image
 * @param bytes        @p length bytes, copied
 * @param policy       with SEV_POLICY_ES it has a VMSA, too
 * @return false when memory does not suffice
 */
bool tenant_make(struct tenant *tenant, const void *bytes, size_t length, uint32_t policy)
    __attribute__((warn_unused_result));

/** Allocates its memory on a machine. @return false when there is no room */
bool tenant_place(struct tenant *tenant, struct board *board) __attribute__((warn_unused_result));

/** Launches it: LAUNCH_START to LAUNCH_FINISH, and ACTIVATE with its ASID. */
int tenant_launch(struct tenant *tenant, struct board *board) __attribute__((warn_unused_result));

/**
 * Sends all of it, after SEND_START and before SEND_FINISH.
 *
 * @param packet_bytes  most that a packet carries; a multiple of 16, at most SEV_PACKET_MAX
 * @param sink          gets each packet; what it returns ends the transfer unless it is SUCCESS
 */
int tenant_send(const struct tenant *tenant, struct board *board, uint32_t packet_bytes,
                tenant_sink *sink, void *context) __attribute__((warn_unused_result));

/** Puts one packet where it belongs. @return INVALID_ADDRESS when it does not fit the guest */
int tenant_receive(const struct tenant *tenant, struct board *board,
                   const struct sev_sent_packet *packet, uint64_t offset)
    __attribute__((warn_unused_result));

/** @return whether the guest reads its plaintext through its key, and the CPU accepts its VMSA */
bool tenant_finds_itself(const struct tenant *tenant, struct board *board)
    __attribute__((warn_unused_result));

/** @return the state in GUEST_STATUS, or a negative number when the command fails */
int tenant_state(const struct tenant *tenant, struct board *board)
    __attribute__((warn_unused_result));

/** DEACTIVATE, DECOMMISSION, WBINVD on all cores, DF_FLUSH. */
int tenant_end(const struct tenant *tenant, struct board *board)
    __attribute__((warn_unused_result));

#endif
