/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports that are wrong in more than a byte (draft.h): their length, and versions that must be in
 * order.
 */
#include "host/vectors/report_defects.h"

#include <string.h>

#define SPL_LIMIT 0x80u /* The first number that is too much for an SPL. */

bool vectors_of_vcek(const struct vectors_base *base)
{
    return base->kind == PROVISION_VCEK;
}

bool vectors_of_vlek(const struct vectors_base *base)
{
    return base->kind == PROVISION_VLEK;
}

bool vectors_make_rows(const struct vectors_base *base, const struct vectors_change_row *rows,
                       size_t count, struct vectors_sink *sink, struct provision_error *error)
{
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        struct vectors_draft draft;
        if (rows[i].fits != NULL && !rows[i].fits(base)) {
            continue;
        }
        vectors_draft_begin(base, &draft);
        ok = rows[i].change(&draft, error) && sink->take(sink, &rows[i].row, &draft, false, error);
        vectors_draft_end(&draft);
    }
    return ok;
}

static struct snp_report *report_of(struct vectors_draft *draft)
{
    return (struct snp_report *)(void *)draft->report;
}

static bool cut(struct vectors_draft *draft, size_t length)
{
    draft->report_length = length;
    draft->report_is_new = true;
    return true;
}

static bool be_empty(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    return cut(draft, 0);
}

static bool lose_signature(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    return cut(draft, SNP_REPORT_SIGNED_BYTES);
}

static bool lose_a_byte(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    return cut(draft, sizeof(struct snp_report) - 1);
}

static bool gain_a_byte(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    return cut(draft, sizeof(struct snp_report) + 1);
}

static bool clear_report_id(struct vectors_draft *draft, struct provision_error *error)
{
    memset(report_of(draft)->report_id, 0, sizeof report_of(draft)->report_id);
    return vectors_draft_sign(draft, &draft->base->key, error);
}

/* One step of the firmware's part of a TCB version. */
static uint64_t step(const struct vectors_draft *draft)
{
    return 1ull << (8 * draft->base->server->product->tcb_snp);
}

static bool commit_too_much(struct vectors_draft *draft, struct provision_error *error)
{
    report_of(draft)->committed_tcb += step(draft);
    return vectors_draft_sign(draft, &draft->base->key, error);
}

/* The certificate is the one for what it reports. */
static bool report_too_much(struct vectors_draft *draft, struct provision_error *error)
{
    struct provision_p384_key key;
    struct snp_report *report = report_of(draft);
    report->reported_tcb += step(draft);
    return vectors_key_at(draft->base, report->reported_tcb, &key, error) &&
           vectors_draft_sign(draft, &key, error) &&
           vectors_leaf_at(draft, report->reported_tcb, error);
}

/* The number of a byte of a TCB version that is not 0, counted from 0; the first that there are. */
static bool report_less(struct vectors_draft *draft, unsigned which, struct provision_error *error)
{
    struct snp_report *report = report_of(draft);
    unsigned found = 0;
    for (unsigned i = 0; i < SNP_TCB_PARTS; i++) {
        if ((report->reported_tcb >> (8 * i) & 0xFF) != 0 && found++ == which) {
            report->reported_tcb -= 1ull << (8 * i);
            return vectors_draft_sign(draft, &draft->base->key, error);
        }
    }
    return provision_fail(error, "a TCB version has too few parts");
}

static bool report_less_first(struct vectors_draft *draft, struct provision_error *error)
{
    return report_less(draft, 0, error);
}

static bool report_less_second(struct vectors_draft *draft, struct provision_error *error)
{
    return report_less(draft, 1, error);
}

static bool report_less_third(struct vectors_draft *draft, struct provision_error *error)
{
    return report_less(draft, 2, error);
}

/* A boot loader of version 80h, in all that is said of TCB versions. */
static bool exceed_limit(struct vectors_draft *draft, struct provision_error *error)
{
    const struct vectors_base *base = draft->base;
    const unsigned part = base->server->product->structure_version == 0 ? 0 : 1;
    const uint64_t tcb =
        (base->report.reported_tcb & ~(0xFFull << (8 * part))) | (uint64_t)SPL_LIMIT << (8 * part);
    struct snp_report *report = report_of(draft);
    struct provision_p384_key key;
    report->current_tcb = tcb;
    report->reported_tcb = tcb;
    report->committed_tcb = tcb;
    report->launch_tcb = tcb;
    return vectors_key_at(base, tcb, &key, error) && vectors_draft_sign(draft, &key, error) &&
           vectors_leaf_at(draft, tcb, error);
}

/* SIGNING_KEY of the other kind; signature and certificates stay what they are. */
static bool claim_other_kind(struct vectors_draft *draft, struct provision_error *error)
{
    report_of(draft)->flags ^= SNP_SIGNED_BY_VLEK << SNP_REPORT_SIGNING_KEY_SHIFT;
    draft->named_vcek = true;
    return vectors_draft_sign(draft, &draft->base->key, error);
}

static const struct vectors_change_row rows[] = {
    {{"empty", REASON_REPORT_LENGTH, "0 bytes."}, be_empty, NULL},
    {{"without-signature", REASON_REPORT_LENGTH, "672 bytes."}, lose_signature, NULL},
    {{"truncated", REASON_REPORT_LENGTH, "1183 bytes."}, lose_a_byte, NULL},
    {{"too-long", REASON_REPORT_LENGTH, "1185 bytes."}, gain_a_byte, NULL},
    {{"report-id-0", REASON_REPORT_ID, NULL}, clear_report_id, NULL},
    {{"committed-above-current", REASON_TCB_ORDER, "COMMITTED_TCB is above CURRENT_TCB."},
     commit_too_much,
     NULL},
    {{"reported-above-committed", REASON_TCB_ORDER,
      "REPORTED_TCB is above COMMITTED_TCB; the certificate is for what it reports."},
     report_too_much,
     NULL},
    {{"reported-tcb-first", REASON_REPORTED_TCB, "REPORTED_TCB is lower in its first part."},
     report_less_first,
     NULL},
    {{"reported-tcb-second", REASON_REPORTED_TCB, "REPORTED_TCB is lower in its second part."},
     report_less_second,
     NULL},
    {{"reported-tcb-third", REASON_REPORTED_TCB, "REPORTED_TCB is lower in its third part."},
     report_less_third,
     NULL},
    {{"spl-128", REASON_SPL_LIMIT, "Boot loader 80h, in the report and its certificate."},
     exceed_limit,
     NULL},
    {{"vcek-shown-as-vlek", REASON_KEY_KIND, "SIGNING_KEY is VLEK, certificates are the VCEK's."},
     claim_other_kind,
     vectors_of_vcek},
    {{"vlek-shown-as-vcek", REASON_KEY_KIND,
      "SIGNING_KEY is VCEK, certificates are the VLEK's, in files that are named as a VCEK's."},
     claim_other_kind,
     vectors_of_vlek},
};

bool vectors_make_reports(const struct vectors_base *base, struct vectors_sink *sink,
                          struct provision_error *error)
{
    return vectors_make_bytes(base, sink, error) &&
           vectors_make_rows(base, rows, sizeof rows / sizeof rows[0], sink, error);
}
