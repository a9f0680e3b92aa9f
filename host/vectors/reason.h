/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a verifier must answer to a vector, and why.
 */
#ifndef HOST_VECTORS_REASON_H
#define HOST_VECTORS_REASON_H

/** What must be answered. */
enum vectors_result {
    VECTORS_VALID,   /**< Accepted. */
    VECTORS_INVALID, /**< Refused, whatever the caller's policy. */
    VECTORS_POLICY,  /**< Genuine, but refused unless the caller's policy allows what it says. */
};

/** Why something is not simply valid. */
enum vectors_reason {
    REASON_NONE,
    /* Layout of the report. */
    REASON_REPORT_LENGTH,
    REASON_REPORT_VERSION,
    REASON_RESERVED,
    REASON_POLICY_BITS,
    REASON_PLATFORM_INFO_BITS,
    REASON_FLAGS_BITS,
    REASON_SIGNING_KEY,
    REASON_SIGNATURE_ALGORITHM,
    REASON_SIGNATURE_RESERVED,
    REASON_VMPL_UNKNOWN,
    REASON_UNSIGNED,
    /* What must hold between its fields. */
    REASON_REPORT_PRODUCT,
    REASON_CHIP_ID_LENGTH,
    REASON_TCB_RESERVED,
    REASON_TCB_ORDER,
    REASON_VERSION_ORDER,
    REASON_POLICY_VERSION,
    REASON_POLICY_PLATFORM,
    REASON_ID_BLOCK,
    REASON_MASKED_KEY,
    REASON_REPORT_ID,
    REASON_MIGRATION_AGENT,
    /* Its signature. */
    REASON_SIGNATURE_RANGE,
    REASON_SIGNATURE,
    /* Report and certificate. */
    REASON_CHIP_ID,
    REASON_REPORTED_TCB,
    REASON_KEY_KIND,
    /* Certificates by themselves. */
    REASON_CERTIFICATE_MISSING,
    REASON_CERTIFICATE_MALFORMED,
    REASON_CERTIFICATE_VERSION,
    REASON_SUBJECT,
    REASON_PUBLIC_KEY,
    REASON_CERTIFICATE_ALGORITHM,
    REASON_BASIC_CONSTRAINTS,
    REASON_KEY_USAGE,
    REASON_CRITICAL_EXTENSION,
    REASON_EXTENSION_MISSING,
    REASON_EXTENSION_UNKNOWN,
    REASON_EXTENSION_TWICE,
    REASON_SPL_ENCODING,
    REASON_SPL_LIMIT,
    REASON_HARDWARE_ID,
    REASON_PRODUCT_NAME,
    REASON_STRUCTURE_VERSION,
    /* The chain of them. */
    REASON_ISSUER,
    REASON_KEY_IDENTIFIER,
    REASON_CERTIFICATE_SIGNATURE,
    REASON_ROOT_SIGNATURE,
    REASON_CHAIN_PRODUCT,
    REASON_UNTRUSTED_ROOT,
    REASON_EXPIRED,
    REASON_NOT_YET_VALID,
    /* The list of what is revoked. */
    REASON_REVOKED,
    REASON_CRL_SIGNATURE,
    REASON_CRL_ISSUER,
    REASON_CRL_EXPIRED,
    /* The caller's policy. */
    REASON_DEBUG,
    REASON_VMPL,
    REASON_HOST_REPORT,
    REASON_MASKED_CHIP_ID,
    REASON_PROVISIONAL,
    VECTORS_REASONS,
};

/** What the manifest says of a reason. */
struct vectors_reason_text {
    const char *name;
    enum vectors_result result;
    const char *step;    /**< Of verification, that notices: "layout", "certificate", ... */
    const char *section; /**< Where the rule stands. */
    const char *text;    /**< The rule. */
};

extern const struct vectors_reason_text vectors_reasons[VECTORS_REASONS];

/** @return "valid", "invalid", "policy" */
const char *vectors_result_name(enum vectors_result result);

#endif
