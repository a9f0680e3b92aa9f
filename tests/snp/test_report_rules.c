/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold between the fields of a report: one broken rule each, and none for what is allowed.
 */
#include "tests/snp/sample.h"
#include "tests/snp/testing.h"

typedef void (*change_fn)(struct witness_report *report);

#define CHANGE(name, statement)                                                                    \
    static void name(struct witness_report *report)                                                \
    {                                                                                              \
        statement;                                                                                 \
    }

CHANGE(other_family, report->cpuid_fam_id++)
CHANGE(other_model, report->cpuid_mod_id++)
CHANGE(other_stepping, report->cpuid_step++)
CHANGE(current_reserved, report->current_tcb |= 1ull << 16)
CHANGE(committed_reserved, report->committed_tcb |= 1ull << 24)
CHANGE(reported_reserved, report->reported_tcb |= 1ull << 32)
CHANGE(launch_reserved, report->launch_tcb |= 1ull << 47)
CHANGE(later_build, report->committed_build++)
CHANGE(later_minor, report->committed_minor++)
CHANGE(later_major, report->committed_major++)
CHANGE(committed_microcode, report->committed_tcb += 1ull << 56)
CHANGE(committed_loader, report->committed_tcb += 1)
CHANGE(committed_mixed, report->committed_tcb += (1ull << 56) - 1)
CHANGE(reported_snp, report->reported_tcb += 1ull << 48)
CHANGE(reported_mixed, report->reported_tcb += (1ull << 48) - 1)
CHANGE(later_policy_minor, report->policy += 0x10)
CHANGE(later_policy_major, report->policy += 0x100)
CHANGE(no_smt, report->policy &= ~(1ull << 16))
CHANGE(no_rapl, report->policy |= 1ull << 23)
CHANGE(hiding, report->policy |= 1ull << 24)
CHANGE(author_flag, report->flags &= ~1u)
CHANGE(author_digest, memset(report->author_key_digest, 0, 48))
CHANGE(no_id_key, memset(report->id_key_digest, 0, 48))
CHANGE(masked_key, report->flags |= 2)
CHANGE(no_report_id, memset(report->report_id, 0, 32))
CHANGE(agent, report->report_id_ma[31] = 0)

static void a_broken_rule_is_named(void **state)
{
    static const struct {
        change_fn change;
        const char *fault;
    } cases[] = {
        {other_family, "CPUID of another product"},
        {other_model, "CPUID of another product"},
        {other_stepping, "CPUID of another product"},
        {current_reserved, "reserved parts of a TCB version"},
        {committed_reserved, "reserved parts of a TCB version"},
        {reported_reserved, "reserved parts of a TCB version"},
        {launch_reserved, "reserved parts of a TCB version"},
        {later_build, "committed version above the current one"},
        {later_minor, "committed version above the current one"},
        {later_major, "committed version above the current one"},
        {committed_microcode, "COMMITTED_TCB above CURRENT_TCB"},
        {committed_loader, "COMMITTED_TCB above CURRENT_TCB"},
        {committed_mixed, "COMMITTED_TCB above CURRENT_TCB"},
        {reported_snp, "REPORTED_TCB above COMMITTED_TCB"},
        {reported_mixed, "REPORTED_TCB above COMMITTED_TCB"},
        {later_policy_minor, "policy asks for a later version"},
        {later_policy_major, "policy asks for a later version"},
        {no_smt, "policy forbids SMT"},
        {no_rapl, "policy forbids RAPL"},
        {hiding, "policy wants ciphertext hiding"},
        {author_flag, "AUTHOR_KEY_EN and AUTHOR_KEY_DIGEST"},
        {author_digest, "AUTHOR_KEY_EN and AUTHOR_KEY_DIGEST"},
        {no_id_key, "an author without an ID key"},
        {masked_key, "signed by a VCEK that is masked"},
        {no_report_id, "REPORT_ID of 0"},
        {agent, "policy forbids a migration agent"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct witness_report report;

        witness_sample_report(&witness_milan, 5, &report);
        cases[i].change(&report);
        assert_fault(witness_report_judge(&report, &witness_milan), cases[i].fault);
    }
}

static void without_an_id_key_there_is_nothing_of_an_id_block(void **state)
{
    struct witness_report sample;

    (void)state;
    witness_sample_report(&witness_milan, 5, &sample);
    sample.flags = 0;
    memset(sample.author_key_digest, 0, 48);
    memset(sample.id_key_digest, 0, 48);
    memset(sample.family_id, 0, 16);
    memset(sample.image_id, 0, 16);
    sample.guest_svn = 0;
    assert_sound(witness_report_judge(&sample, &witness_milan));
    for (unsigned i = 0; i < 3; i++) {
        struct witness_report report = sample;

        report.guest_svn = i == 0 ? 1 : 0;
        report.family_id[15] = i == 1 ? 1 : 0;
        report.image_id[15] = i == 2 ? 1 : 0;
        assert_fault(witness_report_judge(&report, &witness_milan),
                     "fields of an ID block without an ID key");
    }
}

static void what_is_allowed_breaks_no_rule(void **state)
{
    struct witness_report report;

    (void)state;
    witness_sample_report(&witness_milan, 5, &report);
    report.reported_tcb -= 1;     /* SNP_CONFIG */
    report.committed_build = 255; /* An earlier minor version, whatever its build. */
    report.committed_minor--;
    report.policy |= 1ull << 18 | 1ull << 23 | 1ull << 24;
    report.platform_info |= 1u << 3 | 1u << 4;
    report.report_id_ma[0] = 0;
    report.flags |= 2 | WITNESS_SIGNED_BY_VLEK << 2;
    memset(report.chip_id, 0, sizeof report.chip_id); /* MASK_CHIP_ID */
    assert_sound(witness_report_judge(&report, &witness_milan));
    report.platform_info &= ~1ull;
    report.policy &= ~(1ull << 16);
    assert_sound(witness_report_judge(&report, &witness_milan));
}

static void turin_has_8_bytes_of_chip_id_and_its_own_tcb(void **state)
{
    struct witness_report report;

    (void)state;
    for (size_t at = 8; at < 64; at++) {
        witness_sample_report(&witness_turin, 5, &report);
        report.chip_id[at] = 1;
        assert_fault(witness_report_judge(&report, &witness_turin), "CHIP_ID is too long");
    }
    for (unsigned byte = 4; byte < 7; byte++) {
        witness_sample_report(&witness_venice, 5, &report);
        report.launch_tcb |= 1ull << (8 * byte);
        assert_fault(witness_report_judge(&report, &witness_venice),
                     "reserved parts of a TCB version");
    }
    witness_sample_report(&witness_turin, 5, &report);
    assert_fault(witness_report_judge(&report, &witness_venice), "CPUID of another product");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_rule_is_named),
        cmocka_unit_test(without_an_id_key_there_is_nothing_of_an_id_block),
        cmocka_unit_test(what_is_allowed_breaks_no_rule),
        cmocka_unit_test(turin_has_8_bytes_of_chip_id_and_its_own_tcb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
