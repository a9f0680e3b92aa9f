/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the firmware tells the memory controller: keys, TMRs, and a generation by which a reader sees
 * half-made changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/memctl.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_flow.h"

static const uint8_t zero[16];
static const uint8_t key_a[16] = "test key A.....";
static const uint8_t key_b[16] = "test key B.....";

static void after_reset_only_the_host_has_a_key(void **state)
{
    const struct fabric_memctl *memctl = board_memctl();

    (void)state;
    assert_int_equal(memctl->magic, FABRIC_MEMCTL_MAGIC);
    assert_int_equal(memctl->generation % 2, 0);
    assert_int_not_equal(memctl->generation, 0);
    assert_memory_not_equal(memctl->tweak_key, zero, 16);
    assert_int_equal(memctl->slots[0].flags, FABRIC_SLOT_VALID);
    assert_memory_not_equal(memctl->slots[0].key, zero, 16);
    assert_memory_not_equal(memctl->slots[0].key, memctl->tweak_key, 16);
    for (uint32_t asid = 1; asid < FABRIC_SLOTS_MAX; asid++) {
        assert_int_equal(memctl->slots[asid].flags, 0);
        assert_memory_equal(memctl->slots[asid].key, zero, 16);
    }
    for (uint32_t i = 0; i < FABRIC_TMR_MAX; i++) {
        assert_int_equal(memctl->tmr[i].length, 0);
    }
}

static void each_reset_draws_new_keys_and_empties_the_slots(void **state)
{
    const struct fabric_memctl *memctl = board_memctl();
    struct fabric_memctl *before = test_malloc(sizeof(*before));

    (void)state;
    memctl_load_key(5, key_a, 16);
    memctl_set_tmr(1, 0x1000, 0x1000);
    *before = *memctl;
    assert_true(memctl_start(false));
    assert_memory_not_equal(memctl->tweak_key, before->tweak_key, 16);
    assert_memory_not_equal(memctl->slots[0].key, before->slots[0].key, 16);
    assert_memory_not_equal(memctl->vmsa_key, before->vmsa_key, sizeof(before->vmsa_key));
    assert_memory_equal(memctl_vmsa_key(), memctl->vmsa_key, sizeof(before->vmsa_key));
    assert_int_equal(memctl->slots[5].flags, 0);
    assert_memory_equal(memctl->slots[5].key, zero, 16);
    assert_int_equal(memctl->tmr[1].length, 0);
    assert_true(memctl->generation > before->generation);
    assert_int_equal(memctl->generation % 2, 0);
    test_free(before);
}

/** A firmware that replaces another one goes on with the host's keys; there is no VMSA table then. */
static void host_keys_stay_when_the_firmware_is_replaced(void **state)
{
    const struct fabric_memctl *memctl = board_memctl();
    struct fabric_memctl *before = test_malloc(sizeof(*before));

    (void)state;
    /* The new firmware knows what the fabric holds, and nothing else. */
    memset(hosted_fabric() + FABRIC_MEMCTL_OFFSET + offsetof(struct fabric_memctl, tweak_key), 0x17,
           sizeof(before->tweak_key));
    *before = *memctl;
    assert_true(memctl_start(true));
    assert_memory_equal(memctl->tweak_key, before->tweak_key, sizeof(before->tweak_key));
    assert_memory_equal(memctl->slots[0].key, before->slots[0].key, 16);
    assert_memory_not_equal(memctl->vmsa_key, before->vmsa_key, sizeof(before->vmsa_key));
    assert_memory_equal(memctl_vmsa_key(), memctl->vmsa_key, sizeof(before->vmsa_key));
    test_free(before);
}

static void reset_in_the_middle_of_a_change_leaves_an_even_generation(void **state)
{
    struct fabric_memctl *memctl =
        (struct fabric_memctl *)(void *)(hosted_fabric() + FABRIC_MEMCTL_OFFSET);

    (void)state;
    memctl->generation = 41; /* The last boot died while it changed something. */
    assert_true(memctl_start(false));
    assert_int_equal(memctl->generation % 2, 0);
    assert_true(memctl->generation >= 42);
}

