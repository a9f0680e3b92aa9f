/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies of SEV-SNP guests (policy.h).
 */
#include "firmware/snp_guest/policy.h"

#include "firmware/fabric.h"
#include "firmware/platform/product.h"
#include "firmware/platform/snp.h"
#include "firmware/snp_guest/guest.h"

enum sev_status snp_policy_check_form(uint64_t policy)
{
    return (policy & SNP_POLICY_RESERVED) == 0 && (policy & SNP_POLICY_ONE) != 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

/** Whether the firmware's API is at least the policy's. */
static bool allows_version(uint64_t policy)
{
    const uint32_t wanted = (SNP_POLICY_ABI_MAJOR(policy) << 8) | SNP_POLICY_ABI_MINOR(policy);
    const uint32_t served = ((uint32_t)product()->api_major << 8) | product()->api_minor;

    return wanted <= served;
}

enum sev_status snp_policy_check_platform(uint64_t policy)
{
    const struct snp_options *options = &snp_settings()->options;
    const uint32_t machine = fabric_config()->flags;
    const bool kept = allows_version(policy) &&
                      ((policy & SNP_POLICY_SMT) != 0 || (machine & FABRIC_FLAG_SMT) == 0) &&
                      ((policy & SNP_POLICY_CXL_ALLOW) != 0 || (machine & FABRIC_FLAG_CXL) == 0) &&
                      (policy & SNP_POLICY_MEM_AES_256_XTS) == 0 && /* It is AES-128-XTS. */
                      ((policy & SNP_POLICY_RAPL_DIS) == 0 || options->rapl_disabled) &&
                      ((policy & SNP_POLICY_CIPHERTEXT_HIDING) == 0 || options->hides_ciphertext);

    return kept ? SEV_STATUS_SUCCESS : SEV_STATUS_POLICY_FAILURE;
}

enum sev_status snp_policy_check_debug(struct command *command)
{
    return (command->snp_guest->policy & SNP_POLICY_DEBUG) != 0 ? SEV_STATUS_SUCCESS
                                                                : SEV_STATUS_POLICY_FAILURE;
}
