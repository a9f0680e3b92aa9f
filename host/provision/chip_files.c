/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public files of a chip: certificates in the layout of a key distribution server, and facts.
 */
#include <stdio.h>
#include <string.h>

#include "abi/sev_state.h"
#include "host/provision/chip.h"
#include "host/provision/files.h"

#define DIRECTORY_MODE ((mode_t)0755)
#define FACTS_MAXIMUM PROVISION_FACTS_BYTES_MAX

static bool has_content(const char *path, const void *data, size_t length)
{
    struct provision_bytes file;
    struct provision_error unused = {0};
    if (!provision_file_read(path, length, false, &file, &unused)) {
        return false;
    }
    const bool same = file.length == length && memcmp(file.data, data, length) == 0;
    provision_bytes_free(&file);
    return same;
}

bool provision_chip_publish(const struct provision_chip *chip, const char *name, const void *data,
                            size_t length, mode_t mode, struct provision_error *error)
{
    struct provision_path path = {0};
    const struct provision_extent extent = {.data = data, .length = length};
    if (!provision_path_join(chip->options->directory, name, &path, error)) {
        return false;
    }
    if (has_content(path.text, data, length)) {
        return true;
    }
    const bool existed = provision_file_exists(path.text);
    if (!provision_file_write(path.text, &extent, 1, length, mode, error)) {
        return false;
    }
    (void)fprintf(chip->options->log, "%s %s\n", existed ? "replaced" : "made", path.text);
    return true;
}

/* Both ways to write the ID name the certificate: a plain web server over the directory, like AMD's
 * key server, answers to either. */
static bool publish_cek(const struct provision_chip *chip, struct provision_error *error)
{
    struct sev_certificate cek;
    char name[PROVISION_CEK_NAME_BYTES];
    provision_cek_certificate(&chip->cek, &cek);
    if (!provision_sign_cek(&cek, chip->ask, error)) {
        return false;
    }
    for (unsigned int upper = 0; upper < 2; upper++) {
        provision_chip_cek_name(chip->id, upper != 0, name);
        if (!provision_chip_publish(chip, name, &cek, sizeof cek, PROVISION_MODE_PUBLIC, error)) {
            return false;
        }
    }
    return true;
}

bool provision_chip_certificates(const struct provision_chip *chip, struct provision_error *error)
{
    struct {
        struct amd_certificate_4096 ask;
        struct amd_certificate_4096 ark;
    } chain = {.ark = chip->ark_certificate};
    struct provision_path directory = {0};
    return provision_path_join(chip->options->directory, PROVISION_KDS_CEK_DIRECTORY, &directory,
                               error) &&
           provision_directory_make(directory.text, DIRECTORY_MODE, error) &&
           provision_amd_certificate(chip->ask, SEV_USAGE_ASK, chip->ark, &chain.ask, error) &&
           provision_chip_publish(chip, PROVISION_KDS_DIRECTORY "/ark.cert", &chain.ark,
                                  sizeof chain.ark, PROVISION_MODE_PUBLIC, error) &&
           provision_chip_publish(chip, PROVISION_KDS_DIRECTORY "/ask.cert", &chain.ask,
                                  sizeof chain.ask, PROVISION_MODE_PUBLIC, error) &&
           provision_chip_publish(chip, PROVISION_KDS_DIRECTORY "/ask_ark.cert", &chain,
                                  sizeof chain, PROVISION_MODE_PUBLIC, error) &&
           publish_cek(chip, error);
}

bool provision_chip_facts(const struct provision_chip *chip, struct provision_error *error)
{
    char text[FACTS_MAXIMUM];
    char id[2 * PROVISION_CHIP_ID_BYTES + 1];
    char root[2 * IMAGE_HASH_BYTES + 1];
    char ark[2 * PROVISION_ARK_HASH_BYTES + 1];
    provision_hex(chip->id, sizeof chip->id, id);
    provision_hex(chip->root_hash, sizeof chip->root_hash, root);
    provision_hex(chip->ark_hash, sizeof chip->ark_hash, ark);
    const int length =
        snprintf(text, sizeof text,
                 "{\n"
                 "  \"notice\": \"test chip of virtasp; AMD did not make it and "
                 "does not vouch for it\",\n"
                 "  " PROVISION_FACTS_ID "%s\",\n"
                 "  \"firmware_root_sha384\": \"%s\",\n"
                 "  \"ark_sha256\": \"%s\",\n"
                 "  \"product\": \"%s\",\n"
                 "  \"life_cycle\": \"production\",\n"
                 "  \"minimum_security_version\": %u,\n"
                 "  \"cek_certificate_api\": \"%u.%u\",\n"
                 "  \"ark_key_id\": \"%s\",\n"
                 "  \"ask_key_id\": \"%s\"\n"
                 "}\n",
                 id, root, ark, chip->product->name, chip->fuses.minimum_security_version,
                 SEV_CEK_API_MAJOR, SEV_CEK_API_MINOR, PROVISION_ARK_KEY_ID, PROVISION_ASK_KEY_ID);
    if (length < 0 || (size_t)length >= sizeof text) {
        return provision_fail(error, "the facts about the chip do not fit their buffer");
    }
    return provision_chip_publish(chip, PROVISION_FACTS_FILE, text, (size_t)length,
                                  PROVISION_MODE_PUBLIC, error);
}
