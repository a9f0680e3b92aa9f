/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Launching a guest whose every buffer is in encrypted host memory.
 */
#include <openssl/sha.h>
#include <string.h>

#include "tests/memory/flows.h"

#define CERTIFICATE_PLACE 0u
#define SESSION_PLACE 1u
#define DATA_PLACE 2u
#define HEADER_PLACE 3u
#define SECRET_PLACE 4u
#define GUEST_PLACE 5u
#define REPORT_PLACE 6u

#define DATA_BYTES 0x2030u
#define SECRET_BYTES 0x1230u

/** LAUNCH_START with an owner's session. @return handle */
static uint32_t start(struct host_layout layout, const struct owner *owner)
{
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;
    struct sev_certificate certificate;
    struct sev_session session;
    struct sev_launch_start parameters = {
        .policy = owner->policy,
        .dh_cert_length = sizeof certificate,
        .session_length = sizeof session,
    };

    flow_export(layout, &pdh, &chain);
    assert_true(owner_certificate(owner, &certificate));
    assert_true(owner_make_session(owner, &pdh, &session));
    parameters.dh_cert_paddr = host_address(
        host_place_bytes(layout, CERTIFICATE_PLACE, &certificate, sizeof certificate, 1));
    parameters.session_paddr =
        host_address(host_place_bytes(layout, SESSION_PLACE, &session, sizeof session, 1));
    assert_status(HOST_RUN(layout, LAUNCH_START, &parameters), SUCCESS);
    return parameters.handle;
}

/** Seals a secret and injects it at the guest place. */
static void inject(struct host_layout layout, uint32_t handle, const struct owner *owner,
                   const uint8_t *secret)
{
    struct sev_packet_header header;
    uint8_t sealed[SECRET_BYTES];
    struct sev_packet parameters = {
        .handle = handle,
        .hdr_length = sizeof header,
        .guest_paddr = host_address(suite_slot(GUEST_PLACE) + 0xFE0),
        .guest_length = SECRET_BYTES,
        .trans_length = SECRET_BYTES,
    };

    assert_true(owner_seal_secret(owner, secret, SECRET_BYTES, &header, sealed));
    parameters.hdr_paddr =
        host_address(host_place_bytes(layout, HEADER_PLACE, &header, sizeof header, 1));
    parameters.trans_paddr =
        host_address(host_place_bytes(layout, SECRET_PLACE, sealed, sizeof sealed, 1));
    assert_status(HOST_RUN(layout, LAUNCH_UPDATE_SECRET, &parameters), SUCCESS);
}

/** ATTESTATION; fails the test unless it shows the launch digest. */
static void attest(struct host_layout layout, uint32_t handle, const uint8_t *launch_digest)
{
    struct sev_attestation_report report;
    const uint64_t paddr = host_place(layout, REPORT_PLACE, sizeof report, 1);
    struct sev_attestation parameters = {
        .handle = handle,
        .report_paddr = host_address(paddr),
        .length = sizeof report,
    };

    flow_fill(parameters.mnonce, sizeof parameters.mnonce);
    assert_status(HOST_RUN(layout, ATTESTATION, &parameters), SUCCESS);
    host_check_around(paddr, sizeof report);
    host_get(paddr, &report, sizeof report);
    assert_memory_equal(report.mnonce, parameters.mnonce, sizeof report.mnonce);
    assert_memory_equal(report.launch_digest, launch_digest, sizeof report.launch_digest);
}

/** LAUNCH_MEASURE, which the owner must accept. */
static void measure_owned(struct host_layout layout, uint32_t handle, struct owner *owner,
                          const struct owner_expectation *expectation)
{
    struct sev_measurement measurement;
    const uint64_t paddr = host_place(layout, REPORT_PLACE, sizeof measurement, 1);
    struct sev_launch_measure parameters = {
        .handle = handle,
        .measure_paddr = host_address(paddr),
        .measure_length = sizeof measurement,
    };

    assert_status(HOST_RUN(layout, LAUNCH_MEASURE, &parameters), SUCCESS);
    host_check_around(paddr, sizeof measurement);
    host_get(paddr, &measurement, sizeof measurement);
    assert_true(owner_accepts(owner, expectation, &measurement));
}

