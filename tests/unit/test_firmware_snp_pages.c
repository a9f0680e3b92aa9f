/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV's commands while SEV-SNP is on (SNP 2): what their parameters and buffers name must be pages
 * that they may read or write, in every state that a page can have, and the status says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/rmp.h"

#include "tests/unit/firmware_sample.h"
#include "tests/unit/firmware_snp.h"

#define READABLE                                                                                   \
    (RMP_STATE(HYPERVISOR) | RMP_STATE(HV_FIXED) | RMP_STATE(FIRMWARE) | RMP_STATE(RECLAIM))
#define OUTPUT RMP_STATE(FIRMWARE)

/** Every state of a page that has an entry. */
static const enum rmp_state states[] = {
    RMP_HYPERVISOR, RMP_HV_FIXED,  RMP_FIRMWARE, RMP_RECLAIM,       RMP_CONTEXT,
    RMP_METADATA,   RMP_PRE_GUEST, RMP_PRE_SWAP, RMP_GUEST_INVALID, RMP_GUEST_VALID,
};

/** Gives all pages of a range a state. */
static void set_range(uint64_t paddr, uint32_t length, enum rmp_state state)
{
    const bool is_guests = state >= RMP_PRE_GUEST;
    const struct rmp_page page = {
        .state = state,
        .size = RMP_4K,
        .asid = is_guests ? SNP_ASID : 0,
        .gpa = state == RMP_METADATA ? SNP_PAGE(0) : 0,
    };

    for (uint64_t at = paddr & ~0xFFFull; at < paddr + length; at += RMP_PAGE_BYTES) {
        snp_set(at, &page);
    }
}

static bool writes_back(const struct command_row *row)
{
    bool writes = row->out[0].length != 0;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        writes |= row->buffers[i].rule == COMMAND_LENGTH_AT_LEAST ||
                  row->buffers[i].rule == COMMAND_LENGTH_PER_SOCKET ||
                  row->buffers[i].rule == COMMAND_LENGTH_AT_LEAST_GUEST;
    }
    return writes;
}

/** What the pages of a buffer may be, written down once more. */
static uint16_t allowed(const struct command_buffer *buffer)
{
    switch (buffer->direction) {
    case COMMAND_IN:
    case COMMAND_REGION_READ:
        return READABLE;
    case COMMAND_GUEST_READ:
    case COMMAND_GUEST_WRITE:
    case COMMAND_GUEST_READ_WRITE:
        return RMP_STATE(HYPERVISOR);
    default:
        return OUTPUT;
    }
}

/** Puts an RMP in force in which the command may do what it wants. */
static void put_in_force(struct sample *sample)
{
    const struct rmp_place place = {SNP_RMP_BASE, SNP_RMP_END};

    assert_int_equal(rmp_start(&place, true), SEV_STATUS_SUCCESS);
    set_range(BOARD_TMR, SEV_TMR_BYTES, RMP_FIRMWARE);
    set_range(BOARD_PARAMETERS, sample->row->size, RMP_FIRMWARE);
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (sample_has(sample, i) && allowed(&sample->row->buffers[i]) == OUTPUT) {
            set_range(sample_address(sample, i), sample_length(sample, i), RMP_FIRMWARE);
        }
    }
}

static void check_parameters(struct sample *sample)
{
    const uint16_t good = writes_back(sample->row) ? OUTPUT : READABLE;

    if (sample->row->size == 0) {
        return;
    }
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct sample copy = *sample;

        put_in_force(sample);
        set_range(BOARD_PARAMETERS, sample->row->size, states[i]);
        if ((good >> states[i] & 1u) == 0) {
            assert_int_equal(sample_run(&copy), SEV_STATUS_INVALID_PAGE_STATE);
        }
    }
}

static void check_buffers(struct sample *sample)
{
    for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
        const uint32_t length = sample_has(sample, b) ? sample_length(sample, b) : 0;
        const uint16_t good = allowed(&sample->row->buffers[b]);

        for (size_t i = 0; length != 0 && i < sizeof(states) / sizeof(states[0]); i++) {
            struct sample copy = *sample;

            put_in_force(sample);
            /* The last page alone: all of them count. */
            set_range(sample_address(sample, b) + length - 1u, 1, states[i]);
            if ((good >> states[i] & 1u) == 0) {
                assert_int_equal(sample_run(&copy), SEV_STATUS_INVALID_PAGE_STATE);
            }
        }
    }
}

/** With the pages that it wants, a command does what it does without SEV-SNP, but for updates. */
static void check_success(struct sample *sample)
{
    const bool updates = sample->row->id == SEV_COMMAND_DOWNLOAD_FIRMWARE;

    put_in_force(sample);
    assert_int_equal(sample_run(sample), updates ? SEV_STATUS_SHUTDOWN_REQUIRED : sample->expected);
    rmp_stop(); /* The next board is made by commands too. */
}

static void parameters_are_where_they_may_be(void **state)
{
    (void)state;
    sample_for_each(check_parameters);
}

static void buffers_are_where_they_may_be(void **state)
{
    (void)state;
    sample_for_each(check_buffers);
}

static void commands_work_on_the_right_pages(void **state)
{
    (void)state;
    sample_for_each(check_success);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_where_they_may_be),
        cmocka_unit_test(buffers_are_where_they_may_be),
        cmocka_unit_test(commands_work_on_the_right_pages),
    };

    return cmocka_run_group_tests_name("SEV commands under SNP", tests, NULL, NULL);
}
