/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV's commands while SEV-SNP is on (SNP 2): what their parameters and buffers name must be pages
 * that they may read or write, in every state that a page can have. The status says so, and nothing has
 * changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/rmp.h"

#include "tests/unit/firmware_rows.h"
#include "tests/unit/firmware_sample.h"
#include "tests/unit/firmware_sight.h"
#include "tests/unit/firmware_snp.h"

#define READABLE                                                                                   \
    (RMP_STATE(HYPERVISOR) | RMP_STATE(HV_FIXED) | RMP_STATE(FIRMWARE) | RMP_STATE(RECLAIM))
#define OUTPUT RMP_STATE(FIRMWARE)
#define OF_SEV_GUEST RMP_STATE(HYPERVISOR)

/**
 * Every command that names memory, and what for, written down once more: its parameters, then each of
 * its buffers. r: read, w: written, g: a guest's.
 */
static const struct {
    uint32_t id;
    char parameters;
    const char *buffers;
} uses[] = {
    {SEV_COMMAND_INIT, 'r', "w"},
    {SEV_COMMAND_PLATFORM_STATUS, 'w', ""},
    {SEV_COMMAND_PEK_CSR, 'w', "w"},
    {SEV_COMMAND_PEK_CERT_IMPORT, 'r', "rr"},
    {SEV_COMMAND_PDH_CERT_EXPORT, 'w', "ww"},
    {SEV_COMMAND_DOWNLOAD_FIRMWARE, 'r', "r"},
    {SEV_COMMAND_GET_ID, 'w', "w"},
    {SEV_COMMAND_INIT_EX, 'r', "ww"},
    {SEV_COMMAND_RING_BUFFER, 'r', "rwrw"},
    {SEV_COMMAND_DECOMMISSION, 'r', ""},
    {SEV_COMMAND_ACTIVATE, 'r', ""},
    {SEV_COMMAND_DEACTIVATE, 'r', ""},
    {SEV_COMMAND_GUEST_STATUS, 'w', ""},
    {SEV_COMMAND_COPY, 'r', "gg"},
    {SEV_COMMAND_ACTIVATE_EX, 'r', "r"},
    {SEV_COMMAND_LAUNCH_START, 'w', "rr"},
    {SEV_COMMAND_LAUNCH_UPDATE_DATA, 'r', "g"},
    {SEV_COMMAND_LAUNCH_UPDATE_VMSA, 'r', "g"},
    {SEV_COMMAND_LAUNCH_MEASURE, 'w', "w"},
    {SEV_COMMAND_LAUNCH_UPDATE_SECRET, 'r', "rgr"},
    {SEV_COMMAND_LAUNCH_FINISH, 'r', ""},
    {SEV_COMMAND_ATTESTATION, 'w', "w"},
    {SEV_COMMAND_SEND_START, 'w', "rrrw"},
    {SEV_COMMAND_SEND_UPDATE_DATA, 'w', "wgw"},
    {SEV_COMMAND_SEND_UPDATE_VMSA, 'w', "wgw"},
    {SEV_COMMAND_SEND_FINISH, 'r', ""},
    {SEV_COMMAND_SEND_CANCEL, 'r', ""},
    {SEV_COMMAND_RECEIVE_START, 'w', "rr"},
    {SEV_COMMAND_RECEIVE_UPDATE_DATA, 'r', "rgr"},
    {SEV_COMMAND_RECEIVE_UPDATE_VMSA, 'r', "rgr"},
    {SEV_COMMAND_RECEIVE_FINISH, 'r', ""},
    {SEV_COMMAND_DBG_DECRYPT, 'r', "gw"},
    {SEV_COMMAND_DBG_ENCRYPT, 'r', "rg"},
    {SEV_COMMAND_SWAP_OUT, 'r', "gww"},
    {SEV_COMMAND_SWAP_IN, 'r', "rgr"},
};
#define USES (sizeof(uses) / sizeof(uses[0]))

/** States that pages of a use may have. */
static uint16_t allowed(char use)
{
    return use == 'r' ? READABLE : use == 'w' ? OUTPUT : OF_SEV_GUEST;
}

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

