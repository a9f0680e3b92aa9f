/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vendor's key server (key_server.h).
 */
#include "host/provision/key_server.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "host/provision/p384.h"

bool provision_key_server_issue(const struct provision_key_server *server,
                                enum provision_key_kind kind, uint64_t tcb, time_t issued,
                                struct provision_bytes *der, struct provision_error *error)
{
    const bool vcek = kind == PROVISION_VCEK;
    struct provision_p384_key numbers;
    *der = (struct provision_bytes){0};
    if (!provision_attestation_key(kind, vcek ? server->chip_secret : server->csp_secret, tcb,
                                   &numbers, error)) {
        return false;
    }
    EVP_PKEY *key = provision_p384_pkey(numbers.x, numbers.y, NULL);
    OPENSSL_cleanse(&numbers, sizeof numbers);
    if (key == NULL) {
        return provision_fail_openssl(error, "cannot make an attestation key");
    }
    const struct provision_x509 what = {
        .kind = vcek ? PROVISION_X509_VCEK : PROVISION_X509_VLEK,
        .product = server->product,
        .key = key,
        .signer = vcek ? server->ask : server->asvk,
        .issued = issued,
        .tcb = tcb,
        .hardware_id = server->id,
    };
    const bool ok = provision_x509_make(&what, der, error);
    EVP_PKEY_free(key);
    return ok;
}

/* Appends one authority's certificate. */
static bool append(const struct provision_key_server *server, enum provision_x509_kind kind,
                   EVP_PKEY *key, struct provision_bytes *pem, struct provision_error *error)
{
    const struct provision_x509 what = {
        .kind = kind,
        .product = server->product,
        .key = key,
        .signer = server->ark,
    };
    struct provision_bytes der;
    const bool ok = provision_x509_make(&what, &der, error) && provision_x509_pem(&der, pem, error);
    provision_bytes_free(&der);
    return ok;
}

bool provision_key_server_chain(const struct provision_key_server *server,
                                enum provision_key_kind kind, struct provision_bytes *pem,
                                struct provision_error *error)
{
    const bool vcek = kind == PROVISION_VCEK;
    *pem = (struct provision_bytes){0};
    if (!append(server, vcek ? PROVISION_X509_ASK : PROVISION_X509_ASVK,
                vcek ? server->ask : server->asvk, pem, error) ||
        !append(server, PROVISION_X509_ARK, server->ark, pem, error)) {
        provision_bytes_free(pem);
        return false;
    }
    return true;
}

void provision_kds_name(enum provision_kds_file file, enum provision_key_kind kind,
                        const struct provision_product *product, const uint8_t *id, uint64_t tcb,
                        char name[PROVISION_KDS_NAME_BYTES])
{
    static const char *const endings[] = {
        [PROVISION_KDS_CERTIFICATE] = ".der",
        [PROVISION_KDS_WRAPPED] = ".vlek",
        [PROVISION_KDS_CHAIN] = "cert_chain",
        [PROVISION_KDS_CRL] = "crl",
    };
    char digits[2 * PROVISION_CHIP_ID_BYTES + 2] = "";
    char version[PROVISION_TCB_NAME_BYTES] = "";
    if (file == PROVISION_KDS_CERTIFICATE || file == PROVISION_KDS_WRAPPED) {
        provision_tcb_name(product, tcb, version);
    }
    if (file == PROVISION_KDS_WRAPPED ||
        (file == PROVISION_KDS_CERTIFICATE && kind == PROVISION_VCEK)) {
        provision_hex(id, product->id_bytes, digits);
        digits[2 * product->id_bytes] = '/';
        digits[2 * product->id_bytes + 1] = '\0';
    }
    (void)snprintf(name, PROVISION_KDS_NAME_BYTES, "kds/%s/v1/%s/%s%s%s",
                   kind == PROVISION_VCEK ? "vcek" : "vlek", product->line, digits, version,
                   endings[file]);
}
