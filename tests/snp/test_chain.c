/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a report up to the root: what is genuine passes for each product, version and signing key, and
 * each way of being wrong is refused by name.
 */
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "tests/snp/chain.h"
#include "tests/snp/hierarchy.h"
#include "tests/snp/issue.h"
#include "tests/snp/sample.h"
#include "tests/snp/testing.h"

#define NOW (HIERARCHY_FROM + 1000)
#define DAY ((time_t)86400)

static struct hierarchy milan;

static int begin_group(void **state)
{
    (void)hierarchy_begin(state);
    milan = hierarchy_found(&witness_milan);
    return 0;
}

static int end_group(void **state)
{
    hierarchy_dissolve(&milan);
    return hierarchy_end(state);
}

static void genuine_reports_pass(void **state)
{
    static const uint32_t versions[] = {2, 3, 5};
    const struct witness_product *const products[] = {&witness_milan, &witness_genoa,
                                                      &witness_turin, &witness_venice};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct hierarchy hierarchy = hierarchy_found(products[i]);

        for (size_t j = 0; j < 6; j++) {
            struct witness_report report;
            uint8_t bytes[WITNESS_REPORT_BYTES];

            witness_sample_report(products[i], versions[j % 3], &report);
            report.flags |= j < 3 ? 0 : WITNESS_SIGNED_BY_VLEK << 2;
            const struct witness_chain chain = {hierarchy.ark,
                                                j < 3 ? hierarchy.ask : hierarchy.asvk,
                                                hierarchy_leaf(&hierarchy, products[i], &report)};
            hierarchy_sign(&report, bytes);
            assert_sound(witness_attest(bytes, &chain, products[i], NOW, &report));
            X509_free(chain.leaf);
        }
        hierarchy_dissolve(&hierarchy);
    }
}

/* A report that is signed, with the chain that fits it; then one thing is changed. */
struct scene {
    struct witness_report report;
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_chain chain;
};

static void begin(struct scene *scene)
{
    witness_sample_report(&witness_milan, 5, &scene->report);
    scene->chain = (struct witness_chain){milan.ark, milan.ask,
                                          hierarchy_leaf(&milan, &witness_milan, &scene->report)};
    hierarchy_sign(&scene->report, scene->bytes);
}

static const char *judge(struct scene *scene)
{
    const char *fault =
        witness_attest(scene->bytes, &scene->chain, &witness_milan, NOW, &scene->report);

    X509_free(scene->chain.leaf);
    return fault;
}

static void a_report_that_differs_from_its_certificate_is_refused(void **state)
{
    static const unsigned parts[] = {0, 6, 7}; /* Boot loader, SNP, microcode; TEE is at 0. */
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        begin(&scene);
        scene.report.reported_tcb -= 1ull << (8 * parts[i]);
        hierarchy_sign(&scene.report, scene.bytes);
        assert_fault(judge(&scene), "REPORTED_TCB is not the certificate's");
    }
    for (size_t at = 0; at < 64; at++) {
        begin(&scene);
        scene.report.chip_id[at] ^= 1;
        hierarchy_sign(&scene.report, scene.bytes);
        assert_fault(judge(&scene), "CHIP_ID is not the certificate's");
    }
    begin(&scene);
    memset(scene.report.chip_id, 0, sizeof scene.report.chip_id);
    hierarchy_sign(&scene.report, scene.bytes);
    assert_sound(judge(&scene));
}

static void a_report_that_somebody_else_signed_is_refused(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    witness_report_sign(scene.bytes, hierarchy_keys.vlek);
    assert_fault(judge(&scene), "signature of the report");
    begin(&scene);
    scene.bytes[0x50] ^= 1;
    assert_fault(judge(&scene), "signature of the report");
    begin(&scene);
    scene.report.flags = 1 | WITNESS_SIGNED_BY_NONE << 2;
    witness_report_write(&scene.report, scene.bytes);
    assert_fault(judge(&scene), "signed by none");
}

static void a_broken_report_never_reaches_the_certificates(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    scene.bytes[0x4C] = 1;
    assert_fault(judge(&scene), "reserved at 4Ch");
    begin(&scene);
    scene.report.committed_tcb += 1;
    hierarchy_sign(&scene.report, scene.bytes);
    assert_fault(judge(&scene), "COMMITTED_TCB above CURRENT_TCB");
}

static void a_vlek_is_no_vcek(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    scene.report.flags |= WITNESS_SIGNED_BY_VLEK << 2;
    hierarchy_sign(&scene.report, scene.bytes);
    assert_fault(judge(&scene), "subject of the certificate"); /* ASK is no ASVK. */
    begin(&scene);
    scene.report.flags |= WITNESS_SIGNED_BY_VLEK << 2;
    hierarchy_sign(&scene.report, scene.bytes);
    scene.chain.ask = milan.asvk;
    assert_fault(judge(&scene), "subject of the certificate"); /* VCEK is no VLEK. */
}

