/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of the mailbox (abi/mailbox.h): issues a command as an operating system's driver does and
 * sleeps until the response. The doorbell is a unix socket; without one the client looks at the
 * registers from time to time.
 */
#ifndef HOST_LIB_MAILBOX_H
#define HOST_LIB_MAILBOX_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/** How long Linux waits for a command before it gives up on the security processor. */
#define MAILBOX_TIMEOUT_MS 100000

/** What became of a command. */
enum mailbox_result {
    MAILBOX_OK = 0,
    MAILBOX_TIMEOUT = -1,   /**< No response in time; the command may still be running. */
    MAILBOX_BUSY = -2,      /**< An earlier command has had no response yet; nothing was issued. */
    MAILBOX_NOT_READY = -3, /**< The feature register says that nobody serves commands. */
    MAILBOX_GONE = -4,      /**< The doorbell was closed: the board has stopped; or it was reset. */
    MAILBOX_IN_USE = -5,    /**< Another client holds the mailbox. */
    MAILBOX_ERROR = -6,     /**< A system call failed; errno says why. */
    MAILBOX_CANCELLED = -7, /**< The client gave the wait up; the command may still be running. */
};

struct mailbox_client {
    uint8_t *bar;   /**< The mapped mailbox file. */
    int doorbell;   /**< Connected socket, or -1. */
    int descriptor; /**< Of the mailbox file; its lock keeps other clients out. */
    bool interrupt; /**< Whether commands ask for an interrupt (IOC), as Linux does. */
    /** Ends a wait when it is not 0, within a second or when a signal arrives. May be NULL. */
    const volatile sig_atomic_t *cancel;
};

/**
 * Becomes the only client of a mailbox. While it waits it keeps nobody else out.
 *
 * @param[out] client    ready for mailbox_command(); close it with mailbox_close()
 * @param bar            the mapped mailbox file
 * @param descriptor     the open mailbox file; stays the caller's
 * @param doorbell_path  name of the socket, or NULL for none
 * @param timeout_ms     how long to wait for another client to leave, and for the socket
 * @return MAILBOX_OK, MAILBOX_IN_USE or MAILBOX_ERROR (the socket cannot be connected; errno is
 *         ETIMEDOUT when its queue stays full)
 */
enum mailbox_result mailbox_open(struct mailbox_client *client, uint8_t *bar, int descriptor,
                                 const char *doorbell_path, int timeout_ms)
    __attribute__((warn_unused_result));

/**
 * Uses a mailbox that another client holds: without its doorbell, and without interrupts, which are
 * the other's. Who does that has to know that the other gives no command meanwhile.
 *
 * @param[out] client  as above
 * @param bar          the mapped mailbox file
 */
void mailbox_join(struct mailbox_client *client, uint8_t *bar);

/** Leaves the mailbox to others. */
void mailbox_close(struct mailbox_client *client);

/** @return whether the firmware serves commands and has none at work */
bool mailbox_is_idle(const struct mailbox_client *client);

/**
 * Issues one command and sleeps until its response.
 *
 * @param id           command id, 11 bits
 * @param paddr        physical address of the command buffer; 0 for commands without one
 * @param[out] status  status of the response; only set with MAILBOX_OK
 * @param timeout_ms   longest wait in milliseconds
 * @return MAILBOX_OK, or why there is no response: any other result but MAILBOX_IN_USE
 */
enum mailbox_result mailbox_command(struct mailbox_client *client, uint32_t id, uint64_t paddr,
                                    uint16_t *status, int timeout_ms)
    __attribute__((warn_unused_result));

/** Wakes the firmware: it looks at the registers. */
enum mailbox_result mailbox_ring(const struct mailbox_client *client)
    __attribute__((warn_unused_result));

/** Whether what a client waits for has come about. */
typedef bool mailbox_condition(const struct mailbox_client *client, const void *context);

/**
 * Sleeps until the registers say what the caller waits for; the firmware rings when they change.
 *
 * @param condition, context  looked at before the first sleep and after every byte of the doorbell
 * @param timeout_ms          longest wait in milliseconds
 * @return MAILBOX_OK, MAILBOX_TIMEOUT, MAILBOX_CANCELLED, MAILBOX_GONE or MAILBOX_ERROR
 */
enum mailbox_result mailbox_wait(const struct mailbox_client *client, mailbox_condition *condition,
                                 const void *context, int timeout_ms)
    __attribute__((warn_unused_result));

/** mailbox_command() of NOP, the shortest round trip; MAILBOX_ERROR when its status is not 0. */
enum mailbox_result mailbox_nop(struct mailbox_client *client, int timeout_ms)
    __attribute__((warn_unused_result));

/** Reads a register. @param offset MAILBOX_* */
uint32_t mailbox_read(const struct mailbox_client *client, uint32_t offset);

/** Writes a register after all earlier writes to memory. @param offset MAILBOX_* */
void mailbox_write(struct mailbox_client *client, uint32_t offset, uint32_t value);

/** @return the result in words */
const char *mailbox_result_text(enum mailbox_result result);

#endif
