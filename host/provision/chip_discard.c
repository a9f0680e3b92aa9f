/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to one chip alone: whether it is there without its fuses, and how it goes when the
 * chip is replaced.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/provision/chip.h"
#include "host/provision/files.h"
#include "host/provision/key_server.h"

void provision_chip_cek_name(const uint8_t id[PROVISION_CHIP_ID_BYTES], bool upper,
                             char name[PROVISION_CEK_NAME_BYTES])
{
    char *digits = name + sizeof PROVISION_KDS_CEK_DIRECTORY;
    memcpy(name, PROVISION_KDS_CEK_DIRECTORY "/", sizeof PROVISION_KDS_CEK_DIRECTORY);
    provision_hex(id, PROVISION_CHIP_ID_BYTES, digits);
    for (size_t i = 0; upper && digits[i] != '\0'; i++) {
        digits[i] = (char)toupper((unsigned char)digits[i]);
    }
}

/* A link is to a server's directory for many chips; what is in it says nothing of this one. */
static bool has_cek(const struct provision_chip *chip)
{
    struct provision_path path = {0};
    struct provision_error unused = {0};
    struct stat status;
    if (!provision_path_join(chip->options->directory, PROVISION_KDS_DIRECTORY, &path, &unused) ||
        lstat(path.text, &status) != 0 || !S_ISDIR(status.st_mode) ||
        !provision_path_join(chip->options->directory, PROVISION_KDS_CEK_DIRECTORY, &path,
                             &unused)) {
        return false;
    }
    DIR *directory = opendir(path.text);
    bool found = false;
    if (directory != NULL) {
        for (const struct dirent *entry = readdir(directory); entry != NULL && !found;
             entry = readdir(directory)) {
            found = strlen(entry->d_name) == (size_t)2 * PROVISION_CHIP_ID_BYTES;
        }
        (void)closedir(directory);
    }
    return found;
}

bool provision_chip_check_no_remains(const struct provision_chip *chip,
                                     struct provision_error *error)
{
    static const char *const names[] = {PROVISION_FACTS_FILE, PROVISION_STORAGE_FILE};
    const char *found = has_cek(chip) ? PROVISION_KDS_CEK_DIRECTORY : NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct provision_path path = {0};
        if (!provision_path_join(chip->options->directory, names[i], &path, error)) {
            return false;
        }
        found = provision_file_exists(path.text) ? names[i] : found;
    }
    return found == NULL ||
           provision_fail(error,
                          "%s has %s of a chip, but not its " PROVISION_FUSES_FILE
                          ", which holds its secret: put that back, or make a new chip with "
                          "--force, which removes what is left of the old one",
                          chip->options->directory, found);
}

static bool read_id(const char *digits, uint8_t id[PROVISION_CHIP_ID_BYTES])
{
    for (size_t i = 0; i < PROVISION_CHIP_ID_BYTES; i++) {
        if (!isxdigit((unsigned char)digits[2 * i]) ||
            !isxdigit((unsigned char)digits[2 * i + 1])) {
            return false;
        }
        const char byte[] = {digits[2 * i], digits[2 * i + 1], '\0'};
        id[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return true;
}

bool provision_chip_recall_id(const struct provision_chip *chip,
                              uint8_t id[PROVISION_CHIP_ID_BYTES])
{
    struct provision_path path = {0};
    struct provision_bytes facts;
    struct provision_error unused = {0};
    if (!provision_path_join(chip->options->directory, PROVISION_FACTS_FILE, &path, &unused) ||
        !provision_file_read(path.text, PROVISION_FACTS_BYTES_MAX, false, &facts, &unused)) {
        return false;
    }
    char text[PROVISION_FACTS_BYTES_MAX + 1] = "";
    memcpy(text, facts.data, facts.length);
    provision_bytes_free(&facts);
    const char *label = strstr(text, PROVISION_FACTS_ID);
    return label != NULL && read_id(label + sizeof PROVISION_FACTS_ID - 1, id);
}

/* Removes a file of the chip's, or an empty directory. */
static bool discard(const struct provision_chip *chip, const char *path,
                    struct provision_error *error)
{
    if (remove(path) == 0) {
        (void)fprintf(chip->options->log, "removed %s\n", path);
        return true;
    }
    return errno == ENOENT || errno == ENOTDIR ||
           provision_fail_errno(error, "cannot remove %s", path);
}

/* Removes a directory that has nothing but files. */
static bool discard_directory(const struct provision_chip *chip, const char *path,
                              struct provision_error *error)
{
    DIR *directory = opendir(path);
    bool ok = true;
    if (directory == NULL) {
        return true;
    }
    for (const struct dirent *entry = readdir(directory); ok && entry != NULL;
         entry = readdir(directory)) {
        struct provision_path file = {0};
        if (entry->d_name[0] != '.') {
            ok = provision_path_join(path, entry->d_name, &file, error) &&
                 discard(chip, file.text, error);
        }
    }
    (void)closedir(directory);
    return ok && discard(chip, path, error);
}

/* What the key server's directory has of the chip's attestation keys, whatever product it was. */
static bool discard_attestation(const struct provision_chip *chip, const uint8_t *id,
                                struct provision_error *error)
{
    bool ok = true;
    for (uint32_t number = 0; ok && provision_product_of(number) != NULL; number++) {
        const struct provision_product *product = provision_product_of(number);
        for (int kind = PROVISION_VCEK; ok && product->line != NULL && kind <= PROVISION_VLEK;
             kind++) {
            char name[PROVISION_KDS_NAME_BYTES];
            struct provision_path path = {0};
            provision_kds_name(kind == PROVISION_VCEK ? PROVISION_KDS_CERTIFICATE
                                                      : PROVISION_KDS_WRAPPED,
                               (enum provision_key_kind)kind, product, id, 0, name);
            *strrchr(name, '/') = '\0'; /* The directory that it is in. */
            ok = provision_path_join(chip->options->directory, name, &path, error) &&
                 discard_directory(chip, path.text, error);
        }
    }
    return ok;
}

/*
 * Whether files can be removed from the directories of the chip that are there: one of them that may not
 * be written must not cost what is in the others.
 */
static bool check_writable(const struct provision_chip *chip, struct provision_error *error)
{
    static const char *const names[] = {".", PROVISION_KDS_CEK_DIRECTORY};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct provision_path path = {0};
        if (!provision_path_join(chip->options->directory, names[i], &path, error)) {
            return false;
        }
        if (faccessat(AT_FDCWD, path.text, W_OK | X_OK, AT_EACCESS) != 0 && errno != ENOENT &&
            errno != ENOTDIR) {
            return provision_fail_errno(error, "cannot replace the chip: %s", path.text);
        }
    }
    return true;
}

bool provision_chip_discard(const struct provision_chip *chip,
                            const uint8_t id[PROVISION_CHIP_ID_BYTES],
                            struct provision_error *error)
{
    char lower[PROVISION_CEK_NAME_BYTES];
    char upper[PROVISION_CEK_NAME_BYTES];
    const char *const names[] = {lower, upper, PROVISION_FACTS_FILE, PROVISION_STORAGE_FILE};
    provision_chip_cek_name(id, false, lower);
    provision_chip_cek_name(id, true, upper);
    if (!check_writable(chip, error)) {
        return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct provision_path path = {0};
        if (!provision_path_join(chip->options->directory, names[i], &path, error) ||
            !discard(chip, path.text, error)) {
            return false;
        }
    }
    return discard_attestation(chip, id, error);
}
