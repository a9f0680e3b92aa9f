/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SECRETS page as a guest finds it (secrets_page.h).
 */
#include "tests/snp/secrets_page.h"

#include <stddef.h>
#include <string.h>

#include "tests/snp/bytes.h"

#define AT_VERSION 0x000u
#define AT_FLAGS 0x004u
#define AT_FMS 0x008u
#define AT_RESERVED_00C 0x00Cu
#define AT_GOSVW 0x010u
#define AT_VMPCK 0x020u
#define AT_GUEST_OS 0x0A0u
#define AT_TWEAK_BITMAP 0x100u
#define AT_SVSM 0x140u
#define AT_TSC_FACTOR 0x160u
#define AT_RESERVED_164 0x164u

#define VERSION 3u
#define IMI_EN 1u
#define KEY_BYTES 32u
#define KEYS 4u

static const char *check_keys(const struct witness_secrets *secrets)
{
    for (size_t i = 0; i < KEYS; i++) {
        if (witness_is_zero(secrets->vmpck[i], KEY_BYTES)) {
            return "a VMPCK of 0";
        }
        for (size_t j = 0; j < i; j++) {
            if (memcmp(secrets->vmpck[i], secrets->vmpck[j], KEY_BYTES) == 0) {
                return "two VMPCKs that are the same";
            }
        }
    }
    return NULL;
}

const char *witness_secrets_read(const uint8_t page[WITNESS_SECRETS_BYTES],
                                 struct witness_secrets *secrets)
{
    const uint32_t flags = witness_load32(page + AT_FLAGS);

    secrets->version = witness_load32(page + AT_VERSION);
    secrets->imi_en = (flags & IMI_EN) != 0;
    secrets->fms = witness_load32(page + AT_FMS);
    memcpy(secrets->gosvw, page + AT_GOSVW, sizeof secrets->gosvw);
    memcpy(secrets->vmpck, page + AT_VMPCK, sizeof secrets->vmpck);
    memcpy(secrets->vmsa_tweak_bitmap, page + AT_TWEAK_BITMAP, sizeof secrets->vmsa_tweak_bitmap);
    secrets->tsc_factor = witness_load32(page + AT_TSC_FACTOR);
    if (secrets->version != VERSION) {
        return "version of the SECRETS page";
    }
    if ((flags & ~IMI_EN) != 0 || !witness_is_zero(page + AT_RESERVED_00C, 4) ||
        !witness_is_zero(page + AT_RESERVED_164, WITNESS_SECRETS_BYTES - AT_RESERVED_164)) {
        return "reserved places of the SECRETS page";
    }
    if (!witness_is_zero(page + AT_GUEST_OS, AT_TWEAK_BITMAP - AT_GUEST_OS) ||
        !witness_is_zero(page + AT_SVSM, AT_TSC_FACTOR - AT_SVSM)) {
        return "places of guest software in the SECRETS page";
    }
    return check_keys(secrets);
}
