/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner in the demonstration accepts as a report: certificates from a vendor's key server, and
 * a report that is signed with the key they are for. Everything else is refused, and said why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/demo/snp_identity.h"
#include "host/demo/snp_owner.h"
#include "host/lib/sev_key.h"
#include "host/provision/files.h"
#include "host/provision/key_server.h"
#include "host/provision/p384.h"

#include "tests/host/support.h"
#include "tests/snp/p384.h"
#include "tests/snp/report.h"
#include "tests/snp/sample.h"

#define DAY (24L * 60 * 60)
#define RSA_BITS 4096u
#define OTHER_TCB 0xD317000000000004ull

static struct {
    char directory[PATH_MAX];
    struct provision_key_server server;
    EVP_PKEY *key; /* The VCEK. */
    char chain_name[PROVISION_KDS_NAME_BYTES];
    char name[PROVISION_KDS_NAME_BYTES];
} vendor;

/** What the guest's firmware says, and what its owner expects. */
static struct snp_report report;
static struct snp_expectation expectation;

static void put(const char *name, const struct provision_bytes *bytes)
{
    struct provision_path path;
    struct provision_error error;
    const struct provision_extent extent = {0, bytes->data, bytes->length};
    assert_true(provision_path_join(vendor.directory, name, &path, &error));
    for (char *slash = path.text + strlen(vendor.directory) + 1;
         (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
        *slash = '\0';
        assert_true(provision_directory_make(path.text, 0755, &error));
    }
    assert_true(provision_file_write(path.text, &extent, 1, bytes->length, 0644, &error));
}

static void put_chain(EVP_PKEY *ark, EVP_PKEY *ask)
{
    struct provision_key_server server = vendor.server;
    struct provision_bytes pem;
    struct provision_error error;
    server.ark = ark;
    server.ask = ask;
    assert_true(provision_key_server_chain(&server, PROVISION_VCEK, &pem, &error));
    put(vendor.chain_name, &pem);
    provision_bytes_free(&pem);
}

/** The certificate of a VCEK, under the name of the one that the report wants. */
static void put_vcek(uint64_t tcb, uint8_t id_change, EVP_PKEY *ask)
{
    struct provision_key_server server = vendor.server;
    struct provision_bytes der;
    struct provision_error error;
    server.id[0] ^= id_change;
    server.ask = ask;
    assert_true(
        provision_key_server_issue(&server, PROVISION_VCEK, tcb, time(NULL) - DAY, &der, &error));
    put(vendor.name, &der);
    provision_bytes_free(&der);
}

static void sign(void)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];
    memcpy(bytes, &report, sizeof bytes);
    witness_report_sign(bytes, vendor.key);
    memcpy(&report, bytes, sizeof bytes);
}

/** A report of a Milan, version 5, and certificates that fit. */
static int set_up(void **state)
{
    struct witness_report sample;
    (void)state;
    witness_sample_report(&witness_milan, 5, &sample);
    sample.vmpl = 0;
    witness_report_write(&sample, (uint8_t *)&report);
    sign();
    memcpy(expectation.measurement, report.measurement, sizeof expectation.measurement);
    memcpy(expectation.report_data, report.report_data, sizeof expectation.report_data);
    memcpy(expectation.id_key_digest, report.id_key_digest, sizeof expectation.id_key_digest);
    expectation.policy = report.policy;
    put_chain(vendor.server.ark, vendor.server.ask);
    put_vcek(report.reported_tcb, 0, vendor.server.ask);
    return 0;
}

static int begin(void **state)
{
    struct provision_p384_key numbers;
    struct provision_error error;
    struct witness_report sample;
    (void)state;
    witness_sample_report(&witness_milan, 5, &sample);
    support_make_directory(vendor.directory);
    vendor.server = (struct provision_key_server){
        .product = provision_product_find("milan"),
        .ark = EVP_RSA_gen(RSA_BITS),
        .ask = EVP_RSA_gen(RSA_BITS),
        .chip_secret = {0x5E},
    };
    memcpy(vendor.server.id, sample.chip_id, sizeof vendor.server.id);
    assert_true(provision_attestation_key(PROVISION_VCEK, vendor.server.chip_secret,
                                          sample.reported_tcb, &numbers, &error));
    vendor.key = provision_p384_pkey(numbers.x, numbers.y, numbers.d);
    assert_non_null(vendor.key);
    provision_kds_name(PROVISION_KDS_CHAIN, PROVISION_VCEK, vendor.server.product, NULL, 0,
                       vendor.chain_name);
    provision_kds_name(PROVISION_KDS_CERTIFICATE, PROVISION_VCEK, vendor.server.product,
                       vendor.server.id, sample.reported_tcb, vendor.name);
    return 0;
}

/** Removes a file and the directories above it. */
static void remove_up(const char *name)
{
    char path[PATH_MAX + PROVISION_KDS_NAME_BYTES];
    const size_t root = strlen(vendor.directory);
    (void)snprintf(path, sizeof path, "%s/%s", vendor.directory, name);
    for (char *slash = path + strlen(path); slash > path + root; slash = strrchr(path, '/')) {
        *slash = '\0';
        (void)remove(path);
    }
}

