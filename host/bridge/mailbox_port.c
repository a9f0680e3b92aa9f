/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's mailbox (mailbox_port.h).
 *
 * A command that the board cannot answer any more, because it has ended or was reset meanwhile, is
 * answered with HWERROR_PLATFORM: a driver that waits in vain gives the security processor up for good.
 */
#include "host/bridge/mailbox_port.h"

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "abi/sev_status.h"
#include "host/bridge/mailbox_port_internal.h"
#include "host/lib/deadline.h"

#define RETRY_US 5000 /* For another client to leave. */
#define LOOK_US 20000 /* In case that the doorbell says nothing; at first it is looked at sooner, */
#define FIRST_LOOK_US 500 /* because a board may forget the byte for a client that has just come. */
#define LATE_US 200000    /* INTSTS, after its CmdResp. */
#define LINGER_US 100000  /* The doorbell stays connected after a command. */
#define SERVE_LIMIT_US 60000000 /* For the firmware to serve, or another client to leave. */

static uint32_t id_of(uint32_t request)
{
    return (request >> MAILBOX_CMDRESP_ID_SHIFT) & MAILBOX_CMDRESP_ID_MASK;
}

bool mailbox_port_is_request(uint32_t value)
{
    return value != 0 && (value & MAILBOX_CMDRESP_RESPONSE) == 0;
}

void mailbox_port_begin(struct mailbox_port *port, struct board_link *link,
                        const struct interrupts *interrupts)
{
    *port = (struct mailbox_port){
        .link = link, .interrupts = interrupts, .cmdresp = MAILBOX_CMDRESP_RESPONSE};
}

static void interrupt(struct mailbox_port *port)
{
    port->intsts |= MAILBOX_INT_COMPLETE;
    if ((port->inten & MAILBOX_INT_COMPLETE) != 0) {
        interrupts_raise(port->interrupts, INTERRUPTS_MAILBOX);
    }
}

void mailbox_port_become_idle(struct mailbox_port *port)
{
    board_link_release(port->link);
    port->phase = MAILBOX_PORT_IDLE;
    port->due = deadline_now_us() + LINGER_US;
}

static void issue(struct mailbox_port *port);

void mailbox_port_take_request(struct mailbox_port *port)
{
    port->request = port->cmdresp;
    port->replaced = false;
    port->abandoned = false;
    port->limit = deadline_now_us() + SERVE_LIMIT_US;
    port->phase = MAILBOX_PORT_WAITING;
    issue(port);
}

/* Hands an answer to the machine. */
static void complete(struct mailbox_port *port, uint32_t response)
{
    const bool is_wanted = !port->replaced && !port->abandoned;
    const bool rings = port->phase == MAILBOX_PORT_RUNNING &&
                       id_of(port->request) == SEV_COMMAND_RING_BUFFER && is_wanted &&
                       board_link_is_in_ring_mode(port->link);
    if (port->replaced) {
        mailbox_port_become_idle(port);
        mailbox_port_take_request(port);
        return;
    }
    if (rings) {
        port->phase = MAILBOX_PORT_RINGS;
        port->leaving = false;
        port->due = deadline_now_us() + LOOK_US;
    } else {
        mailbox_port_become_idle(port);
    }
    if (is_wanted) {
        port->cmdresp = response;
        if ((port->request & MAILBOX_CMDRESP_IOC) != 0) {
            interrupt(port);
        }
    }
}

static void fail(struct mailbox_port *port)
{
    complete(port, MAILBOX_CMDRESP_RESPONSE | id_of(port->request) << MAILBOX_CMDRESP_ID_SHIFT |
                       SEV_STATUS_HWERROR_PLATFORM);
}

