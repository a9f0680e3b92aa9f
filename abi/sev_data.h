/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data that commands of the SEV firmware API point to: session, measurement, packet header,
 * attestation report; and the contexts that bind a MAC to its purpose.
 */
#ifndef ABI_SEV_DATA_H
#define ABI_SEV_DATA_H

#include "abi/abi.h"

#define SEV_KEY_BYTES 16u /**< VEK, TEK, TIK, KEK, KIK and master secret. */
#define SEV_MAC_BYTES 32u
#define SEV_NONCE_BYTES 16u
#define SEV_LAUNCH_DIGEST_BYTES 32u
#define SEV_CHIP_ID_BYTES 64u
#define SEV_BLOCK_BYTES 16u    /**< Granule of guest data addresses and lengths. */
#define SEV_PACKET_MAX 0x4000u /**< Largest payload of a secret, send or receive packet. */
/** Most memory that one command encrypts, decrypts or copies: it must answer within 20 seconds. */
#define SEV_MEMORY_MAX 0x8000000u
#define SEV_PAGE_4K_BYTES 0x1000u
#define SEV_PAGE_2M_BYTES 0x200000u
#define SEV_VMSA_BYTES 0x1000u
#define SEV_TMR_BYTES 0x100000u /**< Size and alignment of the TMR. */
#define SEV_NV_BYTES 0x8000u    /**< Size of the INIT_EX block. */
#define SEV_NV_ALIGNMENT 0x1000u

/* First byte of the MAC input. */
#define SEV_MAC_CONTEXT_LAUNCH_SECRET 0x01u
#define SEV_MAC_CONTEXT_SEND_DATA 0x02u
#define SEV_MAC_CONTEXT_SEND_VMSA 0x03u
#define SEV_MAC_CONTEXT_LAUNCH_MEASURE 0x04u

/* Labels of the key derivation function, used without their terminating NUL. */
#define SEV_LABEL_MASTER "sev-master-secret"
#define SEV_LABEL_KEK "sev-kek"
#define SEV_LABEL_KIK "sev-kik"
#define SEV_LABEL_CEK "sev-chip-endorsement-key"

/** Transport keys, in the order in which a session wraps them. */
struct sev_transport_keys {
    uint8_t tek[SEV_KEY_BYTES];
    uint8_t tik[SEV_KEY_BYTES];
} ABI_PACKED;
ABI_SIZE(struct sev_transport_keys, 0x20);
ABI_OFFSET(struct sev_transport_keys, tek, 0x00);
ABI_OFFSET(struct sev_transport_keys, tik, 0x10);

struct sev_session {
    uint8_t nonce[SEV_NONCE_BYTES];
    uint8_t wrap_tk[sizeof(struct sev_transport_keys)];
    uint8_t wrap_iv[16];
    uint8_t wrap_mac[SEV_MAC_BYTES];
    uint8_t policy_mac[SEV_MAC_BYTES];
} ABI_PACKED;
ABI_SIZE(struct sev_session, 0x80);
ABI_OFFSET(struct sev_session, nonce, 0x00);
ABI_OFFSET(struct sev_session, wrap_tk, 0x10);
ABI_OFFSET(struct sev_session, wrap_iv, 0x30);
ABI_OFFSET(struct sev_session, wrap_mac, 0x40);
ABI_OFFSET(struct sev_session, policy_mac, 0x60);

/** What LAUNCH_MEASURE writes. */
struct sev_measurement {
    uint8_t measure[SEV_MAC_BYTES];
    uint8_t mnonce[SEV_NONCE_BYTES];
} ABI_PACKED;
ABI_SIZE(struct sev_measurement, 0x30);
ABI_OFFSET(struct sev_measurement, measure, 0x00);
ABI_OFFSET(struct sev_measurement, mnonce, 0x20);

/** The 56 bytes that LAUNCH_MEASURE authenticates with the TIK. */
struct sev_measurement_message {
    uint8_t context;
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t policy;
    uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES];
    uint8_t mnonce[SEV_NONCE_BYTES];
} ABI_PACKED;
ABI_SIZE(struct sev_measurement_message, 0x38);
ABI_OFFSET(struct sev_measurement_message, context, 0x00);
ABI_OFFSET(struct sev_measurement_message, api_major, 0x01);
ABI_OFFSET(struct sev_measurement_message, api_minor, 0x02);
ABI_OFFSET(struct sev_measurement_message, build, 0x03);
ABI_OFFSET(struct sev_measurement_message, policy, 0x04);
ABI_OFFSET(struct sev_measurement_message, launch_digest, 0x08);
ABI_OFFSET(struct sev_measurement_message, mnonce, 0x28);

