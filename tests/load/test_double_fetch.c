/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Double fetches: a thread of the host rewrites parameters, packets and the target's certificate
 * while commands read them. Guest memory then holds what one of the two versions says, whole, or
 * nothing new; a session is for one of the two targets.
 */
#include <string.h>

#include "tests/conformance/guest_memory.h"
#include "tests/conformance/migration.h"
#include "tests/load/flipper.h"
#include "tests/load/groups.h"

#define PACKET_ROUNDS 240u
#define SEND_ROUNDS 45u
#define PARAMETERS_SLOT 10u
#define PACKET_BYTES 0x800u
#define SPARE_BYTES 0x100u /**< Behind a packet's place in guest memory; nobody writes there. */

/** One version of a packet, and where its parameters point. */
struct packet_version {
    struct sev_packet parameters;
    struct sev_packet_header header;
    uint8_t plain[PACKET_BYTES];
    uint8_t data[PACKET_BYTES];
};

static struct packet_version versions[2];
static const uint32_t packet_bytes[2] = {0x400, PACKET_BYTES};
static struct flipper_counts counts;

static void place(size_t index, uint32_t handle)
{
    static const unsigned header_slots[2] = {0, 5}, data_slots[2] = {2, 6}, guest_slots[2] = {3, 8};

    versions[index].parameters = (struct sev_packet){
        .handle = handle,
        .hdr_paddr = suite_slot(header_slots[index]),
        .hdr_length = sizeof versions[index].header,
        .guest_paddr = suite_slot(guest_slots[index]),
        .guest_length = packet_bytes[index],
        .trans_paddr = suite_slot(data_slots[index]),
        .trans_length = packet_bytes[index],
    };
    fill(versions[index].plain, PACKET_BYTES, (unsigned)index + 1);
}

/** The second version stands still at its places; the first one's places hold now one, now the other. */
static void describe_packets(struct flipper_range ranges[FLIPPER_RANGES])
{
    const struct sev_packet *first = &versions[0].parameters;
    const struct sev_packet *second = &versions[1].parameters;

    memcpy(suite_at(second->hdr_paddr, sizeof versions[1].header), &versions[1].header,
           sizeof versions[1].header);
    memcpy(suite_at(second->trans_paddr, PACKET_BYTES), versions[1].data, PACKET_BYTES);
    ranges[0] = (struct flipper_range){
        .at = suite_at(suite_slot(PARAMETERS_SLOT), sizeof *first),
        .versions = {(const uint8_t *)first, (const uint8_t *)second},
        .length = sizeof *first,
    };
    ranges[1] = (struct flipper_range){
        .at = suite_at(first->hdr_paddr, sizeof versions[0].header),
        .versions = {(const uint8_t *)&versions[0].header, (const uint8_t *)&versions[1].header},
        .length = sizeof versions[0].header,
        .damaged = true,
    };
    ranges[2] = (struct flipper_range){
        .at = suite_at(first->trans_paddr, PACKET_BYTES),
        .versions = {versions[0].data, versions[1].data},
        .length = PACKET_BYTES,
        .damaged = true,
    };
}

/** Guest memory of one place, with what is behind it. */
struct guest_place {
    uint8_t bytes[PACKET_BYTES + SPARE_BYTES];
};

static const struct guest_place empty;

static void clear_places(uint32_t asid)
{
    for (size_t i = 0; i < 2; i++) {
        guest_write(asid, versions[i].parameters.guest_paddr, &empty, sizeof empty);
    }
}

/** @return whether the place holds a version whole, and nothing behind it */
static bool holds(const struct guest_place *seen, size_t version)
{
    const uint32_t length = packet_bytes[version];

    return memcmp(seen->bytes, versions[version].plain, length) == 0 &&
           memcmp(seen->bytes + length, empty.bytes, sizeof empty - length) == 0;
}

/** @return number of places that hold a version; each of the others is empty, or the test fails */
static unsigned count_places(uint32_t asid)
{
    unsigned found = 0;

    for (size_t i = 0; i < 2; i++) {
        struct guest_place seen;

        guest_read(asid, versions[i].parameters.guest_paddr, &seen, sizeof seen);
        if (memcmp(&seen, &empty, sizeof seen) == 0) {
            continue;
        }
        if (!holds(&seen, 0) && !holds(&seen, 1)) {
            fail_msg("guest memory holds neither the one version nor the other");
        }
        counts.accepted[holds(&seen, 0) ? 0 : 1]++;
        found++;
    }
    return found;
}

static void packets_while_rewritten(uint32_t id, const char *name, uint32_t asid)
{
    struct flipper_range ranges[FLIPPER_RANGES];

    counts = flipper_begin(PACKET_ROUNDS);
    for (unsigned round = 0; round < counts.rounds; round++) {
        clear_places(asid);
        describe_packets(ranges);
        const int status = flipper_run(id, suite_slot(PARAMETERS_SLOT), ranges, round);

        assert_int_equal(count_places(asid), status == SEV_STATUS_SUCCESS ? 1 : 0);
        flipper_assert_platform(SEV_PLATFORM_WORKING, 1);
    }
    flipper_end(name, &counts);
}

