/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/layouts.md against the structures: each table has every member of its structure, with its
 * offset and size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "abi/sev_certificate.h"
#include "abi/sev_data.h"
#include "abi/snp_data.h"

#include "tests/unit/docs_page.h"

#define MEMBERS_MAX 9u

struct member {
    const char *name;
    size_t offset;
    size_t bytes;
};

struct layout {
    const char *name;
    size_t bytes;
    struct member members[MEMBERS_MAX];
};

#define MEMBER(type, member)                                                                       \
    {                                                                                              \
#member, offsetof(struct type, member), sizeof(((struct type *)NULL)->member)              \
    }

static const struct layout layouts[] = {
    {"sev_certificate",
     sizeof(struct sev_certificate),
     {MEMBER(sev_certificate, version), MEMBER(sev_certificate, api_major),
      MEMBER(sev_certificate, api_minor), MEMBER(sev_certificate, reserved),
      MEMBER(sev_certificate, public_key_usage), MEMBER(sev_certificate, public_key_algorithm),
      MEMBER(sev_certificate, public_key), MEMBER(sev_certificate, slots)}},
    {"sev_public_key_ecc",
     sizeof(struct sev_public_key_ecc),
     {MEMBER(sev_public_key_ecc, curve), MEMBER(sev_public_key_ecc, qx),
      MEMBER(sev_public_key_ecc, qy), MEMBER(sev_public_key_ecc, zero)}},
    {"sev_signature_slot",
     sizeof(struct sev_signature_slot),
     {MEMBER(sev_signature_slot, usage), MEMBER(sev_signature_slot, algorithm),
      MEMBER(sev_signature_slot, signature)}},
    {"sev_signature_ecdsa",
     sizeof(struct sev_signature_ecdsa),
     {MEMBER(sev_signature_ecdsa, r), MEMBER(sev_signature_ecdsa, s),
      MEMBER(sev_signature_ecdsa, zero)}},
    {"sev_certificate_chain",
     sizeof(struct sev_certificate_chain),
     {MEMBER(sev_certificate_chain, pek), MEMBER(sev_certificate_chain, oca),
      MEMBER(sev_certificate_chain, cek)}},
    {"amd_certificate_header",
     sizeof(struct amd_certificate_header),
     {MEMBER(amd_certificate_header, version), MEMBER(amd_certificate_header, key_id),
      MEMBER(amd_certificate_header, certifying_id), MEMBER(amd_certificate_header, key_usage),
      MEMBER(amd_certificate_header, reserved), MEMBER(amd_certificate_header, exponent_bits),
      MEMBER(amd_certificate_header, modulus_bits)}},
    {"amd_certificate_4096",
     sizeof(struct amd_certificate_4096),
     {MEMBER(amd_certificate_4096, header), MEMBER(amd_certificate_4096, exponent),
      MEMBER(amd_certificate_4096, modulus), MEMBER(amd_certificate_4096, signature)}},
    {"sev_session",
     sizeof(struct sev_session),
     {MEMBER(sev_session, nonce), MEMBER(sev_session, wrap_tk), MEMBER(sev_session, wrap_iv),
      MEMBER(sev_session, wrap_mac), MEMBER(sev_session, policy_mac)}},
    {"sev_transport_keys",
     sizeof(struct sev_transport_keys),
     {MEMBER(sev_transport_keys, tek), MEMBER(sev_transport_keys, tik)}},
    {"sev_packet_header",
     sizeof(struct sev_packet_header),
     {MEMBER(sev_packet_header, flags), MEMBER(sev_packet_header, iv),
      MEMBER(sev_packet_header, mac)}},
    {"sev_measurement",
     sizeof(struct sev_measurement),
     {MEMBER(sev_measurement, measure), MEMBER(sev_measurement, mnonce)}},
    {"sev_measurement_message",
     sizeof(struct sev_measurement_message),
     {MEMBER(sev_measurement_message, context), MEMBER(sev_measurement_message, api_major),
      MEMBER(sev_measurement_message, api_minor), MEMBER(sev_measurement_message, build),
      MEMBER(sev_measurement_message, policy), MEMBER(sev_measurement_message, launch_digest),
      MEMBER(sev_measurement_message, mnonce)}},
    {"sev_attestation_report",
     sizeof(struct sev_attestation_report),
     {MEMBER(sev_attestation_report, mnonce), MEMBER(sev_attestation_report, launch_digest),
      MEMBER(sev_attestation_report, policy), MEMBER(sev_attestation_report, signature_usage),
      MEMBER(sev_attestation_report, signature_algorithm), MEMBER(sev_attestation_report, reserved),
      MEMBER(sev_attestation_report, signature_r), MEMBER(sev_attestation_report, signature_s)}},
    {"sev_swap_metadata",
     sizeof(struct sev_swap_metadata),
     {MEMBER(sev_swap_metadata, software_data), MEMBER(sev_swap_metadata, iv),
      MEMBER(sev_swap_metadata, auth_tag), MEMBER(sev_swap_metadata, reserved),
      MEMBER(sev_swap_metadata, flags)}},
    {"sev_ring_command",
     sizeof(struct sev_ring_command),
     {MEMBER(sev_ring_command, command_id), MEMBER(sev_ring_command, flags),
      MEMBER(sev_ring_command, software_data), MEMBER(sev_ring_command, command_buffer_paddr)}},
    {"sev_ring_status",
     sizeof(struct sev_ring_status),
     {MEMBER(sev_ring_status, status), MEMBER(sev_ring_status, reserved)}},
    {"snp_range_list",
     sizeof(struct snp_range_list),
     {MEMBER(snp_range_list, num_elements), MEMBER(snp_range_list, reserved)}},
    {"snp_range",
     sizeof(struct snp_range),
     {MEMBER(snp_range, base), MEMBER(snp_range, page_count), MEMBER(snp_range, reserved)}},
    {"snp_platform_status_page",
     sizeof(struct snp_platform_status_page),
     {MEMBER(snp_platform_status_page, api_major), MEMBER(snp_platform_status_page, api_minor),
      MEMBER(snp_platform_status_page, state), MEMBER(snp_platform_status_page, rmp_flags),
      MEMBER(snp_platform_status_page, build_id), MEMBER(snp_platform_status_page, flags),
      MEMBER(snp_platform_status_page, guest_count), MEMBER(snp_platform_status_page, current_tcb),
      MEMBER(snp_platform_status_page, reported_tcb)}},
    {"snp_guest_status_page",
     sizeof(struct snp_guest_status_page),
     {MEMBER(snp_guest_status_page, policy), MEMBER(snp_guest_status_page, asid),
      MEMBER(snp_guest_status_page, state), MEMBER(snp_guest_status_page, reserved_0d),
      MEMBER(snp_guest_status_page, reserved_10), MEMBER(snp_guest_status_page, reserved_18)}},
    {"snp_mdata_entry",
     sizeof(struct snp_mdata_entry),
     {MEMBER(snp_mdata_entry, software_data), MEMBER(snp_mdata_entry, iv),
      MEMBER(snp_mdata_entry, tag), MEMBER(snp_mdata_entry, info),
      MEMBER(snp_mdata_entry, vmpl_perms), MEMBER(snp_mdata_entry, reserved_2c),
      MEMBER(snp_mdata_entry, reserved_30)}},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Checks a row "| OFFSET | BYTES | NAME | ...". @return the next row */
static const char *check_member(const char *row, const struct layout *layout,
                                const struct member *member)
{
    const size_t length = strlen(member->name);
    size_t offset = 0;
    size_t bytes = 0;
    const char *cell = strncmp(row, "| ", 2) == 0 ? docs_page_number(row + 2, &offset) : NULL;

    cell = cell != NULL ? docs_page_number(cell, &bytes) : NULL;
    if (cell == NULL || offset != member->offset || bytes != member->bytes ||
        strncmp(cell, member->name, length) != 0 || strncmp(cell + length, " |", 2) != 0) {
        fail_msg("struct %s: %s is at %zXh with %zXh bytes; the page says: %.60s", layout->name,
                 member->name, member->offset, member->bytes, row);
    }
    return strchr(row, '\n') + 1;
}

static void tables_have_each_member_of_their_structure(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(layouts); i++) {
        const struct layout *layout = &layouts[i];
        char title[128];
        size_t end = 0;

        (void)snprintf(title, sizeof title, "\n`struct %s`, %zXh bytes:\n", layout->name,
                       layout->bytes);
        const char *row = strstr(docs_page, title);
        if (row == NULL) {
            fail_msg("the page lacks: %s", title);
        }
        row = docs_page_rows(row);
        for (size_t m = 0; m < MEMBERS_MAX && layout->members[m].name != NULL; m++) {
            assert_int_equal(layout->members[m].offset, end); /* no member is left out here */
            end += layout->members[m].bytes;
            row = check_member(row, layout, &layout->members[m]);
        }
        assert_int_equal(end, layout->bytes);
        assert_true(*row == '\n' || *row == '\0'); /* nor is one made up on the page */
    }
}

