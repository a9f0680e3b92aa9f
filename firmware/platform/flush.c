/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cache flush rules (flush.h). A core's WBINVD counter is compared with what it was when the WBINVD
 * became necessary: any change means that it was executed since.
 */
#include "firmware/platform/flush.h"

#include <stddef.h>
#include <stdint.h>

static struct {
    bool owed;
    uint64_t count;
} cores[FABRIC_CORES_MAX];

void flush_require_wbinvd(const struct fabric_core_set *which)
{
    for (uint32_t core = 0; core < fabric_config()->cores; core++) {
        if (which == NULL || fabric_core_set_has(which, core)) {
            cores[core].owed = true;
            cores[core].count = fabric_wbinvd_count(core);
        }
    }
}

bool flush_wbinvd_done(void)
{
    const bool reported = (fabric_config()->flags & FABRIC_FLAG_WBINVD_REPORTED) != 0;
    bool done = true;

    for (uint32_t core = 0; core < fabric_config()->cores; core++) {
        if (cores[core].owed && reported && fabric_wbinvd_count(core) == cores[core].count) {
            done = false;
        } else {
            cores[core].owed = false;
        }
    }
    return done;
}
