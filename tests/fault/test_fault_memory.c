/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is not what it was: the table of VMSAs, when the memory controller does not protect it;
 * and pages that hostmem refuses in the middle of a command, which no request brings about.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/vmsa.h"
#include "firmware/hostmem.h"

#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_sample.h"
#include "tests/unit/firmware_sight.h"

#define BROKEN 9u /**< No state of an entry. */
#define NOBODYS_BITS 0x01000000u

static struct sample sample;

/** Makes a page a VMSA, and writes to its entry what the firmware never does. */
static void break_entry(uint32_t handle, uint64_t paddr)
{
    static const uint8_t registers[SEV_VMSA_BYTES];

    assert_int_equal(vmsa_record(handle, paddr, registers), SEV_STATUS_SUCCESS);
    assert_true(vmsa_unlock(handle, paddr, NULL));
    cpu_find(paddr)->state = BROKEN;
}

/** UNSAFE where a part could have been written before; here there is one page, and it has not. */
static void table_that_somebody_has_written_to_is_not_believed(void **state)
{
    static const struct {
        uint32_t id;
        uint32_t buffer; /**< The page that is a VMSA. */
        uint32_t others; /**< Whether it is another guest's. */
        enum sev_status expected;
    } commands[] = {
        {SEV_COMMAND_LAUNCH_UPDATE_VMSA, 0, 0, SEV_STATUS_HWERROR_PLATFORM},
        {SEV_COMMAND_RECEIVE_UPDATE_VMSA, 1, NOBODYS_BITS, SEV_STATUS_HWERROR_PLATFORM},
        {SEV_COMMAND_COPY, 1, 0, SEV_STATUS_HWERROR_UNSAFE},
        {SEV_COMMAND_DBG_ENCRYPT, 1, 0, SEV_STATUS_HWERROR_UNSAFE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        sample_prepare(&sample, command_table_find(commands[i].id));
        break_entry(sample.handle ^ commands[i].others,
                    sample_address(&sample, commands[i].buffer));
        memcpy(board_dram(BOARD_PARAMETERS), sample.parameters, sample.row->size);
        sight_take(sample.handle);
        assert_int_equal(sample_run(&sample), commands[i].expected);
        sight_check(sample.row->name, "table of VMSAs");
    }
}

/** The VMSA stays swapped out, and can come back elsewhere. */
static void swap_in_does_not_believe_it_either(void **state)
{
    struct sev_swap_in back;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_SWAP_OUT));
    back = sample_swap_vmsa_out(&sample);
    back.dst_paddr = BOARD_BUFFER(15);
    break_entry(sample.handle, back.dst_paddr);
    memcpy(board_dram(BOARD_PARAMETERS), &back, sizeof(back));
    sight_take(sample.handle);
    assert_int_equal(board_command(SEV_COMMAND_SWAP_IN, &back, sizeof(back)),
                     SEV_STATUS_HWERROR_PLATFORM);
    sight_check("SWAP_IN", "table of VMSAs");
    back.dst_paddr = SAMPLE_VMSA;
    assert_int_equal(board_command(SEV_COMMAND_SWAP_IN, &back, sizeof(back)), SEV_STATUS_SUCCESS);
    assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, NULL));
}

/** A page that somebody else takes, at one of the accesses to it. */
static struct {
    struct hostmem_range page;
    uint32_t wanted; /**< At which access; 0 = the first. */
    uint32_t seen;   /**< How many there were. */
    uint32_t late;   /**< How many after it was taken. */
} theft;

static uint32_t refusals;

static void steal(void *context, const struct hosted_step *step)
{
    (void)context;
    if (step->memory != HOSTED_DRAM || step->offset >= theft.page.paddr + theft.page.length ||
        step->offset + step->length <= theft.page.paddr) {
        return;
    }
    theft.late += theft.seen > theft.wanted ? 1u : 0u;
    if (theft.seen++ == theft.wanted) {
        hostmem_hold(HOSTMEM_RMP, &theft.page);
    }
}

/** Takes a page of the command away after each access to it, in turn. */
static void steal_page(const struct command_row *row, uint64_t paddr)
{
    theft.page = (struct hostmem_range){.paddr = paddr & ~0xFFFull, .length = 0x1000};
    for (theft.wanted = 0, theft.seen = 1; theft.seen > theft.wanted; theft.wanted++) {
        enum sev_status status;

        sample_prepare(&sample, row);
        theft.seen = theft.late = 0;
        hosted_set_access_hook(steal, NULL);
        status = sample_run(&sample);
        hosted_set_access_hook(NULL, NULL);
        hostmem_release(HOSTMEM_RMP);
        assert_int_equal(theft.late, 0);
        refusals += status == SEV_STATUS_HWERROR_UNSAFE ? 1u : 0u;
        if (status != sample.expected && status != SEV_STATUS_HWERROR_UNSAFE) {
            fail_msg("%s: status %xh", row->name, (unsigned int)status);
        }
    }
}

/** But for memory that the firmware takes by the command itself: TMR, NV block, rings. */
static void check_theft(struct sample *prepared)
{
    const struct command_row *row = prepared->row;
    uint64_t pages[COMMAND_BUFFERS_MAX];
    uint32_t count = 0;

    if (row->size == 0 || row->id == SEV_COMMAND_INIT || row->id == SEV_COMMAND_INIT_EX ||
        row->id == SEV_COMMAND_RING_BUFFER) {
        return;
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (sample_has(prepared, i)) {
            pages[count++] = sample_address(prepared, i);
        }
    }
    steal_page(row, BOARD_PARAMETERS);
    for (uint32_t i = 0; i < count; i++) {
        steal_page(row, pages[i]);
    }
}

static void memory_that_is_taken_away_is_touched_no_more(void **state)
{
    (void)state;
    sample_for_each(check_theft);
    assert_true(refusals > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_that_somebody_has_written_to_is_not_believed),
        cmocka_unit_test(swap_in_does_not_believe_it_either),
        cmocka_unit_test(memory_that_is_taken_away_is_touched_no_more),
    };

    return cmocka_run_group_tests_name("memory that changes", tests, NULL, NULL);
}
