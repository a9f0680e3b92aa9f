/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation reports (report.h).
 */
#include "firmware/snp_guest/report.h"

#include <string.h>

#include "abi/sev_state.h"
#include "crypto/p384.h"
#include "crypto/sha2.h"
#include "firmware/fabric.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/chip_key.h"
#include "firmware/platform/product.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/snp_guest/key_choice.h"

#define VERSION_WITH_CPUID 3u
#define VERSION_WITH_MITIGATIONS 5u

static void describe_guest(const struct snp_guest *guest, struct snp_report *report)
{
    report->guest_svn = guest->id_block.guest_svn;
    report->policy = guest->policy;
    memcpy(report->family_id, guest->id_block.family_id, sizeof report->family_id);
    memcpy(report->image_id, guest->id_block.image_id, sizeof report->image_id);
    memcpy(report->measurement, guest->digest, sizeof report->measurement);
    memcpy(report->host_data, guest->host_data, sizeof report->host_data);
    memcpy(report->id_key_digest, guest->id_key_digest, sizeof report->id_key_digest);
    memcpy(report->author_key_digest, guest->author_key_digest, sizeof report->author_key_digest);
    memcpy(report->report_id, guest->report_id, sizeof report->report_id);
    memcpy(report->report_id_ma, guest->report_id_ma, sizeof report->report_id_ma);
    report->launch_tcb = guest->launch_tcb;
    report->flags |= guest->has_author_key ? SNP_REPORT_AUTHOR_KEY_EN : 0;
}

static uint64_t platform_info(void)
{
    const uint32_t machine = fabric_config()->flags;
    const struct snp_options *options = &snp_settings()->options;

    return SNP_PLATFORM_ALIAS_CHECK_COMPLETE |
           ((machine & FABRIC_FLAG_SMT) != 0 ? SNP_PLATFORM_SMT_EN : 0) |
           ((machine & FABRIC_FLAG_TSME) != 0 ? SNP_PLATFORM_TSME_EN : 0) |
           ((machine & FABRIC_FLAG_ECC) != 0 ? SNP_PLATFORM_ECC_EN : 0) |
           (options->rapl_disabled ? SNP_PLATFORM_RAPL_DIS : 0) |
           (options->hides_ciphertext ? SNP_PLATFORM_CIPHERTEXT_HIDING_EN : 0);
}

/** TCB versions, and versions of the firmware. */
static void describe_firmware(struct snp_report *report)
{
    const struct rollback_floor *committed = rollback_counted();

    report->current_tcb = tcb_current();
    report->reported_tcb = snp_reported_tcb();
    report->committed_tcb = committed->tcb;
    report->current_build = SEV_BUILD;
    report->current_minor = product()->api_minor;
    report->current_major = product()->api_major;
    report->committed_build = committed->build;
    report->committed_minor = committed->api_minor;
    report->committed_major = committed->api_major;
}

static void describe_platform(const struct snp_guest *guest, struct snp_report *report)
{
    report->version = product()->report_version;
    report->platform_info = platform_info();
    describe_firmware(report);
    if (!snp_settings()->mask_chip_id) {
        chip_id(0, report->chip_id);
    }
    if (report->version >= VERSION_WITH_CPUID) {
        report->cpuid_family = product()->family;
        report->cpuid_model = product()->model;
        report->cpuid_stepping = product()->stepping;
    }
    if (report->version >= VERSION_WITH_MITIGATIONS) {
        report->launch_mitigations = guest->launch_mitigations;
        report->current_mitigations = snp_mitigations();
    }
}

/** Turns a number of a signature around: in reports it is little-endian. */
static void set_number(uint8_t field[72], const uint8_t number[CRYPTO_P384_BYTES])
{
    for (uint32_t i = 0; i < CRYPTO_P384_BYTES; i++) {
        field[i] = number[CRYPTO_P384_BYTES - 1u - i];
    }
}

/** Signs what is in the report. @return false when the random generator fails */
static bool sign(enum chip_key_kind kind, struct snp_report *report)
{
    const struct crypto_p384_key *key =
        kind == CHIP_KEY_VLEK ? chip_vlek(report->reported_tcb) : chip_vcek(report->reported_tcb);
    struct crypto_p384_signature signature;
    uint8_t digest[CRYPTO_SHA384_BYTES];

    crypto_sha384(report, SNP_REPORT_SIGNED_BYTES, digest);
    if (key == NULL || !crypto_p384_sign(key, digest, sizeof digest, &signature)) {
        return false;
    }
    set_number(report->signature.r, signature.r);
    set_number(report->signature.s, signature.s);
    return true;
}

enum sev_status report_make(const struct snp_guest *guest, const struct report_request *request,
                            struct snp_report_response *response)
{
    struct snp_report *report = &response->report;
    enum snp_signing_key signer;
    enum chip_key_kind kind;
    const enum sev_status status =
        key_choice(guest, request->key_select, snp_reported_tcb(), &kind);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    signer = kind == CHIP_KEY_VLEK           ? SNP_SIGNED_BY_VLEK
             : snp_settings()->mask_chip_key ? SNP_SIGNED_BY_NONE
                                             : SNP_SIGNED_BY_VCEK;
    memset(response, 0, sizeof *response);
    response->report_size = sizeof *report;
    report->vmpl = request->vmpl;
    if (request->data != NULL) {
        memcpy(report->report_data, request->data, sizeof report->report_data);
    }
    report->flags = ((uint32_t)signer << SNP_REPORT_SIGNING_KEY_SHIFT) |
                    (snp_settings()->mask_chip_key ? SNP_REPORT_MASK_CHIP_KEY : 0);
    describe_guest(guest, report);
    describe_platform(guest, report);
    if (signer == SNP_SIGNED_BY_NONE) {
        return SEV_STATUS_SUCCESS;
    }
    report->signature_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384;
    return sign(kind, report) ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}
