/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox (mailbox.h). A new command is a CmdResp that is not 0 and has bit 31 clear; the driver
 * writes it last. Each register is read once.
 */
#include "firmware/mailbox.h"

#include <stdint.h>

#include "abi/mailbox.h"
#include "firmware/command_table.h"
#include "firmware/completion.h"
#include "firmware/dispatch.h"
#include "firmware/log.h"
#include "firmware/request.h"
#include "firmware/ring.h"
#include "firmware/ring_server.h"
#include "firmware/status_block.h"
#include "hal/mailbox.h"

/** Id of the command in a request. */
static uint32_t id_of(uint32_t request)
{
    return (request >> MAILBOX_CMDRESP_ID_SHIFT) & MAILBOX_CMDRESP_ID_MASK;
}

/** Logs a command that failed; successful ones are too many to log, and so are failures without end. */
static void log_failure(uint32_t id, enum sev_status status)
{
    if (!log_admits_line()) {
        return;
    }
    log_text("firmware: ");
    log_text(command_table_name(id));
    log_text(" (");
    log_hex(id);
    log_text("h): status ");
    log_hex((uint64_t)status);
    log_text("h\n");
}

/** Answers: CmdResp, then INTSTS, then the doorbell. Outputs are in DRAM already. */
static void respond(uint32_t request, enum sev_status status)
{
    status_block_served(id_of(request), status);
    if (status != SEV_STATUS_SUCCESS) {
        log_failure(id_of(request), status);
    }
    hal_mailbox_write(MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE |
                                           (id_of(request) << MAILBOX_CMDRESP_ID_SHIFT) |
                                           (uint32_t)status);
    completion_signal((request & MAILBOX_CMDRESP_IOC) != 0);
}

void mailbox_open(uint32_t pending_request, enum sev_status status)
{
    uint32_t waiting;

    status_block_open();
    if (pending_request != 0) {
        respond(pending_request, status);
        return;
    }
    hal_mailbox_write(MAILBOX_INTSTS, 0);
    waiting = hal_mailbox_read(MAILBOX_CMDRESP);
    /* A command that was written while the firmware started is served, not answered as if it had been. */
    if (waiting != 0 && (waiting & MAILBOX_CMDRESP_RESPONSE) == 0) {
        log_line("a command waits");
    } else if (!hal_mailbox_replace(MAILBOX_CMDRESP, waiting, MAILBOX_CMDRESP_RESPONSE)) {
        log_line("a command has just come");
    }
    hal_mailbox_write(MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
}

void mailbox_close(void)
{
    hal_mailbox_write(MAILBOX_FEATURE, 0);
    status_block_close();
}

/**
 * Answers a mailbox command in ring-buffer mode: a known one ends the mode and is not executed, and
 * so does any if a command in a ring has ended the mode just before.
 */
static void refuse_in_ring_mode(uint32_t request)
{
    if (ring_is_active() && command_table_find(id_of(request)) == NULL) {
        ring_publish_head(); /* The client's address has been there. */
        respond(request, SEV_STATUS_INVALID_COMMAND);
        return;
    }
    ring_stop();
    respond(request, SEV_STATUS_RING_BUFFER_EXIT);
}

/** Executes a mailbox command. */
static void execute(uint32_t request)
{
    uint64_t paddr = hal_mailbox_read(MAILBOX_CMDBUF_LO);

    paddr |= (uint64_t)hal_mailbox_read(MAILBOX_CMDBUF_HI) << 32;
    request_begin(request);
    respond(request, dispatch_command(id_of(request), paddr));
}

/** Whether a value of CmdResp is a new command. */
static bool is_request(uint32_t value)
{
    return value != 0 && (value & MAILBOX_CMDRESP_RESPONSE) == 0;
}

bool mailbox_has_request(void)
{
    return is_request(hal_mailbox_read(MAILBOX_CMDRESP));
}

bool mailbox_serve(void)
{
    uint32_t request;

    log_settle();
    if (ring_is_active()) {
        const bool worked = ring_serve(&request);

        if (request != 0) {
            refuse_in_ring_mode(request);
        }
        return worked || request != 0;
    }
    request = hal_mailbox_read(MAILBOX_CMDRESP);
    if (!is_request(request)) {
        return false;
    }
    execute(request);
    return true;
}
