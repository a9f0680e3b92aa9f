/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time since the board was switched on: it goes on over resets and updates.
 */
#ifndef HAL_TIMER_H
#define HAL_TIMER_H

#include <stdint.h>

/** @return microseconds since the board was switched on; never decreases */
uint64_t hal_timer_microseconds(void);

#endif
