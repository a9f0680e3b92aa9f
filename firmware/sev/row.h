/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder are made of: each defines one row, and the parts of a row that
 * several commands have in common are here.
 */
#ifndef FIRMWARE_SEV_ROW_H
#define FIRMWARE_SEV_ROW_H

#include "abi/sev_certificate.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "firmware/command.h"
#include "firmware/guest/family.h"

/** Id, name and section. No SEV command depends on the state of the SEV-SNP platform. */
#define ROW_COMMAND(command, number)                                                               \
    .family = &sev_family, .id = SEV_COMMAND_##command, .name = #command, .section = (number),     \
    .snp_states = COMMAND_SNP_ANY

/** The parameters' structure. */
#define ROW_PARAMETERS(type) .structure = #type, .size = sizeof(struct type)

/** A command for a guest in one of the given states, named by the field HANDLE. */
#define ROW_GUEST(type, states)                                                                    \
    .platform_states = COMMAND_PLATFORM_READY, .guest_states = (states),                           \
    .guest_offset = offsetof(struct type, handle)

/** Statuses of every command that names a guest, whatever its state. */
#define ANY_GUEST_STATUSES                                                                         \
    (COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |                            \
     COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PAGE_STATE) |                        \
     COMMAND_STATUS(INVALID_GUEST))

/** Statuses of every command that names a guest in a certain state. */
#define GUEST_STATUSES (ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_GUEST_STATE))

/** Statuses of LAUNCH_START and RECEIVE_START. */
#define START_STATUSES                                                                             \
    (GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INVALID_LENGTH) |            \
     COMMAND_STATUS(INVALID_CERTIFICATE) | COMMAND_STATUS(BAD_MEASUREMENT) |                       \
     COMMAND_STATUS(RESOURCE_LIMIT) | COMMAND_STATUS(HWERROR_PLATFORM))

/** Statuses of INIT and INIT_EX. */
#define INIT_STATUSES                                                                              \
    (COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |                            \
     COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PAGE_STATE) |                        \
     COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(INVALID_CONFIG) |                              \
     COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(SECURE_DATA_INVALID) |                        \
     COMMAND_STATUS(HWERROR_PLATFORM))

/* Members of a buffer: what its address and length are, and how long it may be. */
#define ROW_BUFFER_USE(label, type, paddr_field, use, length_rule, bytes, multiple)                \
    .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_##length_rule,             \
    .paddr_offset = offsetof(struct type, paddr_field), .length = (bytes), .alignment = (multiple)

/** A buffer whose address and length are any two fields. */
#define ROW_BUFFER_AT(label, type, paddr_field, length_field, use, length_rule, bytes, multiple)   \
    {                                                                                              \
        ROW_BUFFER_USE(label, type, paddr_field, use, length_rule, bytes, multiple),               \
            .length_offset = offsetof(struct type, length_field),                                  \
    }

/** A buffer whose address and length are the fields NAME_paddr and NAME_length. */
#define ROW_BUFFER(label, type, field, use, length_rule, bytes, multiple)                          \
    ROW_BUFFER_AT(label, type, field##_paddr, field##_length, use, length_rule, bytes, multiple)

/** A buffer of one length, which the parameters do not give. */
#define ROW_BUFFER_FIXED(label, type, paddr_field, use, bytes, multiple)                           \
    {                                                                                              \
        ROW_BUFFER_USE(label, type, paddr_field, use, FIXED, bytes, multiple)                      \
    }

/** A page of guest memory or its image; there only if FLAGS has VALUE in the bits of MASK. */
#define ROW_PAGE(label, type, paddr_field, use, bits, wanted)                                      \
    {                                                                                              \
        ROW_BUFFER_USE(label, type, paddr_field, use, PAGE, 0, COMMAND_ALIGNED_TO_LENGTH),         \
            .length_offset = offsetof(struct type, flags),                                         \
            .present = {(bits), (wanted), offsetof(struct type, flags)},                           \
    }

/** The TMR of INIT and INIT_EX; there only with OPTIONS.ES. Memory has it without the C-bit. */
#define ROW_TMR(type)                                                                              \
    {                                                                                              \
        ROW_BUFFER_USE("TMR", type, tmr_paddr, REGION_READ_WRITE, PAGES, SEV_TMR_BYTES,            \
                       SEV_TMR_BYTES),                                                             \
            .length_offset = offsetof(struct type, tmr_length), .ignores_c_bit = true,             \
            .present = {SEV_INIT_OPTION_ES, SEV_INIT_OPTION_ES, offsetof(struct type, options)},   \
    }

/** Certificate and session of LAUNCH_START and RECEIVE_START, in the order of guest/start.h. */
#define START_BUFFERS(label, type, field, length_rule)                                             \
    {                                                                                              \
        ROW_BUFFER(label, type, field, IN, length_rule, sizeof(struct sev_certificate), 1),        \
            ROW_BUFFER("SESSION", type, session, IN, length_rule, sizeof(struct sev_session), 1),  \
    }

/** Header, guest memory and data of a packet, in the order of firmware/guest/transfer.h. */
#define PACKET_BUFFERS(use, guest_use, header_rule, guest_rule, guest_bytes, guest_multiple,       \
                       data_rule)                                                                  \
    {                                                                                              \
        ROW_BUFFER("HDR", sev_packet, hdr, use, header_rule, sizeof(struct sev_packet_header), 1), \
            ROW_BUFFER("GUEST", sev_packet, guest, guest_use, guest_rule, guest_bytes,             \
                       guest_multiple),                                                            \
            ROW_BUFFER("TRANS", sev_packet, trans, use, data_rule, 0, 1),                          \
    }

/* Members of the row of a command with a packet for a guest that must be active. */
#define ROW_PACKET(states)                                                                         \
    ROW_PARAMETERS(sev_packet), ROW_GUEST(sev_packet, states), .needs_active = true

/** A packet that comes in: guest memory gets what it holds. */
#define ROW_PACKET_IN(states, guest_rule, guest_bytes, guest_multiple)                             \
    ROW_PACKET(states), .buffers = PACKET_BUFFERS(IN, GUEST_WRITE, EXACT, guest_rule, guest_bytes, \
                                                  guest_multiple, SAME_AS_GUEST)

/** A packet that goes out: it gets what guest memory holds. */
#define ROW_PACKET_OUT(states, guest_rule, guest_bytes, guest_multiple)                            \
    ROW_PACKET(states),                                                                            \
        .buffers = PACKET_BUFFERS(OUT, GUEST_READ, AT_LEAST, guest_rule, guest_bytes,              \
                                  guest_multiple, AT_LEAST_GUEST),                                 \
        .out = {{offsetof(struct sev_packet, hdr_length), 4},                                      \
                {offsetof(struct sev_packet, trans_length), 4}}

/** Statuses of every command that takes a packet. */
#define PACKET_IN_STATUSES                                                                         \
    (GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_LENGTH) |                  \
     COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(UNSUPPORTED) |                                 \
     COMMAND_STATUS(BAD_MEASUREMENT))

/** Buffer SRC or DST of a command that copies LENGTH bytes between two places. */
#define COPY_BUFFER(label, type, paddr_field, use)                                                 \
    ROW_BUFFER_AT(label, type, paddr_field, length, use, BLOCKS, SEV_MEMORY_MAX, SEV_BLOCK_BYTES)

/** Rings of RING_BUFFER. */
#define RING_BUFFER_PAGE(label, field, use)                                                        \
    ROW_BUFFER_FIXED(label, sev_ring_buffer, field, use, SEV_RING_BYTES, SEV_RING_BYTES)

#endif
