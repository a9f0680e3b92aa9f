/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/layouts.md against the headers: each list of identifiers has every value, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "abi/sev_certificate.h"
#include "abi/snp_commands.h"
#include "abi/snp_data.h"
#include "abi/snp_rmp.h"

#include "tests/unit/docs_page.h"

struct identifier {
    const char *heading;
    const char *name;
    unsigned long value;
};

#define IDENTIFIER(heading, kind, name)                                                            \
    {                                                                                              \
        "\n### " heading "\n", #name, SEV_##kind##_##name                                          \
    }
#define USAGE(name) IDENTIFIER("Key usage", USAGE, name)
#define ALGORITHM(name) IDENTIFIER("Algorithm", ALGORITHM, name)
#define CURVE(name) IDENTIFIER("Curve", CURVE, name)
#define BIT(heading, name)                                                                         \
    {                                                                                              \
        "\n### " heading "\n", #name, name                                                         \
    }
#define INIT_FLAG(name) BIT("Flags of SNP_INIT_EX", SNP_INIT_##name)
#define SHUTDOWN_FLAG(name) BIT("Flags of SNP_SHUTDOWN_EX", SNP_SHUTDOWN_##name)
#define SYSCFG_BIT(name) BIT("Bits of SYSCFG", SYSCFG_##name)
#define STATUS_FLAG(name) BIT("Flags of the platform", SNP_STATUS_##name)

static const struct identifier identifiers[] = {USAGE(ARK),
                                                USAGE(ASK),
                                                USAGE(INVALID),
                                                USAGE(OCA),
                                                USAGE(PEK),
                                                USAGE(PDH),
                                                USAGE(CEK),
                                                ALGORITHM(INVALID),
                                                ALGORITHM(RSA_SHA256),
                                                ALGORITHM(ECDSA_SHA256),
                                                ALGORITHM(ECDH_SHA256),
                                                ALGORITHM(RSA_SHA384),
                                                ALGORITHM(ECDSA_SHA384),
                                                ALGORITHM(ECDH_SHA384),
                                                CURVE(INVALID),
                                                CURVE(P256),
                                                CURVE(P384),
                                                INIT_FLAG(RMP),
                                                INIT_FLAG(LIST_PADDR_EN),
                                                INIT_FLAG(RAPL_DIS),
                                                INIT_FLAG(CIPHERTEXT_HIDING_EN),
                                                INIT_FLAG(TIO_EN),
                                                SHUTDOWN_FLAG(IOMMU),
                                                SHUTDOWN_FLAG(X86),
                                                SYSCFG_BIT(MFDM),
                                                SYSCFG_BIT(MEMORY_ENCRYPTION),
                                                SYSCFG_BIT(SNP_EN),
                                                SYSCFG_BIT(SNP_VMPL_EN),
                                                STATUS_FLAG(MASK_CHIP_ID),
                                                STATUS_FLAG(MASK_CHIP_KEY),
                                                STATUS_FLAG(VLEK_EN),
                                                STATUS_FLAG(FEATURE_INFO),
                                                STATUS_FLAG(RAPL_DIS),
                                                STATUS_FLAG(CIPHERTEXT_HIDING_CAP),
                                                STATUS_FLAG(CIPHERTEXT_HIDING_EN)};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** How many rows the table below a heading has. */
static size_t count_rows(const char *heading)
{
    size_t rows = 0;

    for (const char *row = docs_page_rows(strstr(docs_page, heading)); *row == '|';
         row = strchr(row, '\n') + 1) {
        rows++;
    }
    return rows;
}

static void identifiers_have_their_values(void **state)
{
    size_t listed = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(identifiers); i++) {
        const struct identifier *identifier = &identifiers[i];
        const char *row = strstr(docs_page, identifier->heading);
        size_t value = ~(size_t)0;
        char name[64];

        assert_non_null(row);
        (void)snprintf(name, sizeof name, "%s | ", identifier->name);
        for (row = docs_page_rows(row); *row == '|'; row = strchr(row, '\n') + 1) {
            size_t number;
            const char *cell = docs_page_number(row + 2, &number);
            value = cell != NULL && strncmp(cell, name, strlen(name)) == 0 ? number : value;
        }
        if (value != identifier->value) {
            fail_msg("%s is %lXh", identifier->name, identifier->value);
        }
        if (i == 0 || strcmp(identifier->heading, identifiers[i - 1].heading) != 0) {
            listed += count_rows(identifier->heading);
        }
    }
    assert_int_equal(listed, COUNT(identifiers));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers_have_their_values),
    };

    return cmocka_run_group_tests_name("docs identifiers", tests, docs_page_read, NULL);
}
