/*
 * Time since the firmware started.
 */
#ifndef HAL_TIMER_H
#define HAL_TIMER_H

#include <stdint.h>

/**
 * @return microseconds since hal_system_start(), or before that since the board was switched on;
 *         never decreases after it
 */
uint64_t hal_timer_microseconds(void);

#endif
