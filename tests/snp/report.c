/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading, writing and signing attestation reports (report.h).
 */
#include "tests/snp/report.h"

#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/p384.h"

#define SIGNATURE 0x2A0u
#define SIGNATURE_S 0x48u
#define NUMBER_BYTES 48u
#define SLOT_BYTES 72u
#define PAIR_BYTES (2 * SLOT_BYTES)

#define ALGO_NONE 0u
#define ALGO_ECDSA_P384_SHA384 1u

#define POLICY_MUST_BE_ONE (1ull << 17)

unsigned witness_report_signing_key(const struct witness_report *report)
{
    return report->flags >> 2 & 7;
}

static uint64_t load(const uint8_t *bytes, size_t size)
{
    uint8_t whole[8] = {0};

    memcpy(whole, bytes, size);
    return witness_load64(whole);
}

/* Stores a number in a member that is as large as the field. */
static void keep(void *member, uint64_t value, size_t size)
{
    const uint8_t byte = (uint8_t)value;
    const uint32_t word = (uint32_t)value;

    switch (size) {
    case 1:
        memcpy(member, &byte, size);
        break;
    case 4:
        memcpy(member, &word, size);
        break;
    default:
        memcpy(member, &value, sizeof value);
        break;
    }
}

/* @return whether the field holds what its version may */
static bool read_field(const struct witness_report_field *field, const uint8_t *bytes,
                       uint32_t version, struct witness_report *report)
{
    const uint8_t *at = bytes + field->offset;

    if (field->since == 0) {
        return witness_is_zero(at, field->size);
    }
    if (!field->number) {
        memcpy((uint8_t *)report + field->member, at, field->size);
    } else {
        keep((uint8_t *)report + field->member, load(at, field->size), field->size);
    }
    if (version < field->since) {
        return witness_is_zero(at, field->size);
    }
    return !field->number || (load(at, field->size) & ~field->allowed) == 0;
}

static bool is_known(uint32_t version)
{
    return version == 2 || version == 3 || version == 5;
}

static const char *check_signature_form(const struct witness_report *report)
{
    const bool is_signed = witness_report_signing_key(report) != WITNESS_SIGNED_BY_NONE;
    const uint8_t *signature = report->signature;

    if (!is_signed) {
        return witness_is_zero(signature, sizeof report->signature) ? NULL : "SIGNATURE by none";
    }
    if (witness_is_zero(signature, SLOT_BYTES) ||
        witness_is_zero(signature + SIGNATURE_S, SLOT_BYTES)) {
        return "SIGNATURE of 0";
    }
    if (!witness_is_zero(signature + NUMBER_BYTES, SLOT_BYTES - NUMBER_BYTES) ||
        !witness_is_zero(signature + SIGNATURE_S + NUMBER_BYTES, SLOT_BYTES - NUMBER_BYTES) ||
        !witness_is_zero(signature + PAIR_BYTES, sizeof report->signature - PAIR_BYTES)) {
        return "reserved bytes of SIGNATURE";
    }
    return NULL;
}

static const char *check_values(const struct witness_report *report)
{
    const unsigned key = witness_report_signing_key(report);

    if ((report->policy & POLICY_MUST_BE_ONE) == 0) {
        return "POLICY";
    }
    if (report->vmpl > 3 && report->vmpl != WITNESS_VMPL_HOST) {
        return "VMPL";
    }
    if (key != WITNESS_SIGNED_BY_VCEK && key != WITNESS_SIGNED_BY_VLEK &&
        key != WITNESS_SIGNED_BY_NONE) {
        return "SIGNING_KEY";
    }
    if (report->signature_algo != ALGO_ECDSA_P384_SHA384 &&
        (report->signature_algo != ALGO_NONE || key != WITNESS_SIGNED_BY_NONE)) {
        return "SIGNATURE_ALGO";
    }
    return check_signature_form(report);
}

const char *witness_report_read(const uint8_t bytes[WITNESS_REPORT_BYTES],
                                struct witness_report *report)
{
    const uint32_t version = witness_load32(bytes);
    const char *fault = is_known(version) ? NULL : "VERSION";

    memset(report, 0, sizeof *report);
    for (size_t i = 0; i < witness_report_field_count; i++) {
        const struct witness_report_field *field = &witness_report_fields[i];

        if (!read_field(field, bytes, version, report) && fault == NULL) {
            fault = field->name;
        }
    }
    const char *value_fault = check_values(report);
    return fault != NULL ? fault : value_fault;
}

bool witness_report_is_signed(const uint8_t bytes[WITNESS_REPORT_BYTES], EVP_PKEY *key)
{
    return witness_p384_verify(key, bytes, WITNESS_REPORT_SIGNED_BYTES, bytes + SIGNATURE);
}

void witness_report_write(const struct witness_report *report, uint8_t bytes[WITNESS_REPORT_BYTES])
{
    memset(bytes, 0, WITNESS_REPORT_BYTES);
    for (size_t i = 0; i < witness_report_field_count; i++) {
        const struct witness_report_field *field = &witness_report_fields[i];
        const uint8_t *member = (const uint8_t *)report + field->member;
        uint32_t word;
        uint64_t value;

        if (field->since == 0) {
            continue;
        }
        if (field->number && field->size == sizeof word) {
            memcpy(&word, member, sizeof word);
            witness_store32(bytes + field->offset, word);
        } else if (field->number && field->size == sizeof value) {
            memcpy(&value, member, sizeof value);
            witness_store64(bytes + field->offset, value);
        } else {
            memcpy(bytes + field->offset, member, field->size);
        }
    }
}

void witness_report_sign(uint8_t bytes[WITNESS_REPORT_BYTES], EVP_PKEY *key)
{
    witness_p384_sign(key, bytes, WITNESS_REPORT_SIGNED_BYTES, bytes + SIGNATURE);
}
