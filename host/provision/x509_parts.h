/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts that the factory's certificates are put together from.
 */
#ifndef HOST_PROVISION_X509_PARTS_H
#define HOST_PROVISION_X509_PARTS_H

#include <stdbool.h>

#include "host/provision/der.h"
#include "host/provision/error.h"
#include "host/provision/x509_kind.h"

/** An object identifier, encoded. */
struct x509_oid {
    const uint8_t *bytes;
    size_t length;
};

#define X509_OID(...)                                                                              \
    (struct x509_oid)                                                                              \
    {                                                                                              \
        (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})                     \
    }

/** Writes an object identifier. */
void x509_put_oid(struct der *der, struct x509_oid oid);

/** Writes RSASSA-PSS with SHA-384, MGF1 with SHA-384, 48 bytes of salt, as AMD writes it. */
void x509_put_signature_algorithm(struct der *der);

/** Writes the subject's name of a certificate of that kind. */
void x509_put_name(struct der *der, enum provision_x509_kind kind,
                   const struct provision_product *product);

/** Begins an extension, up to its value. @return what x509_end_extension() takes */
struct x509_extension {
    size_t sequence;
    size_t value;
};
struct x509_extension x509_begin_extension(struct der *der, struct x509_oid oid, bool critical);
void x509_end_extension(struct der *der, struct x509_extension extension);

/** Writes the extensions of a certificate, by kind; @return false when OpenSSL fails. */
PROVISION_CHECKED bool x509_put_extensions(struct der *der, const struct provision_x509 *what);

/** Writes the extension that names the signer's key; @return false when OpenSSL fails. */
PROVISION_CHECKED bool x509_put_authority(struct der *der, EVP_PKEY *signer);

#endif
