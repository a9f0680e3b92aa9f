/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migration agents (migration.h).
 */
#include "firmware/snp_guest/migration.h"

#include <string.h>

#include "firmware/fabric.h"
#include "firmware/snp_guest/context.h"

enum sev_status migration_find(const struct message *message, uint64_t gctx_paddr,
                               struct snp_guest **target)
{
    return message->vmpl != 0 ? SEV_STATUS_INVALID_PARAM
                              : snp_context_open(gctx_paddr & ~fabric_c_bit_mask(), target);
}

enum sev_status migration_find_own(const struct message *message, uint64_t gctx_paddr,
                                   struct snp_guest **target)
{
    const enum sev_status status = migration_find(message, gctx_paddr, target);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return (*target)->agent.paddr == message->guest->paddr &&
                   (*target)->agent.id == message->guest->id
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

void migration_link(struct snp_guest *guest, const struct snp_guest *agent)
{
    guest->agent = (struct snp_agent){.paddr = agent->paddr, .id = agent->id};
    memcpy(guest->report_id_ma, agent->report_id, sizeof guest->report_id_ma);
}
