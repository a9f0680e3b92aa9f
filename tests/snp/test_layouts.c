/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layouts of this directory, written down from the specification, against those of abi/, which
 * were written down from it, too.
 */
#include "abi/snp_message.h"
#include "abi/snp_report.h"
#include "tests/snp/exported_context.h"
#include "tests/snp/id_block.h"
#include "tests/snp/report.h"
#include "tests/snp/testing.h"

struct place {
    size_t offset;
    size_t size;
};

#define PLACE(type, member)                                                                        \
    {                                                                                              \
        offsetof(struct type, member), sizeof(((struct type *)0)->member)                          \
    }
#define REPORT(member) PLACE(snp_report, member)
#define CONTEXT(member) PLACE(snp_exported_context, member)

static void a_report_has_the_same_areas(void **state)
{
    static const struct place places[] = {
        REPORT(version),
        REPORT(guest_svn),
        REPORT(policy),
        REPORT(family_id),
        REPORT(image_id),
        REPORT(vmpl),
        REPORT(signature_algorithm),
        REPORT(current_tcb),
        REPORT(platform_info),
        REPORT(flags),
        REPORT(reserved_4c),
        REPORT(report_data),
        REPORT(measurement),
        REPORT(host_data),
        REPORT(id_key_digest),
        REPORT(author_key_digest),
        REPORT(report_id),
        REPORT(report_id_ma),
        REPORT(reported_tcb),
        REPORT(cpuid_family),
        REPORT(cpuid_model),
        REPORT(cpuid_stepping),
        REPORT(reserved_18b),
        REPORT(chip_id),
        REPORT(committed_tcb),
        REPORT(current_build),
        REPORT(current_minor),
        REPORT(current_major),
        REPORT(reserved_1eb),
        REPORT(committed_build),
        REPORT(committed_minor),
        REPORT(committed_major),
        REPORT(reserved_1ef),
        REPORT(launch_tcb),
        REPORT(launch_mitigations),
        REPORT(current_mitigations),
        REPORT(reserved_208),
        REPORT(signature),
    };

    (void)state;
    assert_int_equal(witness_report_field_count, sizeof places / sizeof places[0]);
    for (size_t i = 0; i < witness_report_field_count; i++) {
        assert_int_equal(witness_report_fields[i].offset, places[i].offset);
        assert_int_equal(witness_report_fields[i].size, places[i].size);
    }
}

static void a_context_has_the_same_fields(void **state)
{
    static const struct place places[] = {
        CONTEXT(digest),
        CONTEXT(oek),
        CONTEXT(vmpck[0]),
        CONTEXT(vmpck[1]),
        CONTEXT(vmpck[2]),
        CONTEXT(vmpck[3]),
        CONTEXT(vmrk),
        CONTEXT(host_data),
        CONTEXT(id_key_digest),
        CONTEXT(author_key_digest),
        CONTEXT(report_id),
        CONTEXT(imd),
        CONTEXT(message_count[0]),
        CONTEXT(message_count[1]),
        CONTEXT(message_count[2]),
        CONTEXT(message_count[3]),
        CONTEXT(root_mdata),
        CONTEXT(flags),
        CONTEXT(policy),
        CONTEXT(state),
        CONTEXT(oek_count),
        CONTEXT(id_block),
        CONTEXT(gosvw),
    };

    (void)state;
    assert_int_equal(witness_context_field_count, sizeof places / sizeof places[0]);
    for (size_t i = 0; i < witness_context_field_count; i++) {
        assert_int_equal(witness_context_fields[i].offset, places[i].offset);
        assert_int_equal(witness_context_fields[i].size, places[i].size);
    }
}

static void an_authentication_page_has_the_same_parts(void **state)
{
    (void)state;
    assert_int_equal(WITNESS_ID_AUTH_ID_KEY_ALGO, offsetof(struct snp_id_auth, id_key_algorithm));
    assert_int_equal(WITNESS_ID_AUTH_AUTHOR_KEY_ALGO,
                     offsetof(struct snp_id_auth, author_key_algorithm));
    assert_int_equal(WITNESS_ID_AUTH_RESERVED_008, offsetof(struct snp_id_auth, reserved_008));
    assert_int_equal(WITNESS_ID_AUTH_BLOCK_SIGNATURE,
                     offsetof(struct snp_id_auth, id_block_signature));
    assert_int_equal(WITNESS_ID_AUTH_ID_KEY, offsetof(struct snp_id_auth, id_key));
    assert_int_equal(WITNESS_ID_AUTH_RESERVED_644, offsetof(struct snp_id_auth, reserved_644));
    assert_int_equal(WITNESS_ID_AUTH_KEY_SIGNATURE, offsetof(struct snp_id_auth, id_key_signature));
    assert_int_equal(WITNESS_ID_AUTH_AUTHOR_KEY, offsetof(struct snp_id_auth, author_key));
    assert_int_equal(WITNESS_ID_AUTH_RESERVED_C84, offsetof(struct snp_id_auth, reserved_c84));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_has_the_same_areas),
        cmocka_unit_test(a_context_has_the_same_fields),
        cmocka_unit_test(an_authentication_page_has_the_same_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
