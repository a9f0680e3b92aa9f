/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving guest pages in packets (sections 4.26, 4.29, 7.8): from guest memory to a packet under the
 * transport keys, and back.
 */
#ifndef FIRMWARE_GUEST_TRANSFER_H
#define FIRMWARE_GUEST_TRANSFER_H

#include <stdint.h>

#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "firmware/command.h"
#include "firmware/guest/guest.h"

/* Order of the buffers in the rows of SEND_UPDATE_*, RECEIVE_UPDATE_* and LAUNCH_UPDATE_SECRET. */
#define TRANSFER_HEADER_BUFFER 0u
#define TRANSFER_GUEST_BUFFER 1u
#define TRANSFER_DATA_BUFFER 2u

/**
 * Fills header and data of a packet from plaintext: fresh IV, encryption, MAC.
 *
 * @param command  its OUT buffers are filled; the data buffer holds the plaintext on entry
 * @param context  SEV_MAC_CONTEXT_SEND_*
 * @return SUCCESS, or HWERROR_PLATFORM when the random generator fails; the plaintext is then wiped
 */
CRYPTO_CHECKED enum sev_status transfer_pack(struct command *command, uint8_t context);

/**
 * Checks a packet and decrypts its data in the command's private copy.
 *
 * @param measure  32 bytes that the MAC covers too, or NULL
 * @return SUCCESS, or as packet_check
 */
CRYPTO_CHECKED enum sev_status transfer_unpack(struct command *command, uint8_t context,
                                               const uint8_t *measure);

/**
 * transfer_unpack(), then guest memory gets what the packet held.
 *
 * @return SUCCESS, or as transfer_unpack or hostmem_copy_out; the data buffer holds ciphertext
 *         after SUCCESS
 */
CRYPTO_CHECKED enum sev_status transfer_receive(struct command *command, uint8_t context,
                                                const uint8_t *measure);

#endif
