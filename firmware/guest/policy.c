/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest policy (policy.h).
 */
#include "firmware/guest/policy.h"

#include <stddef.h>

#include "abi/sev_state.h"
#include "firmware/guest/guest.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/product.h"

bool policy_allows_version(uint32_t policy, uint32_t api_major, uint32_t api_minor)
{
    const uint32_t wanted = (SEV_POLICY_API_MAJOR(policy) << 8) | SEV_POLICY_API_MINOR(policy);

    return ((api_major << 8) | api_minor) >= wanted;
}

enum sev_status policy_check_start(uint32_t policy, uint32_t shared_handle)
{
    const struct guest *source;

    if (!policy_allows_version(policy, product()->api_major, product()->api_minor)) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if ((policy & SEV_POLICY_ES) != 0 && !platform_es_enabled()) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if (shared_handle == SEV_HANDLE_INVALID) {
        return SEV_STATUS_SUCCESS;
    }
    source = guest_find(shared_handle);
    if (source == NULL) {
        return SEV_STATUS_INVALID_GUEST;
    }
    if (source->state == SEV_GUEST_SENT) {
        return SEV_STATUS_INVALID_GUEST_STATE;
    }
    if (((source->policy | policy) & SEV_POLICY_NOKS) != 0) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status policy_check_is_es(struct command *command)
{
    return (command->guest->policy & SEV_POLICY_ES) == 0 ? SEV_STATUS_POLICY_FAILURE
                                                         : SEV_STATUS_SUCCESS;
}

enum sev_status policy_check_debug(struct command *command)
{
    return (command->guest->policy & SEV_POLICY_NODBG) != 0 ? SEV_STATUS_POLICY_FAILURE
                                                            : SEV_STATUS_SUCCESS;
}
