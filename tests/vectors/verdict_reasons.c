/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier's faults, and the manifest's reasons that lead to them (verdict.h).
 */
#include <stddef.h>
#include <string.h>

#include "tests/vectors/verdict.h"

#define FAULTS 8

static const struct {
    const char *reason;
    const char *faults[FAULTS];
} reasons[] = {
    {"report-length", {"length of the report"}},
    {"report-version", {"VERSION"}},
    {"reserved-not-zero",
     {"reserved at 4Ch", "reserved at 18Bh", "reserved at 1EBh", "reserved at 1EFh",
      "reserved at 208h", "CPUID_FAM_ID", "LAUNCH_MIT_VECTOR"}},
    {"policy-bits", {"POLICY"}},
    {"platform-info-bits", {"PLATFORM_INFO"}},
    {"flags-bits", {"FLAGS"}},
    {"signing-key", {"SIGNING_KEY", "SIGNATURE by none"}},
    {"signature-algorithm", {"SIGNATURE_ALGO"}},
    {"signature-reserved", {"reserved bytes of SIGNATURE"}},
    {"vmpl-unknown", {"VMPL"}},
    {"unsigned", {"signed by none"}},
    {"report-product", {"CPUID of another product"}},
    {"chip-id-length", {"CHIP_ID is too long"}},
    {"tcb-reserved", {"reserved parts of a TCB version"}},
    {"tcb-order", {"COMMITTED_TCB above CURRENT_TCB", "REPORTED_TCB above COMMITTED_TCB"}},
    {"version-order", {"committed version above the current one"}},
    {"policy-version", {"policy asks for a later version"}},
    {"policy-platform", {"policy forbids RAPL", "policy wants ciphertext hiding"}},
    {"id-block",
     {"AUTHOR_KEY_EN and AUTHOR_KEY_DIGEST", "fields of an ID block without an ID key"}},
    {"masked-key", {"signed by a VCEK that is masked"}},
    {"report-id", {"REPORT_ID of 0"}},
    {"migration-agent", {"policy forbids a migration agent"}},
    {"signature-range", {"SIGNATURE of 0", "signature of the report"}},
    {"signature", {"signature of the report"}},
    {"chip-id", {"CHIP_ID is not the certificate's"}},
    {"reported-tcb", {"REPORTED_TCB is not the certificate's"}},
    {"key-kind", {"subject of the certificate"}},
    {"certificate-missing", {"no file", "subject of the certificate"}},
    {"certificate-malformed", {"no certificate"}},
    {"certificate-version", {"version of the certificate"}},
    {"subject", {"subject of the certificate"}},
    {"public-key", {"public key of the certificate"}},
    {"certificate-algorithm", {"algorithm of the signature"}},
    {"basic-constraints", {"basic constraints"}},
    /* OpenSSL asks both when it tells whether a certificate is a CA's. */
    {"key-usage", {"key usage", "basic constraints"}},
    {"critical-extension", {"a critical extension"}},
    {"extension-missing", {"number of extensions"}},
    {"extension-unknown", {"number of extensions"}},
    {"extension-twice", {"number of extensions"}},
    {"spl-encoding", {"SPL of the certificate"}},
    {"spl-limit", {"SPL of the certificate"}},
    {"hardware-id", {"hardware id of the certificate"}},
    {"product-name", {"product name of the certificate"}},
    {"structure-version", {"structure version of the certificate"}},
    {"issuer", {"issuer of the certificate", "issuer is not who signed"}},
    {"key-identifier", {"authority key identifier"}},
    {"certificate-signature", {"signature of the certificate"}},
    {"root-signature", {"signature of the certificate"}},
    {"chain-product", {"subject of the certificate"}},
    {"untrusted-root", {"the root is not the trusted one"}},
    {"expired", {"certificate is not valid now"}},
    {"not-yet-valid", {"certificate is not valid now"}},
    {"revoked", {"certificate is revoked"}},
    {"crl-signature", {"signature of the CRL"}},
    {"crl-issuer", {"signature of the CRL"}},
    {"crl-expired", {"CRL is not in force"}},
    {"debug", {"debug"}},
    {"vmpl", {"vmpl"}},
    {"host-report", {"host-report"}},
    {"masked-chip-id", {"masked-chip-id"}},
    {"provisional", {"provisional"}},
};

#define REASONS (sizeof reasons / sizeof reasons[0])

bool verdict_knows(const char *reason)
{
    for (size_t i = 0; i < REASONS; i++) {
        if (strcmp(reasons[i].reason, reason) == 0) {
            return true;
        }
    }
    return strcmp(reason, "none") == 0;
}

bool verdict_fits(const char *fault, const char *reason)
{
    if (fault == NULL || strcmp(reason, "none") == 0) {
        return fault == NULL && strcmp(reason, "none") == 0;
    }
    for (size_t i = 0; i < REASONS; i++) {
        if (strcmp(reasons[i].reason, reason) != 0) {
            continue;
        }
        for (size_t j = 0; j < FAULTS && reasons[i].faults[j] != NULL; j++) {
            if (strcmp(reasons[i].faults[j], fault) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool verdict_wants_signatures(const char *reason)
{
    /* Where a signature is wrong, or its key, or what it covers is not there. */
    static const char *const without[] = {
        "report-length",
        "signature",
        "signature-range",
        "signature-reserved",
        "unsigned",
        "public-key",
        "certificate-missing",
        "certificate-malformed",
        "issuer",
        "certificate-signature",
        "root-signature",
    };

    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        if (strcmp(without[i], reason) == 0) {
            return false;
        }
    }
    return true;
}
