/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip factory, step by step. The fuses come first: all else follows from them and from the
 * vendor's keys, so that a run that was cut short is completed by the next one.
 */
#include "host/provision/factory.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/provision/chip.h"

#define DIRECTORY_MODE ((mode_t)0755)
#define SHOWN_ID_BYTES 8u /* IDs are random */

/*
 * A chip that is there trusts two keys for ever. To make new ones would not help it.
 */
static bool open_root_key(struct provision_chip *chip, enum provision_vendor_key which,
                          bool chip_exists, EVP_PKEY **key, struct provision_error *error)
{
    if (provision_vendor_open(&chip->vendor, which, !chip_exists, key, error)) {
        return true;
    }
    if (!chip_exists) {
        return false;
    }
    const struct provision_error cause = *error;
    return provision_fail(error,
                          "there is a chip in %s, but not its vendor's key (--vendor tells where, "
                          "--force makes a new chip): %.500s",
                          chip->options->directory, cause.text);
}

/* What fuses hold the hashes of. */
static bool open_roots(struct provision_chip *chip, bool chip_exists, struct provision_error *error)
{
    struct image_public_key public_key;
    return open_root_key(chip, PROVISION_FIRMWARE_ROOT, chip_exists, &chip->image_keys.root,
                         error) &&
           open_root_key(chip, PROVISION_ARK, chip_exists, &chip->ark, error) &&
           provision_image_root_hash(chip->image_keys.root, &public_key, chip->root_hash, error) &&
           provision_amd_certificate(chip->ark, SEV_USAGE_ARK, chip->ark, &chip->ark_certificate,
                                     error) &&
           provision_ark_hash(&chip->ark_certificate, chip->ark_hash, error);
}

/* Made when they are missing, so only once the roots are known to be the right ones. */
static bool open_signers(struct provision_chip *chip, struct provision_error *error)
{
    const bool has_snp = chip->product->line != NULL;
    return provision_vendor_open(&chip->vendor, PROVISION_FIRMWARE_SIGNING, true,
                                 &chip->image_keys.signing, error) &&
           provision_vendor_open(&chip->vendor, PROVISION_ASK, true, &chip->ask, error) &&
           (!has_snp ||
            (provision_vendor_open(&chip->vendor, PROVISION_ASVK, true, &chip->asvk, error) &&
             provision_vendor_csp_secret(&chip->vendor, true, chip->csp_secret, error)));
}

/* Fuses say which product a chip is; before there are any, the user does. */
static bool choose_product(struct provision_chip *chip, bool keep, struct provision_error *error)
{
    const char *name = chip->options->product;
    chip->product = keep ? provision_product_of(chip->fuses.product)
                         : provision_product_find(name != NULL ? name : PROVISION_PRODUCT_DEFAULT);
    return chip->product != NULL ||
           provision_fail(error, "there is no product '%s': " PROVISION_PRODUCT_NAMES, name);
}

static bool prepare_fuses(struct provision_chip *chip, struct provision_error *error)
{
    struct provision_path path = {0};
    if (!provision_path_join(chip->options->directory, PROVISION_FUSES_FILE, &path, error)) {
        return false;
    }
    const bool there = provision_file_exists(path.text);
    const bool keep = there && !chip->options->force;
    if (!there && !chip->options->force && !provision_chip_check_no_remains(chip, error)) {
        return false;
    }
    if (keep && !provision_chip_read_fuses(path.text, &chip->fuses, error)) {
        return false;
    }
    if (!choose_product(chip, keep, error) || !open_roots(chip, keep, error) ||
        (keep && !provision_chip_check_fuses(chip, error)) || !open_signers(chip, error) ||
        (!keep && !provision_chip_blow_fuses(chip, path.text, error)) ||
        !provision_chip_identify(chip, error)) {
        return false;
    }
    char id[2 * SHOWN_ID_BYTES + 1]; /* chip.json has all of it */
    provision_hex(chip->id, SHOWN_ID_BYTES, id);
    (void)fprintf(chip->options->log, "%s chip %s...\n", keep ? "kept" : "made", id);
    return true;
}

