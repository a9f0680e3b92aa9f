/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who makes what is sound (makers.h).
 */
#include "host/vectors/makers.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define PURPOSE_BYTES 64u

bool vectors_makers_begin(const char *text, struct vectors_makers *makers,
                          struct provision_error *error)
{
    struct provision_key_server *server = &makers->server;
    struct amd_certificate_4096 ark;
    *makers = (struct vectors_makers){0};
    return vectors_seed_read(text, &makers->seed, error) &&
           vectors_derive_rsa(&makers->seed, "ark", &server->ark, error) &&
           vectors_derive_rsa(&makers->seed, "ask", &server->ask, error) &&
           vectors_derive_rsa(&makers->seed, "asvk", &server->asvk, error) &&
           vectors_derive(&makers->seed, "provider", server->csp_secret, sizeof server->csp_secret,
                          error) &&
           provision_amd_certificate(server->ark, SEV_USAGE_ARK, server->ark, &ark, error) &&
           provision_ark_hash(&ark, makers->ark_hash, error);
}

void vectors_makers_end(struct vectors_makers *makers)
{
    EVP_PKEY_free(makers->server.ark);
    EVP_PKEY_free(makers->server.ask);
    EVP_PKEY_free(makers->server.asvk);
    OPENSSL_cleanse(makers, sizeof *makers);
}

/* Verifiers take an ID that begins with the tag of an INTEGER or OCTET STRING for DER. */
static bool misleads(const uint8_t *id)
{
    return id[0] == 0x02 || id[0] == 0x04;
}

bool vectors_makers_take(struct vectors_makers *makers, const struct provision_product *product,
                         struct provision_error *error)
{
    struct provision_key_server *server = &makers->server;
    unsigned tries = 0;
    server->product = product;
    do {
        char purpose[PURPOSE_BYTES];
        struct provision_p384_key cek;
        (void)snprintf(purpose, sizeof purpose, "chip %s %u", product->name, tries++);
        if (!vectors_derive(&makers->seed, purpose, server->chip_secret, sizeof server->chip_secret,
                            error) ||
            !provision_derive_cek(server->chip_secret, &cek, error) ||
            !provision_chip_id(&cek, server->id, error)) {
            return false;
        }
    } while (misleads(server->id));
    memset(server->id + product->id_bytes, 0, sizeof server->id - product->id_bytes);
    return true;
}

bool vectors_makers_machine(const struct vectors_makers *makers, uint32_t version,
                            struct vectors_machine *machine, struct provision_error *error)
{
    char purpose[PURPOSE_BYTES];
    uint64_t number = 0;
    *machine = (struct vectors_machine){.server = &makers->server, .report_version = version};
    memcpy(machine->ark_hash, makers->ark_hash, sizeof machine->ark_hash);
    (void)snprintf(purpose, sizeof purpose, "entropy %s %u", makers->server.product->name, version);
    if (!vectors_derive(&makers->seed, purpose, (uint8_t *)&number, sizeof number, error)) {
        return false;
    }
    (void)snprintf(machine->entropy_seed, sizeof machine->entropy_seed, "%" PRIu64, number);
    return true;
}

static bool make_authority(const struct vectors_makers *makers, enum provision_x509_kind kind,
                           EVP_PKEY *key, struct provision_bytes *der,
                           struct provision_error *error)
{
    const struct provision_x509 what = {
        .kind = kind, .product = makers->server.product, .key = key, .signer = makers->server.ark};
    return provision_x509_make(&what, der, error);
}

bool vectors_base_begin(const struct vectors_makers *makers, enum provision_key_kind kind,
                        const struct snp_report *report, time_t issued, struct vectors_base *base,
                        struct provision_error *error)
{
    const struct provision_key_server *server = &makers->server;
    const bool vcek = kind == PROVISION_VCEK;
    *base = (struct vectors_base){.server = server,
                                  .kind = kind,
                                  .version = report->version,
                                  .issued = issued,
                                  .report = *report};
    (void)snprintf(base->name, sizeof base->name, "%s-v%u-%s", server->product->name,
                   report->version, vcek ? "vcek" : "vlek");
    return vectors_key_at(base, report->reported_tcb, &base->key, error) &&
           make_authority(makers, PROVISION_X509_ARK, server->ark, &base->certificates[VECTORS_ARK],
                          error) &&
           make_authority(makers, vcek ? PROVISION_X509_ASK : PROVISION_X509_ASVK,
                          vcek ? server->ask : server->asvk, &base->certificates[VECTORS_ASK],
                          error) &&
           provision_key_server_issue(server, kind, report->reported_tcb, issued,
                                      &base->certificates[VECTORS_LEAF], error) &&
           provision_x509_crl(server->product, server->ark, &base->crl, error);
}

void vectors_base_end(struct vectors_base *base)
{
    for (size_t i = 0; i < VECTORS_LINKS; i++) {
        provision_bytes_free(&base->certificates[i]);
    }
    provision_bytes_free(&base->crl);
    OPENSSL_cleanse(base, sizeof *base);
}
