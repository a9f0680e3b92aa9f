/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The independent verifier's verdicts (verdict.h).
 */
#include "tests/vectors/verdict.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/snp/bytes.h"
#include "tests/snp/chain.h"

#define POLICY_DEBUG (1ull << 19)
#define ROOM (WITNESS_REPORT_BYTES + 16)

/* @return whether the file has exactly the bytes of a report */
static bool read_report(const char *path, uint8_t bytes[WITNESS_REPORT_BYTES])
{
    uint8_t buffer[ROOM];
    FILE *file = fopen(path, "rb");
    const size_t length = file != NULL ? fread(buffer, 1, sizeof buffer, file) : 0;

    if (file != NULL) {
        (void)fclose(file);
    }
    memcpy(bytes, buffer, length == WITNESS_REPORT_BYTES ? length : 0);
    return length == WITNESS_REPORT_BYTES;
}

static X509_CRL *read_crl(const char *path)
{
    FILE *file = fopen(path, "rb");
    X509_CRL *crl = file != NULL ? d2i_X509_CRL_fp(file, NULL) : NULL;

    if (file != NULL) {
        (void)fclose(file);
    }
    return crl;
}

/* @return why certificates cannot be had, or NULL */
static const char *load(const struct vector *vector, struct witness_chain *chain)
{
    const char *const paths[] = {vector->ark, vector->ask, vector->leaf};
    X509 **const to[] = {&chain->ark, &chain->ask, &chain->leaf};
    const char *fault = NULL;

    for (size_t i = 0; i < 3; i++) {
        *to[i] = witness_certificate_load(paths[i]);
        if (*to[i] == NULL) {
            fault = access(paths[i], F_OK) == 0 ? "no certificate" : "no file";
        }
    }
    return fault;
}

static bool is_same(const X509 *a, const X509 *b)
{
    return b != NULL && X509_cmp(a, b) == 0;
}

static const char *check_policy(const struct witness_report *report)
{
    const bool vcek = witness_report_signing_key(report) == WITNESS_SIGNED_BY_VCEK;

    if ((report->policy & POLICY_DEBUG) != 0) {
        return "debug";
    }
    if (report->vmpl == WITNESS_VMPL_HOST) {
        return "host-report";
    }
    if (report->vmpl != 0) {
        return "vmpl";
    }
    if (vcek && witness_is_zero(report->chip_id, sizeof report->chip_id)) {
        return "masked-chip-id";
    }
    return report->committed_build != report->current_build ||
                   report->committed_minor != report->current_minor ||
                   report->committed_major != report->current_major ||
                   report->committed_tcb != report->current_tcb
               ? "provisional"
               : NULL;
}

static const char *check_rest(const struct vector *vector, const struct witness_chain *chain,
                              const struct witness_report *report, time_t now)
{
    X509 *root = witness_certificate_load(vector->root);
    X509_CRL *crl = read_crl(vector->crl);
    const char *fault = NULL;

    if (!is_same(chain->ark, root)) {
        fault = "the root is not the trusted one";
    } else {
        fault = crl == NULL ? "no CRL" : witness_crl_check(crl, chain->ark, chain->ask, now);
    }
    X509_CRL_free(crl);
    X509_free(root);
    return fault != NULL ? fault : check_policy(report);
}

const char *verdict(const struct vector *vector, time_t now)
{
    const struct witness_product *product = witness_product_named(vector->product);
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_chain chain = {0};
    struct witness_report report;

    if (product == NULL) {
        return "no such product";
    }
    if (!read_report(vector->report, bytes)) {
        return "length of the report";
    }
    const char *fault = load(vector, &chain);
    if (fault == NULL) {
        fault = witness_attest(bytes, &chain, product, now, &report);
    }
    if (fault == NULL) {
        fault = check_rest(vector, &chain, &report, now);
    }
    X509_free(chain.ark);
    X509_free(chain.ask);
    X509_free(chain.leaf);
    return fault;
}

static const char *check_signatures(const struct witness_chain *chain, const uint8_t *report)
{
    if (!witness_report_is_signed(report, X509_get0_pubkey(chain->leaf))) {
        return "the report is not signed";
    }
    if (X509_verify(chain->leaf, X509_get0_pubkey(chain->ask)) != 1) {
        return "the leaf is not signed";
    }
    if (X509_verify(chain->ask, X509_get0_pubkey(chain->ark)) != 1) {
        return "the ASK is not signed";
    }
    return X509_verify(chain->ark, X509_get0_pubkey(chain->ark)) == 1 ? NULL
                                                                      : "the ARK is not signed";
}

const char *verdict_signatures(const struct vector *vector)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_chain chain = {0};
    const char *fault = load(vector, &chain);

    if (fault == NULL) {
        fault = read_report(vector->report, bytes) ? check_signatures(&chain, bytes) : "no report";
    }
    X509_free(chain.ark);
    X509_free(chain.ask);
    X509_free(chain.leaf);
    return fault;
}
