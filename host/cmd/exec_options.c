/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of virtasp exec (exec_options.h).
 */
#include "host/cmd/exec_options.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "abi/snp_state.h"
#include "host/provision/files.h"

#define TEXT_MAX 8192u

/* @return the number of arguments before "--" */
static int find_program(int argc, char **argv, struct exec_settings *settings)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            settings->program = i + 1 < argc ? &argv[i + 1] : NULL;
            return i;
        }
    }
    return argc;
}

static bool read_host_data(const char *text, uint8_t data[EXEC_HOST_DATA_BYTES],
                           struct provision_error *error)
{
    long length = 0;
    uint8_t *bytes = strchr(text, ':') == NULL ? OPENSSL_hexstr2buf(text, &length) : NULL;
    const bool good = bytes != NULL && length == (long)EXEC_HOST_DATA_BYTES;
    if (good) {
        memcpy(data, bytes, EXEC_HOST_DATA_BYTES);
    }
    OPENSSL_free(bytes);
    return good || provision_fail(error, "--host-data wants 64 hexadecimal digits, not '%s'", text);
}

/* What no firmware takes, whatever the machine. */
static bool check_policy(uint64_t policy, struct provision_error *error)
{
    if ((policy & SNP_POLICY_ONE) == 0) {
        return provision_fail(error, "--policy 0x%llx: bit 17 (0x20000) is reserved, and must be 1",
                              (unsigned long long)policy);
    }
    return (policy & SNP_POLICY_RESERVED) == 0 ||
           provision_fail(error, "--policy 0x%llx: bits 26 and above are reserved, and must be 0",
                          (unsigned long long)policy);
}

static bool check(struct exec_settings *settings, const char *host_data, bool given,
                  struct provision_error *error)
{
    if (settings->directory == NULL) {
        return provision_fail(error, "which chip? Its directory is missing");
    }
    if (settings->measure != (settings->program == NULL)) {
        return provision_fail(error, settings->measure
                                         ? "--measure runs no program"
                                         : "which program? It is missing, after '--'");
    }
    if (settings->guest.vmpl > 3) {
        return provision_fail(error, "--vmpl is 0 to 3, not %u", settings->guest.vmpl);
    }
    if (!check_policy(settings->guest.policy, error)) {
        return false;
    }
    if ((settings->id_block_path == NULL) != (settings->id_auth_path == NULL) ||
        (settings->guest.author_key && settings->id_auth_path == NULL)) {
        return provision_fail(error, "--id-block and --id-auth go together");
    }
    if (settings->certs != NULL && settings->no_certs) {
        return provision_fail(error, "--certs goes without --no-certs");
    }
    settings->wants_guest = given || host_data != NULL || settings->guest.image != NULL ||
                            settings->id_block_path != NULL || settings->certs != NULL ||
                            settings->no_certs;
    if (settings->wants_guest && settings->no_guest) {
        return provision_fail(error, "--no-guest goes without options for a guest");
    }
    return host_data == NULL || read_host_data(host_data, settings->guest.host_data, error);
}

bool exec_settings_read(int argc, char **argv, struct exec_settings *settings,
                        enum provision_request *request, struct provision_error *error)
{
    const char *host_data = NULL;
    uint32_t policy = EXEC_DEFAULT_POLICY;
    bool policy_given = false;
    bool vmpl_given = false;
    *settings = (struct exec_settings){0};
    const struct provision_option table[] = {
        {"no-guest", NULL, NULL, &settings->no_guest},
        {"image", &settings->guest.image, NULL, NULL},
        {"policy", NULL, &policy, &policy_given},
        {"vmpl", NULL, &settings->guest.vmpl, &vmpl_given},
        {"host-data", &host_data, NULL, NULL},
        {"id-block", &settings->id_block_path, NULL, NULL},
        {"id-auth", &settings->id_auth_path, NULL, NULL},
        {"author-key", NULL, NULL, &settings->guest.author_key},
        {"certs", &settings->certs, NULL, NULL},
        {"no-certs", NULL, NULL, &settings->no_certs},
        {"measure", NULL, NULL, &settings->measure},
    };
    const int count = find_program(argc, argv, settings);
    if (!provision_parse(count, argv, table, sizeof table / sizeof table[0], &settings->directory,
                         request, error)) {
        return false;
    }
    settings->guest.policy = policy;
    return *request != PROVISION_RUN ||
           check(settings, host_data, policy_given || vmpl_given, error);
}

/* Reads a file of LENGTH bytes, or of base64 that stands for them. */
static bool load(const char *path, void *to, size_t length, struct provision_error *error)
{
    struct provision_bytes file = {0};
    uint8_t decoded[TEXT_MAX];
    int count = 0;
    int rest = 0;
    if (!provision_file_read(path, TEXT_MAX, false, &file, error)) {
        return false;
    }
    bool good = file.length == length;
    if (good) {
        memcpy(to, file.data, length);
    } else {
        EVP_ENCODE_CTX *decoder = EVP_ENCODE_CTX_new();
        if (decoder != NULL) {
            EVP_DecodeInit(decoder);
        }
        good = decoder != NULL &&
               EVP_DecodeUpdate(decoder, decoded, &count, file.data, (int)file.length) >= 0 &&
               EVP_DecodeFinal(decoder, decoded + count, &rest) == 1 &&
               (size_t)count + (size_t)rest == length;
        EVP_ENCODE_CTX_free(decoder);
        if (good) {
            memcpy(to, decoded, length);
        }
    }
    provision_bytes_free(&file);
    return good || provision_fail(error, "%s: neither %zu bytes nor base64 of them", path, length);
}

bool exec_settings_load(struct exec_settings *settings, struct provision_error *error)
{
    if (settings->id_block_path == NULL) {
        return true;
    }
    settings->guest.id_block = &settings->id_block;
    settings->guest.id_auth = &settings->id_auth;
    return load(settings->id_block_path, &settings->id_block, sizeof settings->id_block, error) &&
           load(settings->id_auth_path, &settings->id_auth, sizeof settings->id_auth, error);
}
