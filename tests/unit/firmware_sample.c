/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Examples of commands (firmware_sample.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_checks.h"
#include "firmware/command_table.h"

#include "tests/unit/firmware_rows.h"

#include "tests/unit/firmware_sample.h"
#include "tests/unit/firmware_sample_steps.h"

#define PACKET_BYTES 0x1000u

void (*sample_describe)(void);

/** The state in which the guest must be for the row, or UNINIT when it needs none. */
static enum sev_guest_state state_for(const struct command_row *row)
{
    int state = SEV_GUEST_LUPDATE;

    if (row->guest_states == 0) {
        return SEV_GUEST_UNINIT;
    }
    if (row->id == SEV_COMMAND_ATTESTATION) {
        return SEV_GUEST_RUNNING;
    }
    while ((row->guest_states & COMMAND_STATE(state)) == 0) {
        state++;
    }
    return (enum sev_guest_state)state;
}

/** Whether the command wants its guest inactive. */
static bool wants_inactive(uint32_t id)
{
    return id == SEV_COMMAND_ACTIVATE || id == SEV_COMMAND_ACTIVATE_EX ||
           id == SEV_COMMAND_DECOMMISSION;
}

static void put_u32(struct sample *sample, size_t offset, uint32_t value)
{
    memcpy(sample->parameters + offset, &value, sizeof(value));
}

static uint32_t get_u32(const struct sample *sample, size_t offset)
{
    uint32_t value;

    memcpy(&value, sample->parameters + offset, sizeof(value));
    return value;
}

/** A length that the rule accepts. */
static uint32_t good_length(const struct command_buffer *buffer)
{
    switch (buffer->rule) {
    case COMMAND_LENGTH_BLOCKS:
    case COMMAND_LENGTH_SAME_AS_GUEST:
    case COMMAND_LENGTH_AT_LEAST_GUEST:
    case COMMAND_LENGTH_IMAGE:
        return 0x2000u < buffer->length && buffer->rule == COMMAND_LENGTH_IMAGE ? 0x2000u
                                                                                : PACKET_BYTES;
    case COMMAND_LENGTH_AMD_CHAIN:
        return 2u * sizeof(struct amd_certificate_4096);
    case COMMAND_LENGTH_WORDS:
        return 1;
    default:
        return buffer->length;
    }
}

/** Addresses and lengths, each buffer in a MiB of its own; guest pages where the guest has them. */
static void fill_in_buffers(struct sample *sample)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &sample->row->buffers[i];
        const bool paged = buffer->rule == COMMAND_LENGTH_PAGE;
        if (!sample_has(sample, i)) {
            continue;
        }
        sample_set_address(sample, i, BOARD_BUFFER(12u + i));
        if (!paged && buffer->rule != COMMAND_LENGTH_FIXED) {
            put_u32(sample, buffer->length_offset, good_length(buffer));
        }
    }
}

void sample_prepare(struct sample *sample, const struct command_row *row)
{
    const enum sev_guest_state state = state_for(row);

    memset(sample, 0, sizeof(*sample));
    sample->row = row;
    (void)board_boot(NULL);
    if (sample_describe != NULL) {
        sample_describe();
    }
    if ((row->platform_states & COMMAND_STATE(SEV_PLATFORM_INIT)) != 0) {
        assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
        flow_owner(&sample->owner, SEV_POLICY_ES);
    }
    if (state != SEV_GUEST_UNINIT) {
        sample_make_guest(sample, state);
        put_u32(sample, row->guest_offset, sample->handle);
    }
    if (wants_inactive(row->id)) {
        assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, sample->handle),
                         SEV_STATUS_SUCCESS);
        flow_flush();
    }
    fill_in_buffers(sample);
    sample_fill_in(sample);
}

enum sev_status sample_run(struct sample *sample)
{
    return board_command(sample->row->id, sample->parameters, sample->row->size);
}

void sample_for_each(void (*check)(struct sample *sample))
{
    struct sample *sample = test_malloc(sizeof(*sample));
    const struct command_row *row;

    for (size_t i = 0; (row = sev_row_at(i)) != NULL; i++) {
        sample_prepare(sample, row);
        check(sample);
    }
    test_free(sample);
}

bool sample_has(const struct sample *sample, uint32_t buffer)
{
    return command_has_buffer(&sample->row->buffers[buffer], sample->parameters);
}

uint64_t sample_address(const struct sample *sample, uint32_t buffer)
{
    uint64_t paddr;

    memcpy(&paddr, sample->parameters + sample->row->buffers[buffer].paddr_offset, sizeof(paddr));
    return paddr;
}

void sample_set_address(struct sample *sample, uint32_t buffer, uint64_t paddr)
{
    memcpy(sample->parameters + sample->row->buffers[buffer].paddr_offset, &paddr, sizeof(paddr));
}

uint32_t sample_length(const struct sample *sample, uint32_t buffer)
{
    const struct command_buffer *row = &sample->row->buffers[buffer];

    switch (row->rule) {
    case COMMAND_LENGTH_PAGE:
        return 0x1000; /* Samples use small pages. */
    case COMMAND_LENGTH_FIXED:
    case COMMAND_LENGTH_AT_LEAST:
    case COMMAND_LENGTH_PER_SOCKET: /* Samples have one socket. */
        return row->length;
    case COMMAND_LENGTH_WORDS:
        return 4u * get_u32(sample, row->length_offset);
    default:
        return get_u32(sample, row->length_offset);
    }
}
