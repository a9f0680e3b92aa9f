/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox as the x86 machine sees it in BAR 2 (docs/linux.md). The machine has registers of its
 * own: they go to the board with a command, and its answer comes back, so that what other clients of
 * the board do between two commands is not seen. In ring-buffer mode they are the board's.
 */
#ifndef HOST_BRIDGE_MAILBOX_PORT_H
#define HOST_BRIDGE_MAILBOX_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "host/bridge/board_link.h"
#include "host/bridge/interrupts.h"

/** Where a command is. */
enum mailbox_port_phase {
    MAILBOX_PORT_IDLE,    /**< There is none. */
    MAILBOX_PORT_WAITING, /**< For another client to leave, or for the firmware to serve. */
    MAILBOX_PORT_RUNNING, /**< At the board. */
    MAILBOX_PORT_RINGS,   /**< Ring-buffer mode is on. */
};

struct mailbox_port {
    struct board_link *link;
    const struct interrupts *interrupts;
    enum mailbox_port_phase phase;
    uint32_t inten; /**< The machine's registers. */
    uint32_t intsts;
    uint32_t cmdresp;
    uint32_t cmdbuf_lo;
    uint32_t cmdbuf_hi;
    uint32_t request; /**< What is waiting or running. */
    bool replaced;    /**< CMDRESP has another request, which comes after this one. */
    bool abandoned;   /**< Nobody wants the answer any more. */
    bool leaving;     /**< The rings were seen to have ended, at the last look. */
    int64_t look_us;  /**< How long until the next look at a command that runs. */
    int64_t due;      /**< When to look again, in microseconds of deadline_now_us(). */
    int64_t limit;    /**< Until when the command may wait, or its INTSTS be late. */
};

/** @param link, interrupts  used from now on */
void mailbox_port_begin(struct mailbox_port *port, struct board_link *link,
                        const struct interrupts *interrupts);

/** A function-level reset: the machine's registers are as after power-on, its command is forgotten. */
void mailbox_port_reset(struct mailbox_port *port);

/** Reads 32 bits. @param offset in BAR 2, a multiple of 4 */
uint32_t mailbox_port_read(const struct mailbox_port *port, uint32_t offset);

/** Writes 32 bits; a request is given to the board. */
void mailbox_port_write(struct mailbox_port *port, uint32_t offset, uint32_t value);

/** Looks at the board: to be called when its doorbell is readable, and when time is up. */
void mailbox_port_work(struct mailbox_port *port);

/** @return milliseconds until mailbox_port_work() is to be called at the latest; -1 = not at all */
int mailbox_port_wait_ms(const struct mailbox_port *port);

#endif
