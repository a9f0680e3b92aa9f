/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole hierarchy of certificates (hierarchy.h).
 */
#include "tests/snp/hierarchy.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/snp/issue.h"
#include "tests/snp/p384.h"

struct hierarchy_keys hierarchy_keys;

X509 *hierarchy_issue(enum witness_role role, const struct witness_product *product, EVP_PKEY *key,
                      X509 *issuer, EVP_PKEY *signer)
{
    const struct witness_issue wanted = {
        .role = role,
        .product = product,
        .key = key,
        .issuer = issuer,
        .signer = signer,
        .from = HIERARCHY_FROM,
    };

    return witness_issue(&wanted);
}

struct hierarchy hierarchy_found(const struct witness_product *product)
{
    struct hierarchy made = {
        .ark = hierarchy_issue(WITNESS_ARK, product, hierarchy_keys.ark, NULL, hierarchy_keys.ark)};

    made.ask =
        hierarchy_issue(WITNESS_ASK, product, hierarchy_keys.ask, made.ark, hierarchy_keys.ark);
    made.asvk =
        hierarchy_issue(WITNESS_ASVK, product, hierarchy_keys.asvk, made.ark, hierarchy_keys.ark);
    return made;
}

void hierarchy_dissolve(struct hierarchy *hierarchy)
{
    X509_free(hierarchy->ark);
    X509_free(hierarchy->ask);
    X509_free(hierarchy->asvk);
}

int hierarchy_begin(void **state)
{
    (void)state;
    hierarchy_keys.ark = witness_issue_rsa_key();
    hierarchy_keys.ask = witness_issue_rsa_key();
    hierarchy_keys.asvk = witness_issue_rsa_key();
    hierarchy_keys.vcek = witness_p384_make();
    hierarchy_keys.vlek = witness_p384_make();
    return 0;
}

int hierarchy_end(void **state)
{
    (void)state;
    EVP_PKEY_free(hierarchy_keys.ark);
    EVP_PKEY_free(hierarchy_keys.ask);
    EVP_PKEY_free(hierarchy_keys.asvk);
    EVP_PKEY_free(hierarchy_keys.vcek);
    EVP_PKEY_free(hierarchy_keys.vlek);
    return 0;
}

X509 *hierarchy_leaf(const struct hierarchy *hierarchy, const struct witness_product *product,
                     const struct witness_report *report)
{
    const bool provider = witness_report_signing_key(report) == WITNESS_SIGNED_BY_VLEK;
    const struct witness_issue wanted = {
        .role = provider ? WITNESS_VLEK : WITNESS_VCEK,
        .product = product,
        .key = provider ? hierarchy_keys.vlek : hierarchy_keys.vcek,
        .issuer = provider ? hierarchy->asvk : hierarchy->ask,
        .signer = provider ? hierarchy_keys.asvk : hierarchy_keys.ask,
        .from = HIERARCHY_FROM,
        .tcb = report->reported_tcb,
        .chip_id = report->chip_id,
        .csp_id = "CN=cc-test.example",
    };

    return witness_issue(&wanted);
}

void hierarchy_sign(const struct witness_report *report, uint8_t bytes[WITNESS_REPORT_BYTES])
{
    const bool provider = witness_report_signing_key(report) == WITNESS_SIGNED_BY_VLEK;

    witness_report_write(report, bytes);
    witness_report_sign(bytes, provider ? hierarchy_keys.vlek : hierarchy_keys.vcek);
}