static void a_chain_of_other_keys_is_refused(void **state)
{
    X509 *other_ark = hierarchy_issue(WITNESS_ARK, &witness_milan, hierarchy_keys.asvk, NULL,
                                      hierarchy_keys.asvk);
    X509 *unsigned_ark =
        hierarchy_issue(WITNESS_ARK, &witness_milan, hierarchy_keys.ark, NULL, hierarchy_keys.ask);
    X509 *other_ask = hierarchy_issue(WITNESS_ASK, &witness_milan, hierarchy_keys.asvk, milan.ark,
                                      hierarchy_keys.ark);
    X509 *foreign_ask = hierarchy_issue(WITNESS_ASK, &witness_milan, hierarchy_keys.ask, milan.ark,
                                        hierarchy_keys.asvk);
    struct scene scene;

    (void)state;
    begin(&scene);
    scene.chain.ark = other_ark;
    assert_fault(judge(&scene), "authority key identifier");
    begin(&scene);
    scene.chain.ark = unsigned_ark;
    assert_fault(judge(&scene), "signature of the certificate");
    begin(&scene);
    scene.chain.ask = other_ask; /* VCEKs have no key identifier. */
    assert_fault(judge(&scene), "signature of the certificate");
    begin(&scene);
    scene.chain.ask = foreign_ask;
    assert_fault(judge(&scene), "signature of the certificate");
    X509_free(other_ark);
    X509_free(unsigned_ark);
    X509_free(other_ask);
    X509_free(foreign_ask);
}

static void a_certificate_with_a_changed_bit_is_refused(void **state)
{
    struct scene scene;
    unsigned char *der = NULL;

    (void)state;
    begin(&scene);
    const int length = i2d_X509(scene.chain.leaf, &der);
    assert_true(length > 0);
    for (int at = 4; at < length; at += 7) {
        struct witness_chain chain = scene.chain;
        struct witness_report report;
        const unsigned char *cursor = der;

        der[at] ^= 0x04;
        chain.leaf = d2i_X509(NULL, &cursor, length);
        /* What is no certificate any more cannot be taken for one. */
        if (chain.leaf != NULL) {
            assert_non_null(witness_attest(scene.bytes, &chain, &witness_milan, NOW, &report));
            X509_free(chain.leaf);
        }
        der[at] ^= 0x04;
    }
    OPENSSL_free(der);
    assert_sound(judge(&scene));
}

static void time_counts(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    assert_fault(witness_attest(scene.bytes, &scene.chain, &witness_milan, HIERARCHY_FROM - 1,
                                &scene.report),
                 "certificate is not valid now");
    assert_sound(witness_attest(scene.bytes, &scene.chain, &witness_milan,
                                HIERARCHY_FROM + 6 * 365 * DAY, &scene.report));
    assert_fault(witness_attest(scene.bytes, &scene.chain, &witness_milan,
                                HIERARCHY_FROM + 8 * 365 * DAY, &scene.report),
                 "certificate is not valid now"); /* VCEK's 7 years are over. */
    X509_free(scene.chain.leaf);
}

static void a_chain_of_another_product_is_refused(void **state)
{
    struct hierarchy genoa = hierarchy_found(&witness_genoa);
    struct scene scene;

    (void)state;
    begin(&scene);
    scene.chain.ark = genoa.ark;
    assert_fault(judge(&scene), "subject of the certificate");
    begin(&scene);
    scene.chain.ask = genoa.ask;
    assert_fault(judge(&scene), "subject of the certificate");
    hierarchy_dissolve(&genoa);
}

static void a_leaf_names_its_issuer_exactly(void **state)
{
    static const char *const marks[] = {"TEST, OTHER", "Test, not AMD", "TEST,  NOT AMD", "TEST"};

    (void)state;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const struct hierarchy other = {.ask = X509_dup(milan.ask)};
        X509_NAME *name = X509_get_subject_name(other.ask);
        struct scene scene;

        begin(&scene);
        X509_free(scene.chain.leaf);
        X509_NAME_ENTRY_free(X509_NAME_delete_entry(name, 6));
        witness_need(X509_NAME_add_entry_by_txt(name, "description", MBSTRING_ASC,
                                                (const uint8_t *)marks[i], -1, -1, 0) == 1);
        scene.chain.leaf = hierarchy_leaf(&other, &witness_milan, &scene.report);
        assert_fault(judge(&scene), "issuer is not who signed");
        X509_free(other.ask);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_reports_pass),
        cmocka_unit_test(a_report_that_differs_from_its_certificate_is_refused),
        cmocka_unit_test(a_report_that_somebody_else_signed_is_refused),
        cmocka_unit_test(a_broken_report_never_reaches_the_certificates),
        cmocka_unit_test(a_vlek_is_no_vcek),
        cmocka_unit_test(a_chain_of_other_keys_is_refused),
        cmocka_unit_test(a_certificate_with_a_changed_bit_is_refused),
        cmocka_unit_test(time_counts),
        cmocka_unit_test(a_chain_of_another_product_is_refused),
        cmocka_unit_test(a_leaf_names_its_issuer_exactly),
    };

    return cmocka_run_group_tests(tests, begin_group, end_group);
}
