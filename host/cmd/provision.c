/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp provision: the chip factory.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/cmd/commands.h"
#include "host/lib/board_path.h"
#include "host/lib/installed.h"
#include "host/lib/run_lock.h"
#include "host/provision/arguments.h"
#include "host/provision/factory.h"
#include "host/provision/product.h"

static const char help[] =
    "NAME\n"
    "    virtasp provision - make a chip\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp provision DIR [OPTION...]\n"
    "    virtasp provision DIR --rom FILE --firmware FILE [OPTION...]\n"
    "    virtasp provision DIR --flash FILE [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    The chip factory. Makes in DIR what one chip needs: fuses with a random secret, a "
    "vendor's\n"
    "    keys, certificates as a key distribution server would have them, and two flash banks.\n"
    "    A chip that is there is kept; what is missing or out of date is made. One line says what\n"
    "    became of the chip. Files appear only when they are complete.\n"
    "    Without firmware, the flash that is there must be good; where there is none, the boot "
    "ROM\n"
    "    and firmware that are installed with this program are taken. A chip whose fuses are gone "
    "is\n"
    "    gone too: what is left of it is refused, and removed by --force.\n"
    "\n"
    "    All keys are test keys. The certificates say so, and AMD vouches for none of them.\n"
    "\n"
    "OPTIONS\n"
    "    --vendor DIR            the vendor's keys (DIR/vendor); chips that are made with the "
    "same\n"
    "                            ones have the same roots. DIR/vendor becomes a link to them, so "
    "that\n"
    "                            later runs find them\n"
    "    --rom FILE              the boot ROM\n"
    "    --firmware FILE         the firmware; it is signed with the vendor's key\n"
    "    --flash FILE            instead of both, boot ROM and image from what `virtasp sign` "
    "made\n"
    "    --no-flash              make no flash bank: the chip's boards boot from another one\n"
    "                            (virtasp start --flash), or are Linux processes (--hosted)\n"
    "    --security-version N    of the image that is signed (1). A flash that is kept is not\n"
    "                            signed again: with it, give --rom and --firmware\n"
    "    --entry ADDRESS         of the firmware's first instruction, bit 0 set for Thumb\n"
    "                            (0x0e010000); likewise\n"
    "    --minimum-security-version N\n"
    "                            fuse: the chip boots no firmware below (0)\n"
    "    --product NAME          what the chip is: rome, milan, genoa, turin or venice (milan). "
    "rome\n"
    "                            has SEV and SEV-ES only; fixed when the chip is made\n"
    "    --report-version N      of its attestation reports: 2, 3 or 5 (5); fixed likewise\n"
    "    --force                 make a new chip even if there is one; the old one's secret and\n"
    "                            stored data are lost. Keys of the vendor are kept. No board of\n"
    "                            the old one may be running\n"
    "    --chip-secret-file FILE 32 bytes in place of a random secret, for tests\n"
    "    --verbose               name each file that is written\n"
    "    -h, --help              show this text\n"
    "    -V, --version           print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  the chip is complete\n"
    "    1  failed; the reason is on standard error\n"
    "    2  wrong usage\n"
    "\n"
    "FILES\n"
    "    DIR/fuses.bin           the chip's secret and what it trusts (mode 0600)\n"
    "    DIR/vendor/*.pem        private keys, RSA-4096 (mode 0600): firmware-root and\n"
    "                            firmware-signing for images, ark, ask and asvk for certificates\n"
    "    DIR/vendor/csp.secret   where the VLEKs of the test cloud provider come from (mode 0600)\n"
    "    DIR/kds/ark.cert, ask.cert, ask_ark.cert\n"
    "                            test root and intermediate, and both as one file (ASK first)\n"
    "    DIR/kds/cek/id/ID       the chip's CEK certificate, signed by the ASK; ID is what GET_ID\n"
    "                            returns, in hexadecimal (twice: small and capital letters)\n"
    "    DIR/kds/vcek/v1/LINE/   X.509, for attestation reports: cert_chain (ASK, ARK), crl, and\n"
    "                            ID/TCB.der, the VCEK of the chip at a TCB version\n"
    "    DIR/kds/vlek/v1/LINE/   the same for VLEKs: cert_chain (ASVK, ARK), crl, TCB.der, and\n"
    "                            ID/TCB.vlek, the hashstick that SNP_VLEK_LOAD takes\n"
    "    DIR/chip.json           what everyone may know of the chip\n"
    "    DIR/flash.img           flash bank 0: boot ROM and firmware\n"
    "    DIR/nv.img              flash bank 1: stored data (mode 0600)\n";

/* Which options for an image that is signed were given. */
struct signing {
    bool version;
    bool entry;
};

/* What a chip cannot be is refused before anything of it is made. */
static bool check_product(const struct provision_factory_options *options,
                          struct provision_error *error)
{
    const struct provision_product *product =
        options->product != NULL ? provision_product_find(options->product) : NULL;
    if (options->product != NULL && product == NULL) {
        return provision_fail(error, "there is no product '%s': " PROVISION_PRODUCT_NAMES,
                              options->product);
    }
    if (options->report_version_given && options->report_version != 2 &&
        options->report_version != 3 && options->report_version != 5) {
        return provision_fail(error, "there are no reports of version %u: 2, 3 or 5 is possible",
                              options->report_version);
    }
    return !options->report_version_given || product == NULL || product->line != NULL ||
           provision_fail(error, "--report-version: %s has no attestation reports", product->name);
}