static void structures_of_the_page_are_all_known(void **state)
{
    size_t found = 0;

    (void)state;
    for (const char *at = strstr(docs_page, "\n`struct "); at != NULL;
         at = strstr(at + 1, "\n`struct ")) {
        found++;
    }
    assert_int_equal(found, COUNT(layouts));
}

static void statements_about_sizes_hold(void **state)
{
    (void)state;
    assert_int_equal(SEV_CERTIFICATE_SIGNED_BYTES, 0x414);
    assert_int_equal(sizeof(struct sev_signature_slot) * SEV_CERTIFICATE_SLOTS, 0x410);
    assert_int_equal(AMD_CERTIFICATE_BYTES(4096), 0x640);
    assert_int_equal(AMD_CERTIFICATE_BYTES(2048), 0x340);
    assert_int_equal(AMD_CERTIFICATE_SIGNED_BYTES(4096), 0x440);
    assert_int_equal(SEV_ATTESTATION_SIGNED_BYTES, 0x34);
    assert_int_equal(SEV_MAC_CONTEXT_LAUNCH_MEASURE, 4);
    assert_int_equal(SEV_RING_ENTRIES, 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_have_each_member_of_their_structure),
        cmocka_unit_test(structures_of_the_page_are_all_known),
        cmocka_unit_test(statements_about_sizes_hold),
    };

    return cmocka_run_group_tests_name("docs layouts", tests, docs_page_read, NULL);
}