static int end(void **state)
{
    (void)state;
    remove_up(vendor.name);
    remove_up(vendor.chain_name);
    EVP_PKEY_free(vendor.key);
    EVP_PKEY_free(vendor.server.ark);
    EVP_PKEY_free(vendor.server.ask);
    return rmdir(vendor.directory);
}

static void assert_refused(const char *why)
{
    struct provision_error reason = {0};
    assert_false(snp_owner_accepts(vendor.directory, &report, &expectation, &reason));
    if (strstr(reason.text, why) == NULL) {
        fail_msg("\"%s\", not \"%s\"", reason.text, why);
    }
}

static void a_genuine_report_is_accepted(void **state)
{
    struct provision_error reason = {0};
    (void)state;
    assert_true(snp_owner_accepts(vendor.directory, &report, &expectation, &reason));
}

static void every_signed_byte_counts(void **state)
{
    struct provision_error reason = {0};
    (void)state;
    for (size_t i = 0; i < SNP_REPORT_SIGNED_BYTES; i++) {
        ((uint8_t *)&report)[i] ^= 0x10;
        assert_false(snp_owner_accepts(vendor.directory, &report, &expectation, &reason));
        ((uint8_t *)&report)[i] ^= 0x10;
    }
    report.reserved_208[0] = 1;
    assert_refused("signature is not the VCEK's");
}

static void what_is_not_expected_is_refused(void **state)
{
    (void)state;
    expectation.measurement[47] ^= 1;
    assert_refused("MEASUREMENT");
    expectation.measurement[47] ^= 1;
    expectation.report_data[0] ^= 1;
    assert_refused("REPORT_DATA");
    expectation.report_data[0] ^= 1;
    expectation.id_key_digest[7] ^= 1;
    assert_refused("ID_KEY_DIGEST");
    expectation.id_key_digest[7] ^= 1;
    expectation.policy |= SNP_POLICY_DEBUG;
    assert_refused("POLICY");
    expectation.policy = report.policy;
    report.vmpl = 1;
    sign();
    assert_refused("VMPL is 1");
}

static void certificates_of_others_are_refused(void **state)
{
    EVP_PKEY *stranger = EVP_RSA_gen(RSA_BITS);
    assert_non_null(stranger);
    put_vcek(OTHER_TCB, 0, vendor.server.ask);
    assert_refused("another TCB version");
    put_vcek(report.reported_tcb, 1, vendor.server.ask);
    assert_refused("another chip's");
    put_vcek(report.reported_tcb, 0, stranger);
    assert_refused("signature");
    (void)set_up(state);
    put_chain(vendor.server.ark, stranger);
    assert_refused("");
    EVP_PKEY_free(stranger);
}

static void reports_without_certificates_are_refused(void **state)
{
    (void)state;
    report.flags |= SNP_SIGNED_BY_VLEK << SNP_REPORT_SIGNING_KEY_SHIFT;
    assert_refused("no VCEK");
    report.flags = SNP_SIGNED_BY_NONE << SNP_REPORT_SIGNING_KEY_SHIFT;
    assert_refused("no VCEK");
    report.flags = 0;
    report.cpuid_model = 0x31;
    assert_refused("no known product");
    report.cpuid_model = 0x11; /* A Genoa, of which there is no file. */
    assert_refused("Genoa");
    report.cpuid_model = 0x01;
    remove_up(vendor.name);
    assert_refused("ucode211.der");
}

/** The witness takes the keys and numbers of an ID block as the interface has them. */
static void id_blocks_are_signed_with_their_key(void **state)
{
    struct snp_identity identity;
    uint8_t digest[SNP_DIGEST_BYTES];
    EVP_PKEY *key = sev_key_generate();
    (void)state;
    assert_true(snp_identity_make(key, expectation.measurement, SNP_POLICY_ONE, &identity));
    assert_memory_equal(identity.block.digest, expectation.measurement, sizeof digest);
    assert_int_equal(identity.block.policy, SNP_POLICY_ONE);
    assert_int_equal(identity.block.version, 1);
    const uint8_t *signature = (const uint8_t *)&identity.auth.id_block_signature;
    assert_true(witness_p384_verify(key, &identity.block, sizeof identity.block, signature));
    identity.block.guest_svn = 1;
    assert_false(witness_p384_verify(key, &identity.block, sizeof identity.block, signature));
    witness_p384_key_digest(key, digest);
    assert_memory_equal(digest, identity.key_digest, sizeof digest);
    EVP_PKEY_free(key);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_genuine_report_is_accepted),
        TEST(every_signed_byte_counts),
        TEST(what_is_not_expected_is_refused),
        TEST(certificates_of_others_are_refused),
        TEST(reports_without_certificates_are_refused),
        TEST(id_blocks_are_signed_with_their_key),
    };
    return cmocka_run_group_tests_name("certificates behind reports", tests, begin, end);
}
