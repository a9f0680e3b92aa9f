/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges the key server's files by the independent verifier in tests/snp.
 *
 * usage: witness LINE vcek|vlek LEAF CHAIN CRL
 *
 * CHAIN without its ending: CHAIN.1 is ASK or ASVK, CHAIN.2 the ARK. LEAF, and CRL, in DER.
 */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "tests/snp/chain.h"

static X509 *load(const char *name, const char *ending)
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s%s", name, ending);
    return witness_certificate_load(path);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        (void)fprintf(stderr, "usage: witness LINE vcek|vlek LEAF CHAIN CRL\n");
        return 2;
    }
    const struct witness_product *product = witness_product_named(argv[1]);
    const struct witness_chain chain = {load(argv[4], ".2"), load(argv[4], ".1"),
                                        load(argv[3], "")};
    FILE *file = fopen(argv[5], "rb");
    X509_CRL *crl = file != NULL ? d2i_X509_CRL_fp(file, NULL) : NULL;
    const char *fault = "something is missing";

    if (product != NULL && chain.ark != NULL && chain.ask != NULL && chain.leaf != NULL &&
        crl != NULL) {
        fault =
            witness_chain_check(&chain, strcmp(argv[2], "vcek") == 0 ? WITNESS_VCEK : WITNESS_VLEK,
                                product, time(NULL));
        if (fault == NULL) {
            fault = witness_crl_check(crl, chain.ark, chain.ask, time(NULL));
        }
    }
    if (fault != NULL) {
        (void)fprintf(stderr, "%s\n", fault);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    X509_CRL_free(crl);
    X509_free(chain.ark);
    X509_free(chain.ask);
    X509_free(chain.leaf);
    return fault == NULL ? 0 : 1;
}