static void launch_flow(struct host_layout layout)
{
    struct owner_expectation expectation = {
        .api_major = suite.api_major, .api_minor = suite.api_minor, .build = SEV_BUILD};
    const uint32_t asid = suite.machine.min_sev_asid;
    struct sev_activate activation = {.asid = asid};
    struct owner owner;
    static uint8_t data[DATA_BYTES];
    static uint8_t secret[SECRET_BYTES];
    static uint8_t read[DATA_BYTES];
    uint64_t paddr;

    flow_initialise(layout, false);
    assert_true(owner_open(&owner, 0));
    activation.handle = start(layout, &owner);
    assert_status(HOST_RUN(layout, ACTIVATE, &activation), SUCCESS);

    flow_fill(data, sizeof data);
    paddr = host_place_bytes(layout, DATA_PLACE, data, sizeof data, SEV_BLOCK_BYTES);
    flow_update(layout, activation.handle, paddr, DATA_BYTES);
    host_check_around(paddr, sizeof data);
    host_get_guest(asid, paddr, read, sizeof data);
    assert_memory_equal(read, data, sizeof data);

    (void)SHA256(data, sizeof data, expectation.launch_digest);
    measure_owned(layout, activation.handle, &owner, &expectation);
    flow_fill(secret, sizeof secret);
    inject(layout, activation.handle, &owner, secret);
    host_get_guest(asid, suite_slot(GUEST_PLACE) + 0xFE0, read, sizeof secret);
    assert_memory_equal(read, secret, sizeof secret);
    attest(layout, activation.handle, expectation.launch_digest);

    host_assert_not_in_dram(data, sizeof data, "the launched data");
    host_assert_not_in_dram(secret, sizeof secret, "the secret");
    host_assert_not_in_dram(&owner.transport, sizeof owner.transport, "the transport keys");
    owner_close(&owner);
    flow_tear_down(layout, activation.handle);
}

static void a_guest_is_launched_from_every_memory(void **state)
{
    (void)state;
    flow_run_all(launch_flow);
}

/** Launches one page of which DRAM holds @p raw. @return what the guest sees of it */
static void launch_page(uint64_t paddr, bool c_bit, const uint8_t *raw, uint8_t *guest_sees,
                        uint8_t digest[SEV_LAUNCH_DIGEST_BYTES])
{
    const struct host_layout layout = {0};
    const uint32_t asid = suite.machine.min_sev_asid;
    const uint32_t handle = flow_launch(layout, 0, asid);
    struct sev_attestation_report report;
    struct sev_measurement measurement;
    struct sev_attestation attestation = {
        .handle = handle, .report_paddr = suite_slot(REPORT_PLACE), .length = sizeof report};
    struct sev_launch_update update = {
        .handle = handle,
        .paddr = c_bit ? paddr | 1ull << machine()->c_bit : paddr,
        .length = DRAM_PAGE_BYTES,
    };

    memcpy(suite_at(paddr, DRAM_PAGE_BYTES), raw, DRAM_PAGE_BYTES);
    assert_status(HOST_RUN(layout, LAUNCH_UPDATE_DATA, &update), SUCCESS);
    host_get_guest(asid, paddr, guest_sees, DRAM_PAGE_BYTES);
    flow_finish(layout, handle, &measurement);
    assert_status(HOST_RUN(layout, ATTESTATION, &attestation), SUCCESS);
    memcpy(&report, suite_at(suite_slot(REPORT_PLACE), sizeof report), sizeof report);
    memcpy(digest, report.launch_digest, sizeof report.launch_digest);
    flow_tear_down(layout, handle);
    flush();
}

/* Section 11.4: with the C-bit, LAUNCH_UPDATE_DATA reads plaintext under the host's key. */
static void the_c_bit_says_how_launch_data_is_read(void **state)
{
    const uint64_t paddr = suite_slot(DATA_PLACE);
    uint8_t plain[DRAM_PAGE_BYTES];
    uint8_t encrypted[DRAM_PAGE_BYTES];
    uint8_t sees[DRAM_PAGE_BYTES];
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];
    uint8_t expected[SEV_LAUNCH_DIGEST_BYTES];

    (void)state;
    flow_fill(plain, sizeof plain);
    host_enter(HOST_SME);
    host_put(paddr, plain, sizeof plain);
    host_enter(HOST_PLAIN);
    memcpy(encrypted, suite_at(paddr, sizeof encrypted), sizeof encrypted);
    assert_memory_not_equal(encrypted, plain, sizeof plain);
    flow_initialise((struct host_layout){0}, false);

    launch_page(paddr, true, encrypted, sees, digest);
    assert_memory_equal(sees, plain, sizeof plain);
    (void)SHA256(plain, sizeof plain, expected);
    assert_memory_equal(digest, expected, sizeof digest);

    launch_page(paddr, false, encrypted, sees, digest);
    assert_memory_equal(sees, encrypted, sizeof encrypted);
    (void)SHA256(encrypted, sizeof encrypted, expected);
    assert_memory_equal(digest, expected, sizeof digest);

    launch_page(paddr, false, plain, sees, digest);
    assert_memory_equal(sees, plain, sizeof plain);
    (void)SHA256(plain, sizeof plain, expected);
    assert_memory_equal(digest, expected, sizeof digest);
}

static const struct CMUnitTest tests[] = {
    flow_test(a_guest_is_launched_from_every_memory),
    flow_test(the_c_bit_says_how_launch_data_is_read),
};

PROGRAM_GROUP(launch, tests);
