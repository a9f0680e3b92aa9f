/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key server's answers (answer.h).
 */
#include "host/kds/answer.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/provision/chip.h"

#define FILE_BYTES_MAX 65536u
#define DAY_SECONDS (24L * 60 * 60)

const char *kds_status_text(enum kds_status status)
{
    switch (status) {
    case KDS_OK:
        return "OK";
    case KDS_BAD_REQUEST:
        return "Bad Request";
    case KDS_NOT_FOUND:
        return "Not Found";
    case KDS_METHOD_NOT_ALLOWED:
        return "Method Not Allowed";
    case KDS_TOO_LARGE:
        return "Request Header Fields Too Large";
    case KDS_VERSION_NOT_SUPPORTED:
        return "HTTP Version Not Supported";
    case KDS_FAILED:
        break;
    }
    return "Internal Server Error";
}

void kds_refuse(enum kds_status status, struct kds_answer *answer)
{
    char line[64];
    const int length = snprintf(line, sizeof line, "%d %s\n", (int)status, kds_status_text(status));
    *answer = (struct kds_answer){.status = status, .type = "text/plain"};
    if (length > 0) {
        answer->body.data = (uint8_t *)strdup(line);
        answer->body.length = answer->body.data != NULL ? (size_t)length : 0;
    }
}

/* Takes the keys that issuing needs. */
static bool open_keys(const char *directory, struct provision_key_server *server,
                      struct provision_error *error)
{
    struct provision_path path = {0};
    struct provision_path vendor_path = {0};
    const struct provision_factory_options options = {.directory = directory};
    struct provision_chip chip = {.options = &options};
    const struct provision_vendor vendor = {vendor_path.text, stderr};
    bool ok = provision_path_join(directory, PROVISION_FUSES_FILE, &path, error) &&
              provision_path_join(directory, PROVISION_VENDOR_DIRECTORY, &vendor_path, error) &&
              provision_chip_read_fuses(path.text, &chip.fuses, error) &&
              provision_chip_identify(&chip, error);
    if (ok) {
        server->product = chip.product;
        memcpy(server->chip_secret, chip.fuses.chip_secret, sizeof server->chip_secret);
        memcpy(server->id, chip.id, sizeof server->id);
    }
    OPENSSL_cleanse(&chip, sizeof chip);
    return ok && (server->product->line == NULL ||
                  (provision_vendor_open(&vendor, PROVISION_ASK, false, &server->ask, error) &&
                   provision_vendor_open(&vendor, PROVISION_ASVK, false, &server->asvk, error) &&
                   provision_vendor_csp_secret(&vendor, false, server->csp_secret, error)));
}

bool kds_open(const char *directory, struct kds *kds, struct provision_error *reason,
              struct provision_error *error)
{
    struct provision_path path = {0};
    struct stat status;
    *kds = (struct kds){.directory = directory};
    *reason = (struct provision_error){0};
    if (!provision_path_join(directory, PROVISION_KDS_DIRECTORY, &path, error)) {
        return false;
    }
    if (stat(path.text, &status) != 0 || !S_ISDIR(status.st_mode)) {
        return provision_fail(error, "there is no directory %s: virtasp provision makes it",
                              path.text);
    }
    kds->can_issue =
        open_keys(directory, &kds->server, reason) && kds->server.product->line != NULL;
    return true;
}

void kds_close(struct kds *kds)
{
    EVP_PKEY_free(kds->server.ask);
    EVP_PKEY_free(kds->server.asvk);
    OPENSSL_cleanse(kds, sizeof *kds);
}

/* Names the file that an address is about. */
static void name_file(const struct kds_request *request, char name[PROVISION_KDS_NAME_BYTES])
{
    static const enum provision_kds_file files[] = {
        [KDS_CHAIN] = PROVISION_KDS_CHAIN,
        [KDS_CRL] = PROVISION_KDS_CRL,
        [KDS_CERTIFICATE] = PROVISION_KDS_CERTIFICATE,
    };
    if (request->object == KDS_CEK) {
        char cek[PROVISION_CEK_NAME_BYTES];
        provision_chip_cek_name(request->id, false, cek);
        (void)snprintf(name, PROVISION_KDS_NAME_BYTES, "%s", cek);
    } else {
        provision_kds_name(files[request->object], request->kind, request->product, request->id,
                           request->tcb, name);
    }
}

static void fail(const struct provision_error *reason, struct kds_answer *answer)
{
    kds_refuse(KDS_FAILED, answer);
    answer->reason = *reason;
}

/* A file that cannot be seen may be there. */
static bool is_absent(const char *path)
{
    struct stat status;
    return lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* Makes a certificate that is in no file; it is of today. */
static bool issue(const struct kds *kds, const struct kds_request *request,
                  struct kds_answer *answer)
{
    struct provision_error reason = {0};
    const time_t now = time(NULL);
    const bool of_this_chip = kds->can_issue && request->object == KDS_CERTIFICATE &&
                              request->product == kds->server.product &&
                              (request->kind == PROVISION_VLEK ||
                               memcmp(request->id, kds->server.id, sizeof request->id) == 0);
    if (!of_this_chip) {
        kds_refuse(KDS_NOT_FOUND, answer);
        return false;
    }
    if (!provision_key_server_issue(&kds->server, request->kind, request->tcb,
                                    now - now % DAY_SECONDS, &answer->body, &reason)) {
        fail(&reason, answer);
        return false;
    }
    return true;
}

void kds_get(const struct kds *kds, const char *target, struct kds_answer *answer)
{
    static const char *const types[] = {
        [KDS_CEK] = "application/octet-stream",
        [KDS_CHAIN] = "application/x-pem-file",
        [KDS_CRL] = "application/pkix-crl",
        [KDS_CERTIFICATE] = "application/pkix-cert",
    };
    char name[PROVISION_KDS_NAME_BYTES];
    struct kds_request request;
    struct provision_path path = {0};
    struct provision_error reason = {0};
    const enum kds_status status = kds_read_target(target, &request);
    if (status != KDS_OK) {
        kds_refuse(status, answer);
        return;
    }
    *answer = (struct kds_answer){.status = KDS_OK};
    name_file(&request, name);
    const bool named = provision_path_join(kds->directory, name, &path, &reason);
    const bool found =
        named && provision_file_read(path.text, FILE_BYTES_MAX, false, &answer->body, &reason);
    if (!found && (!named || !is_absent(path.text))) {
        fail(&reason, answer);
    } else if (found || issue(kds, &request, answer)) {
        answer->type = types[request.object];
    }
}
