/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random walk (walk.h): launch commands. Guest memory is read back through the key slot.
 */
#include <string.h>

#include "tests/load/walk.h"

#define DATA_SLOT 6u
#define DATA_MAX 0x1800u
#define MEASURE_SLOT 7u

void walk_launch_update_data(struct walk *walk)
{
    struct random_state *random = &walk->random;
    uint8_t data[DATA_MAX];
    uint8_t seen[DATA_MAX];
    struct sev_launch_update parameters = {
        .handle = walk_choose_handle(walk),
        .paddr = suite_slot(DATA_SLOT) + random_below(random, 0x400) * SEV_BLOCK_BYTES,
        .length = random_below(random, random_chance(random, 20) ? DATA_MAX : 0x100),
    };

    if (!random_chance(random, 5)) {
        parameters.length &= ~(SEV_BLOCK_BYTES - 1);
    }
    random_fill(random, data, sizeof data);
    memcpy(suite_at(parameters.paddr, sizeof data), data, sizeof data);
    const enum sev_status expected =
        model_launch_update_data(&walk->model, parameters.handle, data, parameters.length);

    walk_expect(walk, SEV_COMMAND_LAUNCH_UPDATE_DATA, RUN(LAUNCH_UPDATE_DATA, &parameters),
                expected);
    if (expected != SEV_STATUS_SUCCESS) {
        assert_memory_equal(suite_at(parameters.paddr, sizeof data), data, sizeof data);
        return;
    }
    assert_int_equal(memory_controller_read(&suite.board.memory,
                                            model_find(&walk->model, parameters.handle)->asid,
                                            parameters.paddr, seen, parameters.length),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(seen, data, parameters.length);
    assert_memory_equal(suite_at(parameters.paddr + parameters.length, 16),
                        data + parameters.length, 16);
}

void walk_launch_measure(struct walk *walk)
{
    struct random_state *random = &walk->random;
    struct sev_launch_measure parameters = {
        .handle = walk_choose_handle(walk),
        .measure_paddr = suite_slot(MEASURE_SLOT),
        .measure_length =
            random_chance(random, 10) ? random_below(random, 0x60) : sizeof(struct sev_measurement),
    };
    const uint32_t given = parameters.measure_length;
    const enum sev_status expected =
        model_launch_measure(&walk->model, parameters.handle, parameters.measure_length);

    walk_expect(walk, SEV_COMMAND_LAUNCH_MEASURE, RUN(LAUNCH_MEASURE, &parameters), expected);
    assert_int_equal(parameters.measure_length,
                     expected == SEV_STATUS_SUCCESS || expected == SEV_STATUS_INVALID_LENGTH
                         ? sizeof(struct sev_measurement)
                         : given);
}

void walk_launch_finish(struct walk *walk)
{
    struct sev_handle parameters = {.handle = walk_choose_handle(walk)};

    walk_expect(walk, SEV_COMMAND_LAUNCH_FINISH, RUN(LAUNCH_FINISH, &parameters),
                model_launch_finish(&walk->model, parameters.handle));
}

void walk_attestation(struct walk *walk)
{
    struct sev_attestation parameters = {
        .handle = walk_choose_handle(walk),
        .report_paddr = suite_slot(MEASURE_SLOT),
        .length = sizeof(struct sev_attestation_report),
    };
    const struct sev_attestation_report *report = suite_at(parameters.report_paddr, sizeof *report);
    const enum sev_status expected = model_attestation(&walk->model, parameters.handle);

    walk_expect(walk, SEV_COMMAND_ATTESTATION, RUN(ATTESTATION, &parameters), expected);
    if (expected == SEV_STATUS_SUCCESS) {
        const struct model_guest *guest = model_find(&walk->model, parameters.handle);

        assert_memory_equal(report->launch_digest, guest->launch_digest,
                            sizeof report->launch_digest);
        assert_int_equal(report->policy, guest->policy);
    }
}
