/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of certificates (folder.h).
 */
#include "host/kds/folder.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "host/lib/output_file.h"
#include "host/provision/x509.h"

#define NAME_BYTES 16u
#define FILE_BYTES_MAX 65536u
#define DIRECTORY_MODE ((mode_t)0755)

/* The files of a folder. */
struct file {
    const char *name;
    const struct provision_bytes *der;
};
#define FILES 3u

static bool name_file(const char *folder, const struct file *file, bool der,
                      struct provision_path *path, struct provision_error *error)
{
    char name[NAME_BYTES];
    (void)snprintf(name, sizeof name, "%s.%s", file->name, der ? "der" : "pem");
    return provision_path_join(folder, name, path, error);
}

static bool contains(const struct provision_bytes *bytes, const char *text)
{
    return memmem(bytes->data, bytes->length, text, strlen(text)) != NULL;
}

static bool is_certificate(const struct provision_bytes *bytes)
{
    const uint8_t *at = bytes->data;
    X509 *certificate = d2i_X509(NULL, &at, (long)bytes->length);
    const bool parsed = certificate != NULL;
    X509_free(certificate);
    return parsed ||
           (contains(bytes, "-----BEGIN CERTIFICATE-----") && !contains(bytes, "PRIVATE KEY-----"));
}

/* A misspelt folder must not cost keys: a vendor's have these names, too. */
static bool may_write(const char *path, struct provision_error *error)
{
    struct provision_bytes present;
    if (output_is_of_chip(path)) {
        return provision_fail(error, "%s: is one of a chip's own files, and stays", path);
    }
    if (!provision_file_exists(path)) {
        return true;
    }
    if (!provision_file_read(path, FILE_BYTES_MAX, false, &present, error)) {
        return false;
    }
    const bool may = present.length == 0 || is_certificate(&present);
    provision_bytes_free(&present);
    return may || provision_fail(error, "%s: is there already, is no certificate, and stays", path);
}

static bool write_one(const char *path, const struct provision_bytes *der_bytes, bool der,
                      struct provision_error *error)
{
    struct provision_bytes pem = {0};
    if (!der && !provision_x509_pem(der_bytes, &pem, error)) {
        return false;
    }
    const struct provision_extent extent = {.data = der ? der_bytes->data : pem.data,
                                            .length = der ? der_bytes->length : pem.length};
    const bool ok =
        provision_file_write(path, &extent, 1, extent.length, PROVISION_MODE_PUBLIC, error);
    provision_bytes_free(&pem);
    return ok;
}

static bool write_all(const char *folder, const struct file files[FILES], bool der,
                      struct provision_error *error)
{
    struct provision_path paths[FILES];
    bool ok = provision_directory_make_one(folder, DIRECTORY_MODE, error);
    for (size_t i = 0; i < FILES && ok; i++) {
        ok = name_file(folder, &files[i], der, &paths[i], error) && may_write(paths[i].text, error);
    }
    for (size_t i = 0; i < FILES && ok; i++) {
        ok = write_one(paths[i].text, files[i].der, der, error);
    }
    return ok;
}

bool kds_write_folder(struct kds_client *client, struct kds_wanted *wanted, const char *folder,
                      bool der, struct provision_error *error)
{
    const bool vcek = wanted->kind == PROVISION_VCEK;
    struct kds_certificates certificates;
    if (!kds_fetch(client, wanted, &certificates, error)) {
        return false;
    }
    const struct file files[FILES] = {
        {vcek ? "ask" : "asvk", &certificates.ca},
        {"ark", &certificates.ark},
        {vcek ? "vcek" : "vlek", &certificates.leaf},
    };
    const bool ok = write_all(folder, files, der, error);
    kds_certificates_free(&certificates);
    return ok;
}
