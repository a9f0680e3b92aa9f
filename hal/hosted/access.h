/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The x86 side in a test: what the memories that it shares call.
 */
#ifndef HAL_HOSTED_ACCESS_H
#define HAL_HOSTED_ACCESS_H

#include "hal/hosted/hosted.h"

/** Tells the test of an access to come. */
void hosted_access(enum hosted_memory memory, enum hosted_access_kind kind, uint64_t offset,
                   size_t length);

#endif
