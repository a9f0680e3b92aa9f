/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuses of a chip in its directory: read and kept, or made.
 */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "abi/snp_report.h"
#include "host/provision/chip.h"
#include "host/provision/files.h"

static bool read_secret(const struct provision_factory_options *options,
                        uint8_t secret[PROVISION_CHIP_SECRET_BYTES], struct provision_error *error)
{
    struct provision_bytes file;
    if (options->chip_secret_file == NULL) {
        return RAND_priv_bytes(secret, (int)PROVISION_CHIP_SECRET_BYTES) == 1 ||
               provision_fail_openssl(error, "cannot make a random chip secret");
    }
    if (!provision_file_read(options->chip_secret_file, PROVISION_CHIP_SECRET_BYTES, false, &file,
                             error)) {
        return false;
    }
    const bool ok = file.length == PROVISION_CHIP_SECRET_BYTES;
    if (ok) {
        memcpy(secret, file.data, PROVISION_CHIP_SECRET_BYTES);
    }
    provision_bytes_free(&file);
    return ok || provision_fail(error, "%s has not the %u bytes of a chip secret",
                                options->chip_secret_file, PROVISION_CHIP_SECRET_BYTES);
}

/* Some verifiers take a hardware ID that begins so for one with a DER header. */
static bool id_misleads(const uint8_t id[PROVISION_CHIP_ID_BYTES])
{
    return id[0] == 0x02 || id[0] == 0x04;
}

bool provision_chip_read_fuses(const char *path, struct fuses *fuses, struct provision_error *error)
{
    struct provision_bytes file;
    if (!provision_file_read(path, sizeof *fuses, true, &file, error)) {
        return false;
    }
    const bool whole = file.length == sizeof *fuses;
    if (whole) {
        memcpy(fuses, file.data, sizeof *fuses);
    }
    provision_bytes_free(&file);
    if (!whole) {
        return provision_fail(error, "%s has not the %zu bytes of fuses; --force makes a new chip",
                              path, sizeof *fuses);
    }
    struct provision_error cause = {0};
    return provision_check_fuses(fuses, &cause) ||
           provision_fail(error, "%s: %.200s; --force makes a new chip", path, cause.text);
}

/* Fuses of 0 mean the product's, which is one for all (abi/fuses.h). */
static uint32_t report_version(const struct fuses *fuses)
{
    return fuses->report_version != 0 ? fuses->report_version : SNP_REPORT_VERSION_DEFAULT;
}

/* What was asked for and what the fuses hold must be the same, or the user is mistaken. */
bool provision_chip_check_fuses(const struct provision_chip *chip, struct provision_error *error)
{
    const struct provision_factory_options *options = chip->options;
    if (CRYPTO_memcmp(chip->fuses.firmware_root_hash, chip->root_hash, IMAGE_HASH_BYTES) != 0 ||
        CRYPTO_memcmp(chip->fuses.ark_hash, chip->ark_hash, PROVISION_ARK_HASH_BYTES) != 0) {
        return provision_fail(error, "the chip in %s is of another vendor than %s",
                              options->directory, chip->vendor.directory);
    }
    if (options->minimum_given &&
        options->minimum_security_version != chip->fuses.minimum_security_version) {
        return provision_fail(error, "the chip in %s has the minimum security version %u for ever",
                              options->directory, chip->fuses.minimum_security_version);
    }
    if (options->product != NULL && strcmp(options->product, chip->product->name) != 0) {
        return provision_fail(error, "the chip in %s is a %s for ever", options->directory,
                              chip->product->name);
    }
    if (options->report_version_given && options->report_version != report_version(&chip->fuses)) {
        return chip->product->line == NULL
                   ? provision_fail(error,
                                    "the chip in %s is a %s, which has no attestation reports",
                                    options->directory, chip->product->name)
                   : provision_fail(error, "the chip in %s has the report version %u for ever",
                                    options->directory, report_version(&chip->fuses));
    }
    if (options->chip_secret_file != NULL) {
        uint8_t secret[PROVISION_CHIP_SECRET_BYTES];
        if (!read_secret(options, secret, error)) {
            return false;
        }
        const bool same = CRYPTO_memcmp(secret, chip->fuses.chip_secret, sizeof secret) == 0;
        OPENSSL_cleanse(secret, sizeof secret);
        return same || provision_fail(error, "the chip in %s has another secret than %s",
                                      options->directory, options->chip_secret_file);
    }
    return true;
}

