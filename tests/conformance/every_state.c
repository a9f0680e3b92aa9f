/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For every command: a valid request succeeds; wrong platform and guest states, unknown guests and
 * inactive guests are refused, and change nothing (sections 1.5, 1.6, 3).
 */
#include <string.h>

#include "tests/conformance/every.h"

bool applies_to_all(const struct row *row)
{
    (void)row;
    return true;
}

bool has_parameters(const struct row *row)
{
    return row->size != 0;
}

bool has_buffers(const struct row *row)
{
    return row->buffer_count != 0;
}

bool names_guest(const struct row *row)
{
    return row->guest_states != 0;
}

bool needs_active(const struct row *row)
{
    return row->needs_active;
}

bool refuses_platform_state(const struct row *row)
{
    return (row->platform_states & 7u) != 7u;
}

/** Guest states that the suite can reach. */
static const enum sev_guest_state guest_states[] = {
    SEV_GUEST_LUPDATE, SEV_GUEST_LSECRET, SEV_GUEST_RUNNING,
    SEV_GUEST_SUPDATE, SEV_GUEST_RUPDATE, SEV_GUEST_SENT,
};

bool refuses_guest_state(const struct row *row)
{
    return row->guest_states != 0 && (~row->guest_states & 0x7Eu) != 0;
}

void every_success(void **state)
{
    struct request request;

    request_prepare(&request, *state);
    assert_request_succeeds(&request);
    if (request.repeatable) {
        struct request again = request;

        assert_request_succeeds(&again);
        assert_memory_equal(again.parameters, request.parameters, sizeof request.parameters);
    }
}

/** INVALID_PLATFORM_STATE comes before everything else: the address is wrong too. */
void every_platform_state(void **state)
{
    const struct row *row = *state;

    for (unsigned wrong = SEV_PLATFORM_UNINIT; wrong <= SEV_PLATFORM_WORKING; wrong++) {
        if ((row->platform_states >> wrong & 1u) != 0) {
            continue;
        }
        to_platform_state((enum sev_platform_state)wrong);
        snapshot_take();
        assert_status(suite_issue(row->id, 0xFFFFFFFFFFFFF001ull), INVALID_PLATFORM_STATE);
        assert_status(suite_issue(row->id, suite.board.command_paddr), INVALID_PLATFORM_STATE);
        snapshot_compare(__FILE__, __LINE__);
    }
}

void every_guest_state(void **state)
{
    const struct row *row = *state;

    for (size_t i = 0; i < sizeof guest_states / sizeof guest_states[0]; i++) {
        for (unsigned active = 0; active < 2; active++) {
            struct request request;
            uint32_t handle;

            if ((row->guest_states >> guest_states[i] & 1u) != 0) {
                continue;
            }
            request_prepare(&request, row);
            handle = guest_in_state(guest_states[i], active != 0);
            request_set_u32(&request, row->handle_offset, handle);
            assert_request_refused(&request, INVALID_GUEST_STATE);
        }
    }
}

/** Handles that name no guest: 0, one of a guest that is gone, and others near to a living one. */
void every_guest_handle(void **state)
{
    const struct row *row = *state;
    struct request request;

    request_prepare(&request, row);
    const uint32_t living = request_get_u32(&request, row->handle_offset);
    const uint32_t gone = launch(0);

    decommission(gone);
    const uint32_t handles[] = {0,           gone,          living + 1, living ^ 0x400,
                                0xFFFFFFFFu, 0x80000000u,   0x3FFu,     living ^ 0x80000000u,
                                0x400u,      living + 0x400};
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++) {
        request_set_u32(&request, row->handle_offset, handles[i]);
        assert_request_refused(&request, INVALID_GUEST);
    }
    request_set_u32(&request, row->handle_offset, living);
    assert_request_succeeds(&request);
}

void every_inactive(void **state)
{
    const struct row *row = *state;
    struct request request;

    request_prepare(&request, row);
    deactivate(request_get_u32(&request, row->handle_offset));
    assert_request_refused(&request, INACTIVE);
    (void)flush();
    (void)activate(request_get_u32(&request, row->handle_offset));
    assert_request_succeeds(&request);
}
