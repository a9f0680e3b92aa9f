/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report that is sound (sample.h).
 */
#include "tests/snp/sample.h"

#include <string.h>

#define MILAN_TCB 0xD318000000000004ull
#define TURIN_TCB 0x4800000018000401ull

void witness_sample_report(const struct witness_product *product, uint32_t version,
                           struct witness_report *report)
{
    const uint64_t tcb = product->struct_version == 0 ? MILAN_TCB : TURIN_TCB;

    memset(report, 0, sizeof *report);
    report->version = version;
    report->guest_svn = 3;
    report->policy = 0x30137; /* ABI 1.55, SMT */
    memset(report->family_id, 0xA1, sizeof report->family_id);
    memset(report->image_id, 0xA2, sizeof report->image_id);
    report->vmpl = 1;
    report->signature_algo = 1;
    report->current_tcb = tcb;
    report->platform_info = 0x25;
    report->flags = 1; /* AUTHOR_KEY_EN, VCEK */
    memset(report->report_data, 0xA3, sizeof report->report_data);
    memset(report->measurement, 0xA4, sizeof report->measurement);
    memset(report->host_data, 0xA5, sizeof report->host_data);
    memset(report->id_key_digest, 0xA6, sizeof report->id_key_digest);
    memset(report->author_key_digest, 0xA7, sizeof report->author_key_digest);
    memset(report->report_id, 0xA8, sizeof report->report_id);
    memset(report->report_id_ma, 0xFF, sizeof report->report_id_ma);
    report->reported_tcb = tcb;
    if (version > 2) {
        report->cpuid_fam_id = product->family;
        report->cpuid_mod_id = product->model;
        report->cpuid_step = product->stepping;
    }
    memset(report->chip_id, 0xA9, product->chip_id_bytes);
    report->committed_tcb = tcb;
    report->current_build = 7;
    report->current_minor = 58;
    report->current_major = 1;
    report->committed_build = 7;
    report->committed_minor = 58;
    report->committed_major = 1;
    report->launch_tcb = tcb;
    if (version == 5) {
        report->launch_mit_vector = 1;
        report->current_mit_vector = 3;
    }
}
