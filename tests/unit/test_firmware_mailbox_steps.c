/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mailbox command, stopped between any two accesses of the firmware to registers and memory: what
 * an x86 client sees there is true, and what it writes there has its effect (sections 1.2, 1.3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_rings.h"

#define REQUEST ((SEV_COMMAND_PLATFORM_STATUS << MAILBOX_CMDRESP_ID_SHIFT) | MAILBOX_CMDRESP_IOC)
#define RESPONSE                                                                                   \
    (MAILBOX_CMDRESP_RESPONSE | (SEV_COMMAND_PLATFORM_STATUS << MAILBOX_CMDRESP_ID_SHIFT))
#define PATTERN 0xA5

/** Has PLATFORM_STATUS served. @return whether the firmware came as far as the client's action */
static bool serve_with(struct rings_client *client)
{
    memset(board_dram(BOARD_PARAMETERS), PATTERN, sizeof(struct sev_platform_status));
    rings_set(MAILBOX_CMDBUF_LO, BOARD_PARAMETERS);
    rings_set(MAILBOX_CMDBUF_HI, 0);
    rings_set(MAILBOX_CMDRESP, REQUEST);
    (void)rings_serve_with(client);
    assert_int_equal(hosted_doorbell_rings(), client->bytes + 1);
    return client->acted;
}

static void assert_true_at_every_step(struct rings_client *client)
{
    const bool answered = rings_get(MAILBOX_CMDRESP) == RESPONSE;
    const bool interrupted = rings_get(MAILBOX_INTSTS) == MAILBOX_INT_COMPLETE;
    const struct sev_platform_status *status =
        (const struct sev_platform_status *)(const void *)board_dram(BOARD_PARAMETERS);

    assert_true(answered || rings_get(MAILBOX_CMDRESP) == REQUEST);
    assert_true(!answered || (status->api_major == SNP_API_MAJOR && status->guest_count == 0));
    assert_true(answered || !interrupted);
    assert_true(interrupted || hosted_doorbell_rings() == client->bytes);
}

static void outputs_then_response_then_interrupt_then_byte(void **state)
{
    struct rings_client client = {.look = assert_true_at_every_step};

    (void)state;
    (void)serve_with(&client);
    assert_true(client.step > 5);
    assert_int_equal(rings_get(MAILBOX_CMDRESP), RESPONSE);
    assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
}

/** Allows interrupts, then looks whether it has missed one. */
static void allow_interrupts(struct rings_client *client)
{
    rings_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    client->saw = (rings_get(MAILBOX_INTSTS) & MAILBOX_INT_COMPLETE) != 0;
}

static void whoever_allows_interrupts_and_looks_misses_none(void **state)
{
    bool reached = true;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = allow_interrupts};

        rings_set(MAILBOX_INTEN, 0);
        rings_set(MAILBOX_INTSTS, 0);
        reached = serve_with(&client);
        assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
        assert_true(!reached || client.saw ||
                    hosted_doorbell_last() == (DOORBELL_COMPLETE | DOORBELL_INTERRUPT));
    }
}

static void clear_other_bits(struct rings_client *client)
{
    (void)client;
    rings_set(MAILBOX_INTSTS, rings_get(MAILBOX_INTSTS) & MAILBOX_INT_COMPLETE);
}

static void interrupt_bits_that_are_cleared_at_any_step_stay_clear(void **state)
{
    bool reached = true;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = clear_other_bits};

        rings_set(MAILBOX_INTSTS, 0xF0);
        reached = serve_with(&client);
        assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE | (reached ? 0u : 0xF0u));
    }
}

/** Writes INTSTS at every step. */
static void write_without_end(struct rings_client *client)
{
    rings_set(MAILBOX_INTSTS, client->step << 2);
}

static void a_client_that_never_stops_writing_keeps_nobody_up(void **state)
{
    struct rings_client client = {.look = write_without_end};

    (void)state;
    rings_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    (void)serve_with(&client);
    assert_int_equal(rings_get(MAILBOX_CMDRESP), RESPONSE);
    assert_int_equal(hosted_doorbell_last(), DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
}

/** Changes the registers of the request, which are read once each. */
static void overwrite_request(struct rings_client *client)
{
    (void)client;
    rings_set(MAILBOX_CMDBUF_LO, UINT32_MAX);
    rings_set(MAILBOX_CMDBUF_HI, UINT32_MAX);
}

static void registers_are_read_once_before_the_parameters(void **state)
{
    bool reached = true;
    uint32_t refused = 0;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = overwrite_request};

        reached = serve_with(&client);
        refused += (rings_get(MAILBOX_CMDRESP) & MAILBOX_CMDRESP_STATUS_MASK) != SEV_STATUS_SUCCESS;
    }
    assert_in_range(refused, 1, 3); /* Before CmdResp, CmdBufAddr_Lo and CmdBufAddr_Hi are read. */
}

#define TEST(name) cmocka_unit_test_setup(name, rings_boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(outputs_then_response_then_interrupt_then_byte),
        TEST(whoever_allows_interrupts_and_looks_misses_none),
        TEST(interrupt_bits_that_are_cleared_at_any_step_stay_clear),
        TEST(a_client_that_never_stops_writing_keeps_nobody_up),
        TEST(registers_are_read_once_before_the_parameters),
    };

    return cmocka_run_group_tests_name("mailbox_steps", tests, NULL, NULL);
}
