/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Double fetches: a thread of the host rewrites parameters, certificates and sessions while
 * LAUNCH_START and RECEIVE_START read them. A command sees one version or the other, or refuses the
 * mixture; it never checks the one and uses the other.
 */
#include <string.h>

#include <openssl/sha.h>

#include "tests/conformance/migration.h"
#include "tests/load/flipper.h"
#include "tests/load/groups.h"

#define START_ROUNDS 60u

#define PARAMETERS_SLOT 10u
/* Where the first version of the parameters points, and the second. */
static const unsigned first_slots[2] = {0, 2};
static const unsigned second_slots[2] = {1, 3};
#define GUEST_SLOT 8u

static struct flipper_counts counts;

/** One version of LAUNCH_START or RECEIVE_START, whose parameters are laid out alike. */
struct start_version {
    struct owner owner;
    struct sev_launch_start parameters;
    struct sev_certificate certificate;
    struct sev_session session;
};

_Static_assert(sizeof(struct sev_launch_start) == sizeof(struct sev_receive_start),
               "laid out alike");

static struct start_version starts[2];

/** @param index  whose parameters point to slots of their own */
static void prepare_start(size_t index, uint32_t policy)
{
    struct start_version *version = &starts[index];
    struct sev_launch_start *parameters = &version->parameters;

    assert_true(owner_open(&version->owner, policy));
    owner_prepare(&version->owner, parameters);
    memcpy(&version->certificate, suite_at(parameters->dh_cert_paddr, sizeof version->certificate),
           sizeof version->certificate);
    memcpy(&version->session, suite_at(parameters->session_paddr, sizeof version->session),
           sizeof version->session);
    parameters->dh_cert_paddr = suite_slot(first_slots[index]);
    parameters->session_paddr = suite_slot(second_slots[index]);
}

/** Places the second version, which stands still, and describes what moves. */
static void describe_start(struct flipper_range ranges[FLIPPER_RANGES])
{
    const size_t handle = sizeof starts[0].parameters.handle; /* The firmware writes it. */
    uint8_t *parameters = suite_at(suite_slot(PARAMETERS_SLOT), sizeof starts[0].parameters);

    memcpy(suite_at(suite_slot(first_slots[1]), sizeof starts[1].certificate),
           &starts[1].certificate, sizeof starts[1].certificate);
    memcpy(suite_at(suite_slot(second_slots[1]), sizeof starts[1].session), &starts[1].session,
           sizeof starts[1].session);
    memset(parameters, 0, handle);
    ranges[0] = (struct flipper_range){
        .at = parameters + handle,
        .versions = {(const uint8_t *)&starts[0].parameters + handle,
                     (const uint8_t *)&starts[1].parameters + handle},
        .length = sizeof starts[0].parameters - handle,
    };
    ranges[1] = (struct flipper_range){
        .at = suite_at(suite_slot(first_slots[0]), sizeof starts[0].certificate),
        .versions = {(const uint8_t *)&starts[0].certificate,
                     (const uint8_t *)&starts[1].certificate},
        .length = sizeof starts[0].certificate,
        .damaged = true,
    };
    ranges[2] = (struct flipper_range){
        .at = suite_at(suite_slot(second_slots[0]), sizeof starts[0].session),
        .versions = {(const uint8_t *)&starts[0].session, (const uint8_t *)&starts[1].session},
        .length = sizeof starts[0].session,
        .damaged = true,
    };
}

/** @return which version a guest with this policy must be; fails the test when neither */
static size_t version_of(uint32_t handle)
{
    const uint32_t policy = guest_status(handle).policy;

    assert_true(policy == starts[0].owner.policy || policy == starts[1].owner.policy);
    return policy == starts[1].owner.policy ? 1 : 0;
}

/** The guest measures with the keys of the session whose policy it has. */
static void check_launched(uint32_t handle)
{
    struct owner_expectation expectation = {
        .api_major = suite.api_major, .api_minor = suite.api_minor, .build = SEV_BUILD};
    const size_t version = version_of(handle);
    struct sev_measurement measurement;

    (void)SHA256(NULL, 0, expectation.launch_digest);
    measure(handle, &measurement);
    assert_true(owner_accepts(&starts[version].owner, &expectation, &measurement));
    assert_false(owner_accepts(&starts[1 - version].owner, &expectation, &measurement));
    counts.accepted[version]++;
    decommission(handle);
}

/** Places of a packet of 16 bytes that the flipper does not touch. */
static struct sev_packet small_packet(uint32_t handle)
{
    return (struct sev_packet){
        .handle = handle,
        .hdr_paddr = suite_slot(5),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = suite_slot(GUEST_SLOT),
        .guest_length = SEV_BLOCK_BYTES,
        .trans_paddr = suite_slot(6),
        .trans_length = SEV_BLOCK_BYTES,
    };
}

/** The guest takes packets of the origin whose policy it has, and no other's. */
static void check_received(uint32_t handle)
{
    static const uint8_t text[SEV_BLOCK_BYTES] = "from an origin";
    const size_t version = version_of(handle);
    struct sev_activate activation = {.handle = handle, .asid = suite.machine.max_asid};
    struct sev_packet packet = small_packet(handle);
    struct sev_packet_header *header = suite_at(packet.hdr_paddr, sizeof *header);
    void *data = suite_at(packet.trans_paddr, sizeof text);

    assert_status(RUN(ACTIVATE, &activation), SUCCESS);
    seal_packet(&starts[1 - version].owner, SEV_MAC_CONTEXT_SEND_DATA, text, sizeof text, header,
                data);
    assert_status(RUN(RECEIVE_UPDATE_DATA, &packet), BAD_MEASUREMENT);
    seal_packet(&starts[version].owner, SEV_MAC_CONTEXT_SEND_DATA, text, sizeof text, header, data);
    assert_status(RUN(RECEIVE_UPDATE_DATA, &packet), SUCCESS);
    counts.accepted[version]++;
    tear_down(handle);
    flush();
}

static void start_while_rewritten(uint32_t id, const char *name, void (*check)(uint32_t handle))
{
    struct flipper_range ranges[FLIPPER_RANGES];

    to_init();
    flush();
    counts = flipper_begin(START_ROUNDS);
    prepare_start(0, 0);
    prepare_start(1, SEV_POLICY_NODBG);
    for (unsigned round = 0; round < counts.rounds; round++) {
        uint32_t handle;

        describe_start(ranges);
        const int status = flipper_run(id, suite_slot(PARAMETERS_SLOT), ranges, round);

        memcpy(&handle, suite_at(suite_slot(PARAMETERS_SLOT), sizeof handle), sizeof handle);
        assert_int_equal(handle != 0, status == SEV_STATUS_SUCCESS);
        if (status == SEV_STATUS_SUCCESS) {
            flipper_assert_platform(SEV_PLATFORM_WORKING, 1);
            check(handle);
        }
        flipper_assert_platform(SEV_PLATFORM_INIT, 0);
    }
    owner_close(&starts[0].owner);
    owner_close(&starts[1].owner);
    flipper_end(name, &counts);
}

static void launch_start(void **state)
{
    (void)state;
    start_while_rewritten(SEV_COMMAND_LAUNCH_START, "LAUNCH_START", check_launched);
}

static void receive_start(void **state)
{
    (void)state;
    start_while_rewritten(SEV_COMMAND_RECEIVE_START, "RECEIVE_START", check_received);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(launch_start),
    cmocka_unit_test(receive_start),
};

PROGRAM_GROUP(double_fetch_start, tests);
