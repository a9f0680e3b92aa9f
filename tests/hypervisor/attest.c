/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's owner (attest.h).
 */
#include "tests/hypervisor/attest.h"

#include <stdio.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "abi/fuses.h"
#include "host/provision/key_server.h"
#include "host/provision/product.h"
#include "tests/conformance/suite.h"
#include "tests/snp/chain.h"

/** Opens a file of the chip's directory. */
static FILE *open_file(const char *name)
{
    char path[PATH_MAX];
    FILE *file;

    assert_true(board_path(path, suite_directory(NEEDS_CERTIFICATES), name));
    file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s: cannot be read", path);
    }
    return file;
}

static const struct provision_product *product(void)
{
    struct fuses fuses;
    FILE *file = open_file("fuses.bin");

    assert_int_equal(fread(&fuses, sizeof fuses, 1, file), 1);
    (void)fclose(file);
    return provision_product_of(fuses.product);
}

/** The chip's VCEK at a TCB version, and who signed it. */
static struct witness_chain read_chain(const struct witness_report *report)
{
    struct witness_chain chain;
    char name[PROVISION_KDS_NAME_BYTES];
    FILE *file;

    provision_kds_name(PROVISION_KDS_CERTIFICATE, PROVISION_VCEK, product(), report->chip_id,
                       report->reported_tcb, name);
    file = open_file(name);
    chain.leaf = d2i_X509_fp(file, NULL);
    (void)fclose(file);
    provision_kds_name(PROVISION_KDS_CHAIN, PROVISION_VCEK, product(), report->chip_id, 0, name);
    file = open_file(name);
    chain.ask = PEM_read_X509(file, NULL, NULL, NULL);
    chain.ark = PEM_read_X509(file, NULL, NULL, NULL);
    (void)fclose(file);
    assert_non_null(chain.leaf);
    assert_non_null(chain.ask);
    assert_non_null(chain.ark);
    return chain;
}

const char *attest_report(const uint8_t bytes[WITNESS_REPORT_BYTES], struct witness_report *report)
{
    const struct witness_product *witness;
    struct witness_chain chain;
    const char *fault = witness_report_read(bytes, report);

    if (fault != NULL) {
        return fault;
    }
    witness = witness_product_of_cpu(report->cpuid_fam_id, report->cpuid_mod_id);
    if (witness == NULL) {
        return "the product";
    }
    chain = read_chain(report);
    fault = witness_attest(bytes, &chain, witness, time(NULL), report);
    X509_free(chain.leaf);
    X509_free(chain.ask);
    X509_free(chain.ark);
    return fault;
}
