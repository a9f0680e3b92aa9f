/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The products (product.h).
 */
#include "firmware/platform/product.h"

#include <stddef.h>

#include "abi/sev_data.h"
#include "abi/sev_state.h"
#include "abi/snp_report.h"

#define SHORT_CHIP_ID_BYTES 8u

#define WITH_SNP                                                                                   \
    .has_snp = true, .api_major = SNP_API_MAJOR, .api_minor = SNP_API_MINOR,                       \
    .report_version = SNP_REPORT_VERSION_DEFAULT

static const struct product products[] = {
    {
        .id = SNP_PRODUCT_ROME,
        .api_major = SEV_API_MAJOR,
        .api_minor = SEV_API_MINOR,
        .family = 0x17,
        .model = 0x31,
        .stepping = 0,
        .cpuid_eax = 0x00830F10,
        .chip_id_bytes = SEV_CHIP_ID_BYTES,
        .tcb_layout = PRODUCT_TCB_NONE,
    },
    {
        .id = SNP_PRODUCT_MILAN,
        WITH_SNP,
        .family = 0x19,
        .model = 0x01,
        .stepping = 0,
        .cpuid_eax = 0x00A00F10,
        .chip_id_bytes = SEV_CHIP_ID_BYTES,
        .tcb_layout = PRODUCT_TCB_MILAN,
    },
    {
        .id = SNP_PRODUCT_GENOA,
        WITH_SNP,
        .family = 0x19,
        .model = 0x11,
        .stepping = 0,
        .cpuid_eax = 0x00A10F10,
        .chip_id_bytes = SEV_CHIP_ID_BYTES,
        .tcb_layout = PRODUCT_TCB_MILAN,
    },
    {
        .id = SNP_PRODUCT_TURIN,
        WITH_SNP,
        .family = 0x1A,
        .model = 0x02,
        .stepping = 0,
        .cpuid_eax = 0x00B00F20,
        .chip_id_bytes = SHORT_CHIP_ID_BYTES,
        .tcb_layout = PRODUCT_TCB_TURIN,
    },
    {
        .id = SNP_PRODUCT_VENICE,
        WITH_SNP,
        .family = 0x1A,
        .model = 0x50,
        .stepping = 0,
        .cpuid_eax = 0x00B50F00,
        .chip_id_bytes = SHORT_CHIP_ID_BYTES,
        .tcb_layout = PRODUCT_TCB_TURIN,
    },
};

static struct product chosen;

/** Whether reports of that version can be made. */
static bool report_version_exists(uint32_t version)
{
    return version == 2 || version == 3 || version == 5;
}

const char *product_start(const struct fuses *fuses)
{
    const struct product *found = NULL;

    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        if (fuses->product == (uint32_t)products[i].id) {
            found = &products[i];
        }
    }
    if (found == NULL) {
        return "fuses: unknown product";
    }
    if (fuses->report_version != 0 &&
        (!found->has_snp || !report_version_exists(fuses->report_version))) {
        return "fuses: unknown report version";
    }
    chosen = *found;
    if (fuses->report_version != 0) {
        chosen.report_version = (uint8_t)fuses->report_version;
    }
    return NULL;
}

const struct product *product(void)
{
    return &chosen;
}
