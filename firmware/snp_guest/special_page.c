/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SECRETS and VMSA pages (special_page.h).
 */
#include "firmware/snp_guest/special_page.h"

#include <string.h>

#include "crypto/random.h"
#include "firmware/platform/product.h"

#define SECRETS_VERSION 3u
#define SECRETS_IMI_EN (1u << 0)

/** Bits 10:0, 12, 16:14 and 21 of SEV_FEATURES have a meaning. */
#define KNOWN_FEATURES 0x21D7FFull

void special_page_make_secrets(const struct snp_guest *guest, uint8_t page[RMP_PAGE_BYTES])
{
    struct snp_secrets_page *secrets = (struct snp_secrets_page *)page;

    memset(secrets, 0, sizeof *secrets);
    secrets->version = SECRETS_VERSION;
    secrets->flags = guest->has_imi ? SECRETS_IMI_EN : 0;
    secrets->fms = product()->cpuid_eax;
    memcpy(secrets->gosvw, guest->gosvw, sizeof secrets->gosvw);
    memcpy(secrets->vmpck, guest->vmpck, sizeof secrets->vmpck);
}

bool special_page_has_shadow_stacks(void)
{
    return product()->id != SNP_PRODUCT_MILAN;
}

static uint64_t features_of(const uint8_t page[RMP_PAGE_BYTES])
{
    uint64_t features;

    memcpy(&features, &page[SNP_VMSA_SEV_FEATURES], sizeof features);
    return features;
}

enum sev_status special_page_check_vmsa(const uint8_t page[RMP_PAGE_BYTES])
{
    const uint64_t features = features_of(page);
    const uint64_t lacking = special_page_has_shadow_stacks() ? 0 : SNP_VMSA_FEATURE_VMPL_SSS;

    return (features & SNP_VMSA_FEATURE_ACTIVE) != 0 &&
                   (features & (~KNOWN_FEATURES | lacking)) == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

enum sev_status special_page_complete_vmsa(const struct snp_guest *guest,
                                           uint8_t page[RMP_PAGE_BYTES])
{
    const uint64_t features = features_of(page);
    uint8_t *const nonce = &page[SNP_VMSA_REG_PROT_NONCE];

    if ((features & SNP_VMSA_FEATURE_SECURE_TSC) != 0) {
        memcpy(&page[SNP_VMSA_TSC_SCALE], &guest->tsc_scale, sizeof guest->tsc_scale);
        memcpy(&page[SNP_VMSA_TSC_OFFSET], &guest->tsc_offset, sizeof guest->tsc_offset);
    }
    return (features & SNP_VMSA_FEATURE_REG_PROT) == 0 ||
                   crypto_random_secret(nonce, sizeof(uint64_t))
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_PLATFORM;
}