bool provision_chip_identify(struct provision_chip *chip, struct provision_error *error)
{
    chip->product = provision_product_of(chip->fuses.product);
    if (chip->product == NULL ||
        !provision_derive_cek(chip->fuses.chip_secret, &chip->cek, error) ||
        !provision_chip_id(&chip->cek, chip->id, error)) {
        return false;
    }
    memset(chip->id + chip->product->id_bytes, 0, sizeof chip->id - chip->product->id_bytes);
    return true;
}

/* The old chip's data goes first: what is left after an interruption is never a mixture of two. */
static bool discard_old_chip(const struct provision_chip *chip, const char *path,
                             struct provision_error *error)
{
    struct provision_error unused = {0};
    struct provision_chip old = {.options = chip->options};
    const bool known = (provision_chip_read_fuses(path, &old.fuses, &unused) &&
                        provision_chip_identify(&old, &unused)) ||
                       provision_chip_recall_id(&old, old.id);
    if (!known) {
        memset(old.id, 0, sizeof old.id);
    }
    const bool ok = provision_chip_discard(chip, old.id, error);
    OPENSSL_cleanse(&old, sizeof old);
    return ok;
}

static bool make_fuses(const struct provision_chip *chip, struct fuses *fuses,
                       struct provision_error *error)
{
    uint8_t secret[PROVISION_CHIP_SECRET_BYTES];
    const bool ok =
        read_secret(chip->options, secret, error) &&
        provision_make_fuses(secret, chip->root_hash, chip->ark_hash,
                             chip->options->minimum_security_version, (uint32_t)chip->product->id,
                             chip->options->report_version, fuses, error);
    OPENSSL_cleanse(secret, sizeof secret);
    return ok;
}

/* Draws secrets until the chip has a usable ID: two in 256 have none. */
static bool draw_fuses(const struct provision_chip *chip, struct fuses *fuses,
                       struct provision_error *error)
{
    struct provision_chip drawn = {.options = chip->options};
    bool ok = true;
    do {
        ok = make_fuses(chip, fuses, error);
        drawn.fuses = *fuses;
        ok = ok && provision_chip_identify(&drawn, error);
    } while (ok && drawn.product->line != NULL && id_misleads(drawn.id) &&
             chip->options->chip_secret_file == NULL);
    if (ok && drawn.product->line != NULL && id_misleads(drawn.id)) {
        ok = provision_fail(error,
                            "with the secret in %s the chip's ID would begin with %02x, which "
                            "verifiers of reports take for a DER header: use another",
                            chip->options->chip_secret_file, drawn.id[0]);
    }
    OPENSSL_cleanse(&drawn, sizeof drawn);
    return ok;
}

bool provision_chip_blow_fuses(struct provision_chip *chip, const char *path,
                               struct provision_error *error)
{
    struct fuses fuses;
    const struct provision_extent extent = {.data = (const uint8_t *)&fuses,
                                            .length = sizeof fuses};
    const bool replace = provision_file_exists(path);
    const bool ok =
        draw_fuses(chip, &fuses, error) && discard_old_chip(chip, path, error) &&
        provision_file_write(path, &extent, 1, sizeof fuses, PROVISION_MODE_SECRET, error);
    if (ok) {
        chip->fuses = fuses;
        (void)fprintf(chip->options->log, "%s %s\n", replace ? "replaced" : "made", path);
    }
    OPENSSL_cleanse(&fuses, sizeof fuses);
    return ok;
}
