/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each command reads and writes of x86 memory: of every buffer what its direction says, all of
 * that and nothing else; of the parameters, writes to Out fields only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "firmware/hostmem.h"

#include "tests/unit/firmware_sample.h"

/** What a direction means, said here once more. */
static const struct {
    bool read;
    bool write;
} meanings[COMMAND_DIRECTIONS] = {
    [COMMAND_IN] = {.read = true},
    [COMMAND_OUT] = {.write = true},
    [COMMAND_REGION_READ] = {.read = true},
    [COMMAND_REGION_WRITE] = {.write = true},
    [COMMAND_REGION_READ_WRITE] = {.read = true, .write = true},
    [COMMAND_GUEST_READ] = {.read = true},
    [COMMAND_GUEST_WRITE] = {.write = true},
    [COMMAND_GUEST_READ_WRITE] = {.read = true, .write = true},
};

static void each_direction_allows_what_its_name_says(void **state)
{
    (void)state;
    for (int direction = 0; direction < COMMAND_DIRECTIONS; direction++) {
        const uint8_t access = command_access((enum command_direction)direction);

        assert_int_equal(access & HOSTMEM_READ, meanings[direction].read ? HOSTMEM_READ : 0);
        assert_int_equal(access & HOSTMEM_WRITE, meanings[direction].write ? HOSTMEM_WRITE : 0);
        assert_int_equal(access & ~(HOSTMEM_READ | HOSTMEM_WRITE), 0);
    }
}

static void copies_and_guest_memory_are_what_their_names_say(void **state)
{
    (void)state;
    for (int direction = 0; direction < COMMAND_DIRECTIONS; direction++) {
        assert_int_equal(command_is_copied((enum command_direction)direction),
                         direction == COMMAND_IN || direction == COMMAND_OUT);
        assert_int_equal(command_is_guests((enum command_direction)direction),
                         direction >= COMMAND_GUEST_READ && direction < COMMAND_DIRECTIONS);
    }
}

static bool is_inside(const struct hosted_access *access, uint64_t start, uint64_t length)
{
    return access->offset >= start && access->offset + access->length <= start + length;
}

/** @return the buffer that the access lies in, or COMMAND_BUFFERS_MAX */
static uint32_t buffer_of(const struct sample *sample, const struct hosted_access *access)
{
    uint32_t i = 0;

    while (i < COMMAND_BUFFERS_MAX &&
           (!sample_has(sample, i) ||
            !is_inside(access, sample_address(sample, i), sample_length(sample, i)))) {
        i++;
    }
    return i;
}

static bool is_out_field(const struct command_row *row, const struct hosted_access *access)
{
    bool found = false;

    for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
        found |= is_inside(access, BOARD_PARAMETERS + row->out[i].offset, row->out[i].length);
    }
    return found;
}

/** Whether the access is of the table of VMSA values, which the firmware holds since INIT. */
static bool is_table(const struct command_row *row, const struct hosted_access *access)
{
    return (row->platform_states & COMMAND_STATE(SEV_PLATFORM_INIT)) != 0 &&
           is_inside(access, BOARD_TMR, SEV_TMR_BYTES);
}

/** Whether the buffers are kept and used by later commands. */
static bool keeps_buffers(const struct command_row *row)
{
    return row->id == SEV_COMMAND_INIT || row->id == SEV_COMMAND_INIT_EX ||
           row->id == SEV_COMMAND_RING_BUFFER;
}

static void check_accesses(struct sample *sample)
{
    const struct sample asked = *sample;
    const struct command_row *row = sample->row;
    const struct hosted_access *trace;
    bool seen[COMMAND_BUFFERS_MAX][2] = {{false}};
    size_t count;

    hosted_dram_trace_start();
    assert_int_equal(sample_run(sample), sample->expected);
    count = hosted_dram_trace(&trace);
    for (size_t i = 0; i < count; i++) {
        const uint32_t buffer = buffer_of(&asked, &trace[i]);

        if (buffer < COMMAND_BUFFERS_MAX) {
            seen[buffer][trace[i].write] = true;
        } else if (!is_table(row, &trace[i]) &&
                   (trace[i].write ? !is_out_field(row, &trace[i])
                                   : !is_inside(&trace[i], BOARD_PARAMETERS, row->size))) {
            fail_msg("%s %s %llxh", row->name, trace[i].write ? "writes" : "reads",
                     (unsigned long long)trace[i].offset);
        }
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const enum command_direction direction = row->buffers[i].direction;
        const bool all = sample_has(&asked, i) && !keeps_buffers(row);

        if ((seen[i][false] && !meanings[direction].read) ||
            (seen[i][true] && !meanings[direction].write) ||
            (all && (seen[i][false] != meanings[direction].read ||
                     seen[i][true] != meanings[direction].write))) {
            fail_msg("%s: %s is not used as its direction says", row->name, row->buffers[i].name);
        }
    }
}

static void each_command_uses_its_buffers_as_declared(void **state)
{
    (void)state;
    sample_for_each(check_accesses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_direction_allows_what_its_name_says),
        cmocka_unit_test(copies_and_guest_memory_are_what_their_names_say),
        cmocka_unit_test(each_command_uses_its_buffers_as_declared),
    };

    return cmocka_run_group_tests_name("directions", tests, NULL, NULL);
}
