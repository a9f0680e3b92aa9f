/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which certificates are wanted: by a report, or by a chip (folder.h).
 */
#include <openssl/crypto.h>
#include <string.h>

#include "abi/snp_report.h"
#include "host/kds/folder.h"
#include "host/provision/chip.h"

#define SIGNING_KEY(flags) ((flags) >> SNP_REPORT_SIGNING_KEY_SHIFT & 7u)

/* @return the product whose family and model the report has, or NULL */
static const struct provision_product *product_of(const struct snp_report *report)
{
    for (uint32_t id = SNP_PRODUCT_MILAN; id <= SNP_PRODUCT_VENICE; id++) {
        const struct provision_product *product = provision_product_of(id);
        if (report->cpuid_family == provision_cpuid_family(product) &&
            report->cpuid_model == provision_cpuid_model(product)) {
            return product;
        }
    }
    return NULL;
}

bool kds_read_report(const char *path, struct kds_wanted *wanted, struct provision_error *error)
{
    static const uint8_t masked[PROVISION_CHIP_ID_BYTES];
    struct provision_bytes file;
    struct snp_report report;
    if (!provision_file_read(path, sizeof report, false, &file, error)) {
        return false;
    }
    const bool whole = file.length == sizeof report;
    if (whole) {
        memcpy(&report, file.data, sizeof report);
    }
    provision_bytes_free(&file);
    if (!whole) {
        return provision_fail(error, "%s is no report: it has not %zu bytes", path, sizeof report);
    }
    const uint32_t signer = SIGNING_KEY(report.flags);
    if (signer != SNP_SIGNED_BY_VCEK && signer != SNP_SIGNED_BY_VLEK) {
        return provision_fail(error, "%s is signed by no key", path);
    }
    *wanted = (struct kds_wanted){
        .kind = signer == SNP_SIGNED_BY_VCEK ? PROVISION_VCEK : PROVISION_VLEK,
        .tcb = report.reported_tcb,
    };
    memcpy(wanted->id, report.chip_id, sizeof wanted->id);
    if (wanted->kind == PROVISION_VCEK && memcmp(wanted->id, masked, sizeof masked) == 0) {
        return provision_fail(error, "%s: CHIP_ID is masked, so it does not say whose VCEK signed",
                              path);
    }
    wanted->product = report.version > 2 ? product_of(&report) : NULL;
    return report.version <= 2 || wanted->product != NULL ||
           provision_fail(error, "%s is of a product that is not known", path);
}

bool kds_read_chip(const char *directory, struct kds_wanted *wanted, struct provision_error *error)
{
    const struct provision_factory_options options = {.directory = directory};
    struct provision_chip chip = {.options = &options};
    struct provision_path path = {0};
    bool ok = provision_path_join(directory, PROVISION_FUSES_FILE, &path, error) &&
              provision_chip_read_fuses(path.text, &chip.fuses, error) &&
              provision_chip_identify(&chip, error);
    if (ok) {
        *wanted = (struct kds_wanted){.product = chip.product};
        memcpy(wanted->id, chip.id, sizeof wanted->id);
        wanted->tcb = provision_tcb(chip.product, provision_chip_security_version(&chip));
        ok = chip.product->line != NULL ||
             provision_fail(error, "%s is a chip without SEV-SNP", directory);
    }
    OPENSSL_cleanse(&chip, sizeof chip);
    return ok;
}
