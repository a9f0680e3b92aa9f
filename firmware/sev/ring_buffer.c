/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RING_BUFFER (section 1.7): enters ring-buffer mode. Commands then come from two queues, until an
 * ordinary mailbox command ends the mode.
 *
 *   SUCCESS                 the mode is on, both queues are empty
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a ring are not in DRAM, overlap, or a ring is not 4
 *                           KiB aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_PARAM           a size is not one page, or a reserved bit of INT_ON_EMPTY is set
 */
#include "firmware/ring.h"
#include "firmware/sev/row.h"

#define LOW_COMMANDS_BUFFER 0u
#define LOW_STATUSES_BUFFER 1u
#define HIGH_COMMANDS_BUFFER 2u
#define HIGH_STATUSES_BUFFER 3u

#define INT_ON_EMPTY 1u

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    const struct sev_ring_buffer *parameters = (const struct sev_ring_buffer *)command->parameters;

    return parameters->qlo_size != 1 || parameters->qhi_size != 1 ||
                   (parameters->int_on_empty & ~INT_ON_EMPTY) != 0
               ? SEV_STATUS_INVALID_PARAM
               : SEV_STATUS_SUCCESS;
}

static enum sev_status handle(struct command *command)
{
    const struct sev_ring_buffer *parameters = (const struct sev_ring_buffer *)command->parameters;
    const struct ring_queue queues[RING_QUEUES] = {
        [RING_LOW] = {command->data[LOW_COMMANDS_BUFFER].range,
                      command->data[LOW_STATUSES_BUFFER].range, parameters->qlo_threshold},
        [RING_HIGH] = {command->data[HIGH_COMMANDS_BUFFER].range,
                       command->data[HIGH_STATUSES_BUFFER].range, parameters->qhi_threshold},
    };

    ring_start(queues, (parameters->int_on_empty & INT_ON_EMPTY) != 0);
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_ring_buffer_row = {
    ROW_COMMAND(RING_BUFFER, "1.7"),
    ROW_PARAMETERS(sev_ring_buffer),
    .platform_states = COMMAND_PLATFORM_READY,
    .buffers = {RING_BUFFER_PAGE("QLO_CMDPTR", qlo_cmdptr_paddr, REGION_READ),
                RING_BUFFER_PAGE("QLO_STATVAL", qlo_statval_paddr, REGION_WRITE),
                RING_BUFFER_PAGE("QHI_CMDPTR", qhi_cmdptr_paddr, REGION_READ),
                RING_BUFFER_PAGE("QHI_STATVAL", qhi_statval_paddr, REGION_WRITE)},
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PAGE_STATE) |
                COMMAND_STATUS(INVALID_PARAM),
    .check = check,
    .handle = handle,
};
