/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold between the fields of a report (report.h): versions, policy and platform, keys.
 */
#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/report.h"

#define POLICY_SMT (1ull << 16)
#define POLICY_MIGRATE_MA (1ull << 18)
#define POLICY_RAPL_DIS (1ull << 23)
#define POLICY_CIPHERTEXT_HIDING (1ull << 24)

#define PLATFORM_SMT_EN (1ull << 0)
#define PLATFORM_RAPL_DIS (1ull << 3)
#define PLATFORM_CIPHERTEXT_HIDING (1ull << 4)

#define FLAG_AUTHOR_KEY_EN (1u << 0)
#define FLAG_MASK_CHIP_KEY (1u << 1)

static uint32_t version_of(uint8_t major, uint8_t minor, uint8_t build)
{
    return (uint32_t)major << 16 | (uint32_t)minor << 8 | build;
}

static const char *judge_product(const struct witness_report *report,
                                 const struct witness_product *product)
{
    if (report->version > 2 &&
        (report->cpuid_fam_id != product->family || report->cpuid_mod_id != product->model ||
         report->cpuid_step != product->stepping)) {
        return "CPUID of another product";
    }
    if (!witness_is_zero(report->chip_id + product->chip_id_bytes,
                         sizeof report->chip_id - product->chip_id_bytes)) {
        return "CHIP_ID is too long";
    }
    if (!witness_tcb_is_clean(product, report->current_tcb) ||
        !witness_tcb_is_clean(product, report->committed_tcb) ||
        !witness_tcb_is_clean(product, report->reported_tcb) ||
        !witness_tcb_is_clean(product, report->launch_tcb)) {
        return "reserved parts of a TCB version";
    }
    return NULL;
}

static const char *judge_versions(const struct witness_report *report)
{
    const uint32_t current =
        version_of(report->current_major, report->current_minor, report->current_build);
    const uint32_t committed =
        version_of(report->committed_major, report->committed_minor, report->committed_build);

    if (committed > current) {
        return "committed version above the current one";
    }
    if (!witness_tcb_reaches(report->committed_tcb, report->current_tcb)) {
        return "COMMITTED_TCB above CURRENT_TCB";
    }
    if (!witness_tcb_reaches(report->reported_tcb, report->committed_tcb)) {
        return "REPORTED_TCB above COMMITTED_TCB";
    }
    if ((report->policy & 0xFFFF) > current >> 8) {
        return "policy asks for a later version";
    }
    return NULL;
}

static const char *judge_policy(const struct witness_report *report)
{
    if ((report->policy & POLICY_SMT) == 0 && (report->platform_info & PLATFORM_SMT_EN) != 0) {
        return "policy forbids SMT";
    }
    if ((report->policy & POLICY_RAPL_DIS) != 0 &&
        (report->platform_info & PLATFORM_RAPL_DIS) == 0) {
        return "policy forbids RAPL";
    }
    if ((report->policy & POLICY_CIPHERTEXT_HIDING) != 0 &&
        (report->platform_info & PLATFORM_CIPHERTEXT_HIDING) == 0) {
        return "policy wants ciphertext hiding";
    }
    return NULL;
}

static bool has_agent(const struct witness_report *report)
{
    uint8_t none[sizeof report->report_id_ma];

    memset(none, 0xFF, sizeof none);
    return memcmp(report->report_id_ma, none, sizeof none) != 0;
}

static const char *judge_keys(const struct witness_report *report)
{
    const bool has_author = (report->flags & FLAG_AUTHOR_KEY_EN) != 0;
    const bool has_id_key = !witness_is_zero(report->id_key_digest, sizeof report->id_key_digest);

    if (has_author ==
        witness_is_zero(report->author_key_digest, sizeof report->author_key_digest)) {
        return "AUTHOR_KEY_EN and AUTHOR_KEY_DIGEST";
    }
    if (has_author && !has_id_key) {
        return "an author without an ID key";
    }
    if (!has_id_key &&
        (report->guest_svn != 0 || !witness_is_zero(report->family_id, sizeof report->family_id) ||
         !witness_is_zero(report->image_id, sizeof report->image_id))) {
        return "fields of an ID block without an ID key";
    }
    if ((report->flags & FLAG_MASK_CHIP_KEY) != 0 &&
        witness_report_signing_key(report) == WITNESS_SIGNED_BY_VCEK) {
        return "signed by a VCEK that is masked";
    }
    if (witness_is_zero(report->report_id, sizeof report->report_id)) {
        return "REPORT_ID of 0";
    }
    if (has_agent(report) && (report->policy & POLICY_MIGRATE_MA) == 0) {
        return "policy forbids a migration agent";
    }
    return NULL;
}

const char *witness_report_judge(const struct witness_report *report,
                                 const struct witness_product *product)
{
    const char *fault = judge_product(report, product);

    if (fault == NULL) {
        fault = judge_versions(report);
    }
    if (fault == NULL) {
        fault = judge_policy(report);
    }
    return fault != NULL ? fault : judge_keys(report);
}