static void loading_and_clearing_touch_one_slot(void **state)
{
    const struct fabric_memctl *memctl = board_memctl();
    const uint64_t generation = memctl->generation;

    (void)state;
    memctl_load_key(1, key_a, 16);
    memctl_load_key(FABRIC_SLOTS_MAX - 1, key_b, 16);
    assert_memory_equal(memctl->slots[1].key, key_a, 16);
    assert_int_equal(memctl->slots[1].flags, FABRIC_SLOT_VALID);
    assert_memory_equal(memctl->slots[FABRIC_SLOTS_MAX - 1].key, key_b, 16);
    assert_int_equal(memctl->slots[2].flags, 0);
    assert_int_equal(memctl->generation, generation + 4);
    memctl_clear_key(1);
    assert_memory_equal(memctl->slots[1].key, zero, 16);
    assert_int_equal(memctl->slots[1].flags, 0);
    assert_memory_equal(memctl->slots[FABRIC_SLOTS_MAX - 1].key, key_b, 16);
    assert_int_equal(memctl->generation, generation + 6);
}

static void guests_key_is_in_its_slot_while_it_is_active(void **state)
{
    const struct fabric_memctl *memctl = board_memctl();
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);

    (void)state;
    assert_int_equal(memctl->slots[BOARD_ASID].flags, FABRIC_SLOT_VALID);
    assert_memory_not_equal(memctl->slots[BOARD_ASID].key, zero, 16);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(memctl->slots[BOARD_ASID].flags, 0);
    assert_memory_equal(memctl->slots[BOARD_ASID].key, zero, 16);
}

static void shutdown_takes_all_keys_and_the_tmr_away(void **state)
{
    const struct fabric_memctl *memctl = board_memctl();

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    assert_int_equal(memctl->tmr[0].base, BOARD_TMR);
    assert_int_equal(memctl->tmr[0].length, SEV_TMR_BYTES);
    (void)flow_guest(SEV_GUEST_RUNNING);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(memctl->tmr[0].length, 0);
    for (uint32_t asid = 1; asid < FABRIC_SLOTS_MAX; asid++) {
        assert_int_equal(memctl->slots[asid].flags, 0);
        assert_memory_equal(memctl->slots[asid].key, zero, 16);
    }
}

static uint32_t changes; /**< Writes of what the memory controller reads. */

/** A reader that looks before any write finds the generation odd, or nothing changes. */
static void look_at_the_generation(void *context, const struct hosted_step *step)
{
    const uint64_t at = FABRIC_MEMCTL_OFFSET + offsetof(struct fabric_memctl, generation);

    (void)context;
    if (step->memory != HOSTED_FABRIC || step->kind == HOSTED_READ || step->offset == at) {
        return;
    }
    if ((step->offset >= FABRIC_MEMCTL_OFFSET &&
         step->offset < FABRIC_MEMCTL_OFFSET + sizeof(struct fabric_memctl)) ||
        (step->offset >= FABRIC_SLOT_CORES_OFFSET &&
         step->offset <
             FABRIC_SLOT_CORES_OFFSET + FABRIC_SLOTS_MAX * sizeof(struct fabric_slot_cores))) {
        assert_int_equal(board_memctl()->generation % 2, 1);
        changes++;
    }
}

static void half_a_change_is_never_visible(void **state)
{
    uint32_t handle;

    (void)state;
    hosted_set_access_hook(look_at_the_generation, NULL);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    handle = flow_start(NULL, SEV_POLICY_ES);
    flow_flush();
    assert_int_equal(flow_activate(handle, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_in_range(changes, 6, 100); /* TMR, key and cores, there and back. */
    assert_null(board_restart());
    hosted_set_access_hook(NULL, NULL);
    assert_in_range(changes, FABRIC_SLOTS_MAX, UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(after_reset_only_the_host_has_a_key, board_boot),
        cmocka_unit_test_setup(each_reset_draws_new_keys_and_empties_the_slots, board_boot),
        cmocka_unit_test_setup(host_keys_stay_when_the_firmware_is_replaced, board_boot),
        cmocka_unit_test_setup(reset_in_the_middle_of_a_change_leaves_an_even_generation,
                               board_boot),
        cmocka_unit_test_setup(half_a_change_is_never_visible, board_boot),
        cmocka_unit_test_setup(loading_and_clearing_touch_one_slot, board_boot),
        cmocka_unit_test_setup(guests_key_is_in_its_slot_while_it_is_active, board_boot_init),
        cmocka_unit_test_setup(shutdown_takes_all_keys_and_the_tmr_away, board_boot_init),
    };

    return cmocka_run_group_tests_name("memory controller", tests, NULL, NULL);
}
