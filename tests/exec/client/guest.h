/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request to /dev/sev-guest.
 */
#ifndef TESTS_EXEC_CLIENT_GUEST_H
#define TESTS_EXEC_CLIENT_GUEST_H

#include "tests/exec/client/client.h"

#define CLIENT_EXITINFO 0x5555555555555555ull /**< In EXITINFO2, before a call. */
#define CLIENT_NO_ANSWER 0xFFull              /**< After one that got nowhere. */
#define CLIENT_VMM_INVALID_LENGTH (1ull << 32)

/**
 * One ioctl.
 *
 * @param version         of the message
 * @param[out] exitinfo2  what the structure has then. May be NULL
 * @return 0 or an error number
 */
int client_ask(int file, unsigned long number, uint8_t version, const void *request,
               const void *response, uint64_t *exitinfo2);

/** @return STATUS of an answer */
uint32_t client_status(const void *response);

#endif
