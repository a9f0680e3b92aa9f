/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Platform commands with buffers in encrypted host memory.
 */
#include <string.h>

#include "host/lib/sev_key.h"
#include "tests/conformance/certificates.h"
#include "tests/conformance/platform_owner.h"
#include "tests/memory/flows.h"

#define ID_PLACE 0u
#define CSR_PLACE 1u
#define PEK_PLACE 2u
#define OCA_PLACE 3u
#define NV_PLACE 7u

static struct sev_platform_status get_status(struct host_layout layout)
{
    struct sev_platform_status status;

    memset(&status, SUITE_PATTERN, sizeof status);
    assert_status(HOST_RUN(layout, PLATFORM_STATUS, &status), SUCCESS);
    return status;
}

/** PEK_CSR. */
static void get_csr(struct host_layout layout, struct sev_certificate *csr)
{
    const uint64_t paddr = host_place(layout, CSR_PLACE, sizeof *csr, 1);
    struct sev_pek_csr parameters = {.csr_paddr = host_address(paddr), .csr_length = sizeof *csr};

    assert_status(HOST_RUN(layout, PEK_CSR, &parameters), SUCCESS);
    host_check_around(paddr, sizeof *csr);
    host_get(paddr, csr, sizeof *csr);
}

/** Of the first run, in plain memory; the others must see the same. */
static struct {
    bool known;
    uint8_t id[SEV_CHIP_ID_BYTES];
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
} seen;

static void identity_flow(struct host_layout layout)
{
    const uint64_t paddr = host_place(layout, ID_PLACE, SEV_CHIP_ID_BYTES, 8);
    struct sev_get_id get_id = {.id_paddr = host_address(paddr), .id_length = SEV_CHIP_ID_BYTES};
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;
    struct sev_certificate csr;
    uint8_t id[SEV_CHIP_ID_BYTES];

    assert_status(HOST_RUN(layout, GET_ID, &get_id), SUCCESS);
    host_check_around(paddr, sizeof id);
    host_get(paddr, id, sizeof id);
    assert_int_equal(get_status(layout).state, SEV_PLATFORM_UNINIT);
    flow_initialise(layout, false);
    assert_int_equal(get_status(layout).state, SEV_PLATFORM_INIT);
    flow_export(layout, &pdh, &chain);
    get_csr(layout, &csr);
    assert_memory_equal(&csr, &chain.pek, SEV_CERTIFICATE_SIGNED_BYTES);
    if (!seen.known) {
        assert_platform_certificates(&pdh, &chain);
        memcpy(seen.id, id, sizeof id);
        seen.pdh = pdh;
        seen.chain = chain;
        seen.known = true;
    }
    assert_memory_equal(id, seen.id, sizeof id);
    assert_memory_equal(&pdh, &seen.pdh, sizeof pdh);
    assert_memory_equal(&chain, &seen.chain, sizeof chain);
}

static void identity_is_the_same_in_every_memory(void **state)
{
    (void)state;
    seen.known = false;
    flow_run_all(identity_flow);
}

static void queries_flow(struct host_layout layout)
{
    struct sev_get_id get_id = {.id_length = SEV_CHIP_ID_BYTES - 1};
    struct sev_pdh_cert_export export = {.certs_length = UINT32_MAX};

    assert_status(HOST_RUN(layout, GET_ID, &get_id), INVALID_LENGTH);
    assert_int_equal(get_id.id_length, SEV_CHIP_ID_BYTES);
    flow_initialise(layout, false);
    assert_status(HOST_RUN(layout, PDH_CERT_EXPORT, &export), INVALID_LENGTH);
    assert_int_equal(export.pdh_cert_length, sizeof(struct sev_certificate));
    assert_int_equal(export.certs_length, sizeof(struct sev_certificate_chain));
}

static void lengths_are_written_back_encrypted(void **state)
{
    (void)state;
    flow_run_all(queries_flow);
}

/** The whole NV block as x86 software sees it. */
static uint8_t nv_block[SEV_NV_BYTES];

static bool nv_is_blank(uint64_t paddr)
{
    static uint8_t blank[SEV_NV_BYTES];

    memset(blank, 0xFF, sizeof blank);
    host_get(paddr, nv_block, sizeof nv_block);
    return memcmp(nv_block, blank, sizeof blank) == 0;
}

