/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of a migration with SEV-SNP: agents on both machines, and a guest that is linked to
 * the first.
 */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_migration.h"
#include "host/lib/deadline.h"

#define AGENT_ASID 1u
#define GUEST_ASID 2u
#define AGENT_POLICY (SNP_POLICY_ONE | SNP_POLICY_SMT)
#define GUEST_POLICY (AGENT_POLICY | SNP_POLICY_MIGRATE_MA)

static int run(struct snp_tenant *tenant)
{
    int result = snp_tenant_activate(tenant);
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_load(tenant, false);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_finish(tenant, NULL);
    }
    if (result == SEV_STATUS_SUCCESS && !snp_tenant_open_channel(tenant)) {
        result = SEV_STATUS_INVALID_GUEST;
    }
    return result;
}

static bool launch_agent(const struct snp_migration *migration, struct snp_migration_side *side)
{
    int64_t started = deadline_now_us();
    int result = snp_tenant_create(&side->agent, &side->host, &migration->agent_image, AGENT_ASID);
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_start(&side->agent, AGENT_POLICY, NULL, 0);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = run(&side->agent);
    }
    return demo_command("launch agent", started, result, "%s%zu pages", side->host.name,
                        migration->agent_image.count) &&
           snp_migration_attest(&side->agent, "agent", &side->agent_report);
}

bool snp_migration_agents(void *context)
{
    struct snp_migration *migration = context;
    show_part("A migration agent runs on each, and is attested");
    return launch_agent(migration, &migration->source) &&
           launch_agent(migration, &migration->target);
}

/* The agent gives the guest a root key that does not depend on the chip. */
static bool give_root_key(struct snp_migration *migration)
{
    struct snp_vmrk_request request = {.gctx_paddr = migration->guest.gctx};
    struct snp_status_response response;
    if (RAND_bytes(request.vmrk, sizeof request.vmrk) != 1) {
        return demo_fail("VMRK", "the random generator failed");
    }
    int64_t started = deadline_now_us();
    int result = snp_tenant_ask(&migration->source.agent, SNP_MESSAGE_VMRK, &request,
                                sizeof request, &response, sizeof response);
    OPENSSL_cleanse(&request, sizeof request);
    return demo_command("VMRK", started, result, "A: the agent gives the guest a root key");
}

bool snp_migration_launch(void *context)
{
    struct snp_migration *migration = context;
    struct snp_tenant *guest = &migration->guest;
    show_part("A guest is launched on A, linked to its agent");
    int64_t started = deadline_now_us();
    int result = snp_tenant_create(guest, &migration->source.host, &migration->image, GUEST_ASID);
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_start(guest, GUEST_POLICY, &migration->source.agent, SNP_LAUNCH_IMI_EN);
    }
    if (!demo_command("SNP_LAUNCH_START", started, result, "A: policy %llx: may be migrated",
                      (unsigned long long)guest->policy) ||
        !give_root_key(migration)) {
        return false;
    }
    started = deadline_now_us();
    result = run(guest);
    if (!demo_command("launch guest", started, result, "A: %zu pages", migration->image.count) ||
        !snp_migration_attest(guest, "guest", &migration->report)) {
        return false;
    }
    if (memcmp(migration->report.report_id_ma, migration->source.agent_report.report_id,
               sizeof migration->report.report_id_ma) != 0) {
        return demo_fail("report", "the guest does not name its agent");
    }
    started = deadline_now_us();
    result = snp_tenant_key(guest, SNP_KEY_ROOT_VMRK, 0, migration->key);
    return demo_command("KEY", started, result, "A: key %02x%02x%02x%02x... from the root key",
                        migration->key[0], migration->key[1], migration->key[2], migration->key[3]);
}