#define SEV_PACKET_FLAG_COMPRESSED (1u << 0)

/** Header of a secret, send or receive packet. */
struct sev_packet_header {
    uint32_t flags;
    uint8_t iv[16];
    uint8_t mac[SEV_MAC_BYTES];
} ABI_PACKED;
ABI_SIZE(struct sev_packet_header, 0x34);
ABI_OFFSET(struct sev_packet_header, flags, 0x00);
ABI_OFFSET(struct sev_packet_header, iv, 0x04);
ABI_OFFSET(struct sev_packet_header, mac, 0x14);

/** ATTESTATION report; the PEK signs MNONCE through POLICY. */
struct sev_attestation_report {
    uint8_t mnonce[SEV_NONCE_BYTES];
    uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES];
    uint32_t policy;
    uint32_t signature_usage;
    uint32_t signature_algorithm;
    uint32_t reserved;
    uint8_t signature_r[72];
    uint8_t signature_s[72];
} ABI_PACKED;
ABI_SIZE(struct sev_attestation_report, 0xD0);
ABI_OFFSET(struct sev_attestation_report, mnonce, 0x00);
ABI_OFFSET(struct sev_attestation_report, launch_digest, 0x10);
ABI_OFFSET(struct sev_attestation_report, policy, 0x30);
ABI_OFFSET(struct sev_attestation_report, signature_usage, 0x34);
ABI_OFFSET(struct sev_attestation_report, signature_algorithm, 0x38);
ABI_OFFSET(struct sev_attestation_report, reserved, 0x3C);
ABI_OFFSET(struct sev_attestation_report, signature_r, 0x40);
ABI_OFFSET(struct sev_attestation_report, signature_s, 0x88);

#define SEV_ATTESTATION_SIGNED_BYTES 0x34u

/* FLAGS of SWAP_OUT and SWAP_IN. */
#define SEV_SWAP_PAGE_2M (1u << 0)
#define SEV_SWAP_TYPE(flags) (((flags) >> 1) & 3u)
#define SEV_SWAP_IN_PLACE (1u << 3) /**< SWAP_IN only. */

enum sev_swap_type {
    SEV_SWAP_DATA = 0,
    SEV_SWAP_METADATA = 1,
    SEV_SWAP_VMSA = 2,
};

/** Metadata entry of a page that was swapped out. */
struct sev_swap_metadata {
    uint64_t software_data;
    uint8_t iv[8];
    uint8_t auth_tag[16];
    uint8_t reserved[0x1C];
    uint32_t flags;
} ABI_PACKED;
ABI_SIZE(struct sev_swap_metadata, 0x40);
ABI_OFFSET(struct sev_swap_metadata, software_data, 0x00);
ABI_OFFSET(struct sev_swap_metadata, iv, 0x08);
ABI_OFFSET(struct sev_swap_metadata, auth_tag, 0x10);
ABI_OFFSET(struct sev_swap_metadata, reserved, 0x20);
ABI_OFFSET(struct sev_swap_metadata, flags, 0x3C);

/* Ring-buffer mode: entries of the two rings. */
#define SEV_RING_ENTRIES 256u
#define SEV_RING_BYTES 0x1000u

struct sev_ring_command {
    uint16_t command_id;
    uint16_t flags;
    uint32_t software_data;
    uint64_t command_buffer_paddr;
} ABI_PACKED;
ABI_SIZE(struct sev_ring_command, 0x10);
ABI_OFFSET(struct sev_ring_command, command_id, 0x00);
ABI_OFFSET(struct sev_ring_command, flags, 0x02);
ABI_OFFSET(struct sev_ring_command, software_data, 0x04);
ABI_OFFSET(struct sev_ring_command, command_buffer_paddr, 0x08);

struct sev_ring_status {
    uint16_t status;
    uint8_t reserved[14];
} ABI_PACKED;
ABI_SIZE(struct sev_ring_status, 0x10);
ABI_OFFSET(struct sev_ring_status, status, 0x00);
ABI_OFFSET(struct sev_ring_status, reserved, 0x02);

#endif
