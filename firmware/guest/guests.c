/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All guests together (guests.h).
 */
#include "firmware/guest/guests.h"

#include <stddef.h>

#include "abi/sev_commands.h"
#include "firmware/guest/asid.h"
#include "firmware/guest/guest.h"
#include "firmware/guest/vmsa.h"
#include "firmware/platform/flush.h"

enum sev_status guests_init(const struct command *command, uint32_t init_options)
{
    const struct platform_options options = {
        .es = (init_options & SEV_INIT_OPTION_ES) != 0,
        .tmr = command->data[GUESTS_TMR_BUFFER].range,
        .nv_block = command->data[GUESTS_NV_BUFFER].range,
    };
    const enum sev_status status = platform_init(&options);

    if (status == SEV_STATUS_SUCCESS && !guests_start(&options.tmr)) {
        platform_shutdown();
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return status;
}

bool guests_start(const struct hostmem_range *tmr)
{
    const bool ok = tmr->length == 0 || vmsa_start(tmr);

    asid_retire_all();
    flush_require_wbinvd(NULL);
    return ok;
}

void guests_stop(void)
{
    guest_destroy_all();
    vmsa_stop();
    asid_retire_all();
    flush_require_wbinvd(NULL);
}
