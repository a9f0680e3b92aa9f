/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of the virtio-crypto device: a key that it has expanded, and a number that names it.
 */
#ifndef HAL_QEMU_VIRT_CIPHER_SESSION_H
#define HAL_QEMU_VIRT_CIPHER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/cipher.h"

/**
 * Gives the device a key; the copy that it reads is wiped.
 *
 * @param[out] session  names it
 * @return false when the device refuses, or has been stopped because it did not answer
 */
bool cipher_session_open(const struct hal_cipher_key *key, uint32_t *session)
    __attribute__((warn_unused_result));

/** Makes the device forget a key. @return as above */
bool cipher_session_close(uint32_t session) __attribute__((warn_unused_result));

/**
 * Makes the device forget the keys of an earlier run: they outlive the device's reset and the
 * board's. Called before any session is open.
 *
 * @return false when keys may be left
 */
bool cipher_session_close_all(void) __attribute__((warn_unused_result));

#endif
