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
 * Checks a packet without a measurement and decrypts its data in the command's private copy.
 *
 * @return SUCCESS, or as packet_check
 */
CRYPTO_CHECKED enum sev_status transfer_unpack(struct command *command, uint8_t context);

/**
 * Reads the command's GUEST buffer and fills header and data of a packet from it: fresh IV,
 * encryption, MAC.
 *
 * @param command  its OUT buffers are filled
 * @param context  SEV_MAC_CONTEXT_SEND_*
 * @return SUCCESS; as hostmem_copy_in; HWERROR_PLATFORM when the random generator fails
 */
CRYPTO_CHECKED enum sev_status transfer_send(struct command *command, uint8_t context);

/**
 * Checks a packet, and writes its data to the command's GUEST buffer under the guest's key. What is
 * written is made while the MAC is computed, and wiped if that does not verify.
 *
 * @param measure  32 bytes that the MAC covers too, or NULL
 * @return SUCCESS; as packet_check or hostmem_copy_out
 */
CRYPTO_CHECKED enum sev_status transfer_receive(struct command *command, uint8_t context,
                                                const uint8_t *measure);

#endif
