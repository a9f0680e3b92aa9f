/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files in place of the Linux board's devices: what a reset undoes. hosted.h has the rest.
 */
#ifndef HAL_HOSTED_FILES_H
#define HAL_HOSTED_FILES_H

#include "hal/hosted/hosted.h"

/** Unlocks the image of the flash bank, if one is attached. */
void hosted_nv_release(void);

#endif
