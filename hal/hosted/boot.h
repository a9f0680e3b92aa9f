/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Booting and stopping the Linux board: what its devices call. hosted.h has the rest.
 */
#ifndef HAL_HOSTED_BOOT_H
#define HAL_HOSTED_BOOT_H

#include "hal/hosted/hosted.h"

/** Stops the board. */
_Noreturn void hosted_stop(enum hosted_ending ending);

#endif
