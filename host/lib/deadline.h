/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points in time until which something may take, so that every wait has a bound.
 */
#ifndef HOST_LIB_DEADLINE_H
#define HOST_LIB_DEADLINE_H

#include <stdint.h>

/** @return microseconds of a clock that only goes forward */
int64_t deadline_now_us(void);

/** @return the point in time @p timeout_ms milliseconds from now */
int64_t deadline_after(int timeout_ms);

/** @return milliseconds until @p deadline, rounded up; 0 when it has passed */
int deadline_left_ms(int64_t deadline);

/** Sleeps, possibly shorter when a signal arrives. */
void deadline_sleep_us(int64_t microseconds);

#endif