/** Puts an RMP in force in which the command may do what it wants. */
static void put_in_force(const struct sample *sample, const char *buffers)
{
    const struct rmp_place place = {SNP_RMP_BASE, SNP_RMP_END};

    assert_int_equal(rmp_start(&place, true), SEV_STATUS_SUCCESS);
    set_range(BOARD_TMR, SEV_TMR_BYTES, RMP_FIRMWARE);
    if (sample->row->size != 0) {
        set_range(BOARD_PARAMETERS, sample->row->size, RMP_FIRMWARE);
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (sample_has(sample, i) && allowed(buffers[i]) == OUTPUT) {
            set_range(sample_address(sample, i), sample_length(sample, i), RMP_FIRMWARE);
        }
    }
}

/** Gives a page every state that it may not have, one after the other: each time it is refused. */
static void refuse_states(const struct sample *sample, uint64_t paddr, uint16_t good,
                          enum sev_status expected)
{
    struct rmp_entry *entry = snp_entry(paddr);
    const struct rmp_entry before = *entry;

    sight_take(sample->handle);
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct sample copy = *sample;

        if ((good >> states[i] & 1u) != 0) {
            continue;
        }
        set_range(paddr, 1, states[i]);
        assert_int_equal(sample_run(&copy), expected);
        assert_memory_equal(copy.parameters, sample->parameters, sizeof(copy.parameters));
        *entry = before;
    }
    sight_check(sample->row->name, "pages");
}

/** All pages of a command: of a buffer the last one alone, since all of them count. */
static void pages_are_what_they_may_be(void **state)
{
    static struct sample sample;

    (void)state;
    for (size_t i = 0; i < USES; i++) {
        sample_prepare(&sample, command_table_find(uses[i].id));
        put_in_force(&sample, uses[i].buffers);
        memcpy(board_dram(BOARD_PARAMETERS), sample.parameters, sample.row->size);
        refuse_states(&sample, BOARD_PARAMETERS, allowed(uses[i].parameters),
                      SEV_STATUS_INVALID_PAGE_STATE);
        for (uint32_t b = 0; b < strlen(uses[i].buffers); b++) {
            const uint32_t length = sample_length(&sample, b);

            assert_true(sample_has(&sample, b) && length != 0);
            refuse_states(&sample, sample_address(&sample, b) + length - 1u,
                          allowed(uses[i].buffers[b]), SEV_STATUS_INVALID_PAGE_STATE);
        }
        rmp_stop(); /* The next board is made by commands too. */
    }
}

/** @return what the command uses its buffers for; "" when it names no memory */
static const char *buffers_of(uint32_t id)
{
    for (size_t i = 0; i < USES; i++) {
        if (uses[i].id == id) {
            return uses[i].buffers;
        }
    }
    return "";
}

/** With the pages that it wants, a command does what it does without SEV-SNP, but for updates. */
static void check_success(struct sample *sample)
{
    const bool updates = sample->row->id == SEV_COMMAND_DOWNLOAD_FIRMWARE;

    put_in_force(sample, buffers_of(sample->row->id));
    assert_int_equal(sample_run(sample), updates ? SEV_STATUS_SHUTDOWN_REQUIRED : sample->expected);
    rmp_stop();
}

static void commands_work_on_the_right_pages(void **state)
{
    (void)state;
    sample_for_each(check_success);
}

/** PLATFORM_RESET names no memory: its page is that of an earlier INIT_EX. */
static void rows_say_which_commands_name_pages(void **state)
{
    const struct command_row *row;
    size_t found = 0;

    (void)state;
    for (size_t i = 0; (row = sev_row_at(i)) != NULL; i++) {
        const bool named = found < USES && uses[found].id == row->id;

        assert_int_equal(named, row->size != 0);
        assert_int_equal((row->statuses & COMMAND_STATUS(INVALID_PAGE_STATE)) != 0,
                         named || row->id == SEV_COMMAND_PLATFORM_RESET);
        found += named ? 1u : 0u;
    }
    assert_int_equal(found, USES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_what_they_may_be),
        cmocka_unit_test(commands_work_on_the_right_pages),
        cmocka_unit_test(rows_say_which_commands_name_pages),
    };

    return cmocka_run_group_tests_name("SEV commands under SNP", tests, NULL, NULL);
}
