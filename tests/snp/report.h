/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation reports (section 7), of versions 2, 3 and 5.
 *
 *     struct witness_report report;
 *     assert_null(witness_report_read(bytes, &report));        layout, reserved areas
 *     assert_null(witness_report_judge(&report, product));     what must hold between fields
 *     assert_true(witness_report_is_signed(bytes, vcek));      or up to the root: chain.h
 */
#ifndef TESTS_SNP_REPORT_H
#define TESTS_SNP_REPORT_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/snp/product.h"

#define WITNESS_REPORT_BYTES 0x4A0u
#define WITNESS_REPORT_SIGNED_BYTES 0x2A0u

/** SIGNING_KEY of FLAGS. */
#define WITNESS_SIGNED_BY_VCEK 0u
#define WITNESS_SIGNED_BY_VLEK 1u
#define WITNESS_SIGNED_BY_NONE 7u

#define WITNESS_VMPL_HOST 0xFFFFFFFFu

/** Every field of a report. */
struct witness_report {
    uint32_t version;
    uint32_t guest_svn;
    uint64_t policy;
    uint8_t family_id[16];
    uint8_t image_id[16];
    uint32_t vmpl;
    uint32_t signature_algo;
    uint64_t current_tcb;
    uint64_t platform_info;
    uint32_t flags;
    uint8_t report_data[64];
    uint8_t measurement[48];
    uint8_t host_data[32];
    uint8_t id_key_digest[48];
    uint8_t author_key_digest[48];
    uint8_t report_id[32];
    uint8_t report_id_ma[32];
    uint64_t reported_tcb;
    uint8_t cpuid_fam_id;
    uint8_t cpuid_mod_id;
    uint8_t cpuid_step;
    uint8_t chip_id[64];
    uint64_t committed_tcb;
    uint8_t current_build;
    uint8_t current_minor;
    uint8_t current_major;
    uint8_t committed_build;
    uint8_t committed_minor;
    uint8_t committed_major;
    uint64_t launch_tcb;
    uint64_t launch_mit_vector;
    uint64_t current_mit_vector;
    uint8_t signature[512];
};

/** One area of a report: the table of them covers it without a gap. */
struct witness_report_field {
    const char *name; /**< The specification's; of a reserved area, where it is. */
    uint16_t offset;
    uint16_t size;
    uint8_t since;    /**< Report version that has it; before it is 0. 0 = it is reserved. */
    bool number;      /**< Little-endian, else bytes. */
    uint16_t member;  /**< Offset in struct witness_report, unless it is reserved. */
    uint64_t allowed; /**< Bits that a number may have. */
};

extern const struct witness_report_field witness_report_fields[];
extern const size_t witness_report_field_count;

/** SIGNING_KEY. */
unsigned witness_report_signing_key(const struct witness_report *report);

/**
 * Reads a report.
 *
 * @return NULL, or what is wrong: the name of the first area that holds what its version has not, or
 *         of a field with a value that the specification does not know. The fields are filled in
 *         whatever is wrong
 */
const char *witness_report_read(const uint8_t bytes[WITNESS_REPORT_BYTES],
                                struct witness_report *report);

/**
 * Judges what must hold between the fields of every genuine report (report_rules.c).
 *
 * @param product  whose report it should be
 * @return NULL, or the rule that is broken
 */
const char *witness_report_judge(const struct witness_report *report,
                                 const struct witness_product *product);

/** @return whether the signature is the key's over the report's first 2A0h bytes */
bool witness_report_is_signed(const uint8_t bytes[WITNESS_REPORT_BYTES], EVP_PKEY *key)
    __attribute__((warn_unused_result));

/** Writes fields as they are, reserved areas 0; for tests of what reads reports. */
void witness_report_write(const struct witness_report *report, uint8_t bytes[WITNESS_REPORT_BYTES]);

/** Signs a report in place. */
void witness_report_sign(uint8_t bytes[WITNESS_REPORT_BYTES], EVP_PKEY *key);

#endif