/* Whether the firmware takes a command now. In ring-buffer mode that somebody has left on it does. */
static bool is_ready(const struct board_link *link)
{
    return board_link_read(link, MAILBOX_FEATURE) == MAILBOX_FEATURE_SEV &&
           ((board_link_read(link, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) != 0 ||
            board_link_is_in_ring_mode(link));
}

/* Gives the waiting command to the board, if it can be had now. */
static void issue(struct mailbox_port *port)
{
    struct board_link *link = port->link;
    const enum board_link_claim claim = board_link_claim(link);
    if (claim == BOARD_LINK_CLAIMED && is_ready(link)) {
        board_link_write(link, MAILBOX_CMDBUF_LO, port->cmdbuf_lo);
        board_link_write(link, MAILBOX_CMDBUF_HI, port->cmdbuf_hi);
        board_link_write(link, MAILBOX_INTEN, port->inten);
        board_link_write(link, MAILBOX_INTSTS, port->intsts & ~MAILBOX_INT_COMPLETE);
        board_link_write(link, MAILBOX_CMDRESP, port->request);
        board_link_ring(link);
        port->phase = MAILBOX_PORT_RUNNING;
        port->limit = 0;
        port->look_us = FIRST_LOOK_US;
        port->due = deadline_now_us() + port->look_us;
        return;
    }
    board_link_release(link);
    port->due = deadline_now_us() + RETRY_US;
    if (claim == BOARD_LINK_GONE || deadline_now_us() >= port->limit) {
        fail(port);
    }
}

/* Whether INTSTS, which the firmware writes after CmdResp, is what it will be. */
static bool has_settled(struct mailbox_port *port)
{
    if ((port->request & MAILBOX_CMDRESP_IOC) == 0 ||
        (board_link_read(port->link, MAILBOX_INTSTS) & MAILBOX_INT_COMPLETE) != 0) {
        return true;
    }
    const int64_t now = deadline_now_us();
    port->limit = port->limit != 0 ? port->limit : now + LATE_US;
    return now >= port->limit;
}

static void look_for_answer(struct mailbox_port *port)
{
    struct board_link *link = port->link;
    (void)board_link_drain(link);
    const uint32_t value = board_link_read(link, MAILBOX_CMDRESP);
    if (value == port->request) {
        /* What another board has in the same place is another one's. */
        if (link->doorbell < 0 &&
            (!board_link_is_current(link) || board_link_claim(link) == BOARD_LINK_GONE)) {
            fail(port);
        }
    } else if (!mailbox_port_is_request(value) && value != 0 &&
               id_of(value) == id_of(port->request)) {
        if (has_settled(port)) {
            complete(port, value);
        }
    } else {
        fail(port); /* The board was reset. */
    }
}

/* Takes the board's registers as the machine's, after the end of ring-buffer mode. */
static void leave_rings(struct mailbox_port *port)
{
    const struct board_link *link = port->link;
    port->inten = board_link_read(link, MAILBOX_INTEN);
    port->intsts = board_link_read(link, MAILBOX_INTSTS);
    port->cmdbuf_lo = board_link_read(link, MAILBOX_CMDBUF_LO);
    port->cmdbuf_hi = board_link_read(link, MAILBOX_CMDBUF_HI);
    port->cmdresp = board_link_read(link, MAILBOX_CMDRESP);
    if ((port->cmdresp & MAILBOX_CMDRESP_RESPONSE) == 0) {
        port->cmdresp = MAILBOX_CMDRESP_RESPONSE | SEV_STATUS_HWERROR_PLATFORM;
        interrupt(port);
    }
    mailbox_port_become_idle(port);
}

static void look_at_rings(struct mailbox_port *port)
{
    const bool signalled = (board_link_drain(port->link) & DOORBELL_INTERRUPT) != 0;
    if (!board_link_is_in_ring_mode(port->link) || port->link->doorbell < 0) {
        /* The answer that ended the mode is written after the status block. */
        if (port->leaving ||
            (board_link_read(port->link, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) != 0) {
            leave_rings(port);
        }
        port->leaving = true;
    }
    if (signalled) {
        interrupts_raise(port->interrupts, INTERRUPTS_MAILBOX);
    }
}

void mailbox_port_work(struct mailbox_port *port)
{
    const int64_t now = deadline_now_us();
    switch (port->phase) {
    case MAILBOX_PORT_IDLE:
        (void)board_link_drain(port->link);
        if (now >= port->due) {
            board_link_hang_up(port->link);
        }
        return;
    case MAILBOX_PORT_WAITING:
        (void)board_link_drain(port->link);
        if (now >= port->due) {
            issue(port);
        }
        return;
    case MAILBOX_PORT_RUNNING:
        port->look_us = port->look_us < LOOK_US / 2 ? 2 * port->look_us : LOOK_US;
        port->due = now + port->look_us;
        look_for_answer(port);
        return;
    case MAILBOX_PORT_RINGS:
        port->due = now + LOOK_US;
        look_at_rings(port);
        return;
    }
}

int mailbox_port_wait_ms(const struct mailbox_port *port)
{
    return port->phase == MAILBOX_PORT_IDLE && port->link->doorbell < 0
               ? -1
               : deadline_left_ms(port->due);
}

void mailbox_port_reset(struct mailbox_port *port)
{
    port->inten = 0;
    port->intsts = 0;
    port->cmdresp = MAILBOX_CMDRESP_RESPONSE;
    port->cmdbuf_lo = 0;
    port->cmdbuf_hi = 0;
    port->replaced = false;
    port->abandoned = true;
    if (port->phase != MAILBOX_PORT_RUNNING) {
        mailbox_port_become_idle(port);
    }
}