/* A chip that is kept has a vendor: a directory that is not there is a name that was misspelt. */
static bool check_vendor(const struct provision_chip *chip, struct provision_error *error)
{
    struct provision_path path = {0};
    struct stat status;
    if (!provision_path_join(chip->options->directory, PROVISION_FUSES_FILE, &path, error)) {
        return false;
    }
    return chip->options->force || !provision_file_exists(path.text) ||
           stat(chip->vendor.directory, &status) == 0 ||
           provision_fail(error,
                          "there is a chip in %s, but not its vendor's keys in %s (--vendor tells "
                          "where, --force makes a new chip)",
                          chip->options->directory, chip->vendor.directory);
}

/* Inputs are read first: a misspelt name must not cost the chip that --force replaces. */
static bool make_chip(struct provision_chip *chip, struct provision_error *error)
{
    int lock = -1;
    if (!provision_chip_read_inputs(chip, error) || !check_vendor(chip, error) ||
        !provision_vendor_lock(&chip->vendor, &lock, error)) {
        return false;
    }
    const bool ok = prepare_fuses(chip, error);
    provision_directory_unlock(lock);
    return ok && provision_chip_certificates(chip, error) && provision_chip_facts(chip, error) &&
           provision_chip_storage(chip, error) && provision_chip_flash(chip, error) &&
           provision_chip_attestation(chip, provision_chip_security_version(chip), error);
}

static void wipe_chip(struct provision_chip *chip)
{
    EVP_PKEY_free(chip->ark);
    EVP_PKEY_free(chip->ask);
    EVP_PKEY_free(chip->asvk);
    provision_image_keys_free(&chip->image_keys);
    provision_bytes_free(&chip->rom);
    provision_bytes_free(&chip->firmware);
    provision_bytes_free(&chip->flash);
    OPENSSL_cleanse(chip, sizeof *chip);
}

/* The two are locked one after the other; locking one twice would be waiting for oneself. */
static bool check_distinct(const struct provision_factory_options *options,
                           struct provision_error *error)
{
    struct stat chip;
    struct stat vendor;
    return options->vendor == NULL || stat(options->vendor, &vendor) != 0 ||
           stat(options->directory, &chip) != 0 || chip.st_dev != vendor.st_dev ||
           chip.st_ino != vendor.st_ino ||
           provision_fail(error, "the vendor's keys and the chip need a directory each");
}

static bool make(const struct provision_factory_options *options, struct provision_error *error)
{
    int lock = -1;
    struct provision_path own_vendor = {0};
    if (!provision_chip_check_flash_source(options, error) ||
        !provision_directory_make(options->directory, DIRECTORY_MODE, error) ||
        !provision_path_join(options->directory, PROVISION_VENDOR_DIRECTORY, &own_vendor, error) ||
        !check_distinct(options, error) ||
        !provision_directory_lock(options->directory, &lock, error)) {
        return false;
    }
    struct provision_chip chip = {
        .options = options,
        .vendor = {options->vendor != NULL ? options->vendor : own_vendor.text, options->log},
    };
    const bool ok = make_chip(&chip, error) &&
                    (options->vendor == NULL ||
                     provision_vendor_remember(&chip.vendor, own_vendor.text, error));
    wipe_chip(&chip);
    provision_directory_unlock(lock);
    return ok;
}

/* One line: what became of the chip, and how many files were written. */
static void sum_up(FILE *log, const char *lines)
{
    const char *chip = "";
    unsigned files = 0;
    for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
        const bool is_chip =
            strncmp(line, "made chip ", 10) == 0 || strncmp(line, "kept chip ", 10) == 0;
        chip = is_chip ? line : chip;
        files += is_chip || strncmp(line, "removed ", 8) == 0 ? 0 : 1;
    }
    (void)fprintf(log, "%.*s", (int)strcspn(chip, "\n"), chip);
    if (files != 0) {
        (void)fprintf(log, ": %u file%s written", files, files == 1 ? "" : "s");
    }
    (void)fputc('\n', log);
}

bool provision_factory(const struct provision_factory_options *options,
                       struct provision_error *error)
{
    struct provision_factory_options own = *options;
    char *lines = NULL;
    size_t length = 0;
    if (options->verbose && options->log != NULL) {
        return make(options, error);
    }
    own.log = open_memstream(&lines, &length);
    if (own.log == NULL) {
        return provision_fail_errno(error, "no memory");
    }
    const bool ok = make(&own, error);
    (void)fclose(own.log);
    if (ok && options->log != NULL && lines != NULL) {
        sum_up(options->log, lines);
    }
    free(lines);
    return ok;
}
