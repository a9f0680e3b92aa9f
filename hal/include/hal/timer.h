/*
 * Time since the board started.
 */
#ifndef HAL_TIMER_H
#define HAL_TIMER_H

#include <stdint.h>

/** @return microseconds since the board started; never decreases */
uint64_t hal_timer_microseconds(void);

#endif
