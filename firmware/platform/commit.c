/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Committing the running firmware (commit.h).
 */
#include "firmware/platform/commit.h"

#include "abi/sev_state.h"
#include "firmware/handover.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/product.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"

#define ASKED 1u

bool commit_hand_over(bool commit)
{
    const uint32_t asked = ASKED;

    return handover_add(HANDOVER_COUNTED, rollback_counted(), sizeof(struct rollback_floor)) &&
           (!commit || handover_add(HANDOVER_COMMIT | HANDOVER_REQUIRED, &asked, sizeof asked));
}

enum sev_status commit_take_over(void)
{
    struct rollback_floor booted;
    uint32_t asked = 0;

    if (handover_take(HANDOVER_COUNTED, &booted, sizeof booted)) {
        rollback_set_booted(&booted);
    }
    return handover_take(HANDOVER_COMMIT | HANDOVER_REQUIRED, &asked, sizeof asked) &&
                   asked == ASKED
               ? platform_commit()
               : SEV_STATUS_SUCCESS;
}

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
