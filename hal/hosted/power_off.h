/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request to power off.
 */
#ifndef HAL_HOSTED_POWER_OFF_H
#define HAL_HOSTED_POWER_OFF_H

#include <stdbool.h>

/** @return whether the process was asked to power off */
bool hosted_power_off_requested(void);

/** Forgets the request to power off. */
void hosted_power_off_clear(void);

/** @return a descriptor that becomes readable with the request to power off; -1 if there is none */
int hosted_power_off_descriptor(void);

#endif
