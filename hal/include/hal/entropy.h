/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw entropy of the board, not yet health-tested: crypto/entropy.c does that.
 */
#ifndef HAL_ENTROPY_H
#define HAL_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * @param[out] buffer  @p length random bytes
 * @param length       at most 4096
 * @return false when the source fails or does not answer in time; the buffer is then zeroed
 */
bool hal_entropy_read(uint8_t *buffer, size_t length) __attribute__((warn_unused_result));

#endif
