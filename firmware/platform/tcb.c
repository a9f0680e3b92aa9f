/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCB versions (tcb.h). What is not this firmware has versions that never change; the firmware's
 * part follows from the security version of its image.
 */
#include "firmware/platform/tcb.h"

#include "abi/snp_state.h"
#include "firmware/platform/product.h"

#define BOOT_LOADER 4u
#define TEE 0u
#define FMC 1u
#define MILAN_MICROCODE 0xD3u
#define TURIN_MICROCODE 0x48u

/* Verifiers refuse parts above 127, but for the microcode's. */
#define SNP_MAXIMUM 127u
#define SNP_AT_VERSION_0 23u

#define PART(name, version) ((uint64_t)(version) << (8u * SNP_TCB_##name))

static uint64_t current;

/** Version of the firmware's own part. */
static uint64_t snp_version(uint32_t security_version)
{
    return security_version < SNP_MAXIMUM - SNP_AT_VERSION_0 ? security_version + SNP_AT_VERSION_0
                                                             : SNP_MAXIMUM;
}

uint64_t tcb_of(uint32_t security_version)
{
    switch (product()->tcb_layout) {
    case PRODUCT_TCB_MILAN:
        return PART(BOOT_LOADER, BOOT_LOADER) | PART(TEE, TEE) |
               PART(SNP, snp_version(security_version)) | PART(MICROCODE, MILAN_MICROCODE);
    case PRODUCT_TCB_TURIN:
        return PART(TURIN_FMC, FMC) | PART(TURIN_BOOT_LOADER, BOOT_LOADER) | PART(TURIN_TEE, TEE) |
               PART(TURIN_SNP, snp_version(security_version)) |
               PART(TURIN_MICROCODE, TURIN_MICROCODE);
    case PRODUCT_TCB_NONE:
        break;
    }
    return 0;
}

void tcb_start(uint32_t security_version)
{
    current = tcb_of(security_version);
}

uint64_t tcb_current(void)
{
    return current;
}

uint8_t tcb_part(uint64_t tcb, uint32_t part)
{
    return (uint8_t)(tcb >> (8u * part));
}

bool tcb_is_at_most(uint64_t tcb, uint64_t bound)
{
    for (uint32_t part = 0; part < SNP_TCB_PARTS; part++) {
        if (tcb_part(tcb, part) > tcb_part(bound, part)) {
            return false;
        }
    }
    return true;
}

uint64_t tcb_lower_of(uint64_t a, uint64_t b)
{
    uint64_t lower = 0;

    for (uint32_t part = 0; part < SNP_TCB_PARTS; part++) {
        const uint8_t one = tcb_part(a, part);
        const uint8_t other = tcb_part(b, part);

        lower |= (uint64_t)(one < other ? one : other) << (8u * part);
    }
    return lower;
}
