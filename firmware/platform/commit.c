/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Committing the running firmware (commit.h).
 */
#include "firmware/platform/commit.h"

#include "abi/sev_state.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/product.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"

enum sev_status platform_commit(void)
{
    const struct rollback_floor floor = {
        .security_version = platform_security_version(),
        .build = SEV_BUILD,
        .api_minor = product()->api_minor,
        .api_major = product()->api_major,
        .tcb = tcb_current(),
    };
    const enum sev_status status = rollback_commit(&floor);

    if (status == SEV_STATUS_SUCCESS) {
        snp_settings()->reported_tcb = 0;
    }
    return status;
}
