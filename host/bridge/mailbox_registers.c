/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's registers (mailbox_port.h).
 */
#include "abi/mailbox.h"
#include "host/bridge/mailbox_port_internal.h"

uint32_t mailbox_port_read(const struct mailbox_port *port, uint32_t offset)
{
    const bool own = port->phase != MAILBOX_PORT_RINGS;
    switch (own ? offset : 0) {
    case MAILBOX_INTEN:
        return port->inten;
    case MAILBOX_INTSTS:
        return port->intsts;
    case MAILBOX_CMDRESP:
        return port->cmdresp;
    case MAILBOX_CMDBUF_LO:
        return port->cmdbuf_lo;
    case MAILBOX_CMDBUF_HI:
        return port->cmdbuf_hi;
    default:
        return board_link_read(port->link, offset);
    }
}

/* In ring-buffer mode: the board's registers are written. */
static void write_through(struct mailbox_port *port, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case MAILBOX_INTSTS:
        board_link_clear(port->link, offset, value);
        break;
    case MAILBOX_CMDRESP:
        board_link_write(port->link, offset, value);
        board_link_ring(port->link);
        break;
    default:
        board_link_write(port->link, offset, value);
        break;
    }
}

static void write_own(struct mailbox_port *port, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case MAILBOX_INTEN:
        port->inten = value;
        break;
    case MAILBOX_INTSTS:
        port->intsts &= ~value;
        break;
    case MAILBOX_CMDBUF_LO:
        port->cmdbuf_lo = value;
        break;
    case MAILBOX_CMDBUF_HI:
        port->cmdbuf_hi = value;
        break;
    default:
        port->cmdresp = value;
        if (port->phase == MAILBOX_PORT_RUNNING) {
            port->replaced = mailbox_port_is_request(value);
            port->abandoned = !port->replaced;
        } else if (mailbox_port_is_request(value)) {
            mailbox_port_take_request(port);
        } else if (port->phase == MAILBOX_PORT_WAITING) {
            mailbox_port_become_idle(port);
        }
        break;
    }
}

void mailbox_port_write(struct mailbox_port *port, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case MAILBOX_INTEN:
    case MAILBOX_INTSTS:
    case MAILBOX_CMDRESP:
    case MAILBOX_CMDBUF_LO:
    case MAILBOX_CMDBUF_HI:
        (port->phase == MAILBOX_PORT_RINGS ? write_through : write_own)(port, offset, value);
        break;
    default:
        break; /* The firmware's own, or nothing. */
    }
}
