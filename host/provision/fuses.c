/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuses of a chip (abi/fuses.h).
 */
#include <string.h>

#include "host/provision/product.h"
#include "host/provision/provision.h"

static bool all_zero(const uint8_t *bytes, size_t length)
{
    uint8_t any = 0;
    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

static bool check_product(const struct fuses *fuses, struct provision_error *error)
{
    const struct provision_product *product = provision_product_of(fuses->product);
    const uint32_t version = fuses->report_version;
    if (product == NULL) {
        return provision_fail(error, "the fuses name a product %u, which is not known",
                              fuses->product);
    }
    if (version != 0 && product->line == NULL) {
        return provision_fail(error, "%s has no attestation reports", product->name);
    }
    return version == 0 || version == 2 || version == 3 || version == 5 ||
           provision_fail(error,
                          "there are no attestation reports of version %u: 2, 3 or 5 is "
                          "possible",
                          version);
}

bool provision_check_fuses(const struct fuses *fuses, struct provision_error *error)
{
    if (fuses->magic != FUSES_MAGIC) {
        return provision_fail(error, "these are no fuses (wrong magic number)");
    }
    if (fuses->life_cycle != FUSES_LIFE_CYCLE_PRODUCTION) {
        return provision_fail(error, "the fuses are not those of a finished chip (life cycle %08x)",
                              fuses->life_cycle);
    }
    if (all_zero(fuses->chip_secret, sizeof fuses->chip_secret)) {
        return provision_fail(error, "the chip secret is all zero");
    }
    if (!all_zero(fuses->reserved, sizeof fuses->reserved)) {
        return provision_fail(error, "reserved fuses are blown");
    }
    return check_product(fuses, error);
}

bool provision_make_fuses(const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES],
                          const uint8_t firmware_root_hash[48],
                          const uint8_t ark_hash[PROVISION_ARK_HASH_BYTES],
                          uint32_t minimum_security_version, uint32_t product,
                          uint32_t report_version, struct fuses *fuses,
                          struct provision_error *error)
{
    memset(fuses, 0, sizeof *fuses);
    fuses->magic = FUSES_MAGIC;
    fuses->life_cycle = FUSES_LIFE_CYCLE_PRODUCTION;
    fuses->minimum_security_version = minimum_security_version;
    fuses->product = product;
    fuses->report_version = report_version;
    memcpy(fuses->chip_secret, chip_secret, sizeof fuses->chip_secret);
    memcpy(fuses->firmware_root_hash, firmware_root_hash, sizeof fuses->firmware_root_hash);
    memcpy(fuses->ark_hash, ark_hash, sizeof fuses->ark_hash);
    return provision_check_fuses(fuses, error);
}

void provision_hex(const uint8_t *bytes, size_t length, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * length] = '\0';
}
