/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of a migration with SEV-SNP: the machines, the order of the acts, the end.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_migration.h"
#include "host/lib/deadline.h"

#define SMALL_GUEST 0x10000u /* The start of the file is enough. */

/* What is launched anew when a guest is to be absorbed: the program that takes the context. */
static void mark_incoming(struct snp_image *image)
{
    for (size_t i = 0; i < image->count; i++) {
        image->pages[i].imi = image->pages[i].type != SNP_PAGE_ZERO;
    }
}

/* Agents and guest run the same program here; only the guest comes in on another machine. */
static bool prepare(struct snp_migration *migration)
{
    struct guest_image file;
    if (!guest_image_load(&file, migration->options->snp_guest)) {
        return demo_fail("image", "%s: %s", migration->options->snp_guest, strerror(errno));
    }
    const struct fabric_config *machine =
        fabric_configuration(migration->source.machine.board.fabric_file.bytes);
    const uint32_t c_bit = machine != NULL ? machine->c_bit : 0;
    const size_t length = file.length < SMALL_GUEST ? file.length : SMALL_GUEST;
    const bool made =
        snp_image_make(&migration->image, file.bytes, length, migration->product->cpuid, c_bit) &&
        snp_image_make(&migration->agent_image, file.bytes, length, migration->product->cpuid,
                       c_bit);
    guest_image_free(&file);
    if (!made || migration->image.count > SNP_MIGRATION_PAGES_MAX) {
        return demo_fail("image", "%s cannot be laid out", migration->options->snp_guest);
    }
    mark_incoming(&migration->image);
    return true;
}

static bool start(struct snp_migration_side *side, const char *name,
                  const struct board_options *options)
{
    if (!machine_power_on(&side->machine, options)) {
        return false;
    }
    side->host = (struct snp_host){
        .name = name, .directory = side->machine.directory, .board = &side->machine.board};
    return snp_host_start(&side->host);
}

static bool power_on(void *context)
{
    struct snp_migration *migration = context;
    show_part("Two machines with SEV-SNP, whose chips have one vendor");
    migration->product = snp_host_product(migration->source.machine.directory);
    if (migration->product == NULL ||
        snp_host_product(migration->target.machine.directory) != migration->product) {
        return demo_fail("chips", "they are not of one product with SEV-SNP");
    }
    return start(&migration->source, "A: ", &migration->options->board) &&
           start(&migration->target, "B: ", &migration->options->board) && prepare(migration);
}

bool snp_migration_attest(struct snp_tenant *tenant, const char *name, struct snp_report *report)
{
    struct snp_expectation expectation = {.policy = tenant->policy};
    struct provision_error reason = {0};
    if (RAND_bytes(expectation.report_data, sizeof expectation.report_data) != 1 ||
        !snp_owner_measure(tenant->image, expectation.measurement)) {
        return demo_fail("check report", "the cryptographic library failed");
    }
    int64_t started = deadline_now_us();
    const int result = snp_tenant_report(tenant, expectation.report_data, report);
    if (result != SEV_STATUS_SUCCESS) {
        return demo_fail("SNP_GUEST_REQUEST", "%s", sev_result_text(result));
    }
    if (!snp_owner_accepts(tenant->host->directory, report, &expectation, &reason)) {
        return demo_fail("check report", "%s%s", tenant->host->name, reason.text);
    }
    const uint8_t *id = report->report_id;
    const uint8_t *agent = report->report_id_ma;
    show_step("report", "ok", deadline_now_us() - started,
              "%s%s: id %02x%02x%02x%02x..., agent's id %02x%02x%02x%02x...", tenant->host->name,
              name, id[0], id[1], id[2], id[3], agent[0], agent[1], agent[2], agent[3]);
    return true;
}

static bool end_guest(struct snp_tenant *tenant, const char *name)
{
    size_t pages = 0;
    const char *machine = tenant->host->name;
    int64_t started = deadline_now_us();
    const int result = snp_tenant_end(tenant, &pages);
    return demo_command("SNP_DECOMMISSION", started, result, "%s%s, %zu pages", machine, name,
                        pages);
}

static bool end(void *context)
{
    struct snp_migration *migration = context;
    show_part("The end");
    return end_guest(&migration->guest, "guest") && end_guest(&migration->source.agent, "agent") &&
           end_guest(&migration->twin, "guest") && end_guest(&migration->absorbed, "guest") &&
           end_guest(&migration->target.agent, "agent") && snp_host_end(&migration->source.host) &&
           snp_host_end(&migration->target.host);
}

static void forget(struct snp_migration *migration)
{
    struct snp_tenant *tenants[] = {&migration->guest, &migration->twin, &migration->absorbed,
                                    &migration->source.agent, &migration->target.agent};
    for (size_t i = 0; i < sizeof tenants / sizeof tenants[0]; i++) {
        snp_tenant_forget(tenants[i]);
    }
    snp_image_free(&migration->image);
    snp_image_free(&migration->agent_image);
    OPENSSL_cleanse(&migration->parcel, sizeof migration->parcel);
    OPENSSL_cleanse(migration->key, sizeof migration->key);
}

int demo_snp_migrate(const struct demo_options *options)
{
    static demo_act *const steps[] = {power_on,
                                      snp_migration_agents,
                                      snp_migration_launch,
                                      snp_migration_export,
                                      snp_migration_import,
                                      snp_migration_absorb,
                                      end};
    struct snp_migration *migration = calloc(1, sizeof *migration);
    if (migration == NULL) {
        (void)demo_fail("memory", "%s", strerror(ENOMEM));
        return BOARD_FAILED;
    }
    migration->options = options;
    migration->source.machine =
        (struct machine){.name = "A", .directory = options->board.directory, .board = BOARD_CLOSED};
    migration->target.machine =
        (struct machine){.name = "B", .directory = options->second_chip, .board = BOARD_CLOSED};
    const int64_t started = deadline_now_us();
    int result = demo_play(options, steps, sizeof steps / sizeof steps[0], migration);
    result = machine_end(&migration->source.machine, result);
    result = machine_end(&migration->target.machine, result);
    forget(migration);
    free(migration);
    return demo_sum_up(started, result);
}