static void init_ex_flow(struct host_layout layout)
{
    const uint64_t paddr = host_place(layout, NV_PLACE, SEV_NV_BYTES, SEV_NV_ALIGNMENT);
    const struct sev_init_ex parameters = {
        .length = sizeof parameters,
        .nv_paddr = host_address(paddr),
        .nv_length = SEV_NV_BYTES,
    };
    struct sev_init_ex given = parameters;
    struct sev_certificate_chain before;
    struct sev_certificate_chain after;
    struct sev_certificate pdh;

    memset(nv_block, 0xFF, sizeof nv_block);
    host_put(paddr, nv_block, sizeof nv_block);
    assert_status(HOST_RUN(layout, INIT_EX, &given), SUCCESS);
    assert_false(nv_is_blank(paddr));
    host_check_around(paddr, SEV_NV_BYTES);
    flow_export(layout, &pdh, &before);
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);

    given = parameters;
    assert_status(HOST_RUN(layout, INIT_EX, &given), SUCCESS);
    flow_export(layout, &pdh, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    assert_true(nv_is_blank(paddr));
    host_check_around(paddr, SEV_NV_BYTES);
}

static void init_ex_keeps_its_block_encrypted(void **state)
{
    (void)state;
    flow_run_all(init_ex_flow);
}

/** The block that one kind of memory wrote is damaged in another: its bytes are not the same. */
static void init_ex_in_another_memory_finds_damage(void **state)
{
    const struct host_layout layout = {0};
    const uint64_t paddr = suite_slot(NV_PLACE);
    struct sev_init_ex parameters = {
        .length = sizeof parameters, .nv_paddr = paddr, .nv_length = SEV_NV_BYTES};
    uint64_t magic;

    (void)state;
    host_enter(HOST_SME);
    memset(nv_block, 0xFF, sizeof nv_block);
    host_put(paddr, nv_block, sizeof nv_block);
    parameters.nv_paddr = host_address(paddr);
    assert_status(HOST_RUN(layout, INIT_EX, &parameters), SUCCESS);
    host_get(paddr, &magic, sizeof magic);
    assert_int_not_equal(magic, UINT64_MAX);
    assert_memory_not_equal(suite_at(paddr, sizeof magic), &magic, sizeof magic);
    host_enter(HOST_PLAIN);
    parameters.nv_paddr = paddr;
    assert_status(HOST_RUN(layout, INIT_EX, &parameters), SECURE_DATA_INVALID);
    assert_status(HOST_RUN(layout, INIT_EX, &parameters), SUCCESS);
}

static void import_flow(struct host_layout layout)
{
    EVP_PKEY *key = sev_key_generate();
    struct sev_certificate oca;
    struct sev_certificate pek;
    struct sev_pek_cert_import parameters = {
        .pek_cert_length = sizeof pek,
        .oca_cert_length = sizeof oca,
    };

    assert_non_null(key);
    flow_initialise(layout, false);
    make_oca(&oca, key, SEV_ALGORITHM_ECDSA_SHA256);
    get_csr(layout, &pek);
    sign_certificate(&pek, 0, key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256);
    EVP_PKEY_free(key);
    parameters.pek_cert_paddr =
        host_address(host_place_bytes(layout, PEK_PLACE, &pek, sizeof pek, 1));
    parameters.oca_cert_paddr =
        host_address(host_place_bytes(layout, OCA_PLACE, &oca, sizeof oca, 1));
    assert_status(HOST_RUN(layout, PEK_CERT_IMPORT, &parameters), SUCCESS);
    assert_int_equal(get_status(layout).owner, SEV_STATUS_OWNER_EXTERNAL);
    assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
    assert_int_equal(get_status(layout).owner, 0);
}

static void certificates_are_imported_from_every_memory(void **state)
{
    (void)state;
    flow_run_all(import_flow);
}

static const struct CMUnitTest tests[] = {
    flow_test(identity_is_the_same_in_every_memory),
    flow_test(lengths_are_written_back_encrypted),
    flow_test(init_ex_keeps_its_block_encrypted),
    flow_test(init_ex_in_another_memory_finds_damage),
    flow_test(certificates_are_imported_from_every_memory),
};

PROGRAM_GROUP(platform, tests);
