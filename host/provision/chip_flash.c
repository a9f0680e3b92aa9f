/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two flash banks of a chip.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/provision/chip.h"
#include "host/provision/files.h"

#define ADVICE "give --rom and --firmware, or --flash, to make it, or --no-flash to do without"

/* The ROM ends where only zeros are left: a file has no other mark. */
static size_t rom_length(const uint8_t *bytes)
{
    size_t length = IMAGE_FLASH_OFFSET;
    while (length > 0 && bytes[length - 1] == 0) {
        length--;
    }
    return length;
}

static bool would_boot(const struct provision_chip *chip, const struct provision_bytes *image,
                       struct provision_error *error)
{
    struct provision_error cause = {0};
    return provision_image_check(image->data, image->length, chip->fuses.firmware_root_hash,
                                 chip->fuses.minimum_security_version,
                                 &cause) == IMAGE_REFUSAL_NONE ||
           provision_fail(error, "the chip would not boot this firmware: %.200s", cause.text);
}

static bool install(const struct provision_chip *chip, const struct provision_bytes *rom,
                    const struct provision_bytes *image, struct provision_error *error)
{
    struct provision_path path = {0};
    if (!would_boot(chip, image, error)) {
        return false;
    }
    if (!provision_path_join(chip->options->directory, PROVISION_FLASH_FILE, &path, error)) {
        return false;
    }
    if (provision_flash_is(path.text, rom, image)) {
        return true;
    }
    const bool existed = provision_file_exists(path.text);
    if (!provision_flash_write(path.text, rom, image, error)) {
        return false;
    }
    (void)fprintf(chip->options->log, "%s %s\n", existed ? "replaced" : "made", path.text);
    return true;
}

bool provision_chip_read_inputs(struct provision_chip *chip, struct provision_error *error)
{
    const struct {
        const char *path;
        size_t maximum;
        struct provision_bytes *bytes;
    } inputs[] = {
        {chip->options->rom, IMAGE_FLASH_OFFSET, &chip->rom},
        {chip->options->firmware, IMAGE_BODY_MAX, &chip->firmware},
        {chip->options->flash, IMAGE_FLASH_BYTES, &chip->flash},
    };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        if (inputs[i].path != NULL && !provision_file_read(inputs[i].path, inputs[i].maximum, false,
                                                           inputs[i].bytes, error)) {
            return false;
        }
    }
    if (chip->options->rom != NULL &&
        (!provision_rom_check(chip->options->rom, &chip->rom, error) ||
         !provision_code_check(chip->options->firmware, &chip->firmware, chip->options->image.entry,
                               error))) {
        return false;
    }
    return chip->options->flash == NULL ||
           chip->flash.length >= IMAGE_FLASH_OFFSET + IMAGE_HEADER_BYTES ||
           provision_fail(error, "%s is too short for a flash bank: %zu bytes",
                          chip->options->flash, chip->flash.length);
}

/* A bank that someone signed before. */
static bool install_bank(const struct provision_chip *chip, struct provision_error *error)
{
    struct image_header header;
    const struct provision_bytes rom = {chip->flash.data, rom_length(chip->flash.data)};
    struct provision_bytes image = {chip->flash.data + IMAGE_FLASH_OFFSET,
                                    chip->flash.length - IMAGE_FLASH_OFFSET};
    memcpy(&header, image.data, sizeof header);
    if (header.body_bytes < image.length - sizeof header) {
        image.length = sizeof header + header.body_bytes;
    }
    return would_boot(chip, &image, error) &&
           provision_rom_check(chip->options->flash, &rom, error) &&
           install(chip, &rom, &image, error);
}

/* A boot ROM, and firmware that is signed here. */
static bool install_parts(const struct provision_chip *chip, struct provision_error *error)
{
    struct provision_bytes image;
    const bool ok = provision_image_make(&chip->firmware, &chip->options->image, &chip->image_keys,
                                         &image, error) &&
                    install(chip, &chip->rom, &image, error);
    provision_bytes_free(&image);
    return ok;
}

