/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules that vectors break (reason.h). Sections: "SNP" is docs/snp.md, "certificates" the profile
 * in docs/attestation.md, RFCs are named.
 */
#include "host/vectors/reason.h"

#define INVALID(name, step, section, text)                                                         \
    {                                                                                              \
        name, VECTORS_INVALID, step, section, text                                                 \
    }
#define POLICY(name, section, text)                                                                \
    {                                                                                              \
        name, VECTORS_POLICY, "policy", section, text                                              \
    }

const struct vectors_reason_text vectors_reasons[VECTORS_REASONS] = {
    [REASON_NONE] = {"none", VECTORS_VALID, "none", "", "Everything is as it should be."},
    [REASON_REPORT_LENGTH] =
        INVALID("report-length", "layout", "SNP 7", "A report has 1184 bytes, no less, no more."),
    [REASON_REPORT_VERSION] =
        INVALID("report-version", "layout", "SNP 7.1",
                "A report of a version whose layout is not known says nothing."),
    [REASON_RESERVED] = INVALID("reserved-not-zero", "layout", "SNP 7.1",
                                "What the version of a report reserves is 0."),
    [REASON_POLICY_BITS] =
        INVALID("policy-bits", "layout", "SNP 4.2", "Bit 17 of POLICY is 1, bits 63 to 26 are 0."),
    [REASON_PLATFORM_INFO_BITS] = INVALID("platform-info-bits", "layout", "SNP 7.3",
                                          "Bit 6 and the bits from 8 on of PLATFORM_INFO are 0."),
    [REASON_FLAGS_BITS] =
        INVALID("flags-bits", "layout", "SNP 7.2", "The bits from 5 on of FLAGS are 0."),
    [REASON_SIGNING_KEY] = INVALID("signing-key", "layout", "SNP 7.2",
                                   "SIGNING_KEY is VCEK (0), VLEK (1) or none (7), and if it is "
                                   "none there is no signature."),
    [REASON_SIGNATURE_ALGORITHM] =
        INVALID("signature-algorithm", "layout", "SNP 7",
                "SIGNATURE_ALGO of a signed report is 1: ECDSA P-384 with SHA-384."),
    [REASON_SIGNATURE_RESERVED] =
        INVALID("signature-reserved", "layout", "SNP 7",
                "R and S have 48 bytes of their 72, and nothing follows them: the rest is 0."),
    [REASON_VMPL_UNKNOWN] = INVALID("vmpl-unknown", "layout", "SNP 6.6",
                                    "VMPL is 0 to 3, or FFFFFFFFh in what the host asked for."),
    [REASON_UNSIGNED] =
        INVALID("unsigned", "layout", "SNP 7.2", "A report that nobody signed proves nothing."),
    [REASON_REPORT_PRODUCT] = INVALID("report-product", "fields", "SNP 7.6",
                                      "Family and model are those of the chain's product."),
    [REASON_CHIP_ID_LENGTH] =
        INVALID("chip-id-length", "fields", "SNP 8.5",
                "CHIP_ID is 0 behind the bytes that the product's hardware ID has."),
    [REASON_TCB_RESERVED] =
        INVALID("tcb-reserved", "fields", "SNP 7.4", "Reserved parts of a TCB version are 0."),
    [REASON_TCB_ORDER] = INVALID("tcb-order", "fields", "SNP 10.1",
                                 "REPORTED_TCB <= COMMITTED_TCB <= CURRENT_TCB, part by part."),
    [REASON_VERSION_ORDER] = INVALID("version-order", "fields", "SNP 10.1",
                                     "The committed version is not above the current one."),
    [REASON_POLICY_VERSION] =
        INVALID("policy-version", "fields", "SNP 4.2",
                "No firmware launches a guest whose policy asks for a later version."),
    [REASON_POLICY_PLATFORM] =
        INVALID("policy-platform", "fields", "SNP 4.2",
                "No firmware launches a guest whose policy the platform does not fulfil."),
    [REASON_ID_BLOCK] =
        INVALID("id-block", "fields", "SNP 5",
                "GUEST_SVN, FAMILY_ID, IMAGE_ID and the author come with an ID key."),
    [REASON_MASKED_KEY] = INVALID("masked-key", "fields", "SNP 7.2",
                                  "A VCEK that MASK_CHIP_KEY masks signs nothing."),
    [REASON_REPORT_ID] = INVALID("report-id", "fields", "SNP 7", "REPORT_ID is random, never 0."),
    [REASON_MIGRATION_AGENT] = INVALID("migration-agent", "fields", "SNP 9.1",
                                       "A guest whose policy forbids it has no migration agent."),
    [REASON_SIGNATURE_RANGE] = INVALID("signature-range", "signature", "FIPS 186-5, 6.4.2",
                                       "R and S are from 1 to n - 1."),
    [REASON_SIGNATURE] = INVALID("signature", "signature", "SNP 7",
                                 "The signature is the leaf's over the first 672 bytes: SHA-384, "
                                 "ECDSA P-384, numbers little-endian."),
    [REASON_CHIP_ID] = INVALID("chip-id", "match", "SNP 8.5",
                               "CHIP_ID is the hardware ID of the VCEK's certificate."),
    [REASON_REPORTED_TCB] = INVALID("reported-tcb", "match", "SNP 8.5",
                                    "REPORTED_TCB is what the certificate's SPLs say, each part."),
    [REASON_KEY_KIND] = INVALID("key-kind", "match", "SNP 7.2, 8.1",
                                "A report says by SIGNING_KEY whether VCEK or VLEK signed it, and "
                                "its certificate is one of that kind."),
    [REASON_CERTIFICATE_MISSING] = INVALID("certificate-missing", "certificate", "SNP 8.1",
                                           "There is a certificate for each link of the chain."),
    [REASON_CERTIFICATE_MALFORMED] =
        INVALID("certificate-malformed", "certificate", "X.690", "A certificate is whole DER."),
    [REASON_CERTIFICATE_VERSION] =
        INVALID("certificate-version", "certificate", "certificates; RFC 5280, 4.1.2.1",
                "A certificate with extensions has version 3."),
    [REASON_SUBJECT] = INVALID("subject", "certificate", "certificates",
                               "A certificate has the names of its role and product."),
    [REASON_PUBLIC_KEY] = INVALID("public-key", "certificate", "certificates",
                                  "VCEK and VLEK are P-384, authorities RSA-4096."),
    [REASON_CERTIFICATE_ALGORITHM] =
        INVALID("certificate-algorithm", "certificate", "certificates",
                "Certificates are signed with RSASSA-PSS, SHA-384, 48 bytes of salt."),
    [REASON_BASIC_CONSTRAINTS] = INVALID("basic-constraints", "certificate", "RFC 5280, 4.2.1.9",
                                         "Who signs certificates says that it is a CA."),
    [REASON_KEY_USAGE] = INVALID("key-usage", "certificate", "RFC 5280, 4.2.1.3",
                                 "Who signs certificates may do so by its key usage."),
    [REASON_CRITICAL_EXTENSION] =
        INVALID("critical-extension", "certificate", "RFC 5280, 4.2",
                "A critical extension that a verifier does not know makes it refuse."),
    [REASON_EXTENSION_MISSING] =
        INVALID("extension-missing", "certificate", "SNP 8.5",
                "VCEK and VLEK have every extension of their structure version."),
    [REASON_EXTENSION_UNKNOWN] =
        INVALID("extension-unknown", "certificate", "SNP 8.5",
                "VCEK and VLEK have no extension of another kind of key or unknown ones."),
    [REASON_EXTENSION_TWICE] =
        INVALID("extension-twice", "certificate", "RFC 5280, 4.2", "An extension is there once."),
    [REASON_SPL_ENCODING] = INVALID("spl-encoding", "certificate", "SNP 8.5; X.690, 8.3",
                                    "An SPL is a DER INTEGER from 0 to 255: 02 01 xx below 80h, "
                                    "02 02 00 xx from there."),
    [REASON_SPL_LIMIT] = INVALID("spl-limit", "certificate", "SNP 8.5",
                                 "An SPL is at most 127, but for the microcode's."),
    [REASON_HARDWARE_ID] = INVALID("hardware-id", "certificate", "SNP 8.5",
                                   "The hardware ID has 64 bytes, from Turin on 8, without a "
                                   "header of its own."),
    [REASON_PRODUCT_NAME] = INVALID("product-name", "certificate", "SNP 8.5",
                                    "VCEK and VLEK name the product of their chain."),
    [REASON_STRUCTURE_VERSION] =
        INVALID("structure-version", "certificate", "SNP 8.5",
                "Structure version: 0 of Milan and Genoa, 1 from Turin on."),
    [REASON_ISSUER] = INVALID("issuer", "chain", "SNP 8.1; RFC 5280, 6.1.3",
                              "The issuer of a certificate is the subject of the one above."),
    [REASON_KEY_IDENTIFIER] =
        INVALID("key-identifier", "chain", "RFC 5280, 4.2.1.1",
                "The authority's key identifier is the subject's of the one above."),
    [REASON_CERTIFICATE_SIGNATURE] =
        INVALID("certificate-signature", "chain", "SNP 8.1",
                "A certificate is signed with the key of the one above."),
    [REASON_ROOT_SIGNATURE] =
        INVALID("root-signature", "chain", "SNP 8.1", "The ARK signs itself."),
    [REASON_CHAIN_PRODUCT] = INVALID("chain-product", "chain", "SNP 7.6, 8.1",
                                     "ARK and ASK are of the product whose chip reports."),
    [REASON_UNTRUSTED_ROOT] =
        INVALID("untrusted-root", "root", "SNP 8.1",
                "The ARK is the one that is trusted, not one that looks like it."),
    [REASON_EXPIRED] = INVALID("expired", "dates", "RFC 5280, 6.1.3",
                               "No certificate has expired at the time of the corpus."),
    [REASON_NOT_YET_VALID] = INVALID("not-yet-valid", "dates", "RFC 5280, 6.1.3",
                                     "Every certificate is valid at the time of the corpus."),
    [REASON_REVOKED] = INVALID("revoked", "crl", "RFC 5280, 6.3",
                               "The ARK's list does not have the ASK, or ASVK."),
    [REASON_CRL_SIGNATURE] =
        INVALID("crl-signature", "crl", "RFC 5280, 6.3.3", "The ARK has signed the list."),
    [REASON_CRL_ISSUER] =
        INVALID("crl-issuer", "crl", "RFC 5280, 6.3.3", "The issuer of the list is the ARK."),
    [REASON_CRL_EXPIRED] = INVALID("crl-expired", "crl", "RFC 5280, 6.3.3",
                                   "The list is in force at the time of the corpus."),
    [REASON_DEBUG] =
        POLICY("debug", "SNP 4.2", "The host may read and write the guest: bit 19 of POLICY."),
    [REASON_VMPL] = POLICY("vmpl", "SNP 6.6", "Asked for by less trusted software than VMPL 0."),
    [REASON_HOST_REPORT] =
        POLICY("host-report", "SNP 7", "Asked for by the host: its REPORT_DATA is nobody's."),
    [REASON_MASKED_CHIP_ID] =
        POLICY("masked-chip-id", "SNP 7", "CHIP_ID is 0: nobody can tell by it which chip it was."),
    [REASON_PROVISIONAL] = POLICY("provisional", "SNP 10.1",
                                  "The firmware is not committed: an older one can come back."),
};

const char *vectors_result_name(enum vectors_result result)
{
    static const char *const names[] = {
        [VECTORS_VALID] = "valid",
        [VECTORS_INVALID] = "invalid",
        [VECTORS_POLICY] = "policy",
    };
    return names[result];
}
