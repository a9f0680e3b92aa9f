/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports of which one byte is wrong (draft.h): signed anew, so that only the rule about that byte is
 * broken, or with the signature that they had, which then is wrong.
 */
#include <stddef.h>

#include "host/vectors/report_defects.h"

#define AT(member) ((uint16_t)offsetof(struct snp_report, member))
#define SIGNATURE(member)                                                                          \
    ((uint16_t)(offsetof(struct snp_report, signature) + offsetof(struct snp_signature, member)))

/* Which bases a row is for. */
enum bases {
    ALL,
    BEFORE_3,   /* Report versions. */
    BEFORE_5,   /* Likewise. */
    FROM_3,     /* Likewise. */
    VCEK,       /* Signed by a VCEK. */
    SHORT_ID,   /* Hardware IDs of 8 bytes. */
    LIKE_MILAN, /* TCB versions. */
    LIKE_TURIN, /* Likewise. */
};

/* A byte becomes (byte & KEEP) ^ FLIP. */
struct change {
    struct vectors_row row;
    uint16_t offset;
    uint8_t keep;
    uint8_t flip;
    bool sign;
    enum bases bases;
};

static const struct change changes[] = {
    {{"version-0", REASON_REPORT_VERSION, NULL}, AT(version), 0, 0, true, ALL},
    {{"version-1", REASON_REPORT_VERSION, NULL}, AT(version), 0, 1, true, ALL},
    {{"version-255", REASON_REPORT_VERSION, NULL}, AT(version), 0, 255, true, ALL},
    {{"reserved-4c", REASON_RESERVED, NULL}, AT(reserved_4c), 0, 1, true, ALL},
    {{"reserved-18b", REASON_RESERVED, NULL}, AT(reserved_18b), 0, 1, true, ALL},
    {{"reserved-19f", REASON_RESERVED, NULL}, AT(reserved_18b) + 20, 0, 1, true, ALL},
    {{"reserved-1eb", REASON_RESERVED, NULL}, AT(reserved_1eb), 0, 1, true, ALL},
    {{"reserved-1ef", REASON_RESERVED, NULL}, AT(reserved_1ef), 0, 1, true, ALL},
    {{"reserved-208", REASON_RESERVED, NULL}, AT(reserved_208), 0, 1, true, ALL},
    {{"reserved-29f", REASON_RESERVED, NULL}, AT(reserved_208) + 151, 0, 1, true, ALL},
    {{"cpuid-before-version-3", REASON_RESERVED, "Version 2 has no CPUID_FAM_ID."},
     AT(cpuid_family),
     0,
     0x19,
     true,
     BEFORE_3},
    {{"mitigations-before-version-5", REASON_RESERVED, "Only version 5 has LAUNCH_MIT_VECTOR."},
     AT(launch_mitigations),
     0,
     1,
     true,
     BEFORE_5},
    {{"policy-bit-17", REASON_POLICY_BITS, "Bit 17 is 0."}, AT(policy) + 2, 0xFD, 0, true, ALL},
    {{"policy-bit-26", REASON_POLICY_BITS, "Bit 26 is 1."}, AT(policy) + 3, 0xFF, 4, true, ALL},
    {{"policy-bit-63", REASON_POLICY_BITS, "Bit 63 is 1."}, AT(policy) + 7, 0, 0x80, true, ALL},
    {{"platform-info-bit-6", REASON_PLATFORM_INFO_BITS, NULL},
     AT(platform_info),
     0xFF,
     0x40,
     true,
     ALL},
    {{"platform-info-bit-8", REASON_PLATFORM_INFO_BITS, NULL},
     AT(platform_info) + 1,
     0,
     1,
     true,
     ALL},
    {{"flags-bit-5", REASON_FLAGS_BITS, NULL}, AT(flags), 0xFF, 0x20, true, ALL},
    {{"flags-bit-31", REASON_FLAGS_BITS, NULL}, AT(flags) + 3, 0, 0x80, true, ALL},
    {{"signing-key-2", REASON_SIGNING_KEY, "SIGNING_KEY is reserved."},
     AT(flags),
     0xE3,
     2 << SNP_REPORT_SIGNING_KEY_SHIFT,
     true,
     ALL},
    {{"signing-key-none", REASON_SIGNING_KEY, "SIGNING_KEY is none, yet there is a signature."},
     AT(flags),
     0xE3,
     7 << SNP_REPORT_SIGNING_KEY_SHIFT,
     true,
     ALL},
    {{"signature-algo-0", REASON_SIGNATURE_ALGORITHM, NULL},
     AT(signature_algorithm),
     0,
     0,
     true,
     ALL},
    {{"signature-algo-2", REASON_SIGNATURE_ALGORITHM, NULL},
     AT(signature_algorithm),
     0,
     2,
     true,
     ALL},
    {{"vmpl-4", REASON_VMPL_UNKNOWN, NULL}, AT(vmpl), 0, 4, true, ALL},
    {{"product-family", REASON_REPORT_PRODUCT, "CPUID_FAM_ID is another family's."},
     AT(cpuid_family),
     0xFF,
     3,
     true,
     FROM_3},
    {{"product-model", REASON_REPORT_PRODUCT, "CPUID_MOD_ID is another product's."},
     AT(cpuid_model),
     0xFF,
     0x10,
     true,
     FROM_3},
    {{"chip-id-first-byte", REASON_CHIP_ID, "The first byte differs."},
     AT(chip_id),
     0xFF,
     0x40,
     true,
     VCEK},
    {{"chip-id-eighth-byte", REASON_CHIP_ID, "The eighth byte differs."},
     AT(chip_id) + 7,
     0xFF,
     1,
     true,
     VCEK},
    {{"chip-id-too-long", REASON_CHIP_ID_LENGTH, NULL}, AT(chip_id) + 8, 0, 1, true, SHORT_ID},
    {{"tcb-reserved", REASON_TCB_RESERVED, "Byte 2 of CURRENT_TCB is 1."},
     AT(current_tcb) + 2,
     0,
     1,
     true,
     LIKE_MILAN},
    {{"tcb-reserved", REASON_TCB_RESERVED, "Byte 4 of CURRENT_TCB is 1."},
     AT(current_tcb) + 4,
     0,
     1,
     true,
     LIKE_TURIN},
    {{"policy-major", REASON_POLICY_VERSION, NULL}, AT(policy) + 1, 0, 255, true, ALL},
    {{"policy-rapl-off", REASON_POLICY_PLATFORM,
      "POLICY wants RAPL off, PLATFORM_INFO says it is on."},
     AT(policy) + 2,
     0xFF,
     0x80,
     true,
     ALL},
    {{"policy-ciphertext-hiding", REASON_POLICY_PLATFORM,
      "POLICY wants ciphertext hiding, PLATFORM_INFO says it is off."},
     AT(policy) + 3,
     0xFF,
     1,
     true,
     ALL},
    {{"guest-svn-without-id-block", REASON_ID_BLOCK, NULL}, AT(guest_svn), 0, 1, true, ALL},
    {{"family-id-without-id-block", REASON_ID_BLOCK, NULL}, AT(family_id), 0, 1, true, ALL},
    {{"image-id-without-id-block", REASON_ID_BLOCK, NULL}, AT(image_id), 0, 1, true, ALL},
    {{"author-key-en-without-author", REASON_ID_BLOCK, NULL},
     AT(flags),
     0xFF,
     SNP_REPORT_AUTHOR_KEY_EN,
     true,
     ALL},
    {{"author-without-author-key-en", REASON_ID_BLOCK, NULL},
     AT(author_key_digest),
     0,
     1,
     true,
     ALL},
    {{"masked-key-signs", REASON_MASKED_KEY, NULL},
     AT(flags),
     0xFF,
     SNP_REPORT_MASK_CHIP_KEY,
     true,
     VCEK},
    {{"migration-agent", REASON_MIGRATION_AGENT, NULL}, AT(report_id_ma), 0xFF, 1, true, ALL},
    {{"committed-minor-above", REASON_VERSION_ORDER, NULL}, AT(committed_minor), 0, 255, true, ALL},
    {{"provisional", REASON_PROVISIONAL, "The committed version is an older one."},
     AT(committed_minor),
     0,
     1,
     true,
     ALL},
    {{"changed-policy", REASON_SIGNATURE, "Bit 19 of POLICY was changed after signing."},
     AT(policy) + 2,
     0xFF,
     8,
     false,
     ALL},
    {{"changed-vmpl", REASON_SIGNATURE, "VMPL was changed after signing."},
     AT(vmpl),
     0xFF,
     1,
     false,
     ALL},
    {{"changed-report-data", REASON_SIGNATURE, "REPORT_DATA was changed after signing."},
     AT(report_data),
     0xFF,
     1,
     false,
     ALL},
    {{"changed-measurement", REASON_SIGNATURE, "MEASUREMENT was changed after signing."},
     AT(measurement),
     0xFF,
     1,
     false,
     ALL},
    {{"changed-host-data", REASON_SIGNATURE, "HOST_DATA was changed after signing."},
     AT(host_data),
     0xFF,
     1,
     false,
     ALL},
    {{"changed-report-id", REASON_SIGNATURE, "REPORT_ID was changed after signing."},
     AT(report_id),
     0xFF,
     1,
     false,
     ALL},
    {{"changed-r", REASON_SIGNATURE, "A bit of R was flipped."}, SIGNATURE(r), 0xFF, 1, false, ALL},
    {{"changed-s", REASON_SIGNATURE, "A bit of S was flipped."}, SIGNATURE(s), 0xFF, 1, false, ALL},
    {{"signature-behind-r", REASON_SIGNATURE_RESERVED, NULL}, SIGNATURE(r) + 48, 0, 1, false, ALL},
    {{"signature-behind-s", REASON_SIGNATURE_RESERVED, NULL}, SIGNATURE(s) + 71, 0, 1, false, ALL},
    {{"signature-330", REASON_SIGNATURE_RESERVED, NULL}, SIGNATURE(reserved), 0, 1, false, ALL},
    {{"signature-49f", REASON_SIGNATURE_RESERVED, NULL},
     SIGNATURE(reserved) + 367,
     0,
     1,
     false,
     ALL},
};

static bool fits(const struct vectors_base *base, enum bases bases)
{
    const struct provision_product *product = base->server->product;
    switch (bases) {
    case BEFORE_3:
        return base->version < 3;
    case BEFORE_5:
        return base->version < 5;
    case FROM_3:
        return base->version >= 3;
    case VCEK:
        return base->kind == PROVISION_VCEK;
    case SHORT_ID:
        return product->id_bytes == 8;
    case LIKE_MILAN:
        return product->structure_version == 0;
    case LIKE_TURIN:
        return product->structure_version == 1;
    case ALL:
        break;
    }
    return true;
}

bool vectors_make_bytes(const struct vectors_base *base, struct vectors_sink *sink,
                        struct provision_error *error)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i];
        struct vectors_draft draft;
        if (!fits(base, change->bases)) {
            continue;
        }
        vectors_draft_begin(base, &draft);
        uint8_t *byte = &draft.report[change->offset];
        *byte = (uint8_t)((*byte & change->keep) ^ change->flip);
        draft.report_is_new = true;
        if ((change->sign && !vectors_draft_sign(&draft, &base->key, error)) ||
            !sink->take(sink, &change->row, &draft, false, error)) {
            return false;
        }
    }
    return true;
}
