/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp sign: makes a signed firmware image, and flash bank 0 with it (abi/image.h).
 */
#include <stdio.h>

#include "host/cmd/commands.h"
#include "host/lib/output_file.h"
#include "host/provision/arguments.h"
#include "host/provision/image.h"
#include "host/provision/vendor.h"

static const char help[] =
    "NAME\n"
    "    virtasp sign - sign a firmware image\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp sign --vendor DIR --rom FILE --firmware FILE --output FILE [OPTION...]\n"
    "    virtasp sign --vendor DIR --image-only --firmware FILE --output FILE [OPTION...]\n"
    "    virtasp sign --vendor DIR --sbin --firmware FILE --output FILE [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    Signs the firmware with the vendor's key and writes flash bank 0 of the board: the boot\n"
    "    ROM, and the image that it verifies. Keys that do not exist yet are made first. The same\n"
    "    keys and files always give the same bytes. The output appears only when it is complete.\n"
    "\n"
    "OPTIONS\n"
    "    --vendor DIR            the vendor's keys\n"
    "    --rom FILE              the boot ROM, at most 256 KiB\n"
    "    --firmware FILE         the firmware, at most 2 MiB\n"
    "    --output FILE           what to write: a new file, or in place of an earlier one of its "
    "kind\n"
    "                            (a chip's flash.img is written by 'virtasp provision --flash')\n"
    "    --image-only            write the image alone, as DOWNLOAD_FIRMWARE takes it\n"
    "    --sbin                  write the image in the file format of AMD-SP firmware, which\n"
    "                            DOWNLOAD_FIRMWARE takes too and Linux looks for\n"
    "    --security-version N    of the image, for protection against rollback (1)\n"
    "    --key-minimum N         lowest security version that the signing key may sign (0)\n"
    "    --entry ADDRESS         of the first instruction, bit 0 set for Thumb (0x0e010000)\n"
    "    --renew                 make new keys even if there are some: chips whose fuses hold the\n"
    "                            old root will refuse the new image\n"
    "    -h, --help              show this text\n"
    "    -V, --version           print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  done\n"
    "    1  failed; the reason is on standard error, and FILE is as it was\n"
    "    2  wrong usage\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp sign --vendor chip/vendor --sbin --firmware firmware.bin --security-version 2 \\\n"
    "        --output amd_sev_fam19h_model0xh.sbin\n"
    "    virtasp load-firmware chip amd_sev_fam19h_model0xh.sbin\n"
    "\n"
    "FILES\n"
    "    DIR/firmware-root.pem       RSA-4096 key that certifies the signing key\n"
    "    DIR/firmware-signing.pem    RSA-4096 key that signs images\n"
    "    Both are private (mode 0600, in a directory of mode 0700).\n";

struct sign_options {
    const char *vendor;
    const char *rom;
    const char *firmware;
    const char *output;
    struct provision_image_parameters image;
    bool image_only;
    bool sbin;
    bool renew;
    enum provision_request request;
};

static bool parse(int argc, char **argv, struct sign_options *options,
                  struct provision_error *error)
{
    const struct provision_option table[] = {
        {"vendor", &options->vendor, NULL, NULL},
        {"rom", &options->rom, NULL, NULL},
        {"firmware", &options->firmware, NULL, NULL},
        {"output", &options->output, NULL, NULL},
        {"image-only", NULL, NULL, &options->image_only},
        {"sbin", NULL, NULL, &options->sbin},
        {"security-version", NULL, &options->image.security_version, NULL},
        {"key-minimum", NULL, &options->image.key_minimum_security_version, NULL},
        {"entry", NULL, &options->image.entry, NULL},
        {"renew", NULL, NULL, &options->renew},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], NULL, &options->request,
                         error)) {
        return false;
    }
    if (options->request != PROVISION_RUN) {
        return true;
    }
    if (options->vendor == NULL || options->firmware == NULL || options->output == NULL) {
        return provision_fail(error, "--vendor, --firmware and --output are needed");
    }
    return (options->rom != NULL) + options->image_only + options->sbin == 1 ||
           provision_fail(error, "either --rom, --image-only or --sbin is needed");
}

