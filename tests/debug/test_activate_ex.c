/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ACTIVATE_EX (section 9.3): the list of cores, whose complexes count, and who owes a WBINVD afterwards.
 */
#include <string.h>

#include "host/lib/fabric.h"
#include "tests/debug/groups.h"
#include "tests/debug/support.h"

#define IDS_SLOT 0u
#define CORES 4u

/** Parameters for a list of APIC ids, which is put into memory. */
static struct sev_activate_ex make(uint32_t handle, uint32_t asid, const uint32_t *ids,
                                   uint32_t count)
{
    if (count != 0) {
        memcpy(suite_at(suite_slot(IDS_SLOT), count * sizeof *ids), ids, count * sizeof *ids);
    }
    return (struct sev_activate_ex){
        .ex_len = sizeof(struct sev_activate_ex),
        .handle = handle,
        .asid = asid,
        .num_ids = count,
        .ids_paddr = suite_slot(IDS_SLOT),
    };
}

/** Fails the test unless just these cores (bits) owe a WBINVD. */
static void assert_owing(uint32_t cores)
{
    uint8_t *fabric = suite.board.fabric_file.bytes;

    for (uint32_t core = 0; core < CORES; core++) {
        if ((cores >> core & 1) != 0) {
            assert_status(RUN_PLAIN(DF_FLUSH), WBINVD_REQUIRED);
            assert_true(fabric_report_wbinvd(fabric, core));
        }
    }
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
}

/** Fails the test unless the fabric lets exactly these of the machine's cores run the ASID. */
static void assert_cores(uint32_t asid, uint32_t cores)
{
    const struct fabric_slot_cores *slot_cores =
        (const void *)((const uint8_t *)suite.board.fabric_file.bytes + FABRIC_SLOT_CORES_OFFSET);

    assert_int_equal(slot_cores[asid].bits[0] & ((1u << CORES) - 1), cores);
}

/** @return the cores (bits) of all complexes that have a core in @p cores */
static uint32_t whole_complexes(uint32_t cores)
{
    const struct fabric_core *table =
        (const void *)((const uint8_t *)suite.board.fabric_file.bytes + FABRIC_CORES_OFFSET);
    uint32_t whole = 0;

    for (uint32_t a = 0; a < CORES; a++) {
        for (uint32_t b = 0; b < CORES; b++) {
            if ((cores >> b & 1) != 0 && table[a].complex == table[b].complex) {
                whole |= 1u << a;
            }
        }
    }
    return whole;
}

/** Four cores in two complexes: what the other tests count with. */
static void the_machine_has_two_complexes(void **state)
{
    (void)state;
    for (uint32_t core = 0; core < CORES; core++) {
        assert_int_equal(whole_complexes(1u << core), core < 2 ? 0x3 : 0xC);
    }
}

static void only_the_listed_complexes_owe_a_wbinvd(void **state)
{
    (void)state;
    to_init();
    for (uint32_t set = 1; set < 1u << CORES; set++) {
        const uint32_t handle = launch(0);
        uint32_t ids[CORES];
        uint32_t count = 0;

        for (uint32_t core = CORES; core-- > 0;) {
            if ((set >> core & 1) != 0) {
                ids[count++] = core;
            }
        }
        struct sev_activate_ex parameters = make(handle, suite.machine.min_sev_asid, ids, count);

        assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
        assert_int_equal(guest_status(handle).asid, parameters.asid);
        assert_true(memory_controller_has_key(&suite.board.memory, parameters.asid));
        assert_owing(0);
        assert_cores(parameters.asid, whole_complexes(set));
        tear_down(handle);
        assert_cores(parameters.asid, 0);
        assert_false(memory_controller_has_key(&suite.board.memory, parameters.asid));
        assert_owing(whole_complexes(set));
    }
}

static void further_complexes_are_added(void **state)
{
    static const uint32_t first[] = {2};
    static const uint32_t more[] = {0, 2};
    uint32_t handle;

    (void)state;
    to_init();
    handle = launch(0);
    const uint32_t asid = new_asid();
    struct sev_activate_ex parameters = make(handle, asid, first, 1);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    parameters = make(handle, asid, more, 2);
    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    parameters = make(handle, new_asid(), first, 1);
    assert_unmoved(ACTIVATE_EX, &parameters, ACTIVE);
    deactivate(handle);
    assert_owing(whole_complexes(1u << 0 | 1u << 2));
    /* The set is not remembered. */
    parameters = make(handle, asid, first, 1);
    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    deactivate(handle);
    assert_owing(whole_complexes(1u << 2));
}

/** A refused list adds nothing, not even the ids before the bad one. */
static void a_refused_list_adds_no_core(void **state)
{
    static const uint32_t first[] = {1};
    static const uint32_t bad[] = {0, 3, CORES};
    uint32_t handle;

    (void)state;
    to_init();
    handle = launch(0);
    const uint32_t asid = new_asid();
    struct sev_activate_ex parameters = make(handle, asid, first, 1);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    parameters = make(handle, asid, bad, 3);
    assert_unmoved(ACTIVATE_EX, &parameters, INVALID_PARAM);
    parameters = make(handle, new_asid(), bad, 2);
    assert_unmoved(ACTIVATE_EX, &parameters, ACTIVE);
    deactivate(handle);
    assert_owing(whole_complexes(1u << 1));
}

static void after_activate_all_cores_owe_it(void **state)
{
    static const uint32_t ids[] = {1};
    uint32_t handle;

    (void)state;
    to_init();
    handle = launch(0);
    struct sev_activate_ex parameters = make(handle, activate(handle), ids, 1);

    assert_cores(parameters.asid, (1u << CORES) - 1);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    deactivate(handle);
    assert_owing((1u << CORES) - 1);
}

