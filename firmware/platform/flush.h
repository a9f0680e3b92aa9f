/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cache flush rules (section 9.5): which cores still owe a WBINVD before DF_FLUSH may succeed.
 */
#ifndef FIRMWARE_PLATFORM_FLUSH_H
#define FIRMWARE_PLATFORM_FLUSH_H

#include <stdbool.h>

#include "firmware/fabric.h"

/**
 * From now on cores owe a WBINVD.
 *
 * @param which  those, or NULL for all
 */
void flush_require_wbinvd(const struct fabric_core_set *which);

/**
 * Looks which cores have executed WBINVD since it became necessary.
 *
 * @return true when none owes one any more (always, when the fabric does not report WBINVD)
 */
bool flush_wbinvd_done(void);

#endif