static bool open_keys(const struct sign_options *options, struct provision_image_keys *keys,
                      struct provision_error *error)
{
    const struct provision_vendor vendor = {options->vendor, stdout};
    int lock = -1;
    if (!provision_vendor_lock(&vendor, &lock, error)) {
        return false;
    }
    const bool ok =
        options->renew
            ? provision_vendor_renew(&vendor, PROVISION_FIRMWARE_ROOT, &keys->root, error) &&
                  provision_vendor_renew(&vendor, PROVISION_FIRMWARE_SIGNING, &keys->signing, error)
            : provision_vendor_open(&vendor, PROVISION_FIRMWARE_ROOT, true, &keys->root, error) &&
                  provision_vendor_open(&vendor, PROVISION_FIRMWARE_SIGNING, true, &keys->signing,
                                        error);
    provision_directory_unlock(lock);
    return ok;
}

static bool write_output(const struct sign_options *options, const struct provision_bytes *rom,
                         const struct provision_bytes *image, EVP_PKEY *signing,
                         struct provision_error *error)
{
    if (options->rom != NULL) {
        return provision_flash_write(options->output, rom, image, error);
    }
    struct provision_bytes file = {0};
    if (options->sbin && !provision_psp_make(image, signing, &file, error)) {
        return false;
    }
    const struct provision_bytes *bytes = options->sbin ? &file : image;
    const struct provision_extent whole = {.data = bytes->data, .length = bytes->length};
    const bool ok = provision_file_write(options->output, &whole, 1, bytes->length,
                                         PROVISION_MODE_PUBLIC, error);
    provision_bytes_free(&file);
    return ok;
}

/* What stands under the output's name must be an earlier output. */
static bool check_output(const struct sign_options *options, struct provision_error *error)
{
    const struct output_kind *kind = options->rom != NULL ? &output_flash_bank
                                     : options->sbin      ? &output_sbin
                                                          : &output_image;
    const char *refusal = output_refusal(options->output, kind);
    return refusal == NULL || provision_fail(error, "%s %s", options->output, refusal);
}

/* The inputs are read before keys are made: a misspelt name should not leave keys behind. */
static bool sign(const struct sign_options *options, struct provision_error *error)
{
    struct provision_bytes rom = {0};
    struct provision_bytes firmware = {0};
    struct provision_bytes image = {0};
    struct provision_image_keys keys = {0};
    const bool ok =
        check_output(options, error) &&
        provision_file_read(options->firmware, IMAGE_BODY_MAX, false, &firmware, error) &&
        (options->rom == NULL ||
         provision_file_read(options->rom, IMAGE_FLASH_OFFSET, false, &rom, error)) &&
        provision_rom_check(options->rom, &rom, error) &&
        provision_code_check(options->firmware, &firmware, options->image.entry, error) &&
        open_keys(options, &keys, error) &&
        provision_image_make(&firmware, &options->image, &keys, &image, error) &&
        write_output(options, &rom, &image, keys.signing, error);
    if (ok) {
        (void)printf("wrote %s (image of %zu bytes, security version %u)\n", options->output,
                     image.length, options->image.security_version);
    }
    provision_image_keys_free(&keys);
    provision_bytes_free(&image);
    provision_bytes_free(&firmware);
    provision_bytes_free(&rom);
    return ok;
}

int command_sign(int argc, char **argv)
{
    struct sign_options options = {.image = PROVISION_IMAGE_DEFAULTS};
    struct provision_error error = {0};
    if (!parse(argc, argv, &options, &error)) {
        return provision_usage_error("sign", &error);
    }
    if (options.request != PROVISION_RUN) {
        return provision_answer(options.request, help);
    }
    return sign(&options, &error) ? PROVISION_EXIT_OK : provision_failure("sign", &error);
}
