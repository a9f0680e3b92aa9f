/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of a migration with SEV-SNP: the guest's context goes from agent to agent, and
 * makes a guest of a new context, and of one that was launched for that.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_migration.h"
#include "host/lib/deadline.h"

#define TWIN_ASID 7u /* Another than on A, to show that it does not matter. */
#define ABSORBED_ASID 8u

static const char text[] = "written on A";

static uint64_t memory_of(const struct snp_image *image)
{
    return snp_image_find(image, SNP_PAGE_ZERO)->gpa;
}

bool snp_migration_export(void *context)
{
    struct snp_migration *migration = context;
    struct snp_export_request request = {.gctx_paddr = migration->guest.gctx};
    struct snp_export_response response;
    char bytes[64] = "";
    memcpy(bytes, text, sizeof text);
    show_part("The guest leaves A");
    if (!snp_tenant_write(&migration->guest, memory_of(&migration->image), bytes, sizeof bytes)) {
        return demo_fail("write as guest", "the guest cannot use its memory");
    }
    if (!snp_migration_pack(migration)) {
        return false;
    }
    int64_t started = deadline_now_us();
    const int result = snp_tenant_ask(&migration->source.agent, SNP_MESSAGE_EXPORT, &request,
                                      sizeof request, &response, sizeof response);
    migration->parcel.context = response.context;
    migration->parcel.channel = migration->guest.channel;
    OPENSSL_cleanse(&response, sizeof response);
    return demo_command("EXPORT", started, result,
                        "A: the agent has the context; it carries it to B's agent");
}

/* The agent of B asks the firmware to give the context to a guest. */
static int give_context(struct snp_migration *migration, enum snp_message_type type,
                        const struct snp_tenant *guest)
{
    struct snp_import_request request = {
        .gctx_paddr = guest->gctx,
        .context_size = sizeof request.context,
        .context_version = SNP_CONTEXT_VERSION,
        .context = migration->parcel.context,
    };
    struct snp_status_response response;
    const int result = snp_tenant_ask(&migration->target.agent, type, &request, sizeof request,
                                      &response, sizeof response);
    OPENSSL_cleanse(&request, sizeof request);
    return result;
}

/* The guest goes on with its keys and counters; its reports have a new id and the new agent's. */
static bool check(const struct snp_migration *migration, struct snp_tenant *guest)
{
    struct snp_report report = {0};
    uint8_t key[SNP_KEY_BYTES] = {0};
    guest->policy = migration->guest.policy;
    guest->channel = migration->parcel.channel;
    if (!snp_migration_attest(guest, "guest", &report)) {
        return false;
    }
    if (memcmp(report.report_id, migration->report.report_id, sizeof report.report_id) == 0 ||
        memcmp(report.report_id_ma, migration->target.agent_report.report_id,
               sizeof report.report_id_ma) != 0) {
        return demo_fail("report", "not a new id, and the id of B's agent");
    }
    int64_t started = deadline_now_us();
    const int result = snp_tenant_key(guest, SNP_KEY_ROOT_VMRK, 0, key);
    const bool same = memcmp(key, migration->key, sizeof key) == 0;
    const bool shown = demo_command("KEY", started, result, "B: key %02x%02x%02x%02x..., as on A",
                                    key[0], key[1], key[2], key[3]);
    OPENSSL_cleanse(key, sizeof key);
    return shown && (same || demo_fail("KEY", "B: it is not"));
}

bool snp_migration_import(void *context)
{
    struct snp_migration *migration = context;
    struct snp_tenant *twin = &migration->twin;
    char bytes[64];
    show_part("The guest arrives on B");
    int64_t started = deadline_now_us();
    int result = snp_tenant_create(twin, &migration->target.host, &migration->image, TWIN_ASID);
    if (!demo_command("SNP_GCTX_CREATE", started, result, "B: a context for it")) {
        return false;
    }
    started = deadline_now_us();
    result = give_context(migration, SNP_MESSAGE_IMPORT, twin);
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_activate(twin);
    }
    if (!demo_command("IMPORT, SNP_ACTIVATE", started, result, "B: %s, ASID %u",
                      snp_guest_state_name((uint32_t)snp_tenant_state(twin)), twin->asid) ||
        !snp_migration_unpack(migration)) {
        return false;
    }
    if (!snp_tenant_read(twin, memory_of(&migration->image), bytes, sizeof bytes) ||
        memcmp(bytes, text, sizeof text) != 0) {
        return demo_fail("read as guest", "B: the guest does not find its memory");
    }
    show_step("read as guest", "ok", -1, "B: \"%s\"", text);
    return check(migration, twin);
}

bool snp_migration_absorb(void *context)
{
    struct snp_migration *migration = context;
    struct snp_tenant *absorbed = &migration->absorbed;
    show_part("Another way: a guest that is being launched on B absorbs the context");
    int64_t started = deadline_now_us();
    int result =
        snp_tenant_create(absorbed, &migration->target.host, &migration->image, ABSORBED_ASID);
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_start(absorbed, migration->guest.policy, &migration->target.agent,
                                  SNP_LAUNCH_IMI_EN);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_activate(absorbed);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = snp_tenant_load(absorbed, true);
    }
    if (!demo_command("launch", started, result, "B: the incoming migration image alone")) {
        return false;
    }
    started = deadline_now_us();
    result = give_context(migration, SNP_MESSAGE_ABSORB, absorbed);
    return demo_command("ABSORB", started, result, "B: %s",
                        snp_guest_state_name((uint32_t)snp_tenant_state(absorbed))) &&
           check(migration, absorbed);
}
