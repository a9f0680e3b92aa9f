/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of SEV-SNP: the guest asks the firmware for a report and for keys; the owner
 * verifies the report.
 */
#include <openssl/rand.h>
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_demo.h"
#include "host/lib/deadline.h"

static bool ask_for_report(struct snp_demo *demo, struct snp_report *report)
{
    if (RAND_bytes(demo->expectation.report_data, sizeof demo->expectation.report_data) != 1) {
        return demo_fail("make nonce", "the random generator failed");
    }
    if (!snp_tenant_open_channel(&demo->guest)) {
        return demo_fail("read as guest", "the guest does not find its SECRETS page");
    }
    show_step("read as guest", "ok", -1, "the SECRETS page has the VMPCKs");
    int64_t started = deadline_now_us();
    int result = snp_tenant_report(&demo->guest, demo->expectation.report_data, report);
    return demo_command("SNP_GUEST_REQUEST", started, result, "report for the owner's nonce");
}

bool snp_act_report(void *context)
{
    struct snp_demo *demo = context;
    struct provision_error reason = {0};
    struct snp_report report = {0};
    show_part("The guest proves to its owner what it is");
    if (!ask_for_report(demo, &report)) {
        return false;
    }
    int64_t started = deadline_now_us();
    if (!snp_owner_accepts(demo->host.directory, &report, &demo->expectation, &reason)) {
        return demo_fail("check report", "%s", reason.text);
    }
    show_step("check report", "ok", deadline_now_us() - started,
              "ARK > ASK > VCEK > report: measurement, nonce, policy, ID key, chip, TCB");
    report.measurement[0] ^= 1;
    if (snp_owner_accepts(demo->host.directory, &report, &demo->expectation, &reason)) {
        return demo_fail("check report", "a forged one is accepted, too");
    }
    show_step("check report", "refused", -1, "with a bit flipped: %s", reason.text);
    return true;
}

static bool ask_for_key(struct snp_demo *demo, uint64_t fields, uint8_t key[SNP_KEY_BYTES])
{
    int64_t started = deadline_now_us();
    int result = snp_tenant_key(&demo->guest, 0, fields, key);
    return demo_command("SNP_GUEST_REQUEST", started, result, "key %02x%02x%02x%02x... from the %s",
                        key[0], key[1], key[2], key[3],
                        fields == 0 ? "chip" : "chip and the measurement");
}

bool snp_act_keys(void *context)
{
    struct snp_demo *demo = context;
    uint8_t first[SNP_KEY_BYTES] = {0};
    uint8_t again[SNP_KEY_BYTES] = {0};
    uint8_t other[SNP_KEY_BYTES] = {0};
    show_part("The guest derives keys, for a disk for example");
    if (!ask_for_key(demo, 0, first) || !ask_for_key(demo, 0, again) ||
        !ask_for_key(demo, SNP_FIELD_MEASUREMENT, other)) {
        return false;
    }
    if (memcmp(first, again, sizeof first) != 0 || memcmp(first, other, sizeof first) == 0) {
        return demo_fail("compare keys", "the same for the same question, and only then");
    }
    show_step("compare keys", "ok", -1, "the same for the same question, another for another");
    return true;
}
