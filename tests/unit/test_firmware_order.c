/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the checks of every command (section 1.5): of several faults the first in that order
 * is told. Each command gets its faults one after the other, the last of the order first, and the
 * former ones stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_checks.h"
#include "firmware/guest/guest.h"

#include "tests/unit/firmware_sample.h"

/** Puts a fault in. @return its status; SUCCESS when the command cannot have it */
typedef enum sev_status make_fault(struct sample *sample);

static uint32_t faults; /**< How many were put in. */

static void put_u32(struct sample *sample, size_t offset, uint32_t value)
{
    memcpy(sample->parameters + offset, &value, sizeof(value));
}

static enum sev_status no_guest(struct sample *sample)
{
    if (sample->row->guest_states == 0) {
        return SEV_STATUS_SUCCESS;
    }
    put_u32(sample, sample->row->guest_offset, UINT32_MAX);
    return SEV_STATUS_INVALID_GUEST;
}

/** A fault of the guest, for a check that looks at it. */
static enum sev_status wrong_guest(struct sample *sample)
{
    struct guest *guest = guest_find(sample->handle);

    assert_non_null(guest);
    switch (sample->row->id) {
    case SEV_COMMAND_ATTESTATION:
        guest->has_launch_digest = false;
        return SEV_STATUS_INVALID_GUEST_STATE;
    case SEV_COMMAND_SEND_START:
        guest->policy |= SEV_POLICY_NOSEND;
        break;
    case SEV_COMMAND_DBG_DECRYPT:
    case SEV_COMMAND_DBG_ENCRYPT:
        guest->policy |= SEV_POLICY_NODBG;
        break;
    default:
        guest->policy &= ~SEV_POLICY_ES;
        break;
    }
    return SEV_STATUS_POLICY_FAILURE;
}

/** What the row's own check refuses. */
static enum sev_status own(struct sample *sample)
{
    switch (sample->row->check == NULL ? SEV_COMMAND_NOP : sample->row->id) {
    case SEV_COMMAND_NOP:
    case SEV_COMMAND_PEK_CERT_IMPORT: /* Refused in a state of the platform. */
        return SEV_STATUS_SUCCESS;
    case SEV_COMMAND_INIT:
        put_u32(sample, offsetof(struct sev_init, options), SEV_INIT_OPTION_ES | 0x80000000u);
        return SEV_STATUS_INVALID_PARAM;
    case SEV_COMMAND_INIT_EX:
        put_u32(sample, offsetof(struct sev_init_ex, options), SEV_INIT_OPTION_ES | 0x80000000u);
        return SEV_STATUS_INVALID_PARAM;
    case SEV_COMMAND_RING_BUFFER:
        ((struct sev_ring_buffer *)(void *)sample->parameters)->qlo_size = 2;
        return SEV_STATUS_INVALID_PARAM;
    case SEV_COMMAND_ACTIVATE_EX:
        ((struct sev_activate_ex *)(void *)sample->parameters)->ex_len--;
        return SEV_STATUS_INVALID_LENGTH;
    case SEV_COMMAND_DOWNLOAD_FIRMWARE:
        put_u32(sample, offsetof(struct sev_download_firmware, fw_length), 1);
        return SEV_STATUS_INVALID_LENGTH;
    case SEV_COMMAND_LAUNCH_START:
    case SEV_COMMAND_RECEIVE_START:
        put_u32(sample, offsetof(struct sev_launch_start, policy), 0xFFu << 16);
        return SEV_STATUS_POLICY_FAILURE;
    case SEV_COMMAND_SWAP_IN:
        put_u32(sample, offsetof(struct sev_swap_in, flags), 0x80000000u);
        return SEV_STATUS_INVALID_PARAM;
    case SEV_COMMAND_SWAP_OUT:
        put_u32(sample, offsetof(struct sev_swap_out, flags), 0x80000000u);
        return SEV_STATUS_INVALID_PARAM;
    default:
        return wrong_guest(sample);
    }
}

static enum sev_status short_query(struct sample *sample)
{
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (sample_has(sample, i) && command_is_query(&sample->row->buffers[i])) {
            put_u32(sample, sample->row->buffers[i].length_offset, 0);
            status = SEV_STATUS_INVALID_LENGTH;
        }
    }
    return status;
}

static enum sev_status inactive(struct sample *sample)
{
    if (!sample->row->needs_active) {
        return SEV_STATUS_SUCCESS;
    }
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, sample->handle), SEV_STATUS_SUCCESS);
    return SEV_STATUS_INACTIVE;
}

/** A length that the buffer's rule refuses. @return false when it refuses none */
static bool put_length(struct sample *sample, const struct command_buffer *buffer)
{
    switch (buffer->rule) {
    case COMMAND_LENGTH_IMAGE:
        put_u32(sample, buffer->length_offset, buffer->length + 1);
        return true;
    case COMMAND_LENGTH_PAGES:
        put_u32(sample, buffer->length_offset, buffer->length - SEV_PAGE_4K_BYTES);
        return true;
    case COMMAND_LENGTH_EXACT:
    case COMMAND_LENGTH_EXACT_OR_NONE:
    case COMMAND_LENGTH_SAME_AS_GUEST:
    case COMMAND_LENGTH_BLOCKS:
    case COMMAND_LENGTH_AMD_CHAIN:
        put_u32(sample, buffer->length_offset, 15); /* No rule has it. */
        return true;
    default:
        return false;
    }
}

static enum sev_status length(struct sample *sample)
{
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (sample_has(sample, i) && put_length(sample, &sample->row->buffers[i])) {
            status = SEV_STATUS_INVALID_LENGTH;
        }
    }
    return status;
}

static enum sev_status address(struct sample *sample)
{
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (sample_has(sample, i)) {
            sample_set_address(sample, i, UINT64_MAX);
            status = SEV_STATUS_INVALID_ADDRESS;
        }
    }
    return status;
}

static void check_order(struct sample *sample)
{
    static make_fault *const order[] = {no_guest, own, short_query, inactive, length, address};

    for (size_t i = sizeof(order) / sizeof(order[0]); i > 0; i--) {
        const enum sev_status status = order[i - 1](sample);

        if (status != SEV_STATUS_SUCCESS) {
            struct sample asked = *sample; /* A query has its lengths put right. */
            const enum sev_status told = sample_run(&asked);

            if (told != status) {
                fail_msg("%s: status %xh instead of %xh", sample->row->name, (unsigned int)told,
                         (unsigned int)status);
            }
            faults++;
        }
    }
}

static void first_fault_in_the_order_is_told(void **state)
{
    (void)state;
    sample_for_each(check_order);
    assert_in_range(faults, 100, UINT32_MAX); /* Commands by what each can have. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(first_fault_in_the_order_is_told)};

    return cmocka_run_group_tests_name("order of checks", tests, NULL, NULL);
}