/** Guests that share a key may share an ASID: the cores of either may run both. */
static void guests_on_one_asid_share_their_cores(void **state)
{
    static const uint32_t of_first[] = {0};
    static const uint32_t of_second[] = {3};
    struct sev_launch_start start;
    uint32_t first;

    (void)state;
    to_init();
    first = launch(0);
    start = (struct sev_launch_start){.handle = first};
    assert_status(RUN(LAUNCH_START, &start), SUCCESS);
    const uint32_t asid = new_asid();
    struct sev_activate_ex parameters = make(first, asid, of_first, 1);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    parameters = make(start.handle, asid, of_second, 1);
    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    tear_down(first);
    assert_true(memory_controller_has_key(&suite.board.memory, asid));
    assert_owing(whole_complexes(1u << 0 | 1u << 3));
    tear_down(start.handle);
    assert_false(memory_controller_has_key(&suite.board.memory, asid));
    assert_owing(whole_complexes(1u << 0 | 1u << 3));
}

static void lists_may_repeat_and_be_long(void **state)
{
    uint32_t ids[FABRIC_CORES_MAX];
    uint32_t handle;

    (void)state;
    to_init();
    handle = launch(0);
    for (uint32_t i = 0; i < FABRIC_CORES_MAX; i++) {
        ids[i] = i % 2;
    }
    struct sev_activate_ex parameters = make(handle, new_asid(), ids, FABRIC_CORES_MAX);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    tear_down(handle);
    assert_owing(whole_complexes(1u << 0));
}

static void lists_are_checked(void **state)
{
    static const uint32_t good[] = {0, 1};
    static const uint32_t unknown[] = {CORES, 5, 0xFF, 0x80000000u, UINT32_MAX};
    static const uint32_t counts[] = {0, FABRIC_CORES_MAX + 1, 0x40000000u, UINT32_MAX};
    static const uint32_t lengths[] = {0, 1, 0x17, 0x19, 0x1800, UINT32_MAX};
    uint32_t handle;

    (void)state;
    to_init();
    handle = launch(0);
    const struct sev_activate_ex valid = make(handle, new_asid(), good, 2);
    const uint64_t addresses[] = {
        valid.ids_paddr + 1, valid.ids_paddr + 2, suite.low_end - 4,
        suite.high_base - 4, suite.high_end,      UINT64_MAX - 7,
    };

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct sev_activate_ex parameters = valid;

        parameters.num_ids = counts[i];
        assert_unmoved(ACTIVATE_EX, &parameters, INVALID_PARAM);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_activate_ex parameters = valid;

        parameters.ex_len = lengths[i];
        assert_unmoved(ACTIVATE_EX, &parameters, INVALID_LENGTH);
    }
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct sev_activate_ex parameters = valid;

        parameters.ids_paddr = addresses[i];
        assert_unmoved(ACTIVATE_EX, &parameters, INVALID_ADDRESS);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const uint32_t ids[] = {0, unknown[i]};
        struct sev_activate_ex parameters = make(handle, valid.asid, ids, 2);

        assert_unmoved(ACTIVATE_EX, &parameters, INVALID_PARAM);
    }
}

static void asids_are_checked_as_in_activate(void **state)
{
    static const uint32_t ids[] = {0};
    uint32_t handle;

    (void)state;
    to_init_es();
    handle = launch(0);
    const uint32_t owned = guest_status(launch_active(0)).asid;
    const struct {
        uint32_t asid;
        uint32_t policy;
        enum sev_status status;
    } cases[] = {
        {0, 0, SEV_STATUS_INVALID_ASID},
        {1, 0, SEV_STATUS_INVALID_ASID},
        {suite.machine.min_sev_asid - 1, 0, SEV_STATUS_INVALID_ASID},
        {suite.machine.max_asid + 1, 0, SEV_STATUS_INVALID_ASID},
        {UINT32_MAX, 0, SEV_STATUS_INVALID_ASID},
        {suite.machine.min_sev_asid, SEV_POLICY_ES, SEV_STATUS_INVALID_ASID},
        {0, SEV_POLICY_ES, SEV_STATUS_INVALID_ASID},
        {owned, 0, SEV_STATUS_ASID_OWNED},
    };
    const uint32_t es_handle = launch(SEV_POLICY_ES);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sev_activate_ex parameters =
            make(cases[i].policy != 0 ? es_handle : handle, cases[i].asid, ids, 1);

        debug_refuse(SEV_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters, NULL, cases[i].status,
                     __FILE__, __LINE__);
    }
    struct sev_activate_ex parameters = make(handle, new_asid(), ids, 1);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    deactivate(handle);
    assert_unmoved(ACTIVATE_EX, &parameters, DFFLUSH_REQUIRED);
    flush();
    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    parameters = make(es_handle, suite.machine.min_sev_asid - 1, ids, 1);
    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_machine_has_two_complexes),
    cmocka_unit_test(only_the_listed_complexes_owe_a_wbinvd),
    cmocka_unit_test(further_complexes_are_added),
    cmocka_unit_test(a_refused_list_adds_no_core),
    cmocka_unit_test(after_activate_all_cores_owe_it),
    cmocka_unit_test(guests_on_one_asid_share_their_cores),
    cmocka_unit_test(lists_may_repeat_and_be_long),
    cmocka_unit_test(lists_are_checked),
    cmocka_unit_test(asids_are_checked_as_in_activate),
};

PROGRAM_GROUP(activate_ex, tests);
