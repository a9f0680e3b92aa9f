/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small devices of the Linux board: where the log goes. hosted.h has the rest.
 */
#ifndef HAL_HOSTED_DEVICES_H
#define HAL_HOSTED_DEVICES_H

#include "hal/hosted/hosted.h"

/** Sends the log to a file from now on; -1 = to standard error if VIRTASP_LOG is set. */
void hosted_log_to(int descriptor);

#endif