/* Nothing was given to put into it: it must be usable as it is. */
static bool look_at_flash(const struct provision_chip *chip, struct provision_error *error)
{
    struct provision_path path = {0};
    struct provision_bytes bank;
    struct provision_error cause = {0};
    if (!provision_path_join(chip->options->directory, PROVISION_FLASH_FILE, &path, error) ||
        !provision_file_read(path.text, IMAGE_FLASH_BYTES, false, &bank, error)) {
        return false;
    }
    const size_t start = bank.length < IMAGE_FLASH_OFFSET ? bank.length : IMAGE_FLASH_OFFSET;
    const struct provision_bytes image = {bank.data + start, bank.length - start};
    bool good = would_boot(chip, &image, &cause);
    if (good && (bank.length != IMAGE_FLASH_BYTES || rom_length(bank.data) == 0)) {
        good = provision_fail(&cause, bank.length != IMAGE_FLASH_BYTES ? "it is not a whole bank"
                                                                       : "it has no boot ROM");
    }
    provision_bytes_free(&bank);
    return good || provision_fail(error, "%s: %.300s; " ADVICE, path.text, cause.text);
}

bool provision_chip_check_flash_source(const struct provision_factory_options *options,
                                       struct provision_error *error)
{
    struct provision_path path = {0};
    if (options->no_flash || options->flash != NULL || options->rom != NULL) {
        return true;
    }
    return provision_path_join(options->directory, PROVISION_FLASH_FILE, &path, error) &&
           (provision_file_exists(path.text) ||
            provision_fail(error, "there is no %s; " ADVICE, path.text));
}

bool provision_chip_flash(const struct provision_chip *chip, struct provision_error *error)
{
    if (chip->options->flash != NULL) {
        return install_bank(chip, error);
    }
    if (chip->options->rom != NULL) {
        return install_parts(chip, error);
    }
    return chip->options->no_flash || look_at_flash(chip, error);
}

uint32_t provision_chip_security_version(const struct provision_chip *chip)
{
    struct provision_path path = {0};
    struct provision_error unused = {0};
    struct image_header header = {.security_version = 0};
    FILE *file = NULL;
    if (provision_path_join(chip->options->directory, PROVISION_FLASH_FILE, &path, &unused)) {
        file = fopen(path.text, "rbe");
    }
    const bool known = file != NULL && fseek(file, (long)IMAGE_FLASH_OFFSET, SEEK_SET) == 0 &&
                       fread(&header, sizeof header, 1, file) == 1 && header.magic == IMAGE_MAGIC;
    if (file != NULL) {
        (void)fclose(file);
    }
    return known ? header.security_version : 0;
}

bool provision_chip_storage(const struct provision_chip *chip, struct provision_error *error)
{
    struct provision_path path = {0};
    struct stat status;
    if (!provision_path_join(chip->options->directory, PROVISION_STORAGE_FILE, &path, error)) {
        return false;
    }
    if (stat(path.text, &status) == 0) {
        return (S_ISREG(status.st_mode) && status.st_size == (off_t)IMAGE_FLASH_BYTES) ||
               provision_fail(error, "%s is not a file of %u bytes: move it away", path.text,
                              IMAGE_FLASH_BYTES);
    }
    uint8_t *blank = malloc(PROVISION_BLANK_BYTES);
    if (blank == NULL) {
        return provision_fail(error, "no memory for blank flash");
    }
    memset(blank, PROVISION_BLANK_BYTE, PROVISION_BLANK_BYTES);
    const struct provision_extent extent = {.data = blank, .length = PROVISION_BLANK_BYTES};
    const bool ok = provision_file_write(path.text, &extent, 1, IMAGE_FLASH_BYTES,
                                         PROVISION_MODE_SECRET, error);
    free(blank);
    if (ok) {
        (void)fprintf(chip->options->log, "made %s\n", path.text);
    }
    return ok;
}
