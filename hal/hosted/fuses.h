/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuses of the Linux board.
 */
#ifndef HAL_HOSTED_FUSES_H
#define HAL_HOSTED_FUSES_H

#include "hal/hosted/hosted.h"

/** Makes the fuses those of the test chip. */
void hosted_fuses_reset(void);

#endif
