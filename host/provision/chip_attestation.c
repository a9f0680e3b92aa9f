/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the key server's directory has of a chip with SEV-SNP: the certificates of its VCEK and of the
 * VLEK that it can borrow, at the TCB versions that its firmware can have, and those above them.
 */
#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <string.h>

#include "host/provision/chip.h"
#include "host/provision/files.h"
#include "host/provision/key_server.h"

#define DIRECTORY_MODE ((mode_t)0755)
#define CERTIFICATE_MAXIMUM 8192u
#define DAY_SECONDS (24L * 60 * 60)
#define RENEWAL_DAYS 30L /* A certificate that has no more left is made anew. */

/* Security version 0 is what the Linux process says of itself. */
static const uint32_t hosted_security_version = 0;

/* Makes the directories above a file of the chip's. */
static bool make_parents(const struct provision_chip *chip, const char *name,
                         struct provision_error *error)
{
    struct provision_path path = {0};
    if (!provision_path_join(chip->options->directory, name, &path, error)) {
        return false;
    }
    *strrchr(path.text, '/') = '\0';
    return provision_directory_make(path.text, DIRECTORY_MODE, error);
}

/* When the certificate that is there became valid; today, if it is none that will last. */
static time_t issued_before(const struct provision_chip *chip, const char *name)
{
    const time_t now = time(NULL);
    const time_t today = now - now % DAY_SECONDS;
    struct provision_path path = {0};
    struct provision_bytes file;
    struct provision_error unused = {0};
    if (!provision_path_join(chip->options->directory, name, &path, &unused) ||
        !provision_file_read(path.text, CERTIFICATE_MAXIMUM, false, &file, &unused)) {
        return today;
    }
    const uint8_t *at = file.data;
    X509 *certificate = d2i_X509(NULL, &at, (long)file.length);
    provision_bytes_free(&file);
    time_t renewal = now + RENEWAL_DAYS * DAY_SECONDS;
    struct tm from = {0};
    const bool lasts = certificate != NULL &&
                       X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
                       X509_cmp_time(X509_get0_notAfter(certificate), &renewal) > 0 &&
                       ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &from) == 1;
    X509_free(certificate);
    return lasts ? timegm(&from) : today;
}

static bool publish(const struct provision_chip *chip, const char *name,
                    const struct provision_bytes *bytes, struct provision_error *error)
{
    return make_parents(chip, name, error) &&
           provision_chip_publish(chip, name, bytes->data, bytes->length, PROVISION_MODE_PUBLIC,
                                  error);
}

static bool publish_certificate(const struct provision_chip *chip,
                                const struct provision_key_server *server,
                                enum provision_key_kind kind, uint64_t tcb,
                                struct provision_error *error)
{
    char name[PROVISION_KDS_NAME_BYTES];
    struct provision_bytes der;
    provision_kds_name(PROVISION_KDS_CERTIFICATE, kind, server->product, server->id, tcb, name);
    const bool ok =
        provision_key_server_issue(server, kind, tcb, issued_before(chip, name), &der, error) &&
        publish(chip, name, &der, error);
    provision_bytes_free(&der);
    return ok;
}

static bool publish_wrapped(const struct provision_chip *chip,
                            const struct provision_key_server *server, uint64_t tcb,
                            struct provision_error *error)
{
    char name[PROVISION_KDS_NAME_BYTES];
    struct snp_wrapped_vlek wrapped;
    const struct provision_bytes bytes = {(uint8_t *)&wrapped, sizeof wrapped};
    provision_kds_name(PROVISION_KDS_WRAPPED, PROVISION_VLEK, server->product, server->id, tcb,
                       name);
    return provision_wrap_vlek(server->csp_secret, server->chip_secret, tcb, &wrapped, error) &&
           publish(chip, name, &bytes, error);
}

static bool publish_tcb(const struct provision_chip *chip,
                        const struct provision_key_server *server, uint32_t security_version,
                        struct provision_error *error)
{
    const uint64_t tcb = provision_tcb(server->product, security_version);
    return publish_certificate(chip, server, PROVISION_VCEK, tcb, error) &&
           publish_certificate(chip, server, PROVISION_VLEK, tcb, error) &&
           publish_wrapped(chip, server, tcb, error);
}

static bool publish_authorities(const struct provision_chip *chip,
                                const struct provision_key_server *server,
                                enum provision_key_kind kind, struct provision_error *error)
{
    char name[PROVISION_KDS_NAME_BYTES];
    struct provision_bytes chain;
    struct provision_bytes crl = {0};
    provision_kds_name(PROVISION_KDS_CHAIN, kind, server->product, NULL, 0, name);
    bool ok = provision_key_server_chain(server, kind, &chain, error) &&
              publish(chip, name, &chain, error);
    provision_kds_name(PROVISION_KDS_CRL, kind, server->product, NULL, 0, name);
    ok = ok && provision_x509_crl(server->product, server->ark, &crl, error) &&
         publish(chip, name, &crl, error);
    provision_bytes_free(&chain);
    provision_bytes_free(&crl);
    return ok;
}

bool provision_chip_attestation(const struct provision_chip *chip, uint32_t security_version,
                                struct provision_error *error)
{
    struct provision_key_server server = {
        .product = chip->product,
        .ark = chip->ark,
        .ask = chip->ask,
        .asvk = chip->asvk,
    };
    if (chip->product->line == NULL) {
        return true;
    }
    memcpy(server.chip_secret, chip->fuses.chip_secret, sizeof server.chip_secret);
    memcpy(server.csp_secret, chip->csp_secret, sizeof server.csp_secret);
    memcpy(server.id, chip->id, sizeof server.id);
    const bool ok = publish_authorities(chip, &server, PROVISION_VCEK, error) &&
                    publish_authorities(chip, &server, PROVISION_VLEK, error) &&
                    publish_tcb(chip, &server, hosted_security_version, error) &&
                    (security_version == hosted_security_version ||
                     publish_tcb(chip, &server, security_version, error));
    OPENSSL_cleanse(&server, sizeof server);
    return ok;
}
