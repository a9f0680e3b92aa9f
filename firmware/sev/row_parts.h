/*
 * Parts that rows of several command families have in common.
 */
#ifndef FIRMWARE_SEV_ROW_PARTS_H
#define FIRMWARE_SEV_ROW_PARTS_H

#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "firmware/command.h"

/** Statuses of every command that names a guest, whatever its state. */
#define ANY_GUEST_STATUSES                                                                         \
    (COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |                            \
     COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_GUEST))

/** Statuses of every command that names a guest in a certain state. */
#define GUEST_STATUSES (ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_GUEST_STATE))

/** A buffer whose address and length are the fields NAME_paddr and NAME_length of a structure. */
#define ROW_BUFFER(label, type, field, use, length_rule, bytes, multiple)                          \
    {                                                                                              \
        .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_##length_rule,         \
        .paddr_offset = offsetof(struct type, field##_paddr),                                      \
        .length_offset = offsetof(struct type, field##_length), .length = (bytes),                 \
        .alignment = (multiple),                                                                   \
    }

/** Header, guest memory and data of a packet, in the order of firmware/guest/transfer.h. */
#define PACKET_BUFFERS(use, header_rule, guest_rule, guest_bytes, guest_multiple, data_rule)       \
    {                                                                                              \
        ROW_BUFFER("HDR", sev_packet, hdr, use, header_rule, sizeof(struct sev_packet_header), 1), \
            ROW_BUFFER("GUEST", sev_packet, guest, GUEST, guest_rule, guest_bytes,                 \
                       guest_multiple),                                                            \
            ROW_BUFFER("TRANS", sev_packet, trans, use, data_rule, 0, 1),                          \
    }

/** Buffer SRC or DST of a command that copies LENGTH bytes between two places. */
#define COPY_BUFFER(label, type, field, use)                                                       \
    {                                                                                              \
        .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_BLOCKS,                \
        .paddr_offset = offsetof(struct type, field),                                              \
        .length_offset = offsetof(struct type, length), .length = UINT32_MAX,                      \
        .alignment = SEV_BLOCK_BYTES,                                                              \
    }

#endif
