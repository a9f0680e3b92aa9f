/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integrity values of VMSA pages (vmsa_value.h).
 */
#include "firmware/guest/vmsa_value.h"

#include <string.h>

#include "abi/sev_data.h"
#include "crypto/hmac.h"
#include "firmware/memctl.h"

void vmsa_value_of(uint32_t handle, uint64_t paddr, const uint8_t *plaintext,
                   struct vmsa_value *value)
{
    const struct crypto_piece pieces[] = {
        {&paddr, sizeof paddr},
        {&handle, sizeof handle},
        {plaintext, SEV_VMSA_BYTES},
    };
    uint8_t mac[CRYPTO_HMAC_BYTES];

    crypto_hmac_sha256(memctl_vmsa_key(), MEMCTL_VMSA_KEY_BYTES, pieces,
                       sizeof pieces / sizeof pieces[0], mac);
    memcpy(value->bytes, mac, sizeof value->bytes);
    crypto_wipe(mac, sizeof mac);
}

bool vmsa_value_equal(const struct vmsa_value *a, const struct vmsa_value *b)
{
    return crypto_equal(a->bytes, b->bytes, sizeof a->bytes);
}