static void launch_update_secret(void **state)
{
    struct owned_guest guest;

    (void)state;
    to_init();
    owned_launch(&guest, 0);
    const uint32_t asid = activate(guest.handle);

    owned_measure(&guest, "", 0);
    for (size_t i = 0; i < 2; i++) {
        place(i, guest.handle);
        assert_true(owner_seal_secret(&guest.owner, versions[i].plain, packet_bytes[i],
                                      &versions[i].header, versions[i].data));
    }
    packets_while_rewritten(SEV_COMMAND_LAUNCH_UPDATE_SECRET, "LAUNCH_UPDATE_SECRET", asid);
    assert_int_equal(guest_status(guest.handle).state, SEV_GUEST_LSECRET);
    owner_close(&guest.owner);
}

static void receive_update_data(void **state)
{
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, 0));
    const uint32_t handle = receive(&origin);
    const uint32_t asid = activate(handle);

    for (size_t i = 0; i < 2; i++) {
        place(i, handle);
        seal_packet(&origin, SEV_MAC_CONTEXT_SEND_DATA, versions[i].plain, packet_bytes[i],
                    &versions[i].header, versions[i].data);
    }
    packets_while_rewritten(SEV_COMMAND_RECEIVE_UPDATE_DATA, "RECEIVE_UPDATE_DATA", asid);
    assert_int_equal(guest_status(handle).state, SEV_GUEST_RUPDATE);
    owner_close(&origin);
}

/** The session is for one of the targets; the guest goes back to RUNNING. */
static void check_sent(struct owner targets[2], uint32_t handle)
{
    struct sev_handle sent = {.handle = handle};
    const bool first = session_opens(&targets[0]);
    const bool second = session_opens(&targets[1]);

    assert_int_equal(guest_status(handle).state, SEV_GUEST_SUPDATE);
    assert_true(first != second);
    counts.accepted[first ? 0 : 1]++;
    assert_status(RUN(SEND_CANCEL, &sent), SUCCESS);
}

/** Two targets; the chain moves between whole and damaged. */
static void send_start(void **state)
{
    struct flipper_range ranges[FLIPPER_RANGES];
    struct sev_certificate certificates[2];
    struct sev_certificate_chain chain;
    struct sev_send_start parameters;
    struct owner targets[2];

    (void)state;
    to_init();
    const uint32_t handle = guest_in_state(SEV_GUEST_RUNNING, false);
    const size_t fixed = offsetof(struct sev_send_start, pdh_cert_paddr);

    for (size_t i = 0; i < 2; i++) {
        assert_true(owner_open(&targets[i], guest_status(handle).policy));
        prepare_send_to(handle, &targets[i], &parameters);
        assert_true(owner_certificate(&targets[i], &certificates[i]));
    }
    memcpy(&chain, suite_at(parameters.plat_certs_paddr, sizeof chain), sizeof chain);
    struct sev_send_start moved = parameters;

    moved.pdh_cert_paddr = suite_slot(9); /* The first target's alone. */
    memcpy(suite_at(moved.pdh_cert_paddr, sizeof certificates[0]), &certificates[0],
           sizeof certificates[0]);
    counts = flipper_begin(SEND_ROUNDS);
    for (unsigned round = 0; round < counts.rounds; round++) {
        uint8_t *question = suite_at(suite_slot(PARAMETERS_SLOT), sizeof parameters);

        memcpy(question, &parameters, sizeof parameters);
        ranges[0] = (struct flipper_range){
            .at = question + fixed,
            .versions = {(const uint8_t *)&parameters + fixed, (const uint8_t *)&moved + fixed},
            .length = sizeof parameters.pdh_cert_paddr,
        };
        ranges[1] = (struct flipper_range){
            .at = suite_at(parameters.pdh_cert_paddr, sizeof certificates[0]),
            .versions = {(const uint8_t *)&certificates[1], (const uint8_t *)&certificates[0]},
            .length = sizeof certificates[0],
            .damaged = true,
        };
        ranges[2] = (struct flipper_range){
            .at = suite_at(parameters.plat_certs_paddr, sizeof chain),
            .versions = {(const uint8_t *)&chain, (const uint8_t *)&chain},
            .length = sizeof chain,
            .damaged = true,
        };
        if (flipper_run(SEV_COMMAND_SEND_START, suite_slot(PARAMETERS_SLOT), ranges, round) ==
            SEV_STATUS_SUCCESS) {
            check_sent(targets, handle);
        }
        assert_int_equal(guest_status(handle).state, SEV_GUEST_RUNNING);
        flipper_assert_platform(SEV_PLATFORM_WORKING, 1);
    }
    owner_close(&targets[0]);
    owner_close(&targets[1]);
    flipper_end("SEND_START", &counts);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(launch_update_secret),
    cmocka_unit_test(receive_update_data),
    cmocka_unit_test(send_start),
};

PROGRAM_GROUP(double_fetch, tests);
