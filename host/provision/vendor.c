/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory with a vendor's private keys.
 */
#include "host/provision/vendor.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/provision/files.h"
#include "host/provision/rsa.h"

#define VENDOR_MODE ((mode_t)0700)

static const char *const key_files[] = {
    [PROVISION_FIRMWARE_ROOT] = "firmware-root.pem",
    [PROVISION_FIRMWARE_SIGNING] = "firmware-signing.pem",
    [PROVISION_ARK] = "ark.pem",
    [PROVISION_ASK] = "ask.pem",
    [PROVISION_ASVK] = "asvk.pem",
};

#define CSP_SECRET_FILE "csp.secret"

bool provision_vendor_lock(const struct provision_vendor *vendor, int *lock,
                           struct provision_error *error)
{
    return provision_directory_make(vendor->directory, VENDOR_MODE, error) &&
           provision_directory_lock(vendor->directory, lock, error);
}

bool provision_vendor_open(const struct provision_vendor *vendor, enum provision_vendor_key which,
                           bool create, EVP_PKEY **key, struct provision_error *error)
{
    struct provision_path path = {0};
    bool made = false;
    *key = NULL;
    if (!provision_path_join(vendor->directory, key_files[which], &path, error) ||
        !provision_rsa_open(path.text, create, key, &made, error)) {
        return false;
    }
    if (made) {
        (void)fprintf(vendor->log, "made %s\n", path.text);
    }
    return true;
}

bool provision_vendor_renew(const struct provision_vendor *vendor, enum provision_vendor_key which,
                            EVP_PKEY **key, struct provision_error *error)
{
    struct provision_path path = {0};
    *key = NULL;
    if (!provision_path_join(vendor->directory, key_files[which], &path, error)) {
        return false;
    }
    const bool existed = provision_file_exists(path.text);
    if (!provision_rsa_renew(path.text, key, error)) {
        return false;
    }
    (void)fprintf(vendor->log, "%s %s\n", existed ? "replaced" : "made", path.text);
    return true;
}

static bool make_csp_secret(const struct provision_vendor *vendor, const char *path,
                            struct provision_error *error)
{
    uint8_t secret[PROVISION_CSP_SECRET_BYTES];
    const struct provision_extent extent = {.data = secret, .length = sizeof secret};
    const bool ok =
        (RAND_priv_bytes(secret, (int)sizeof secret) == 1 ||
         provision_fail_openssl(error, "cannot make a random secret")) &&
        provision_file_write(path, &extent, 1, sizeof secret, PROVISION_MODE_SECRET, error);
    OPENSSL_cleanse(secret, sizeof secret);
    if (ok) {
        (void)fprintf(vendor->log, "made %s\n", path);
    }
    return ok;
}

bool provision_vendor_csp_secret(const struct provision_vendor *vendor, bool create,
                                 uint8_t secret[PROVISION_CSP_SECRET_BYTES],
                                 struct provision_error *error)
{
    struct provision_path path = {0};
    struct provision_bytes file;
    if (!provision_path_join(vendor->directory, CSP_SECRET_FILE, &path, error) ||
        (create && !provision_file_exists(path.text) &&
         !make_csp_secret(vendor, path.text, error)) ||
        !provision_file_read(path.text, PROVISION_CSP_SECRET_BYTES, true, &file, error)) {
        return false;
    }
    const bool whole = file.length == PROVISION_CSP_SECRET_BYTES;
    if (whole) {
        memcpy(secret, file.data, PROVISION_CSP_SECRET_BYTES);
    }
    provision_bytes_free(&file);
    return whole || provision_fail(error, "%s has not the %u bytes of a secret", path.text,
                                   PROVISION_CSP_SECRET_BYTES);
}

static bool make_link(const char *target, const char *link, struct provision_error *error)
{
    char temporary[PATH_MAX];
    const int length =
        snprintf(temporary, sizeof temporary, "%s.new-%jd", link, (intmax_t)getpid());
    if (length < 0 || (size_t)length >= sizeof temporary) {
        return provision_fail(error, "the path %s is too long", link);
    }
    (void)unlink(temporary); /* Left by a process of the same number that was killed. */
    if (symlink(target, temporary) != 0) {
        return provision_fail_errno(error, "cannot make the link %s", temporary);
    }
    if (rename(temporary, link) != 0) {
        (void)provision_fail_errno(error, "cannot rename %s to %s", temporary, link);
        (void)unlink(temporary);
        return false;
    }
    return true;
}

/* The way from the directory of the link to the target, both absolute and without links. */
static bool make_relative(const char *link, const char *target, char way[PATH_MAX],
                          struct provision_error *error)
{
    char directory[PATH_MAX];
    char parent[PATH_MAX];
    (void)snprintf(parent, sizeof parent, "%s", link);
    char *slash = strrchr(parent, '/');
    if (slash != NULL) {
        slash[slash == parent ? 1 : 0] = '\0';
    }
    if (realpath(slash != NULL ? parent : ".", directory) == NULL) {
        return provision_fail_errno(error, "cannot find the directory of %s", link);
    }
    size_t common = 0; /* Of both, up to where their names part. */
    for (size_t i = 0; directory[i] == target[i] || directory[i] == '\0' || target[i] == '\0';
         i++) {
        const bool ends = directory[i] == '\0' || directory[i] == '/';
        if (ends && (target[i] == '\0' || target[i] == '/')) {
            common = i;
        }
        if (directory[i] == '\0' || target[i] == '\0') {
            break;
        }
    }
    static const char up[] = {'.', '.', '/'};
    size_t length = 0;
    for (size_t i = common; directory[i] != '\0'; i++) {
        if (directory[i] == '/' && directory[i + 1] != '\0' && length + sizeof up < PATH_MAX) {
            memcpy(way + length, up, sizeof up);
            length += sizeof up;
        }
    }
    const char *rest = target + common + (target[common] == '/' ? 1 : 0);
    const int written = snprintf(way + length, PATH_MAX - length, "%s", *rest != '\0' ? rest : ".");
    return (written > 0 && (size_t)written < PATH_MAX - length) ||
           provision_fail(error, "the path %s is too long", link);
}

bool provision_vendor_remember(const struct provision_vendor *vendor, const char *link,
                               struct provision_error *error)
{
    struct stat status;
    char target[PATH_MAX];
    char way[PATH_MAX];
    char present[PATH_MAX];
    const bool exists = lstat(link, &status) == 0;
    if (exists && !S_ISLNK(status.st_mode)) {
        return true;
    }
    if (realpath(vendor->directory, target) == NULL) {
        return provision_fail_errno(error, "cannot find %s", vendor->directory);
    }
    if (!make_relative(link, target, way, error)) {
        return false;
    }
    const ssize_t length = exists ? readlink(link, present, sizeof present - 1) : 0;
    present[length > 0 ? length : 0] = '\0';
    if (exists && strcmp(present, way) == 0) {
        return true;
    }
    if (!make_link(way, link, error)) {
        return false;
    }
    (void)fprintf(vendor->log, "%s %s\n", exists ? "replaced" : "made", link);
    return true;
}

void provision_image_keys_free(struct provision_image_keys *keys)
{
    EVP_PKEY_free(keys->root);
    EVP_PKEY_free(keys->signing);
    *keys = (struct provision_image_keys){0};
}