static bool parse(int argc, char **argv, struct provision_factory_options *options,
                  struct signing *signing, enum provision_request *request,
                  struct provision_error *error)
{
    const struct provision_option table[] = {
        {"vendor", &options->vendor, NULL, NULL},
        {"rom", &options->rom, NULL, NULL},
        {"firmware", &options->firmware, NULL, NULL},
        {"flash", &options->flash, NULL, NULL},
        {"no-flash", NULL, NULL, &options->no_flash},
        {"security-version", NULL, &options->image.security_version, &signing->version},
        {"entry", NULL, &options->image.entry, &signing->entry},
        {"minimum-security-version", NULL, &options->minimum_security_version,
         &options->minimum_given},
        {"product", &options->product, NULL, NULL},
        {"report-version", NULL, &options->report_version, &options->report_version_given},
        {"force", NULL, NULL, &options->force},
        {"verbose", NULL, NULL, &options->verbose},
        {"chip-secret-file", &options->chip_secret_file, NULL, NULL},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &options->directory,
                         request, error)) {
        return false;
    }
    if (*request != PROVISION_RUN) {
        return true;
    }
    if (!check_product(options, error)) {
        return false;
    }
    if (options->directory == NULL) {
        return provision_fail(error, "a directory for the chip is needed");
    }
    if ((options->rom == NULL) != (options->firmware == NULL)) {
        return provision_fail(error, "--rom and --firmware go together");
    }
    if (options->flash != NULL && options->rom != NULL) {
        return provision_fail(error, "--flash goes without --rom and --firmware");
    }
    return !options->no_flash || (options->flash == NULL && options->rom == NULL) ||
           provision_fail(error, "--no-flash goes without --flash, --rom and --firmware");
}

/*
 * Keeps boards of a chip that shall be replaced from running: one would go on with the old chip's
 * fuses, and lose what it stores.
 *
 * @param[out] lock  to be closed; -1 when there is nothing to close
 */
static bool keep_boards_out(const char *directory, int *lock, struct provision_error *error)
{
    *lock = run_lock_take(directory);
    if (*lock >= 0) {
        return true;
    }
    /* Without run/ no board was ever started but by hand, which the stored data tells of. */
    const bool no_run = errno == ENOENT || errno == ENOTDIR;
    if (errno != EWOULDBLOCK && !no_run) {
        return provision_fail(error, "%s/run/pid: %s", directory, strerror(errno));
    }
    return (no_run && run_lock_holder(directory) == 0) ||
           provision_fail(error,
                          "a board is running in %s: stop it before the chip is replaced "
                          "(virtasp stop)",
                          directory);
}

/* A chip that has no firmware, and is given none, gets what is installed, or was built. */
static void choose_firmware(struct provision_factory_options *options, char rom[PATH_MAX],
                            char firmware[PATH_MAX])
{
    char flash[PATH_MAX];
    if (options->rom == NULL && options->flash == NULL && !options->no_flash &&
        board_path(flash, options->directory, "flash.img") && access(flash, F_OK) != 0 &&
        installed_find(INSTALLED_ROM, rom) && installed_find(INSTALLED_FIRMWARE, firmware)) {
        options->rom = rom;
        options->firmware = firmware;
    }
}

/* Options for an image count only where one is signed: one that did nothing would mislead. */
static bool check_signing(const struct provision_factory_options *options,
                          const struct signing *signing, struct provision_error *error)
{
    if ((signing->version || signing->entry) && options->rom == NULL) {
        return provision_fail(error,
                              "--%s is for an image that is signed, and none is: give --rom and "
                              "--firmware with it",
                              signing->version ? "security-version" : "entry");
    }
    return options->rom == NULL ||
           options->minimum_security_version <= options->image.security_version ||
           provision_fail(error,
                          "the chip would not boot this firmware: its security version %u is below "
                          "--minimum-security-version %u",
                          options->image.security_version, options->minimum_security_version);
}

static bool provision(const struct provision_factory_options *options,
                      struct provision_error *error)
{
    int lock = -1;
    if (options->force && !keep_boards_out(options->directory, &lock, error)) {
        return false;
    }
    const bool done = provision_factory(options, error);
    if (lock >= 0) {
        (void)close(lock);
    }
    return done;
}

int command_provision(int argc, char **argv)
{
    struct provision_factory_options options = {.image = PROVISION_IMAGE_DEFAULTS, .log = stdout};
    struct provision_error error = {0};
    struct signing signing = {false};
    enum provision_request request;
    char rom[PATH_MAX];
    char firmware[PATH_MAX];
    if (!parse(argc, argv, &options, &signing, &request, &error)) {
        return provision_usage_error("provision", &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    choose_firmware(&options, rom, firmware);
    if (!check_signing(&options, &signing, &error)) {
        return provision_usage_error("provision", &error);
    }
    return provision(&options, &error) ? PROVISION_EXIT_OK : provision_failure("provision", &error);
}
