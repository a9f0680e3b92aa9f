/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell as a unix stream socket.
 */
#ifndef HAL_HOSTED_DOORBELL_SOCKET_H
#define HAL_HOSTED_DOORBELL_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Listens on a unix stream socket.
 *
 * @param path  where to make it; or "fd:N", a descriptor of one that listens already
 * @return false, with errno, if that fails
 */
bool hosted_socket_listen(const char *path);
void hosted_socket_close(void);
bool hosted_socket_attached(void);
/** @return how many bytes had come */
uint32_t hosted_socket_drain(void);
void hosted_socket_wait(uint32_t timeout_ms);
void hosted_socket_ring(uint8_t value);

#endif
